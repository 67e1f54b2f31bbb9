import { datesAgree, parsePartialDate } from '../compare/dates.js';
import type { Reading } from '../read.js';
import { decided, type Facts, isAbsent, type Rule, unknown, type Verdict } from './rule.js';

/**
 * Neither the identity registry nor a death record says that the person is dead. A death record decides even against an
 * identity record that has not heard of it; while civil status is silent, nobody can be said to live.
 */
export const alive: Rule = {
  subject: 'CITIZEN',
  options: {},
  reads: () => ({ lifeStatus: 'lifeStatus', death: 'death.recordNo' }),
  judge(facts) {
    const lifeStatus = facts.reading('lifeStatus');
    const death = facts.reading('death');
    const value = { lifeStatus: statusOf(lifeStatus), deathRecord: statusOf(death) };
    if (death.kind === 'value') return decided(false, value, death, lifeStatus);
    if (lifeStatus.kind === 'value' && lifeStatus.value !== 'SONG') return decided(false, value, lifeStatus);
    if (lifeStatus.kind === 'gap') return unknown(lifeStatus.reason);
    return isAbsent(death) ? decided(true, value, lifeStatus) : unknown(death.reason, value, lifeStatus);
  },
};

/** The person has reached `years` on the day. A date known to the year decides when the whole year gives the same answer. */
export const ofAge: Rule = {
  subject: 'CITIZEN',
  options: { years: 'number' },
  reads: () => ({ birthRecord: 'birth.dateOfBirth', identity: 'dateOfBirth' }),
  judge: (facts) => judgeBirthDate(facts, (date) => reached(date, Number(facts.with.years), facts.day)),
};

/** The person is of the sex by the registries that say one. Where they differ the officer must look. */
export const ofSex: Rule = {
  subject: 'CITIZEN',
  options: { sex: 'sex' },
  reads: () => ({ birthRecord: 'birth.sex', identity: 'sex' }),
  judge(facts) {
    const readings = [facts.reading('birthRecord'), facts.reading('identity')];
    const known = readings.filter((each) => each.kind === 'value');
    if (known.length === 0) return unknown(worst(readings));
    const said = known.map(plain);
    const [sex] = said;
    if (said.some((each) => each !== sex)) return unknown('CONFLICT', { sex: said }, ...known);
    return decided(sex === facts.with.sex, { sex }, ...known);
  },
};

/** The person was born before the day: some procedures serve only records of before a date. */
export const bornBefore: Rule = {
  subject: 'CITIZEN',
  options: { date: 'date' },
  reads: () => ({ birthRecord: 'birth.dateOfBirth', identity: 'dateOfBirth' }),
  judge: (facts) => judgeBirthDate(facts, (date) => decidedByRange(date, (day) => day < String(facts.with.date))),
};

/** Both registries' dates are judged: where they differ but lead to the same answer, that answer stands. */
function judgeBirthDate(facts: Facts, holds: (date: string) => boolean | null): Verdict {
  const readings = [facts.reading('birthRecord'), facts.reading('identity')];
  const known = readings.filter((each) => each.kind === 'value');
  if (known.length === 0) return unknown(worst(readings));
  const dates = known.map((each) => String(each.value));
  const value = { dateOfBirth: dates[0]! };
  const answers = new Set(dates.map(holds));
  const [answer] = answers;
  if (answers.size === 1 && typeof answer === 'boolean') return decided(answer, value, ...known);
  if (dates.length === 2 && !datesAgree(dates[0]!, dates[1]!))
    return unknown('CONFLICT', { dateOfBirth: dates }, ...known);
  // They agree, and one is more precise than the other: the more precise one decides if either can.
  const precise = dates.map(holds).find((each) => typeof each === 'boolean');
  return typeof precise === 'boolean' ? decided(precise, value, ...known) : unknown('NO_RECORD', value, ...known);
}

/** "Từ đủ 18 tuổi": from the birthday on. One born on 29 February reaches it on 1 March of a common year. */
function reached(date: string, years: number, day: string): boolean | null {
  return decidedByRange(
    date,
    (born) => `${String(Number(born.slice(0, 4)) + years).padStart(4, '0')}${born.slice(4)}` <= day,
  );
}

/** The answer for every day that a partial date may mean, where it is the same for the first and the last; else null. */
function decidedByRange(date: string, holds: (day: string) => boolean): boolean | null {
  if (!parsePartialDate(date)) return null;
  const first = holds(date + '-01-01'.slice(date.length - 4));
  const last = holds(date + '-12-31'.slice(date.length - 4));
  return first === last ? first : null;
}

/**
 * The civil-status registry says that the person is not married. Where only the identity registry says that they are, the
 * officer must look: a marriage may be recorded where it was never digitised.
 */
export const unmarried: Rule = {
  subject: 'CITIZEN',
  options: {},
  reads: () => ({ civilStatus: 'maritalStatus', identity: 'identityMaritalStatus' }),
  judge(facts) {
    const civilStatus = facts.reading('civilStatus');
    const identity = facts.reading('identity');
    const value = { maritalStatus: statusOf(civilStatus), identityMaritalStatus: statusOf(identity) };
    if (civilStatus.kind === 'gap') return unknown(civilStatus.reason, value, identity);
    if (civilStatus.value === MARRIED) return decided(false, value, civilStatus);
    const contradicted = identity.kind === 'value' && identity.value === MARRIED;
    return contradicted ? unknown('CONFLICT', value, civilStatus, identity) : decided(true, value, civilStatus);
  },
};

const MARRIED = 'DANG_CO_VO_CHONG';

/** Two roles are two persons. Needs no record. */
export const notSamePerson: Rule = {
  subject: 'CITIZEN',
  options: { other: 'CITIZEN' },
  reads: () => ({}),
  judge: (facts) => decided(facts.id !== facts.idOf(String(facts.with.other)), null),
};

/** A marriage in force joins the person with another party. */
export const marriedTo: Rule = {
  subject: 'CITIZEN',
  options: { other: 'CITIZEN' },
  reads: () => ({ spouses: 'marriages(includeEnded: false)[*].spouse.personalId', known: 'maritalStatus' }),
  judge(facts) {
    const spouses = facts.reading('spouses');
    const known = facts.reading('known');
    if (spouses.kind === 'value' && listOf(spouses).includes(facts.idOf(String(facts.with.other)))) {
      return decided(true, null, spouses);
    }
    if (spouses.kind === 'gap') return unknown(spouses.reason);
    return known.kind === 'gap'
      ? unknown(known.reason)
      : decided(false, { maritalStatus: statusOf(known) }, spouses, known);
  },
};

/** A registry holds the record. Absence is not failure: old records may never have been digitised. */
export const hasRecord: Rule = {
  subject: 'CITIZEN',
  options: { path: 'path' },
  reads: (options) => ({ record: String(options.path) }),
  judge(facts) {
    const record = facts.reading('record');
    return record.kind === 'value' ? decided(true, plain(record), record) : unknown(record.reason);
  },
};

/** A registry that answered holds no such record yet, so that it may be made. */
export const noRecord: Rule = {
  subject: 'CITIZEN',
  options: { path: 'path' },
  reads: (options) => ({ record: String(options.path) }),
  judge(facts) {
    const record = facts.reading('record');
    if (record.kind === 'value') return decided(false, plain(record), record);
    return isAbsent(record) ? decided(true, null) : unknown(record.reason);
  },
};

/** The person is an heir of the first rank of the deceased. Heirs by will are not in any registry, so "no" is not failure. */
export const heirOf: Rule = {
  subject: 'CITIZEN',
  options: { deceased: 'CITIZEN' },
  reads: (options) => ({ heirs: `${options.deceased}:heirs[*].citizen.personalId` }),
  judge(facts) {
    const heirs = facts.reading('heirs');
    if (heirs.kind === 'gap') return unknown(heirs.reason);
    return listOf(heirs).includes(facts.id) ? decided(true, null, heirs) : unknown('NO_RECORD', null, heirs);
  },
};

/** The person's identity card has not expired. */
export const cardValid: Rule = {
  subject: 'CITIZEN',
  options: {},
  reads: () => ({ number: 'card.number', expiresOn: 'card.expiresOn' }),
  judge(facts) {
    const card = facts.reading('number');
    const expiresOn = facts.reading('expiresOn');
    if (card.kind === 'gap') return unknown(card.reason);
    if (expiresOn.kind === 'value')
      return decided(String(expiresOn.value) >= facts.day, { expiresOn: plain(expiresOn) }, expiresOn);
    return isAbsent(expiresOn) ? decided(true, { expiresOn: null }, card) : unknown(expiresOn.reason);
  },
};

function statusOf(reading: Reading): string | null {
  return reading.kind === 'value' ? String(reading.value) : null;
}

function plain(reading: Reading & { kind: 'value' }): string {
  return String(reading.value);
}

function listOf(reading: Reading & { kind: 'value' }): string[] {
  return (reading.value as unknown[]).map(String);
}

function worst(readings: readonly Reading[]): 'NO_RECORD' | 'SOURCE_DOWN' | 'NOT_PERMITTED' {
  const reasons = readings.flatMap((each) => (each.kind === 'gap' ? [each.reason] : []));
  return (
    reasons.find((each) => each === 'SOURCE_DOWN') ?? reasons.find((each) => each === 'NOT_PERMITTED') ?? 'NO_RECORD'
  );
}
