import type { CopyValue } from '../database.js';
import type { ActingAuthority } from './authorities.js';
import { type Day, day, ELECTRONIC_SINCE, officeTime } from './calendar.js';
import type { Family, Person } from './model.js';
import { hash } from './random.js';
import type { Unit } from './units.js';

/** One row by column name; a column that is left out is null. */
export type Row = Record<string, CopyValue>;

/** The rows of one family in one registry, by table. */
export type FamilyRows = Record<string, Row[]>;

/**
 * What a registry's `seed.ts` gives: its tables, and how a family becomes rows. Families come in order, once each: record
 * numbers are counted on.
 */
export interface RegistrySeed {
  registry: string;
  schema: string;
  /** The columns of each table, in the order in which they are copied. */
  tables: Readonly<Record<string, readonly string[]>>;
  rows(family: Family): FamilyRows;
}

/** What every versioned table begins with. */
export const VERSION_COLUMNS = [
  'record_id',
  'version',
  'recorded_at',
  'replaced_at',
  'authority_code',
  'authority_name',
  'note',
] as const;

/** Record ids: kind, year, number within both, as `KS-2015-000123`. */
export class RecordIds {
  private readonly counters = new Map<string, number>();

  next(kind: string, year: number): string {
    const series = `${kind}-${year}`;
    const count = (this.counters.get(series) ?? 0) + 1;
    this.counters.set(series, count);
    return `${series}-${String(count).padStart(6, '0')}`;
  }
}

/** What a record said from a day on, and who entered that. */
export interface RecordState {
  on: Day;
  authority: ActingAuthority;
  note: string | null;
  /** An object of this state's own: it becomes the row. Copies of wide objects were a third of all the time. */
  values: Row;
}

/** The versions of one record, from 1. Two states of one day are one version: the later. */
export function versionsOf(recordId: string, states: readonly RecordState[]): Row[] {
  const kept: RecordState[] = [];
  for (const state of states) {
    const previous = kept.at(-1);
    if (previous && state.on <= previous.on) kept[kept.length - 1] = { ...state, on: previous.on };
    else kept.push(state);
  }
  return kept.map((state, index) => {
    const next = kept[index + 1];
    const row = state.values;
    row.record_id = recordId;
    row.version = index + 1;
    row.recorded_at = officeTime(state.on);
    row.replaced_at = next ? officeTime(next.on) : null;
    row.authority_code = state.authority.code;
    row.authority_name = state.authority.name;
    row.note = state.note;
    return row;
  });
}

/** The two columns that hold a unit. */
export const codeOf = (unit: Unit | null | undefined): string | null => unit?.code ?? null;
export const fromOf = (unit: Unit | null | undefined): string | null => unit?.validFrom ?? null;

/** When an entry came into the electronic register: the same day, or, from the old books, some day of 2019 to 2023. */
export function enteredOn(on: Day, recordId: string): Day {
  return on >= ELECTRONIC_SINCE ? on : day(2019, 1, 1) + (hash(recordId) % 1800);
}

export type MaritalStatus = 'CHUA_KET_HON' | 'DANG_CO_VO_CHONG' | 'DA_LY_HON' | 'VO_CHONG_DA_CHET';

/** What a person's marriages say of them on a day; of the dead, what they said on the day before. */
export function maritalStatusOn(person: Person, on: Day): MaritalStatus {
  const until = person.death ? Math.min(on, person.death.on - 1) : on;
  let status: MaritalStatus = 'CHUA_KET_HON';
  for (const marriage of person.marriages) {
    if (marriage.on > until) break;
    if (marriage.endedOn === null || marriage.endedOn > until) return 'DANG_CO_VO_CHONG';
    status = marriage.status === 'DIVORCED' ? 'DA_LY_HON' : 'VO_CHONG_DA_CHET';
  }
  return status;
}
