import { civilRegistrar } from './authorities.js';
import { addYears, ageAt, type Day, day, ELECTRONIC_SINCE, type Precision, yearOf } from './calendar.js';
import type { Card, Death, Family, NamedPlace, ParentNamed, Person, Sex, Spot } from './model.js';
import { otherSpelling, pickGiven, pickSurname } from './names.js';
import { type Numbers, OTHER_PROVINCES, prefixOf } from './numbers.js';
import type { Random } from './random.js';
import { fullTitle, isUrban, placeOf, unitOn } from './units.js';

/** What every step of making a family needs, and the family so far. */
export interface Making {
  family: Family;
  random: Random;
  numbers: Numbers;
  today: Day;
}

/** Who died before this day never had a number. */
export const NUMBERED_SINCE: Day = day(2016, 7, 1);

export interface BirthFacts {
  sex: Sex;
  born: Day;
  surname: string;
  father: ParentNamed | null;
  mother: ParentNamed | null;
  /** Where the parents lived. */
  spot: Spot;
  homeTown: NamedPlace;
  ethnicity: string;
  religion: string;
  /** Born and registered in another province: the book is kept there, this registry has no record. */
  elsewhere?: readonly [province: string, prefix: string];
  /** Names already taken by brothers and sisters. */
  taken?: ReadonlySet<string>;
  /** Must live at least until then: whoever becomes a parent. */
  livesUntil?: Day;
}

/** A person as they came into the world, with the day on which they will leave it; marriages and homes come later. */
export function bear(making: Making, facts: BirthFacts): Person {
  const { random, numbers, today } = making;
  const { sex, born, spot } = facts;
  const lifeEnds = drawLifeEnds(random, born, facts.livesUntil ?? born);
  const registered = Math.min(registrationDay(random, born), lifeEnds, today);
  const unit = facts.elsewhere ? null : unitOn(spot, registered);
  const prefix = facts.elsewhere ? facts.elsewhere[1] : prefixOf(unitOn(spot, registered));
  const fullName = nameFor(random, facts);
  const numbered = lifeEnds >= NUMBERED_SINCE;
  const precision = drawPrecision(random, born);
  const place = facts.elsewhere ? { text: facts.elsewhere[0], unit: null } : birthPlace(random, spot, born);
  const authority = facts.elsewhere
    ? `Ủy ban nhân dân cấp xã, ${facts.elsewhere[0]}`
    : civilRegistrar(spot, registered).name;
  const person: Person = {
    personalId: numbered ? numbers.personalId(prefix, sex, born) : null,
    fullName,
    otherName: random.chance(0.01) ? pickGiven(random, sex, 1950).split(' ')[1]! : null,
    sex,
    born,
    precision,
    identityPrecision: precision === 'day' && yearOf(born) < 1970 && random.chance(0.03) ? 'year' : precision,
    birthPlace: place,
    birthRegistered: { on: registered, unit, authority },
    birthDigitised: !facts.elsewhere && random.chance(yearOf(born) < 1955 ? 0.5 : yearOf(born) < 1976 ? 0.85 : 1),
    homeTown: facts.homeTown,
    ethnicity: facts.ethnicity,
    religion: facts.religion,
    bloodGroup: random.chance(0.4) ? random.pick(['O', 'O', 'O', 'B', 'B', 'A', 'AB']) : null,
    father: facts.father,
    mother: facts.mother,
    parentsSpot: spot,
    birthSpelling: (random.chance(0.04) && otherSpelling(random, fullName)) || fullName,
    corrected: null,
    marriages: [],
    lifeEnds,
    death: null,
    residences: [],
    cards: [],
    oldIdNumber: numbered && yearOf(born) < 2000 && random.chance(0.92) ? numbers.oldId() : null,
    phone: null,
    email: null,
    collectedOn: Math.min(Math.max(random.int(NUMBERED_SINCE, day(2021, 6, 30)), registered), lifeEnds),
    recodedOn: null,
    maritalCertificate: null,
  };
  addPapers(making, person);
  return person;
}

function nameFor(random: Random, facts: BirthFacts): string {
  for (let attempt = 0; ; attempt += 1) {
    const name = `${facts.surname} ${pickGiven(random, facts.sex, yearOf(facts.born))}`;
    if (attempt === 20 || !facts.taken?.has(name)) return name;
  }
}

/** Ages at death, roughly the country's life table: [from, to, of a thousand born]. */
const LIFE_TABLE: readonly (readonly [number, number, number])[] = [
  [0, 1, 6],
  [1, 20, 8],
  [20, 40, 20],
  [40, 60, 70],
  [60, 70, 140],
  [70, 80, 250],
  [80, 90, 320],
  [90, 101, 186],
];

function drawLifeEnds(random: Random, born: Day, atLeast: Day): Day {
  for (;;) {
    let mark = random.int(0, 999);
    const bracket = LIFE_TABLE.find(([, , share]) => (mark -= share) < 0) ?? LIFE_TABLE[7]!;
    const ends = random.int(addYears(born, bracket[0]) + 1, addYears(born, bracket[1]));
    if (ends > atLeast) return ends;
  }
}

/** Within two months; births of before 1976 were entered late, when the new books were opened. */
function registrationDay(random: Random, born: Day): Day {
  return yearOf(born) < 1976 ? random.int(day(1976, 6, 1), day(1986, 12, 31)) : born + random.int(3, 60);
}

function drawPrecision(random: Random, born: Day): Precision {
  const year = yearOf(born);
  const mark = random.int(0, 99);
  if (year < 1960) return mark < 12 ? 'year' : mark < 15 ? 'month' : 'day';
  return year < 1975 && mark < 3 ? 'year' : 'day';
}

function birthPlace(random: Random, spot: Spot, born: Day): NamedPlace {
  const unit = unitOn(spot, born);
  if (yearOf(born) < 1975 || random.chance(0.1)) return { text: fullTitle(unit), unit };
  if (!isUrban(unit) && random.chance(0.6)) return { text: `Trạm Y tế ${unit.name}, ${unit.province}`, unit };
  const south = spot.old.province === 'Tỉnh Quảng Nam';
  const daNang = yearOf(born) < 2012 ? 'Bệnh viện Đa khoa Đà Nẵng' : 'Bệnh viện Phụ sản - Nhi Đà Nẵng';
  return { text: south ? 'Bệnh viện Đa khoa Quảng Nam' : daNang, unit: null };
}

/** Cards, contact details, a corrected name, the entry of the death: what a life leaves in the books besides marriages. */
function addPapers(making: Making, person: Person): void {
  const { random, numbers, today } = making;
  if (person.lifeEnds <= today) person.death = deathOf(making, person);
  if (!person.personalId) return;
  const age = ageAt(person.born, today);
  person.cards = cardsOf(making, person);
  if (!person.death && age >= 16 && random.chance(0.8)) {
    person.phone = numbers.phone();
    if (age < 60 && random.chance(0.4)) person.email = `lien.he.${person.phone.slice(3)}@example.com`;
  }
  const since = Math.max(ELECTRONIC_SINCE, person.birthRegistered.on) + 200;
  const until = Math.min(today, person.lifeEnds) - 30;
  if (person.birthDigitised && since < until && random.chance(0.015)) {
    const on = random.int(since, until);
    person.corrected = { from: miswritten(person), on, decisionNo: numbers.decision('QĐ-UBND', on) };
    person.birthSpelling = person.fullName;
  }
}

/** The same name as a clerk once got it wrong: without the middle name, or with another last tone. */
function miswritten(person: Person): string {
  const parts = person.fullName.split(' ');
  if (parts.length > 2) return [parts[0], ...parts.slice(2)].join(' ');
  return `${parts[0]} ${person.sex === 'NAM' ? 'Văn' : 'Thị'} ${parts[1]}`;
}

/** Ages at which a card must be renewed (Law 26/2023 Art. 21); one issued within two years before lasts until the next. */
const RENEWAL_AGES = [25, 40, 60];

function cardsOf(making: Making, person: Person): Card[] {
  const { random, numbers, today } = making;
  const end = Math.min(today, person.lifeEnds);
  const cards: Card[] = [];
  let issuedOn = Math.max(
    addYears(person.born, 14) + random.int(5, 200),
    random.int(day(2021, 2, 1), day(2024, 6, 30)),
  );
  while (issuedOn <= end) {
    const issued = issuedOn;
    const age = RENEWAL_AGES.find((at) => addYears(person.born, at - 2) > issued);
    const expiresOn = age === undefined ? null : addYears(person.born, age);
    const previous = cards.at(-1);
    if (previous) previous.revokedOn = issued;
    cards.push({ number: numbers.card(), issuedOn: issued, expiresOn, revokedOn: null });
    if (expiresOn === null || expiresOn > end) break;
    issuedOn = expiresOn - random.int(5, 60);
  }
  const last = cards.at(-1);
  if (person.death && last) last.revokedOn = Math.max(person.death.registeredOn, last.issuedOn);
  return cards;
}

const CAUSES = [
  'Bệnh tim mạch',
  'Tai biến mạch máu não',
  'Ung thư',
  'Bệnh phổi',
  'Tuổi già',
  'Tai nạn giao thông',
  'Đái tháo đường',
];

function deathOf(making: Making, person: Person): Death {
  const { random, today } = making;
  const on = person.lifeEnds;
  const hospital = random.chance(0.4);
  return {
    on,
    precision: yearOf(on) < 1990 && random.chance(0.2) ? 'month' : 'day',
    time:
      yearOf(on) < 1990
        ? null
        : `${String(random.int(0, 23)).padStart(2, '0')}:${String(random.int(0, 59)).padStart(2, '0')}`,
    place: hospital ? 'Bệnh viện Đa khoa Đà Nẵng' : 'Tại nhà',
    cause: ageAt(person.born, on) > 85 ? 'Tuổi già' : random.pick(CAUSES),
    registeredOn: Math.min(on + random.int(1, 14), today),
    noticeIssuer: hospital ? 'Bệnh viện Đa khoa Đà Nẵng' : null,
    spot: person.parentsSpot,
    digitised: on >= ELECTRONIC_SINCE || random.chance(0.6),
  };
}

/** Someone from outside the family: parents are names only. About one in sixteen was born in another province. */
export function outsider(
  making: Making,
  facts: { sex: Sex; born: Day; spot: Spot; ethnicity: string; livesUntil?: Day },
): Person {
  const { random } = making;
  const { sex, born, spot, ethnicity, livesUntil } = facts;
  const elsewhere = ethnicity === '01' && random.chance(0.06) ? random.pick(OTHER_PROVINCES) : undefined;
  const surname = pickSurname(random, ethnicity);
  const unit = unitOn(spot, born);
  const parent = (of: Sex, surnameOf: string): ParentNamed => {
    const birthYear = yearOf(born) - random.int(20, 36);
    return { person: null, name: `${surnameOf} ${pickGiven(random, of, birthYear)}`, birthYear, ethnicity, spot };
  };
  return bear(making, {
    sex,
    born,
    surname,
    father: parent('NAM', surname),
    mother: parent('NU', pickSurname(random, ethnicity)),
    spot,
    homeTown: elsewhere ? { text: elsewhere[0], unit: null } : placeOf(unit),
    ethnicity,
    religion: drawReligion(random),
    elsewhere,
    livesUntil,
  });
}

export function drawReligion(random: Random): string {
  const mark = random.int(0, 999);
  if (mark < 860) return '00';
  if (mark < 950) return '01';
  if (mark < 980) return '02';
  return mark < 994 ? '04' : '03';
}
