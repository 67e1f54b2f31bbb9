import type { SourceRecord } from '../../gateway/context.js';
import { createLedger } from '../../gateway/provenance/index.js';
import { type Fault, json } from '../helpers/faulty-subgraph.js';
import { ask, type Federation, startFederation } from '../helpers/federation.js';

const record = (registry: string, name?: string): SourceRecord => ({
  registry,
  record: name,
  retrievedAtMs: 1,
  cache: 'SOURCE',
});

describe('the ledger', () => {
  test('answers with the records at the longest prefix of a path', () => {
    const ledger = createLedger();
    ledger.note(['a'], record('r', 'whole'));
    ledger.note(['a', 0, 'b'], record('r', 'part'));
    expect(ledger.recordsAt(['a', 0, 'b', 'c'], 'r')).toMatchObject([{ record: 'part' }]);
    expect(ledger.recordsAt(['a', 0, 'x'], 'r')).toMatchObject([{ record: 'whole' }]);
    expect(ledger.recordsAt(['a', 1, 'b'], 'r')).toMatchObject([{ record: 'whole' }]);
    expect(ledger.recordsAt(['b'], 'r')).toEqual([]);
  });

  test('keeps registries apart, and several records of one place together', () => {
    const ledger = createLedger();
    ledger.note(['a'], record('one', '1'));
    ledger.note(['a'], record('one', '2'));
    ledger.note(['a', 'b'], record('two', '3'));
    expect(ledger.recordsAt(['a', 'b'], 'one')).toMatchObject([{ record: '1' }, { record: '2' }]);
    expect(ledger.recordsAt(['a', 'b'], 'two')).toMatchObject([{ record: '3' }]);
    expect(ledger.recordsAt(['a'], 'two')).toEqual([]);
  });

  test('knows an index from a name that looks like it', () => {
    const ledger = createLedger();
    ledger.note(['a', '0'], record('r', 'name'));
    expect(ledger.recordsAt(['a', 0], 'r')).toEqual([]);
  });

  test('lists everything in the order in which it was noted', () => {
    const ledger = createLedger();
    ledger.note(['b'], record('r'));
    ledger.note([], record('r'));
    expect([...ledger.entries()].map(({ path }) => path)).toEqual([['b'], []]);
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

  const provenance = async (extensions: unknown = { provenance: true }) => {
    const answer = await ask(federation.url, { query: QUERY, extensions });
    expect(answer.status).toBe(200);
    return answer.extensions?.provenance as Record<string, unknown>[] | undefined;
  };
  const land = async () => (await provenance())?.filter(({ registry }) => registry === 'land');
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
      expect(await provenance(extensions)).toBeUndefined();
    },
  );

  test('a registry that reports no records is named with the time, at the paths of the client', async () => {
    expect(await provenance()).toContainEqual({
      path: ['p'],
      registry: 'people',
      cache: 'SOURCE',
      retrievedAt: expect.stringMatching(/Z$/),
      ageSeconds: expect.any(Number),
    });
    expect((await land())?.map(({ path }) => path)).toEqual([
      ['p', 0],
      ['p', 2],
      ['p', 1],
    ]);
  });

  test('a record of an entity is noted at every place at which the entity stands', async () => {
    federation.subgraph('land').behave(reports({ registry: 'land', records: [reported(['_entities', 0, 'parcel'])] }));
    expect(await land()).toEqual(
      [0, 2].map((index) => ({
        path: ['p', index, 'parcel'],
        registry: 'land',
        record: 'R1',
        version: '3',
        recordedAt: AT,
        cache: 'SOURCE',
        retrievedAt: expect.any(String),
        ageSeconds: expect.any(Number),
      })),
    );
  });

  test("a registry cannot report in another's name", async () => {
    federation.subgraph('land').behave(reports({ registry: 'people', records: [reported(['_entities', 1])] }));
    expect(await land()).toMatchObject([{ path: ['p', 1], registry: 'land', record: 'R1' }]);
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
