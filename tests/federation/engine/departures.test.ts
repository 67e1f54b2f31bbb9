import { answerJson, type Fault, hangs } from '../../helpers/faulty-subgraph.js';
import { type ConfigOfTest, type Federation, startFederation, until } from '../../helpers/federation.js';

const referenced = { __resolveReference: (key: object) => key };
/** A chain: `first` tells who there is, `second` whom he knows, `third` what that one is called. `other` stands beside it. */
const SUBGRAPHS = {
  first: {
    sdl: `type Query { people: [Person!]!  person: Person  strict: Person! }
      type Mutation { begin: Int }
      type Person @key(fields: "id") { id: ID!  born: Int }`,
    resolvers: {
      Query: {
        people: () => [
          { id: '1', born: 1 },
          { id: '2', born: 2 },
        ],
        person: () => ({ id: '1', born: 1 }),
        strict: () => ({ id: '1', born: 1 }),
      },
      Mutation: { begin: () => 1 },
    },
  },
  second: {
    sdl: `type Mutation { go: Int }
      type Person @key(fields: "id") { id: ID!  knows: Person  must: Int!  code: Int }`,
    resolvers: {
      Mutation: { go: () => 2 },
      Person: { ...referenced, knows: () => ({ id: '9' }), must: () => 3, code: () => 4 },
    },
  },
  third: {
    sdl: `type Mutation { end: Int }
      type Person @key(fields: "id") { id: ID!  name: String  code: Int @external  tax: Int @requires(fields: "code") }`,
    resolvers: { Mutation: { end: () => 3 }, Person: { ...referenced, name: () => 'An', tax: () => 5 } },
  },
  other: {
    sdl: 'type Query { weather: String } type Person @key(fields: "id") { id: ID!  mood: String }',
    resolvers: { Query: { weather: () => 'fair' }, Person: { ...referenced, mood: () => 'good' } },
  },
};
const CHAIN = '{ people { born knows { name } tax } }';

let federation: Federation;
const start = async (limits: NonNullable<ConfigOfTest['limits']>) => {
  federation = await startFederation({ subgraphs: SUBGRAPHS, config: { limits } });
  // Everything is planned: what a test waits for is no plan.
  for (const query of [CHAIN, MUTATION, BESIDE, '{ strict { born must } weather }', '{ weather }'])
    await federation.ask(query);
  for (const name of Object.keys(SUBGRAPHS)) federation.requestsTo(name).length = 0;
};
afterEach(() => federation?.stop());

const MUTATION = 'mutation { begin go end }';
const BESIDE = '{ people { born mood knows { name } } weather }';
const asked = () =>
  Object.fromEntries(Object.keys(SUBGRAPHS).map((name) => [name, federation.requestsTo(name).length]));
/** How many requests the gateway has in hand, the one that asks this left out. */
const inHand = async () => {
  const metrics = await (await fetch(`${federation.url}/metrics`)).text();
  return Number(/lien_thong_http_requests_in_flight (\d+)/.exec(metrics)?.[1]) - 1;
};

/** Asks, and goes away as soon as a subgraph has been asked; resolves when the gateway has done with the request. */
async function askAndLeave(query: string, whileAsking: string): Promise<void> {
  const gone = new AbortController();
  const answered = fetch(`${federation.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
    signal: gone.signal,
  });
  await until(() => federation.requestsTo(whileAsking).length === 1);
  expect(await inHand()).toBe(1);
  gone.abort();
  await expect(answered).rejects.toThrow();
  await until(async () => (await inHand()) === 0);
}

describe('when the client goes away', () => {
  beforeEach(() => start({ fetchMs: 30_000, requestMs: 60_000 }));

  test.each([
    ['first', { first: 1, second: 0, third: 0, other: 0 }],
    ['second', { first: 1, second: 1, third: 0, other: 0 }],
    ['third', { first: 1, second: 1, third: 1, other: 0 }],
  ])('while the %s subgraph is asked, it is given up, and those after it are never asked', async (name, requests) => {
    federation.subgraph(name).behave(hangs);
    await askAndLeave(CHAIN, name);
    await until(() => federation.subgraph(name).abandoned() === 1);
    expect(asked()).toEqual(requests);
  });

  test('all that are asked side by side are given up', async () => {
    for (const name of ['second', 'other']) federation.subgraph(name).behave(hangs);
    const query = '{ people { mood knows { name } } }';
    await askAndLeave(query, 'second');
    await until(
      () => federation.subgraph('second').abandoned() === 1 && federation.subgraph('other').abandoned() === 1,
    );
    expect(asked()).toEqual({ first: 1, second: 1, third: 0, other: 1 });
  });

  test('the mutations that come after the one under way are not carried out', async () => {
    federation.subgraph('second').behave(hangs);
    await askAndLeave(MUTATION, 'second');
    await until(() => federation.subgraph('second').abandoned() === 1);
    expect(asked()).toEqual({ first: 1, second: 1, third: 0, other: 0 });
  });

  test('the next client is answered, and the log calls nothing a fault', async () => {
    federation.subgraph('second').behave(hangs);
    await askAndLeave(CHAIN, 'second');
    federation.subgraph('second').behave();
    const { data, errors } = await federation.ask(CHAIN);
    expect(errors).toBeUndefined();
    expect(data.people[1]).toEqual({ born: 2, knows: { name: 'An' }, tax: 5 });
    expect(federation.logLines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  test('but stays, every subgraph is asked', async () => {
    const { data } = await federation.ask(CHAIN);
    expect(data.people[0]).toEqual({ born: 1, knows: { name: 'An' }, tax: 5 });
    expect(asked()).toEqual({ first: 1, second: 1, third: 1, other: 0 });
  });
});

describe('when the time for a request is up', () => {
  const REQUEST_MS = 700;
  const deadline = (registry: string) => ({ code: 'DEADLINE', registry, reason: 'SOURCE_DOWN' });
  beforeEach(() => start({ fetchMs: 30_000, requestMs: REQUEST_MS }));

  test('what has arrived is answered, the rest is null with DEADLINE at its place, and nothing more is asked', async () => {
    federation.subgraph('second').behave(hangs);
    const { status, data, errors } = await federation.ask(BESIDE);
    expect(status).toBe(200);
    expect(data).toEqual({
      people: [
        { born: 1, mood: 'good', knows: null },
        { born: 2, mood: 'good', knows: null },
      ],
      weather: 'fair',
    });
    expect(errors?.map(({ path, extensions }) => ({ path, extensions }))).toEqual(
      [0, 1].map((index) => ({ path: ['people', index, 'knows'], extensions: deadline('second') })),
    );
    await until(() => federation.subgraph('second').abandoned() === 1);
    expect(asked()).toEqual({ first: 1, second: 1, third: 0, other: 2 });
  });

  test('what rests on the subgraph that did not answer has that one for a reason', async () => {
    federation.subgraph('second').behave(hangs);
    const { data, errors } = await federation.ask(CHAIN);
    expect(data.people).toEqual([
      { born: 1, knows: null, tax: null },
      { born: 2, knows: null, tax: null },
    ]);
    for (const { extensions } of errors!) expect(extensions).toEqual(deadline('second'));
    // Of the field that only the plan needs the client is told nothing.
    expect(errors!.map(({ path }) => path!.join('.')).sort()).toEqual([
      'people.0.knows',
      'people.0.tax',
      'people.1.knows',
      'people.1.tax',
    ]);
    expect(asked().third).toBe(0);
  });

  test('a field that must not be null takes its object with it, and no more', async () => {
    federation.subgraph('second').behave(hangs);
    const nullable = await federation.ask('{ person { born must } weather }');
    expect(nullable.data).toEqual({ person: null, weather: 'fair' });
    expect(nullable.errors).toMatchObject([{ path: ['person', 'must'], extensions: deadline('second') }]);
    const strict = await federation.ask('{ strict { born must } weather }');
    expect(strict.data).toBeNull();
    expect(strict.errors).toMatchObject([{ path: ['strict', 'must'], extensions: deadline('second') }]);
  });

  test('the mutations that were not begun are not begun', async () => {
    federation.subgraph('second').behave(hangs);
    const { data, errors } = await federation.ask(MUTATION);
    expect(data).toEqual({ begin: 1, go: null, end: null });
    expect(errors?.map(({ path, extensions }) => ({ path, extensions }))).toEqual([
      { path: ['go'], extensions: deadline('second') },
      { path: ['end'], extensions: deadline('third') },
    ]);
    expect(asked()).toEqual({ first: 1, second: 1, third: 0, other: 0 });
  });

  test('an answer that comes later is not waited for, and is in no later answer', async () => {
    let late: (() => void) | undefined;
    const tardy: Fault = ({ response }) => {
      late = () => answerJson(response, { data: { weather: 'late' } });
    };
    federation.subgraph('other').behave(tardy);
    expect((await federation.ask('{ weather }')).data).toEqual({ weather: null });
    late!();
    federation.subgraph('other').behave();
    expect((await federation.ask('{ weather }')).data).toEqual({ weather: 'fair' });
  });
});

test('when only the time for one fetch is up, the rest of the request goes on', async () => {
  await start({ fetchMs: 500, requestMs: 60_000 });
  federation.subgraph('second').behave(hangs);
  const { data, errors } = await federation.ask(MUTATION);
  expect(data).toEqual({ begin: 1, go: null, end: 3 });
  expect(errors).toMatchObject([{ path: ['go'], extensions: { code: 'REGISTRY_UNAVAILABLE', registry: 'second' } }]);
});
