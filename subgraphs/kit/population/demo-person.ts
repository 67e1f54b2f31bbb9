import { civilRegistrar } from './authorities.js';
import { type Day, day, parseDay } from './calendar.js';
import type { Card, Death, Household, Marriage, ParentNamed, Person, Relation, Residence, Spot } from './model.js';
import { UNITS_BEFORE, UNITS_NOW, unitOn } from './units.js';

/**
 * Words for writing the demo people down. Their numbers, cards, phones and serials are outside every series that `numbers.ts`
 * hands out, so that no random person ever shares one.
 */

/** An address: the old unit's code, and the new one's where it isn't the same. */
export function spot(line: string, oldCode: string, newCode: string = oldCode): Spot {
  const old = UNITS_BEFORE.get(oldCode);
  const now = UNITS_NOW.get(newCode);
  if (!old?.successors.includes(newCode) || !now)
    throw new Error(`demo people: unit ${oldCode} did not become ${newCode}`);
  return { line, old, now };
}

export interface DemoPerson {
  id: string;
  name: string;
  /** `YYYY-MM-DD` */
  born: string;
  birthPlace: string;
  homeTown: string;
  /** Where the parents lived at the birth. */
  spot: Spot;
  father: Person | string;
  mother: Person | string;
  registered?: string;
  religion?: string;
  bloodGroup?: string;
  otherName?: string;
  oldId?: string;
  phone?: string;
  email?: string;
  /** Days of issue and last validity of the identity cards, oldest first; for life: no last day. */
  cards?: [issued: string, expires?: string][];
  collected?: string;
  corrected?: { from: string; on: string; decisionNo: string };
  maritalCertificate?: { on: string; purpose: string };
  undigitised?: true;
}

export function demoPerson(facts: DemoPerson): Person {
  const born = parseDay(facts.born);
  const on = facts.registered ? parseDay(facts.registered) : born + 20;
  const { corrected, maritalCertificate, spot: home } = facts;
  return {
    personalId: facts.id,
    fullName: facts.name,
    otherName: facts.otherName ?? null,
    sex: Number(facts.id[3]) % 2 === 0 ? 'NAM' : 'NU',
    born,
    precision: 'day',
    identityPrecision: 'day',
    birthPlace: { text: facts.birthPlace, unit: unitOn(home, born) },
    birthRegistered: { on, unit: unitOn(home, on), authority: civilRegistrar(home, on).name },
    birthDigitised: !facts.undigitised,
    homeTown: { text: facts.homeTown, unit: unitOn(home, born) },
    ethnicity: '01',
    religion: facts.religion ?? '00',
    bloodGroup: facts.bloodGroup ?? null,
    father: parentNamed(facts.father, born, home),
    mother: parentNamed(facts.mother, born, home),
    parentsSpot: home,
    birthSpelling: facts.name,
    corrected: corrected ? { ...corrected, on: parseDay(corrected.on) } : null,
    marriages: [],
    lifeEnds: Number.POSITIVE_INFINITY,
    death: null,
    residences: [],
    cards: (facts.cards ?? []).map((card, index) => demoCard(facts, card, index)),
    oldIdNumber: facts.oldId ?? null,
    phone: facts.phone ?? null,
    email: facts.email ?? null,
    collectedOn: Math.max(facts.collected ? parseDay(facts.collected) : day(2018, 5, 10), on),
    recodedOn: null,
    maritalCertificate: maritalCertificate ? { ...maritalCertificate, on: parseDay(maritalCertificate.on) } : null,
  };
}

/** A parent who is a person of the demo, or only a name; then 27 years older. */
function parentNamed(parent: Person | string, born: Day, home: Spot): ParentNamed {
  if (typeof parent !== 'string') {
    const birthYear = Number(parent.personalId?.slice(4, 6)) + 1900;
    return { person: parent, name: parent.fullName, birthYear, ethnicity: '01', spot: home };
  }
  return {
    person: null,
    name: parent,
    birthYear: 1970 + Math.floor(born / 365.2425) - 27,
    ethnicity: '01',
    spot: home,
  };
}

function demoCard(facts: DemoPerson, [issued, expires]: [string, string?], index: number): Card {
  const next = facts.cards?.[index + 1];
  return {
    number: `CT${facts.id.slice(4, 6)}${facts.id.slice(-4)}${index + 1}`,
    issuedOn: parseDay(issued),
    expiresOn: expires ? parseDay(expires) : null,
    revokedOn: next ? parseDay(next[0]) : null,
  };
}

export function demoMarriage(
  husband: Person,
  wife: Person,
  facts: { on: string; spot: Spot; divorced?: { on: string; decisionNo: string; court: string } },
): Marriage {
  const { divorced } = facts;
  const marriage: Marriage = {
    husband,
    wife,
    on: parseDay(facts.on),
    spot: facts.spot,
    status: divorced ? 'DIVORCED' : 'IN_FORCE',
    endedOn: divorced ? parseDay(divorced.on) : null,
    divorce: divorced ? { decisionNo: divorced.decisionNo, court: divorced.court } : null,
    deceased: null,
  };
  husband.marriages.push(marriage);
  wife.marriages.push(marriage);
  return marriage;
}

/** Ends a life, and with it the marriage, the residence and the card. To be called last. */
export function demoDeath(
  person: Person,
  death: Omit<Death, 'on' | 'registeredOn' | 'precision' | 'digitised'> & { on: string; registeredOn: string },
): void {
  const on = parseDay(death.on);
  const registeredOn = parseDay(death.registeredOn);
  person.lifeEnds = on;
  person.death = { ...death, on, registeredOn, precision: 'day', digitised: true };
  for (const marriage of person.marriages) {
    if (marriage.endedOn !== null) continue;
    marriage.status = 'ENDED_BY_DEATH';
    marriage.endedOn = on;
    marriage.deceased = person;
  }
  person.residences = person.residences.filter((residence) => residence.kind !== 'HIEN_TAI');
  for (const residence of person.residences) residence.endedOn ??= on;
  const card = person.cards.at(-1);
  if (card) card.revokedOn = registeredOn;
  person.recodedOn = null;
}

/** Members with the day they came and, where they left, the day they went; the first is the head. */
export function demoHousehold(
  home: Spot,
  formedOn: string,
  facts: { recodedOn?: string; members: [person: Person, relation: Relation, joined: string, left?: string][] },
): Household {
  const recodedOn = facts.recodedOn ? parseDay(facts.recodedOn) : null;
  const members = facts.members.map(([person, relation, joined, left]) => {
    const residence: Residence = {
      kind: 'THUONG_TRU',
      spot: home,
      since: parseDay(joined),
      sincePrecision: 'day',
      until: null,
      endedOn: left ? parseDay(left) : null,
    };
    person.residences.push(residence);
    if (!left) {
      person.recodedOn = recodedOn;
      person.residences.push({ ...residence, kind: 'HIEN_TAI' });
    }
    return { person, relation, joinedOn: residence.since, leftOn: residence.endedOn };
  });
  return { spot: home, head: members[0]!.person, formedOn: parseDay(formedOn), recodedOn, members };
}
