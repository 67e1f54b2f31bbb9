import DataLoader from 'dataloader';
import type { Queryable } from './database.js';
import { byLatestRecorded, type RecordRow, stampRecord } from './records.js';
import type { LookUpWay, Table } from './table.js';

/**
 * Keys in one statement; a request that asks for more is served by several. With many more, PostgreSQL begins to read tables
 * of a dozen megabytes as a whole, and every statement is meant to stay on an index.
 */
export const batchKeysMax = 250;

/** Reads one table for one request. What was read once in a request is not read again. */
export interface TableLoader<Row extends RecordRow, Way extends string> {
  /** The latest recorded row of the key, or null. */
  loadOne(way: Way, key: string | null | undefined): Promise<Row | null>;
  /** All rows of the key, the latest recorded first; an empty list when there are none. */
  loadMany(way: Way, key: string | null | undefined): Promise<readonly Row[]>;
}

interface LookUp<Way> {
  readonly way: Way;
  readonly key: string;
}

const noRows: readonly never[] = Object.freeze([]);

/**
 * Collects every look-up in a table that is asked for at the same moment, in whichever ways, into one statement.
 * Rejects with the driver's error.
 */
export function createTableLoader<Row extends RecordRow, Way extends string>(
  database: Queryable,
  table: Table<Row, Way>,
): TableLoader<Row, Way> {
  const loader = new DataLoader<LookUp<Way>, readonly Row[], string>((lookUps) => readBatch(database, table, lookUps), {
    maxBatchSize: batchKeysMax,
    cacheKeyFn: ({ way, key }) => `${way} ${key}`,
  });
  // A null byte cannot be stored in a PostgreSQL text, so no row has such a key; asking would be an error of the database.
  const loadMany = (way: Way, key: string | null | undefined): Promise<readonly Row[]> =>
    key == null || key.includes('\0') ? Promise.resolve(noRows) : loader.load({ way, key });
  return {
    loadMany,
    loadOne: async (way, key) => (await loadMany(way, key))[0] ?? null,
  };
}

async function readBatch<Row extends RecordRow, Way extends string>(
  database: Queryable,
  table: Table<Row, Way>,
  lookUps: readonly LookUp<Way>[],
): Promise<(readonly Row[])[]> {
  const keysByWay = new Map<Way, string[]>();
  for (const { way, key } of lookUps) {
    const keys = keysByWay.get(way);
    if (keys) keys.push(key);
    else keysByWay.set(way, [key]);
  }
  const ways = table.wayNames.filter((way) => keysByWay.has(way));
  const rows = await database.query<Row & { way: number }>(
    table.statement(ways).text,
    ways.map((way) => keysByWay.get(way)),
  );

  const rowsByWay = new Map<Way, Row[]>(ways.map((way) => [way, []]));
  for (const row of rows) rowsByWay.get(table.wayNames[row.way]!)?.push(stampRecord<Row>(row));
  const found = new Map<Way, ReadonlyMap<string, readonly Row[]>>();
  for (const [way, ofWay] of rowsByWay) found.set(way, byKey(ofWay, table.ways[way]));
  return lookUps.map(({ way, key }) => found.get(way)?.get(key) ?? noRows);
}

/** The rows of each key, the latest recorded first. */
function byKey<Row extends RecordRow>(rows: Row[], { column, sharedBy }: LookUpWay): Map<string, readonly Row[]> {
  const groups = groupBy(rows.sort(byLatestRecorded), column);
  if (sharedBy === undefined) return groups;
  const keys = groupBy(rows, sharedBy);
  return new Map(
    [...keys].map(([key, own]) => [
      key,
      [...new Set(own.map((row) => valueIn(row, column)))].flatMap((shared) => groups.get(shared) ?? []),
    ]),
  );
}

function groupBy<Row extends RecordRow>(rows: readonly Row[], column: string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const value = valueIn(row, column);
    const group = groups.get(value);
    if (group) group.push(row);
    else groups.set(value, [row]);
  }
  return groups;
}

function valueIn(row: RecordRow, column: string): string {
  return String((row as object as Record<string, unknown>)[column]);
}
