import { parseEntry, type Shape } from '../../../../gateway/audit/entry.js';
import { type MarkName, markOf, marksOf } from '../../../../gateway/audit/marks.js';
import type { Find } from '../../../../gateway/audit/reader.js';
import { findEntries } from '../../../../gateway/audit/store/find.js';
import { createReader } from '../../../../gateway/audit/store/read.js';
import { leafHash } from '../../../../gateway/audit/verify/merkle.js';
import { type AuditStore, createPostgresAudit } from '../../../helpers/audit-store.js';
import { makeMonths } from '../../../helpers/made-month.js';
import { describeOnPostgres } from '../../../helpers/scratch-postgres.js';
import { type Explained, explaining } from './explained.js';

/** `npm run bench -- --question audit-lookup` says how long it takes among ten million. This is what makes that so, among fewer. */
describeOnPostgres('looking up among 200,000 entries of two months', () => {
  const FEBRUARY = { since: '2026-02-01Z', days: 28, entries: 50_000 };
  const MARCH = { since: '2026-03-01Z', days: 31, entries: 150_000 };
  const LEFT_BEFORE = 40_000;
  const MARCH_MS = Date.parse('2026-03-01Z');
  const DAY_MS = 86_400_000;
  const FIRST = 100;
  /** Of 8 kB, in memory or not: a table of all has 7,000. A hundred entries alone take up to 400, with the index that they are found by. */
  const PAGES_MAX = 2_500;

  let store: AuditStore;
  let person: { hash: string; record: string };
  beforeAll(async () => {
    store = await createPostgresAudit();
    await makeMonths(store.db, [FEBRUARY, MARCH], LEFT_BEFORE);
    [person] = (await store.db.query<{ hash: string; record: string }>(
      `SELECT hash, 'civil-status/' || split_part(split_part(records, ' ', 3), '@', 1) AS record FROM made.person WHERE k = 4711`,
    )) as [typeof person];
  }, 300_000);
  afterAll(() => store?.close());

  const marked = (...marks: [MarkName, string][]): Pick<Find, 'anyOf'> => ({
    anyOf: [marks.map(([name, value]) => markOf(name, value))],
  });
  const week = { fromMs: MARCH_MS + 10 * DAY_MS, untilMs: MARCH_MS + 17 * DAY_MS };
  /** What auditors ask, and how the answer is found. */
  const asked: [string, () => Partial<Find>, 'through the index' | 'newest first through the index' | 'in order'][] = [
    ['a person', () => marked(['subject', person.hash]), 'through the index'],
    ['a record', () => marked(['record', person.record]), 'through the index'],
    [
      'a person under two keys',
      () => ({ anyOf: [[markOf('subject', person.hash)], [markOf('subject', 'old')]] }),
      'through the index',
    ],
    [
      'a person, a department and a week',
      () => ({ ...marked(['subject', person.hash], ['department', 'department-7']), ...week }),
      'through the index',
    ],
    ['nobody', () => marked(['subject', 'nobody']), 'through the index'],
    ['an officer with one entry in a hundred', () => marked(['actor', 'officer-1']), 'in order'],
    ['an officer who left long ago', () => marked(['actor', 'officer-2']), 'newest first through the index'],
    ['a portal that was closed long ago', () => marked(['system', 'old-portal']), 'newest first through the index'],
    [
      'two that many have and few together',
      () => marked(['code', 'NOT_PERMITTED'], ['department', 'department-7']),
      'through the index',
    ],
    ['a role that nearly all have', () => marked(['role', 'officer']), 'in order'],
    ['a week', () => week, 'in order'],
  ];
  const orders = ['newest first', 'oldest first'] as const;
  const cases = asked.flatMap(([what, find, way]) => orders.map((order) => [what, order, find, way] as const));

  /** What is wrong with how it was found. */
  function faultsOf(statements: readonly Explained[]): string[] {
    const scans = statements.flatMap((each) => each.scans);
    const pages = statements.reduce((sum, each) => sum + each.pages, 0);
    return [
      ...scans.filter((scan) => scan.startsWith('Seq Scan on') && !/_other$|_04$/.test(scan)),
      ...statements.flatMap(({ isParallel }) => (isParallel ? ['in parallel'] : [])),
      ...(pages > PAGES_MAX ? [`${pages} pages`] : []),
    ];
  }
  const usesMarks = (statements: readonly Explained[]) =>
    statements.some(({ scans }) =>
      scans.some((scan) => /^Bitmap Index Scan on lookup_2026_0\d_lookup_keys_idx$/.test(scan)),
    );

  it('is made of entries as gateways write them', async () => {
    const details = new Map(
      (await store.db.query<{ hash: string; body: string }>('SELECT hash, body FROM audit.detail')).map(
        ({ hash, body }) => [hash, JSON.parse(body) as Shape],
      ),
    );
    const rows = await store.db.query<{ marks: string[]; body: string }>(
      'SELECT marks::text[] AS marks, body FROM audit.lookup JOIN audit.entry USING (writer, n, at) ORDER BY leaf_index LIMIT 1000',
    );
    for (const { marks, body } of rows) {
      const entry = parseEntry(body);
      expect([...marks].sort()).toEqual(marksOf(entry, details.get(entry.shape ?? '')).sort());
    }
    const [{ hashes }] = (await store.db.query<{ hashes: Buffer }>(
      'SELECT hashes FROM audit.leaf WHERE first_index = 0',
    )) as [{ hashes: Buffer }];
    expect(hashes.subarray(32 * 999)).toEqual(leafHash(Buffer.from(rows[999]!.body)));
  });

  it.each(cases)('%s, %s: finds what going through all would find', async (_what, order, find) => {
    const reader = createReader(store.db);
    for (const afterLeaf of [undefined, 60_000]) {
      const ask: Find = { ...find(), order, first: FIRST, ...(afterLeaf === undefined ? {} : { afterLeaf }) };
      const found = await reader.find(ask);
      expect(found.map(({ leaf }) => leaf)).toEqual(await naively(ask));
      for (const { line } of found) expect(parseEntry(line!).v).toBe(1);
      // The same, where so little may be looked at that every way is gone.
      expect(await findEntries(store.db, ask, { walkRows: 10, lookUpRows: FIRST })).toEqual(found);
    }
  });

  it.each(cases)('%s, %s: goes through few pages, whichever plan the server keeps', async (...[, order, find, way]) => {
    for (const planned of ['for the values', 'for any values'] as const) {
      const db = explaining(store.db, planned);
      await createReader(db).find({ ...find(), order, first: FIRST });
      expect(faultsOf(db.statements)).toEqual([]);
      expect(usesMarks(db.statements)).toBe(way.startsWith(order) || way === 'through the index');
    }
  });

  it.each(orders)('of a time, %s, only the months are read that have to do with it', async (order) => {
    for (const marks of [marked(['subject', person.hash]), marked(['role', 'officer']), {}]) {
      const db = explaining(store.db, 'for any values');
      const reader = createReader(db);
      await reader.find({ ...marks, ...week, order, first: FIRST });
      // Which leaf is the nearest is asked of the edge of each month's index.
      const read = () =>
        db.statements.flatMap(({ scans }) => scans.filter((scan) => !scan.startsWith('Index Only Scan')));
      const monthsRead = () => new Set(read().flatMap((scan) => /_2026_(0[23])/.exec(scan)?.[1] ?? []));
      expect(monthsRead()).toEqual(new Set(['03']));
      await reader.find({ ...marks, fromMs: MARCH_MS - DAY_MS, untilMs: MARCH_MS + DAY_MS, order, first: 50_000 });
      expect(monthsRead()).toEqual(new Set(['02', '03']));
    }
  });

  it('would be told from going through all: that reads every page', async () => {
    const db = explaining(store.db, 'for the values');
    await db.query(
      'SELECT leaf_index FROM audit.lookup WHERE marks @> $1::bigint[] ORDER BY leaf_index DESC LIMIT 100',
      [[markOf('subject', 'nobody')]],
    );
    expect(faultsOf(db.statements)).toContainEqual(expect.stringMatching(/ pages$/));
    expect(usesMarks(db.statements)).toBe(false);
  });

  async function naively({ anyOf, fromMs, untilMs, afterLeaf, order, first }: Find): Promise<number[]> {
    const isNewestFirst = order === 'newest first';
    const marks = anyOf?.map((list) => `marks @> '{${list.join(',')}}'`).join(' OR ') ?? 'true';
    const rows = await store.db.query<{ leaf: number }>(
      `SELECT leaf_index AS leaf FROM audit.lookup WHERE (${marks})
         AND at >= to_timestamp(${(fromMs ?? 0) / 1000}) AND at < to_timestamp(${(untilMs ?? 4e12) / 1000})
         AND leaf_index ${isNewestFirst ? '<' : '>'} ${afterLeaf ?? (isNewestFirst ? 1e9 : -1)}
       ORDER BY leaf_index + 0 ${isNewestFirst ? 'DESC' : 'ASC'} LIMIT ${first}`,
    );
    return rows.map(({ leaf }) => leaf);
  }
});
