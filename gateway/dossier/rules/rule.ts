import type { SourceRecord } from '../../context.js';
import type { PartySubject } from '../form.js';
import type { Gap, Reading } from '../read.js';

export type CheckResult = 'PASSED' | 'FAILED' | 'UNKNOWN';
export type PlainValue = string | number | boolean | null | readonly string[] | Readonly<Record<string, unknown>>;

/** What a rule concludes, from which values, resting on which records. */
export interface Verdict {
  readonly result: CheckResult;
  readonly value: PlainValue;
  /** Only with `UNKNOWN`. */
  readonly reason: Gap | 'CONFLICT' | null;
  readonly records: readonly SourceRecord[];
}

/** What an option of a rule may be: a role of that subject, a number, a day, a `Sex` of the schema, or a path from the check's party. */
export type OptionKind = PartySubject | 'number' | 'date' | 'sex' | 'path';
export type Options = Readonly<Record<string, string | number>>;

export interface Facts {
  readonly with: Options;
  /** Today in Vietnam, `YYYY-MM-DD`. */
  readonly day: string;
  /** The identifier of the check's party. */
  readonly id: string;
  idOf(role: string): string;
  /** What was read at the path that the rule named so. */
  reading(name: string): Reading;
}

/** A rule is pure: what it reads is declared, so that the dossier's one operation asks for it. */
export interface Rule {
  readonly subject: PartySubject;
  readonly options: Readonly<Record<string, OptionKind>>;
  /** The paths that it needs, by the names under which `judge` reads them. */
  reads(options: Options): Readonly<Record<string, string>>;
  judge(facts: Facts): Verdict;
}

export function decided(holds: boolean, value: PlainValue, ...rests: readonly Reading[]): Verdict {
  return { result: holds ? 'PASSED' : 'FAILED', value, reason: null, records: recordsOf(rests) };
}

export function unknown(reason: Gap | 'CONFLICT', value: PlainValue = null, ...rests: readonly Reading[]): Verdict {
  return { result: 'UNKNOWN', value, reason, records: recordsOf(rests) };
}

/** Whether the registry answered and has nothing there, as against one that did not answer or may not. */
export function isAbsent(reading: Reading): boolean {
  return reading.kind === 'gap' && reading.reason === 'NO_RECORD';
}

function recordsOf(readings: readonly Reading[]): SourceRecord[] {
  return readings.flatMap((reading) => (reading.kind === 'value' ? reading.records : []));
}
