import DataLoader from 'dataloader';
import type { Queryable } from './database.js';
import { byLatestRecorded, type RecordRow, stampRecord } from './records.js';
import type { Table } from './table.js';

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

  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const way = table.wayNames[row.way]!;
    const key = `${way} ${(row as object as Record<string, unknown>)[table.ways[way].column]}`;
    const group = found.get(key);
    stampRecord<Row>(row);
    if (group) group.push(row);
    else found.set(key, [row]);
  }
  for (const group of found.values()) group.sort(byLatestRecorded);
  return lookUps.map(({ way, key }) => found.get(`${way} ${key}`) ?? noRows);
}
