import { familyCourt } from './authorities.js';
import { addYears, ageAt, type Day, day, yearOf } from './calendar.js';
import { settle } from './dwellings.js';
import type { Family, Marriage, ParentNamed, Person, Sex, Spot } from './model.js';
import { addParcels } from './parcels.js';
import { bear, drawReligion, type Making, outsider } from './people.js';
import type { Random } from './random.js';
import { ethnicityIn, isMountain, pickUnit, spotIn } from './units.js';

/** Lawful ages of marriage (Law on Marriage and Family 52/2014 Art. 8; the same since 1960). */
const MARRIAGE_AGE: Record<Sex, number> = { NAM: 20, NU: 18 };
const GENERATIONS_MAX = 4;

/** A couple, their children, the children's spouses and children, and so on to today. */
export function makeFamily(making: Making): Family {
  const { random, today, family } = making;
  const unit = pickUnit(random);
  const ethnicity = ethnicityIn(random, unit);
  const home = spotIn(random, unit);
  const born = random.int(day(1930, 1, 1), day(1982, 12, 31));
  const wedOn = addYears(born, random.int(22, 32)) + random.int(0, 360);
  const husband = outsider(making, { sex: 'NAM', born, spot: home, ethnicity, livesUntil: wedOn + 900 });
  const wife = outsider(making, {
    sex: 'NU',
    born: brideBorn(random, born, wedOn),
    spot: nearby(random, home),
    ethnicity,
    livesUntil: wedOn + 900,
  });
  family.persons.push(husband, wife);
  const marriage = wed(making, { husband, wife, from: wedOn, spot: home });
  if (marriage) {
    family.marriages.push(marriage);
    raise(making, marriage, 1);
  }
  settle(making, home);
  addParcels(making);
  for (const person of family.persons) addCertificate(making, person);
  return family.persons.some((person) => person.born > today) ? refuse(family.index) : family;
}

function refuse(index: number): never {
  throw new Error(`family ${index} has a member born after the reference date: choose a later one`);
}

/** A household of one, for filling up to the exact number of citizens. */
export function makeSingle(making: Making): Family {
  const { random, family } = making;
  const spot = spotIn(random, pickUnit(random));
  const born = random.int(day(1975, 1, 1), day(2004, 12, 31));
  const sex = random.pick(['NAM', 'NU'] as const);
  const person = outsider(making, {
    sex,
    born,
    spot,
    ethnicity: ethnicityIn(random, spot.old),
    livesUntil: making.today,
  });
  family.persons.push(person);
  settle(making, spot);
  addParcels(making);
  return family;
}

/** Wives are up to seven years younger, at times a little older, and of age on the day. */
function brideBorn(random: Random, husbandBorn: Day, wedOn: Day): Day {
  return Math.min(husbandBorn + random.int(-700, 2500), addYears(wedOn, -MARRIAGE_AGE.NU) - 30);
}

function nearby(random: Random, home: Spot): Spot {
  const same = random.chance(isMountain(home.old) ? 0.85 : 0.4);
  return spotIn(random, same ? home.old : pickUnit(random, home.old.province));
}

interface Wedding {
  husband: Person;
  wife: Person;
  /** Not before. */
  from: Day;
  spot: Spot;
}

/** Null where one of them dies first, or the day is still to come. The end of the marriage is settled here as well. */
function wed(making: Making, wedding: Wedding): Marriage | null {
  const { random, today } = making;
  const { husband, wife } = wedding;
  const ofAge = Math.max(addYears(husband.born, MARRIAGE_AGE.NAM), addYears(wife.born, MARRIAGE_AGE.NU)) + 1;
  const on = Math.max(wedding.from, ofAge) + random.int(1, 400);
  const firstDeath = husband.lifeEnds < wife.lifeEnds ? husband : wife;
  if (on > today || on > firstDeath.lifeEnds - 60) return null;
  const marriage: Marriage = {
    husband,
    wife,
    on,
    spot: wedding.spot,
    status: 'IN_FORCE',
    endedOn: null,
    divorce: null,
    deceased: null,
  };
  const apartOn = on + random.int(500, 7300);
  if (random.chance(0.09) && apartOn < Math.min(firstDeath.lifeEnds, today - 30)) {
    const decisionNo = making.numbers.decision('QĐST-HNGĐ', apartOn);
    marriage.status = 'DIVORCED';
    marriage.endedOn = apartOn;
    marriage.divorce = { decisionNo, court: familyCourt(wedding.spot, apartOn) };
  } else if (firstDeath.lifeEnds <= today) {
    marriage.status = 'ENDED_BY_DEATH';
    marriage.endedOn = firstDeath.lifeEnds;
    marriage.deceased = firstDeath;
  }
  husband.marriages.push(marriage);
  wife.marriages.push(marriage);
  return marriage;
}

/** The children of a marriage, born while it lasts and before the mother is 46; then their own lives. */
function raise(making: Making, marriage: Marriage, generation: number): void {
  const { random, today, family } = making;
  const { husband, wife } = marriage;
  const last = Math.min(today - 15, marriage.endedOn ?? today, addYears(wife.born, 46));
  const wanted = childrenWanted(random, marriage.on, family.marriages.length > 1 && husband.marriages.length > 1);
  const children: Person[] = [];
  const taken = new Set<string>();
  let born = marriage.on + random.int(250, 1100);
  while (children.length < wanted && born <= last) {
    const child = bear(making, {
      sex: random.chance(0.52) ? 'NAM' : 'NU',
      born,
      surname: surnameOf(husband),
      father: asParent(husband, marriage.spot),
      mother: asParent(wife, marriage.spot),
      spot: marriage.spot,
      homeTown: husband.homeTown,
      ethnicity: husband.ethnicity,
      religion: husband.religion,
      taken,
    });
    taken.add(child.fullName);
    children.push(child);
    if (!random.chance(0.012)) born += random.int(450, 1900);
  }
  family.persons.push(...children);
  if (generation < GENERATIONS_MAX) for (const child of children) grow(making, child, generation + 1);
}

function childrenWanted(random: Random, wedOn: Day, again: boolean): number {
  if (again) return random.int(0, 1);
  const year = yearOf(wedOn);
  if (year < 1975) return random.int(2, 6);
  return year < 1990 ? random.int(1, 4) : random.pick([0, 1, 1, 2, 2, 2, 2, 3]);
}

/** The surname is what stands before the given names; in compound surnames its first word is enough to pass on. */
function surnameOf(person: Person): string {
  return person.fullName.split(' ')[0] as string;
}

function asParent(person: Person, spot: Spot): ParentNamed {
  return { person, name: person.fullName, birthYear: yearOf(person.born), ethnicity: person.ethnicity, spot };
}

/** What a child of the family does when grown up: marries, perhaps again, or has a child alone. */
function grow(making: Making, person: Person, generation: number): void {
  const { random } = making;
  const home = person.parentsSpot;
  let from = addYears(person.born, person.sex === 'NAM' ? random.int(22, 35) : random.int(19, 32));
  if (random.chance(0.12)) {
    if (person.sex === 'NU') raiseAlone(making, person);
    return;
  }
  for (let round = 0; round < 2; round += 1) {
    if (Math.min(person.lifeEnds, making.today) < from + 400) return;
    const marriage = marryOutsider(making, { person, from, home });
    if (!marriage) return;
    raise(making, marriage, generation);
    const ended = marriage.endedOn;
    const young = ended !== null && ageAt(person.born, ended) < 55;
    if (!young || marriage.deceased === person || !random.chance(marriage.status === 'DIVORCED' ? 0.4 : 0.25)) return;
    from = ended + random.int(300, 1800);
  }
}

function marryOutsider(making: Making, of: { person: Person; from: Day; home: Spot }): Marriage | null {
  const { random, family } = making;
  const { person, from } = of;
  const man = person.sex === 'NAM';
  const spot = nearby(random, of.home);
  const born = man ? brideBorn(random, person.born, from) : person.born - random.int(-700, 2500);
  const ethnicity = random.chance(0.8) && isMountain(spot.old) ? person.ethnicity : ethnicityIn(random, spot.old);
  const other = outsider(making, { sex: man ? 'NU' : 'NAM', born, spot, ethnicity, livesUntil: from + 900 });
  const couple = man ? { husband: person, wife: other } : { husband: other, wife: person };
  const marriage = wed(making, { ...couple, from, spot: random.chance(0.5) ? of.home : spot });
  if (!marriage) return null;
  family.persons.push(other);
  family.marriages.push(marriage);
  return marriage;
}

/** A child whose birth record names no father: lawful, and no defect. */
function raiseAlone(making: Making, mother: Person): void {
  const { random, today, family } = making;
  const born = addYears(mother.born, random.int(19, 38)) + random.int(1, 360);
  if (born > Math.min(today - 15, mother.lifeEnds - 1) || !random.chance(0.3)) return;
  family.persons.push(
    bear(making, {
      sex: random.chance(0.5) ? 'NAM' : 'NU',
      born,
      surname: surnameOf(mother),
      father: null,
      mother: asParent(mother, mother.parentsSpot),
      spot: mother.parentsSpot,
      homeTown: mother.homeTown,
      ethnicity: mother.ethnicity,
      religion: drawReligion(random),
    }),
  );
}

/** Some who are not married now have had that certified, within the last three years. */
function addCertificate(making: Making, person: Person): void {
  const { random, today } = making;
  const adult = ageAt(person.born, today - 1100) >= 20;
  if (!person.personalId || person.death || !adult || !person.birthDigitised || !random.chance(0.06)) return;
  const since = Math.max(today - 1000, ...person.marriages.map((marriage) => (marriage.endedOn ?? today) + 30));
  if (since >= today || person.marriages.some((marriage) => marriage.endedOn === null)) return;
  const purpose = random.pick(['Để đăng ký kết hôn', 'Để mua bán nhà đất', 'Để bổ sung hồ sơ vay vốn']);
  person.maritalCertificate = { on: random.int(since, today - 1), purpose };
}
