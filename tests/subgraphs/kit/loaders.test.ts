import type { Queryable } from '../../../subgraphs/kit/database';
import { batchKeysMax, createTableLoader } from '../../../subgraphs/kit/loaders';
import type { RecordRow } from '../../../subgraphs/kit/records';
import { defineTable, present, replaced } from '../../../subgraphs/kit/table';

interface ThingRow extends RecordRow {
  owner_id: string;
}

const things = defineTable<ThingRow, 'byOwner' | 'byRecord' | 'replacedByRecord'>({
  name: 'test.thing',
  columns: 'owner_id',
  ways: { byOwner: present('owner_id'), byRecord: present('record_id'), replacedByRecord: replaced('record_id') },
});

const recorded = { version: 1, replaced_at: null, authority_code: null, authority_name: 'x', note: null };
const row = (way: number, record_id: string, recorded_at = '2024-01-01T00:00:00.000Z') => ({
  ...recorded,
  way,
  record_id,
  recorded_at,
  owner_id: 'a',
});

/** A database that answers every statement with the same rows, and remembers the statements. */
function answering(rows: object[]): Queryable & { readonly sent: [string, readonly unknown[]][] } {
  const sent: [string, readonly unknown[]][] = [];
  return {
    sent,
    query: async (text, values = []) => {
      sent.push([text, values]);
      return rows as never;
    },
  };
}

const columns = 'record_id, version, recorded_at, replaced_at, authority_code, authority_name, note, owner_id';

it('look-ups of one moment, in several ways, are one statement with a branch for each way', async () => {
  const database = answering([row(0, 'R-1'), row(1, 'R-9')]);
  const loader = createTableLoader(database, things);
  const [ofA, ofB, nine, missing] = await Promise.all([
    loader.loadMany('byOwner', 'a'),
    loader.loadMany('byOwner', 'b'),
    loader.loadOne('byRecord', 'R-9'),
    loader.loadOne('byRecord', 'R-8'),
  ]);
  expect([ofA.map(({ record_id }) => record_id), ofB, nine?.record_id, missing]).toEqual([['R-1'], [], 'R-9', null]);
  expect(database.sent).toEqual([
    [
      `select 0 as way, ${columns} from test.thing where replaced_at is null and owner_id = any($1::text[]) union all ` +
        `select 1 as way, ${columns} from test.thing where replaced_at is null and record_id = any($2::text[])`,
      [
        ['a', 'b'],
        ['R-9', 'R-8'],
      ],
    ],
  ]);
});

it('a key that was read is not read again in the request', async () => {
  const database = answering([]);
  const loader = createTableLoader(database, things);
  await Promise.all([loader.loadMany('byOwner', 'a'), loader.loadOne('byOwner', 'a')]);
  await loader.loadMany('byOwner', 'a');
  expect(database.sent).toHaveLength(1);
});

it('more keys than a statement may have are read by several', async () => {
  const database = answering([]);
  const loader = createTableLoader(database, things);
  await Promise.all(Array.from({ length: batchKeysMax + 1 }, (_, index) => loader.loadMany('byOwner', `${index}`)));
  expect(database.sent.map(([, values]) => (values[0] as unknown[]).length)).toEqual([batchKeysMax, 1]);
});

it('an absent key, or one that no row can have, is not asked for', async () => {
  const database = answering([]);
  const loader = createTableLoader(database, things);
  expect(await Promise.all([loader.loadOne('byOwner', null), loader.loadMany('byOwner', 'a\0')])).toEqual([null, []]);
  expect(database.sent).toEqual([]);
});

it('of several rows the latest recorded comes first, then the least record id, in whatever order they came', async () => {
  const rows = [row(0, 'R-3'), row(0, 'R-2', '2025-01-01T00:00:00.000Z'), row(0, 'R-1', '2025-01-01T00:00:00.000Z')];
  for (const order of [rows, rows.toReversed()]) {
    const loader = createTableLoader(answering(order), things);
    expect((await loader.loadMany('byOwner', 'a')).map(({ record_id }) => record_id)).toEqual(['R-1', 'R-2', 'R-3']);
  }
});

it('a failure reaches every look-up of the statement', async () => {
  const loader = createTableLoader({ query: () => Promise.reject(new Error('gone')) }, things);
  const both = await Promise.allSettled([loader.loadOne('byOwner', 'a'), loader.loadMany('byRecord', 'b')]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
