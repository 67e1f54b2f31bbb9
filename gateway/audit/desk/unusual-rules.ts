import type { Called } from './words.js';

/**
 * What counts as unusual: the one table of all thresholds. Each of its figures stands in the answer beside what was found, so that
 * nobody need believe a rule. None knows of public holidays, of shifts, or of what an officer's work is: a finding is a reason to ask.
 */
export interface UnusualRules {
  /**
   * One caller read very many people on one day: at least `peopleMin`, and more than `ownFactor` times the median of their other days
   * (of `daysMin` at least), or more than `othersFactor` times the median of their department's others that day (two at least). Where
   * there is neither to compare with: at least `peopleAlone`.
   */
  readonly volume: Readonly<Record<'peopleMin' | 'ownFactor' | 'daysMin' | 'othersFactor' | 'peopleAlone', number>>;
  /** A person, not a system, read before `fromHour`, from `untilHour` on, or at a weekend in Viet Nam: `entriesMin` times a day. */
  readonly hours: Readonly<Record<'fromHour' | 'untilHour' | 'entriesMin', number>>;
  /**
   * A caller read of themselves, or of somebody who stands beside them in an entry (as spouses do in a marriage, or the members of a
   * household where an operation names them): `entriesMin` entries. That can be known only of callers whose token names them by their
   * personal number, for entries hold no other link between an officer and a citizen; and those beside one another in a sale of land
   * need not be relatives.
   */
  readonly relatives: Readonly<Record<'entriesMin', number>>;
  /** A caller read people for no dossier, who are in none of their dossiers of that time or of `historyDays` before: `peopleMin`. */
  readonly outsideDossiers: Readonly<Record<'peopleMin', number>>;
  /** A caller was refused on one day: `refusedMin` times, and in `percentMin` of a hundred of their requests. */
  readonly refusals: Readonly<Record<'refusedMin' | 'percentMin', number>>;
}

export type RuleName = keyof UnusualRules;

export const UNUSUAL_RULES: UnusualRules = {
  volume: { peopleMin: 50, ownFactor: 3, daysMin: 3, othersFactor: 3, peopleAlone: 200 },
  hours: { fromHour: 7, untilHour: 18, entriesMin: 1 },
  relatives: { entriesMin: 1 },
  outsideDossiers: { peopleMin: 10 },
  refusals: { refusedMin: 20, percentMin: 30 },
};

/** How far before the time asked for is looked for what is usual, days. */
export const HISTORY_DAYS = 28;

export const RULE_WORDS: Readonly<Record<RuleName, Called>> = {
  volume: {
    text: 'Xem dữ liệu của rất nhiều người trong một ngày',
    textEn: 'Read the data of very many people on one day',
  },
  hours: {
    text: 'Xem dữ liệu ngoài giờ làm việc hoặc cuối tuần',
    textEn: 'Read outside working hours or at a weekend',
  },
  relatives: {
    text: 'Xem dữ liệu của chính mình hoặc của người thân',
    textEn: 'Read of themselves or of their own relatives',
  },
  outsideDossiers: {
    text: 'Xem dữ liệu của người không thuộc hồ sơ nào đang giải quyết',
    textEn: 'Read people who are in none of the dossiers of the caller',
  },
  refusals: { text: 'Bị từ chối nhiều lần', textEn: 'Was refused many times' },
};
