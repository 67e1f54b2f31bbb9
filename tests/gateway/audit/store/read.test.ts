import fc from 'fast-check';
import { type MarkName, markOf } from '../../../../gateway/audit/marks';
import type { Find } from '../../../../gateway/audit/reader';
import { appendBatch } from '../../../../gateway/audit/store/append';
import { findEntries } from '../../../../gateway/audit/store/find';
import { createReader } from '../../../../gateway/audit/store/read';
import { Sequencer } from '../../../../gateway/audit/store/sequencer';
import {
  type AuditStore,
  createClock,
  createSigner,
  createTestLog,
  MARCH_MS,
  onEveryStore,
  shapeOf,
  TestWriter,
  type WrittenEntry,
} from '../../../helpers/audit-store';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

interface Logged extends WrittenEntry {
  readonly leaf: number;
}

const shape = shapeOf({
  name: 'Marriage',
  registries: ['civil-status', 'land'],
  fields: [
    ['a', [0], 'shown'],
    ['auditEntries.b', [1], 'masked LAST4'],
  ],
});

const DEPARTMENTS = ['a', 'b', 'c'];
const personOf = (number: number) => `person-${String(number).padStart(9, '0')}`;

/** An entry in `one of a few` ways that many share, and about a person that few are about. */
function fieldsOf(index: number) {
  return {
    kind: index % 17 === 0 ? ('refused' as const) : ('read' as const),
    who: { sub: `officer-${index % 7}`, role: 'clerk', dept: DEPARTMENTS[index % 3] },
    about: ['k1', personOf(index % 90)],
    ...(index % 5 === 0 ? { shape: shape.hash, from: `r-${index % 40}@v1 p-${index}@v1`, got: [0] } : {}),
  };
}

onEveryStore((open) => {
  let store: AuditStore;
  let all: Logged[];

  beforeAll(async () => {
    store = await open();
    const clock = createClock(MARCH_MS - 40 * DAY_MS);
    const sequencer = new Sequencer({
      ...{ db: store.db, clock, log: createTestLog(), signer: createSigner(), everyMs: 1_000, entriesMax: 60 },
    });
    const [one, other] = [new TestWriter(), new TestWriter()];
    const written = new Map<string, WrittenEntry>();
    const append = async (writer: TestWriter, entries: WrittenEntry[]) => {
      for (const entry of entries) written.set(entry.line, entry);
      await appendBatch(store.db, { writer: writer.id, entries, details: [shape] });
    };
    for (let round = 0; round < 20; round += 1) {
      await append(
        one,
        Array.from({ length: 25 }, (_, k) => one.next(clock.ms - 1_000 + k, fieldsOf(round * 25 + k))),
      );
      // Those of the other come days late, as from a journal, and once from a clock that is ahead.
      const atMs = clock.ms + (round === 7 ? 3 : -5) * DAY_MS;
      if (round % 4 === 3) await append(other, [other.next(atMs, fieldsOf(round)), other.next(atMs + 1, fieldsOf(1))]);
      await sequencer.tick();
      clock.ms += 3 * DAY_MS;
    }
    const rows = await store.db.query<{ leaf: number; body: string }>(
      'SELECT leaf_index AS leaf, body FROM audit.lookup JOIN audit.entry USING (writer, n, at) ORDER BY 1',
    );
    all = rows.map(({ leaf, body }) => ({ ...written.get(body)!, leaf }));
  });
  afterAll(() => store.close());

  const marks: [MarkName, string, (entry: Logged) => boolean][] = [
    ['kind', 'refused', ({ entry }) => entry.kind === 'refused'],
    ['kind', 'read', ({ entry }) => entry.kind === 'read'],
    ['department', 'b', ({ entry }) => entry.who?.dept === 'b'],
    ['actor', 'officer-3', ({ entry }) => entry.who?.sub === 'officer-3'],
    ['subject', personOf(41), ({ entry }) => entry.about?.[1] === personOf(41)],
    ['subject', personOf(999), () => false],
    ['record', 'civil-status/r-5', ({ entry }) => entry.from?.startsWith('r-5@') === true],
    ['operation', 'Marriage', ({ entry }) => entry.shape === shape.hash],
    ['outcome', 'masked', ({ entry }) => entry.shape === shape.hash],
    ['reads', 'log', ({ entry }) => entry.shape === shape.hash],
  ];

  it('has entries in the tree that came late, and in several months', () => {
    expect(all.length).toBe(510);
    expect(all.filter(({ atMs }, index) => atMs < (all[index - 1]?.atMs ?? 0)).length).toBeGreaterThan(4);
  });

  it('finds what going through all entries would find, page by page', async () => {
    const time = fc.option(fc.integer({ min: -45, max: 25 }).map((days) => MARCH_MS + days * DAY_MS + HOUR_MS));
    const someMarks = fc.subarray(
      marks.map((_, index) => index),
      { maxLength: 3 },
    );
    const asked = fc.record({
      lists: fc.option(fc.array(someMarks, { maxLength: 3 })),
      from: time,
      until: time,
      after: fc.option(fc.integer({ min: -1, max: 520 })),
      order: fc.constantFrom('newest first' as const, 'oldest first' as const),
      first: fc.integer({ min: 1, max: 40 }),
      rows: fc.constantFrom(3, 50, 2_000),
    });
    const property = fc.asyncProperty(asked, async ({ lists, from, until, after, order, first, rows }) => {
      const find: Find = {
        ...{ order, first },
        ...(lists
          ? { anyOf: lists.map((list) => list.map((index) => markOf(marks[index]![0], marks[index]![1]))) }
          : {}),
        ...(from === null ? {} : { fromMs: from }),
        ...(until === null ? {} : { untilMs: until }),
        ...(after === null ? {} : { afterLeaf: after }),
      };
      const isNewestFirst = order === 'newest first';
      const fits = (entry: Logged) =>
        (!lists || lists.length === 0 || lists.some((list) => list.every((index) => marks[index]![2](entry)))) &&
        (from === null || entry.atMs >= from) &&
        (until === null || entry.atMs < until) &&
        (after === null || (isNewestFirst ? entry.leaf < after : entry.leaf > after));
      const expected = (isNewestFirst ? all.toReversed() : all).filter(fits).slice(0, first);
      const found = await findEntries(store.db, find, { walkRows: rows, lookUpRows: rows });
      expect(found).toEqual(expected.map(({ leaf, line }) => ({ leaf, line })));
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('gives an entry by its place, and nothing where there is none', async () => {
    const reader = createReader(store.db);
    expect(await reader.entry(7)).toEqual({ leaf: 7, line: all[7]?.line });
    expect(await reader.entry(all.length)).toBeUndefined();
    expect(await reader.entry(-1)).toBeUndefined();
  });

  it('refuses a proof of what was never in the tree', async () => {
    const reader = createReader(store.db);
    await expect(reader.inclusionProof(all.length, all.length)).rejects.toThrow(RangeError);
    await expect(reader.inclusionProof(0, all.length + 1)).rejects.toThrow('there are not the hashes');
  });
});
