import type { AnsweredValues, SourceRecord } from '../../gateway/context.js';
import { createLedger } from '../../gateway/provenance/index.js';
import { type Fault, json } from '../helpers/faulty-subgraph.js';
import { type Answer, ask, type Federation, startFederation } from '../helpers/federation.js';
import { linesOf, provenanceOf, publishedIn } from '../helpers/published-provenance.js';

const record = (registry: string, name?: string): SourceRecord => ({
  registry,
  record: name,
  retrievedAtMs: 1,
  cache: 'SOURCE',
});

describe('the ledger', () => {
  test('answers with the records at the longest prefix of a path', () => {
    const ledger = createLedger();
    ledger.note({ path: ['a'] }, record('r', 'whole'));
    ledger.note({ path: ['a', 0, 'b'] }, record('r', 'part'));
    expect(ledger.recordsAt(['a', 0, 'b', 'c'], 'r')).toMatchObject([{ record: 'part' }]);
    expect(ledger.recordsAt(['a', 0, 'x'], 'r')).toMatchObject([{ record: 'whole' }]);
    expect(ledger.recordsAt(['a', 1, 'b'], 'r')).toMatchObject([{ record: 'whole' }]);
    expect(ledger.recordsAt(['b'], 'r')).toEqual([]);
  });

  test('keeps registries apart, and several records of one place together', () => {
    const ledger = createLedger();
    ledger.note({ path: ['a'] }, record('one', '1'));
    ledger.note({ path: ['a'] }, record('one', '2'));
    ledger.note({ path: ['a', 'b'] }, record('two', '3'));
    expect(ledger.recordsAt(['a', 'b'], 'one')).toMatchObject([{ record: '1' }, { record: '2' }]);
    expect(ledger.recordsAt(['a', 'b'], 'two')).toMatchObject([{ record: '3' }]);
    expect(ledger.recordsAt(['a'], 'two')).toEqual([]);
  });

  test('knows an index from a name that looks like it', () => {
    const ledger = createLedger();
    ledger.note({ path: ['a', '0'] }, record('r', 'name'));
    expect(ledger.recordsAt(['a', 0], 'r')).toEqual([]);
  });

  test('writes what was put off when somebody reads, and once', () => {
    const ledger = createLedger();
    const write = jest.fn(() => ledger.note({ path: ['a'] }, record('r', '1')));
    ledger.noteLater(write);
    expect(write).not.toHaveBeenCalled();
    expect(ledger.recordsAt(['a'], 'r')).toHaveLength(1);
    expect(ledger.given({ data: { a: 1 } })).toHaveLength(1);
    expect(write).toHaveBeenCalledTimes(1);
  });
});

describe('of the records that were noted, those are given', () => {
  const given = (
    data: Record<string, unknown> | null,
    values: AnsweredValues,
    ...failed: (string | number)[][]
  ): boolean => {
    const ledger = createLedger();
    ledger.note(values, record('r'));
    const errors = failed.map((path) => ({ message: 'm', path }));
    return ledger.given({ data, ...(errors.length > 0 ? { errors } : {}) }).length > 0;
  };

  test('in the order in which they were noted, each with its place', () => {
    const ledger = createLedger();
    ledger.note({ path: ['b'] }, record('r', '1'));
    ledger.note({ path: ['gone'] }, record('r', '2'));
    ledger.note({ path: [], names: ['a'] }, record('r', '3'));
    expect(ledger.given({ data: { a: 1, b: 2 } })).toMatchObject([
      { values: { path: ['b'] }, record: { record: '1' } },
      { values: { path: [] }, record: { record: '3' } },
    ]);
  });

  test('of which at least one field was asked for and came', () => {
    expect(given({ a: { x: 1 } }, { path: ['a'], names: ['x', 'y'] })).toBe(true);
    expect(given({ a: { z: 1 } }, { path: ['a'], names: ['x', 'y'] })).toBe(false);
    expect(given({ a: { x: 1 } }, { path: ['a'], names: [] })).toBe(false);
    expect(given({ a: {} }, { path: ['a'], names: ['constructor', '__proto__'] })).toBe(false);
  });

  test('that say themselves that there is nothing', () => {
    expect(given({ a: { x: null } }, { path: ['a'], names: ['x'] })).toBe(true);
    expect(given({ a: null }, { path: ['a'] })).toBe(true);
    expect(given({ a: [] }, { path: ['a'], names: ['x'] })).toBe(true);
  });

  test('not those whose values an error took away, there or above', () => {
    expect(given({ a: { x: null } }, { path: ['a'], names: ['x'] }, ['a', 'x'])).toBe(false);
    expect(given({ a: { x: null, y: 1 } }, { path: ['a'], names: ['x', 'y'] }, ['a', 'x'])).toBe(true);
    expect(given({ a: null }, { path: ['a'], names: ['x'] }, ['a', 'y'])).toBe(false);
    expect(given({ a: null }, { path: ['a', 'b'] }, ['a', 'x'])).toBe(false);
    expect(given(null, { path: ['a'], names: ['x'] }, ['b'])).toBe(false);
  });

  test('by the items of a list: one that came is enough', () => {
    const values = { path: ['a'], names: ['x'] };
    expect(given({ a: [null, { x: 1 }] }, values)).toBe(true);
    expect(given({ a: [{ x: null }, null] }, values, ['a', 0, 'x'])).toBe(false);
    expect(given({ a: [[{ x: null }], [{ x: null }]] }, values, ['a', 0, 0, 'x'])).toBe(true);
    expect(given({ a: [{ x: 1 }] }, { path: ['a', 1], names: ['x'] })).toBe(false);
    expect(given({ a: [{ x: 1 }] }, { path: ['a', '0'], names: ['x'] })).toBe(false);
  });
});

describe('extensions.provenance', () => {
  const SUBGRAPHS = {
    people: {
      sdl: 'type Query { people: [Person!]! } type Person @key(fields: "id") { id: ID!  name: String }',
      resolvers: { Query: { people: () => ['1', '2', '1'].map((id) => ({ id, name: `n${id}` })) } },
    },
    land: {
      sdl: 'type Person @key(fields: "id") { id: ID!  parcel: Parcel } type Parcel { area: Int }',
      resolvers: { Person: { __resolveReference: ({ id }: { id: string }) => ({ id, parcel: { area: 4 } }) } },
    },
  };
  const QUERY = '{ p: people { n: name parcel { size: area } } }';
  const AT = '2026-01-02T03:04:05.000Z';

  let federation: Federation;
  beforeAll(async () => {
    federation = await startFederation({ subgraphs: SUBGRAPHS });
  });
  afterAll(() => federation?.stop());
  beforeEach(() => federation.subgraph('land').behave());

  const asked = async (
    extensions: unknown = { provenance: true },
    headers?: Record<string, string>,
  ): Promise<Answer> => {
    const answer = await ask(federation.url, { query: QUERY, extensions }, headers);
    expect(answer.status).toBe(200);
    return answer;
  };
  const land = async () => linesOf(await asked()).filter((line) => line.includes('<- land'));
  /** Answers honestly and reports these records. */
  const reports =
    (report: unknown): Fault =>
    async (asked) => {
      const honest = await asked.honest();
      return json({ ...honest, extensions: { provenance: report } })(asked);
    };
  const reported = (path: unknown, name: unknown = 'R1') => ({ path, record: name, version: '3', recordedAt: AT });

  test.each([null, {}, { provenance: false }, { provenance: 'true' }])(
    'is absent unless asked for: %j',
    async (extensions) => {
      expect((await asked(extensions)).extensions).toBeUndefined();
    },
  );

  test('is there when a header asks for it, and only for "true"', async () => {
    expect(linesOf(await asked(undefined, { provenance: 'true' })).length).toBeGreaterThan(0);
    for (const provenance of ['false', '1', '']) {
      expect(publishedIn(await asked({}, { provenance }))).toBeUndefined();
    }
    const byHeader = linesOf(await asked({ provenance: false }, { provenance: 'true' }));
    expect(byHeader).toEqual(linesOf(await asked()));
  });

  test('a registry that reports no records is named with the time, at the paths of the client', async () => {
    const before = Date.now();
    const answer = await asked();
    expect(linesOf(answer)).toEqual(['p <- people', 'p.0 <- land', 'p.1 <- land', 'p.2 <- land']);
    const record = provenanceOf(answer).find(({ registry }) => registry === 'people')!;
    expect(record).toEqual({
      path: ['p'],
      registry: 'people',
      cache: 'SOURCE',
      retrievedAt: expect.stringMatching(/Z$/),
      ageSeconds: expect.any(Number),
    });
    expect(Date.parse(record.retrievedAt)).toBeGreaterThanOrEqual(before);
    expect(record.ageSeconds).toBeGreaterThanOrEqual(0);
    expect(record.ageSeconds).toBeLessThan(60);
  });

  test('a record of an entity is named at every place at which the entity stands, and written once', async () => {
    federation.subgraph('land').behave(reports({ registry: 'land', records: [reported(['_entities', 0, 'parcel'])] }));
    const answer = await asked();
    expect(linesOf(answer)).toEqual(['p <- people', 'p.0.parcel <- land R1', 'p.2.parcel <- land R1']);
    expect(publishedIn(answer)?.records.filter(({ record }) => record === 'R1')).toEqual([
      {
        registry: 'land',
        record: 'R1',
        version: '3',
        recordedAt: AT,
        cache: 'SOURCE',
        retrievedAt: expect.any(String),
        ageSeconds: expect.any(Number),
      },
    ]);
  });

  test("a registry cannot report in another's name", async () => {
    federation.subgraph('land').behave(reports({ registry: 'people', records: [reported(['_entities', 1])] }));
    expect(await land()).toEqual(['p.1 <- land R1']);
  });

  test.each([
    ['null', null],
    ['a string', 'secret'],
    ['records that are no list', { records: { 0: 'x' } }],
    ['records of the wrong form', { records: [null, 1, 'x', {}, reported('x'), reported(['_entities', 0], 5)] }],
    ['a path with an object in it', { records: [reported(['_entities', 0, { secret: 1 }])] }],
    [
      'a path that leads nowhere',
      { records: [reported(['_entities', 99]), reported([]), reported(['_entities', -1])] },
    ],
  ])('a report that is %s costs nothing but itself', async (_name, report) => {
    federation.subgraph('land').behave(reports(report));
    const answer = await ask(federation.url, { query: QUERY, extensions: { provenance: true } });
    expect(answer.errors).toBeUndefined();
    expect(answer.data.p[0].parcel).toEqual({ size: 4 });
    expect(answer.text).not.toContain('secret');
  });
});
