import { DEFAULTS } from '../../../gateway/config.js';
import { json } from '../../helpers/faulty-subgraph.js';
import { type ConfigOfTest, type Federation, startFederation } from '../../helpers/federation.js';
import { provenanceOf } from '../../helpers/published-provenance.js';

const CACHE_CONTROL = `
  directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT
  enum CacheControlScope { PUBLIC PRIVATE }
`;
const AT = '2026-01-02T03:04:05.000Z';

/** A desk knows who sits at it; `people` knows them. */
const DESKS = 'type Query { desk(of: ID!): Person } type Person @key(fields: "id") { id: ID! }';
const PEOPLE = `${CACHE_CONTROL}
  type Query { all: [Person!] @cacheControl(maxAge: 60)  now: Int }
  type Person @key(fields: "id") @cacheControl(maxAge: 60) {
    id: ID!
    name: String
    mood: String @cacheControl(maxAge: 5)
    secret: String @cacheControl(maxAge: 60, scope: PRIVATE)
    visits: Int @cacheControl(maxAge: 0)
    home(floor: Int): Home
    street: Street
    seats: [Seat!]
    team: Team @cacheControl(maxAge: 5)
    friends: [Person!] @cacheControl(maxAge: 60)
  }
  type Home @cacheControl(inheritMaxAge: true) { city: String  floor: Int }
  type Seat @cacheControl(inheritMaxAge: true) { neighbour: Person }
  type Street { name: String }
  type Team { id: ID!  title: String }
  type Member @key(fields: "team { id }") @cacheControl(maxAge: 60) { team: Team @cacheControl(maxAge: 5)  role: String }
  extend type Query { members: [Member!] @cacheControl(maxAge: 60) }
`;

let federation: Federation;
let nowMs: number;
let names: Map<string, string>;

const personOf = (id: string) =>
  names.has(id)
    ? {
        __typename: 'Person',
        id,
        name: () => names.get(id),
        mood: () => `${names.get(id)} is well`,
        secret: () => 'none',
        visits: () => 1,
        home: ({ floor = 0 }) => ({ city: 'Da Nang', floor }),
        seats: () => [{ neighbour: personOf('2') }],
        street: () => ({ name: 'Bach Dang' }),
        friends: () => [...names.keys()].filter((other) => other !== id).map(personOf),
      }
    : null;

async function start(config: ConfigOfTest = {}): Promise<void> {
  nowMs = Date.parse('2026-11-25T00:00:00Z');
  names = new Map([
    ['1', 'An'],
    ['2', 'Bình'],
  ]);
  federation = await startFederation({
    subgraphs: {
      desks: { sdl: DESKS, resolvers: { Query: { desk: (_: unknown, { of }: { of: string }) => ({ id: of }) } } },
      people: {
        sdl: PEOPLE,
        resolvers: {
          Query: {
            all: () => [...names.keys()].map(personOf),
            now: () => 1,
            members: () => [{ team: { id: 't', title: () => names.get('1') }, role: 'lead' }],
          },
          Person: { __resolveReference: ({ id }: { id: string }) => personOf(id) },
        },
      },
    },
    config,
    gateway: { clock: { now: () => nowMs } },
  });
}
beforeEach(() => start());
afterEach(() => federation?.stop());

const ask = async (query: string, headers?: Record<string, string>) => {
  const { data, errors } = await federation.ask(query, {}, headers);
  return errors ? { data, codes: errors.map(({ extensions }) => extensions?.code) } : data;
};
/** What `people` was asked since the last look, without the names that are made up. */
let seen = 0;
beforeEach(() => {
  seen = 0;
});
const asked = (): string[] => {
  const all = federation
    .requestsTo('people')
    .map(({ query }) => query.replaceAll(/__\d+|query \w+|\$\w+|:\[_Any!\]!/g, ''));
  const since = all.slice(seen);
  seen = all.length;
  return since.map((query) => query.replace(/^.*?\{/, '{').replaceAll(/_entities:_entities/g, '_entities'));
};

test('a field that a registry has answered is not asked for again as long as it lives', async () => {
  const query = '{ desk(of: "1") { name mood } }';
  expect(await ask(query)).toEqual({ desk: { name: 'An', mood: 'An is well' } });
  expect(asked()).toHaveLength(1);
  names.set('1', 'Anh');
  expect(await ask(query)).toEqual({ desk: { name: 'An', mood: 'An is well' } });
  expect(asked()).toEqual([]);
  nowMs += 5_000;
  expect(await ask(query)).toEqual({ desk: { name: 'An', mood: 'Anh is well' } });
  expect(asked()).toEqual([expect.stringContaining('{mood}')]);
  nowMs += 55_000;
  expect(await ask(query)).toEqual({ desk: { name: 'Anh', mood: 'Anh is well' } });
  expect(asked()).toHaveLength(1);
});

test('a query is answered by what others have brought, and only what nobody has is asked for', async () => {
  await ask('{ desk(of: "1") { name } }');
  await ask('{ desk(of: "1") { mood } }');
  asked();
  expect(await ask('{ desk(of: "1") { mood called: name } }')).toEqual({
    desk: { mood: 'An is well', called: 'An' },
  });
  expect(asked()).toEqual([]);
  await ask('{ one: desk(of: "1") { name home { city } } two: desk(of: "2") { name home { city } } }');
  const [both] = asked();
  expect(both).toContain('{home{city}}');
  expect(both).toContain('{name home{city}}');
});

test('other arguments are another field', async () => {
  const floors = async (first: number, second: number) =>
    ask(`{ desk(of: "1") { a: home(floor: ${first}) { floor } b: home(floor: ${second}) { floor } } }`);
  expect(await floors(1, 2)).toEqual({ desk: { a: { floor: 1 }, b: { floor: 2 } } });
  expect(await floors(2, 1)).toEqual({ desk: { a: { floor: 2 }, b: { floor: 1 } } });
  expect(asked()).toHaveLength(1);
  expect(await floors(2, 3)).toEqual({ desk: { a: { floor: 2 }, b: { floor: 3 } } });
  expect(asked()).toHaveLength(1);
});

test('entities in an answer are remembered by themselves', async () => {
  expect(await ask('{ all { id name friends { id name } } }')).toEqual({
    all: [
      { id: '1', name: 'An', friends: [{ id: '2', name: 'Bình' }] },
      { id: '2', name: 'Bình', friends: [{ id: '1', name: 'An' }] },
    ],
  });
  asked();
  expect(await ask('{ desk(of: "2") { name } }')).toEqual({ desk: { name: 'Bình' } });
  expect(await ask('{ all { id name friends { id name } } }')).toMatchObject({ all: [{ name: 'An' }, {}] });
  expect(asked()).toEqual([]);
  // One of them alone is asked for anew: whoever lists it shows what it is now.
  names.set('2', 'Bảo');
  nowMs += 59_999;
  await ask('{ desk(of: "2") { mood } }');
  nowMs += 1;
  expect(await ask('{ desk(of: "2") { name } }')).toEqual({ desk: { name: 'Bảo' } });
  expect(await ask('{ all { id name } }')).toMatchObject({ all: [{ name: 'An' }, { name: 'Bảo' }] });
});

test.each([
  ['has a lifetime of nothing', '{ desk(of: "1") { visits } }'],
  ['is an object without a hint', '{ desk(of: "1") { street { name } } }'],
  ['stands at the root without a hint', '{ now }'],
])('what %s is asked for every time', async (_name, query) => {
  await ask(query);
  await ask(query);
  expect(asked()).toHaveLength(2);
});

test('that somebody is not known is remembered, for a shorter time', async () => {
  await federation.stop();
  await start({ cache: { ...DEFAULTS.cache, memoryBytesMax: 1e6, absentMs: 2_000 } });
  const query = '{ desk(of: "9") { name } }';
  expect(await ask(query)).toEqual({ desk: { name: null } });
  expect(await ask(query)).toEqual({ desk: { name: null } });
  expect(asked()).toHaveLength(1);
  names.set('9', 'Chi');
  nowMs += 2_000;
  expect(await ask(query)).toEqual({ desk: { name: 'Chi' } });
});

test('an error is never remembered, and what stands beside it is', async () => {
  const faulty = (path?: unknown[]) =>
    json({ data: { _entities: [{ name: null, mood: 'fine' }] }, errors: [{ message: 'no', path }] });
  const query = '{ desk(of: "1") { name mood } }';
  federation.subgraph('people').behave(faulty(['_entities', 0, 'name']));
  expect(await ask(query)).toEqual({ data: { desk: { name: null, mood: 'fine' } }, codes: ['REGISTRY_UNAVAILABLE'] });
  federation.subgraph('people').behave();
  asked();
  expect(await ask(query)).toEqual({ desk: { name: 'An', mood: 'fine' } });
  expect(asked()).toEqual([expect.stringContaining('{name}')]);
  nowMs += 60_000;
  federation.subgraph('people').behave(faulty());
  await ask(query);
  federation.subgraph('people').behave();
  expect(await ask(query)).toEqual({ desk: { name: 'An', mood: 'An is well' } });
});

test('what is remembered is given when the registry that has the rest does not answer, and the rest has its reason', async () => {
  await ask('{ desk(of: "1") { name } }');
  federation.subgraph('people').behave(json({}, 503));
  expect(await ask('{ desk(of: "1") { name } }')).toEqual({ desk: { name: 'An' } });
  const headers = { provenance: 'true' };
  const answer = await federation.ask('{ a: desk(of: "1") { name } b: desk(of: "2") { name mood } }', {}, headers);
  expect(answer.data).toEqual({ a: { name: 'An' }, b: { name: null, mood: null } });
  expect(answer.errors).toMatchObject([
    { path: ['b', 'name'], extensions: { code: 'REGISTRY_UNAVAILABLE' } },
    { path: ['b', 'mood'], extensions: { code: 'REGISTRY_UNAVAILABLE' } },
  ]);
  expect(provenanceOf(answer).map(({ path, registry, cache }) => [path.join(), registry, cache])).toEqual([
    ['a', 'people', 'MEMORY'],
  ]);
});

test('somebody whom the registry no longer knows is nobody, whatever is remembered of him', async () => {
  await ask('{ desk(of: "1") { name } }');
  names.delete('1');
  const answer = await federation.ask('{ desk(of: "1") { name mood } }', {}, { provenance: 'true' });
  expect(answer.data).toEqual({ desk: { name: null, mood: null } });
  expect(provenanceOf(answer)).toEqual([]);
});

describe('a subgraph’s Cache-Control', () => {
  const answering = (header: string) => {
    federation.subgraph('people').behave(async ({ response, honest }) => {
      response.setHeader('cache-control', header);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(await honest()));
    });
  };
  const query = '{ desk(of: "1") { name } }';

  test.each(['no-store', 'no-cache', 'max-age=0', 'Private, max-age=30'])(
    '%s: nothing is remembered',
    async (header) => {
      answering(header);
      await ask(query);
      await ask(query);
      expect(asked()).toHaveLength(2);
    },
  );

  test('shortens a lifetime and never lengthens it', async () => {
    answering('public, max-age="10"');
    await ask(query);
    nowMs += 8_999;
    await ask(query);
    expect(asked()).toHaveLength(1);
    nowMs += 1_001;
    answering('max-age=3600');
    await ask(query);
    expect(asked()).toHaveLength(1);
    nowMs += 60_000;
    await ask(query);
    expect(asked()).toHaveLength(1);
  });
});

test('what was asked for with headers of a client is for those who send the same, what is private for nobody else', async () => {
  const query = '{ desk(of: "1") { name secret } }';
  await ask(query);
  await ask(query);
  expect(asked()).toEqual([expect.stringContaining('{name secret}'), expect.stringContaining('{secret}')]);
  await federation.stop();
  await start({ forwardHeaders: ['authorization'] });
  seen = 0;
  for (const authorization of ['one', 'one', 'other', 'other', 'one']) await ask(query, { authorization });
  expect(asked()).toHaveLength(2);
});

test('provenance says of what is remembered where it was and how old it is', async () => {
  federation.subgraph('people').behave(async ({ response, honest }) => {
    const records = [{ path: ['_entities', 0], record: 'P1', version: '7', recordedAt: AT }];
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ...(await honest()), extensions: { provenance: { records } } }));
  });
  const headers = { provenance: 'true' };
  await federation.ask('{ desk(of: "1") { name } }', {}, headers);
  nowMs += 3_000;
  const published = provenanceOf(await federation.ask('{ desk(of: "1") { called: name mood } }', {}, headers));
  const ofPeople = published.filter(({ registry }) => registry === 'people');
  expect(ofPeople).toMatchObject([
    { path: ['desk'], record: 'P1', version: '7', recordedAt: AT, cache: 'MEMORY', ageSeconds: 3 },
    { path: ['desk'], record: 'P1', version: '7', recordedAt: AT, cache: 'SOURCE', ageSeconds: 0 },
  ]);
  expect(ofPeople[0]!.retrievedAt).toBe('2026-11-25T00:00:00.000Z');
});

test('provenance says of an entity within an entity’s values which record it is', async () => {
  const records = [
    { path: ['_entities', 0], record: 'P1', version: '1', recordedAt: AT },
    { path: ['_entities', 0, 'seats', 0, 'neighbour'], record: 'P2', version: '2', recordedAt: AT },
  ];
  federation.subgraph('people').behave(async ({ response, honest }) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ ...(await honest()), extensions: { provenance: { records } } }));
  });
  const ask = () => federation.ask('{ desk(of: "1") { seats { neighbour { id name } } } }', {}, { provenance: 'true' });
  const noted = async () =>
    provenanceOf(await ask())
      .filter(({ registry }) => registry === 'people')
      .map(({ path, record }) => [path.join(), record])
      .sort();
  const first = await noted();
  expect(first).toContainEqual(['desk,seats,0,neighbour', 'P2']);
  // From the fields of entities, and from the whole answer.
  expect(await noted()).toEqual(first);
  expect(await noted()).toEqual(first);
  expect(asked()).toHaveLength(1);
});

test('what an entity is found by is known as long as it is, and nothing that stands beside it', async () => {
  const query = '{ members { team { id title } role } }';
  expect(await ask(query)).toEqual({ members: [{ team: { id: 't', title: 'An' }, role: 'lead' }] });
  names.set('1', 'Anh');
  nowMs += 5_000;
  expect(await ask(query)).toEqual({ members: [{ team: { id: 't', title: 'Anh' }, role: 'lead' }] });
});

test('that there is nobody holds no longer than what was asked of him would have', async () => {
  await federation.stop();
  await start({ cache: { ...DEFAULTS.cache, memoryBytesMax: 1e6, absentMs: 60_000 } });
  seen = 0;
  await ask('{ desk(of: "9") { name } }');
  names.set('9', 'Chi');
  expect(await ask('{ desk(of: "9") { visits } }')).toEqual({ desk: { visits: 1 } });
  nowMs += 5_000;
  expect(await ask('{ desk(of: "9") { mood } }')).toEqual({ desk: { mood: 'Chi is well' } });
  expect(await ask('{ desk(of: "9") { name mood } }')).toEqual({ desk: { name: 'Chi', mood: 'Chi is well' } });
});

test('another supergraph remembers nothing of the one before', async () => {
  await ask('{ all { id name } }');
  federation.replaceSupergraph({ desks: { sdl: DESKS }, people: { sdl: `${PEOPLE} type More { a: Int }` } });
  await federation.gateway.reload();
  names.set('1', 'Anh');
  expect(await ask('{ all { id name } }')).toMatchObject({ all: [{ name: 'Anh' }, {}] });
});

test('more combinations of what is missing than are worth it: all is asked for, and all is new', async () => {
  const fields = ['name', 'mood', 'home { city }', 'friends { id }'];
  const subset = (at: number) => fields.filter((_, bit) => at & (1 << bit)).join(' ');
  const subsets = Array.from({ length: 14 }, (_, at) => at + 1);
  for (const at of subsets) names.set(`p${at}`, `N${at}`);
  for (const at of subsets) await ask(`{ desk(of: "p${at}") { ${subset(at)} } }`);
  for (const at of subsets) names.set(`p${at}`, `M${at}`);
  asked();
  const all = subsets.map((at) => `d${at}: desk(of: "p${at}") { name mood home { city } friends { id } }`).join(' ');
  const data = (await ask(`{ ${all} }`)) as Record<string, { name: string; mood: string }>;
  for (const at of subsets) expect(data[`d${at}`]).toMatchObject({ name: `M${at}`, mood: `M${at} is well` });
  expect(asked()).toHaveLength(1);
  expect(await ask(`{ ${all} }`)).toEqual(data);
  expect(asked()).toEqual([]);
});

test.each([
  [
    'says of no object in particular',
    { data: null, errors: [{ message: 'no', path: ['_entities__0'] }] },
    'REGISTRY_UNAVAILABLE',
  ],
  ['says of nothing in particular', { data: null, errors: [{ message: 'no' }] }, 'REGISTRY_UNAVAILABLE'],
  ['has made no list of', { data: { _entities__0: 7 } }, 'INVALID_REGISTRY_ANSWER'],
])('what a registry %s is told of what was asked for, and of nothing that is remembered', async (_name, body, code) => {
  await ask('{ desk(of: "1") { name } }');
  federation.subgraph('people').behave(json(body));
  const answer = await federation.ask(
    '{ a: desk(of: "1") { name } b: desk(of: "2") { mood } c: desk(of: "2") { name } }',
  );
  expect(answer.data).toEqual({ a: { name: 'An' }, b: { mood: null }, c: { name: null } });
  const told = answer.errors!.map(({ path, extensions }) => [path!.join('.'), extensions?.code]);
  expect(told.sort()).toEqual([
    ['b.mood', code],
    ['c.name', code],
  ]);
});

test('a mutation forgets everything', async () => {
  await federation.stop();
  let value = 1;
  federation = await startFederation({
    subgraphs: {
      one: {
        sdl: `${CACHE_CONTROL} type Query { n: Int @cacheControl(maxAge: 60) } type Mutation { add: Int }`,
        resolvers: { Query: { n: () => value }, Mutation: { add: () => (value += 1) } },
      },
    },
  });
  expect(await ask('{ n }')).toEqual({ n: 1 });
  expect(await ask('mutation { add }')).toEqual({ add: 2 });
  expect(await ask('{ n }')).toEqual({ n: 2 });
});
