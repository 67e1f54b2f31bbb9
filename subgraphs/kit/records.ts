/**
 * What every row of every registry carries. A row is one version of one record: a change inserts the next version and marks
 * the one before as replaced, so that the present state is `replaced_at is null`.
 */
export interface RecordRow {
  record_id: string;
  version: number;
  /** ISO 8601, UTC, milliseconds, as `Database` hands out every point in time. */
  recorded_at: string;
  replaced_at: string | null;
  authority_code: string | null;
  authority_name: string;
  note: string | null;
  /** Which record an object came from. Copying a row with `{ ...row }` keeps it; an object built from parts has none. */
  [RECORD]?: RecordStamp;
}

export const RECORD = Symbol('record');

/** One version of one record, as provenance names it. */
export interface RecordStamp {
  readonly record: string;
  readonly version: string;
  /** ISO 8601, UTC, milliseconds. */
  readonly recordedAt: string;
}

export const RECORD_COLUMNS = [
  'record_id',
  'version',
  'recorded_at',
  'replaced_at',
  'authority_code',
  'authority_name',
  'note',
] as const;

/** Marks a row with the record that it is. Changes the row itself: rows are made for one request and shared by nobody else. */
export function stampRecord<Row extends RecordRow>(row: Row): Row {
  row[RECORD] = {
    record: row.record_id,
    version: String(row.version),
    recordedAt: row.recorded_at,
  };
  return row;
}

/**
 * The latest recorded first, then by record id. Defective data can hold two present rows where one should be; with a total
 * order every reader, and every later read, picks the same one.
 */
export function byLatestRecorded(a: RecordRow, b: RecordRow): number {
  return compareText(b.recorded_at, a.recorded_at) || compareText(a.record_id, b.record_id) || b.version - a.version;
}

/** Sorts by a key, greatest first, absent keys last; rows of equal keys by `byLatestRecorded`. */
export function newestFirst<Row extends RecordRow>(rows: readonly Row[], key: (row: Row) => string | null): Row[] {
  return [...rows].sort((a, b) => compareText(key(b) ?? '', key(a) ?? '') || byLatestRecorded(a, b));
}

/** Sorts by a key, least first, absent keys last; rows of equal keys by `byLatestRecorded`. */
export function oldestFirst<Row extends RecordRow>(rows: readonly Row[], key: (row: Row) => string | null): Row[] {
  return [...rows].sort((a, b) => compareText(key(a) ?? '￿', key(b) ?? '￿') || byLatestRecorded(a, b));
}

/** The first of each key; rows whose key is null are all kept. */
export function distinctBy<Row>(rows: readonly Row[], key: (row: Row) => string | null): Row[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const value = key(row);
    if (value === null) return true;
    if (seen.has(value)) return false;
    seen.add(value);
    return true;
  });
}

/** By code unit, not by language: the order must not depend on where the process runs. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
