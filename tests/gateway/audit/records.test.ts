import fc from 'fast-check';
import {
  type Entry,
  EntryError,
  parseEntry,
  type RecordInList,
  readRecords,
  recordsOf,
  writeRecords,
} from '../../../gateway/audit/entry.js';
import { markOf, marksOf } from '../../../gateway/audit/marks.js';
import { writerNamed } from '../../helpers/audit-log-of-test.js';
import { shapeOf } from '../../helpers/audit-store.js';

const AT_MS = 1793588406226;
const record = (id: string, retrievedAtMs = AT_MS, cache = 'SOURCE'): RecordInList => {
  return { record: id, version: '1', retrievedAtMs, cache };
};

describe('the records of an entry', () => {
  test('whose records came all alike names no time but one', () => {
    expect(writeRecords([record('a'), record('b')])).toEqual({ from: 'a@1 b@1', got: [AT_MS] });
    expect(writeRecords([record('a', AT_MS, 'REDIS')])).toEqual({ from: 'a@1', got: [AT_MS, 'REDIS'] });
  });

  test('name a time where it is another than that of the record before, each time once, and a tier where it is another than that of the time before', () => {
    const kept = AT_MS - 11;
    const older = kept - 3000;
    const records = [
      ...[record('a', kept), record('b', older, 'MEMORY'), record('c', older, 'MEMORY')],
      ...[record('d', kept), record('e', kept, 'MEMORY'), record('f', older + 5000)],
    ];
    expect(writeRecords(records)).toEqual({
      from: 'a@1 1 b@1 c@1 0 d@1 2 e@1 3 f@1',
      got: [kept, -3000, 'MEMORY', 3000, 2000, 'SOURCE'],
    });
  });

  test('are none, or of no id and no version', () => {
    expect(writeRecords([])).toEqual({ from: '', got: [] });
    expect(writeRecords([{ ...record(''), version: '' }])).toEqual({ from: '@', got: [AT_MS] });
    expect(readRecords({})).toEqual([]);
  });

  test('may have in their names what stands between them', () => {
    const { from } = writeRecords([{ ...record('50 % @ 1'), version: '%40 ' }]);
    expect(from).toBe('50%20%25%20%40%201@%2540%20');
  });

  const names = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('%', '@', ' ', '2', '5', '0', '4', '\n', '"', 'ễ') }),
    fc.constantFrom('', '7', '-'),
  );
  const groups = fc.record({
    retrievedAtMs: fc.oneof(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: AT_MS, max: AT_MS + 3 })),
    cache: fc.constantFrom('SOURCE', 'MEMORY', 'REDIS', 'STALE'),
  });
  const lists = fc
    .array(groups, { minLength: 1, maxLength: 4 })
    .chain((few) => fc.array(fc.record({ record: names, version: names, group: fc.constantFrom(...few) })))
    .map((list) => list.map(({ group, ...names }) => ({ ...names, ...group })));

  test('are read as they were written, whatever they are called and however they came', () => {
    fc.assert(
      fc.property(lists, (records) => {
        expect(readRecords(JSON.parse(JSON.stringify(writeRecords(records))))).toEqual(records);
      }),
      { numRuns: 500 },
    );
  });

  const { shape } = shapeOf({ registries: ['land', 'civil-status'] });
  const entry = (from: string): Entry => {
    const why = { procedure: '1.000894' };
    return { v: 1, w: writerNamed('w'), n: 2, p: writerNamed('p'), at: AT_MS, kind: 'read', why, from, got: [AT_MS] };
  };

  test('are of the registries that the shape has in their order, and as many', () => {
    const read = recordsOf(entry('a@1 b@2'), shape);
    expect(read?.map(({ registry, record }) => `${registry}/${record}`)).toEqual(['land/a', 'civil-status/b']);
    for (const from of ['a@1', 'a@1 b@1 c@1', '']) expect(() => recordsOf(entry(from), shape)).toThrow(EntryError);
    expect(recordsOf({ ...entry(''), fromIn: 'no longer kept' }, shape)).toBeUndefined();
  });

  test('and the entry are of times that a calendar has', () => {
    const line = (at: number) => JSON.stringify({ ...entry('a@1 b@2'), at });
    expect(parseEntry(line(8.64e15)).at).toBe(8.64e15);
    for (const at of [8.64e15 + 1, -9e15, 0.5]) expect(() => parseEntry(line(at))).toThrow('has no time (at)');
  });

  test('are what an entry is found by; one whose records cannot be read is found by all else', () => {
    const [ofRecord, ofProcedure] = [markOf('record', 'civil-status/b'), markOf('procedure', '1.000894')];
    expect(marksOf(entry('a@1 b@2'), shape)).toEqual(expect.arrayContaining([ofRecord, ofProcedure]));
    const marks = marksOf(entry('1 a@1 b@2'), shape);
    expect(marks).toContain(ofProcedure);
    expect(marks).not.toContain(ofRecord);
  });
});
