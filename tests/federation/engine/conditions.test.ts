import { type Federation, startFederation } from '../../helpers/federation.js';

const referenced = { __resolveReference: (key: object) => key };
const SUBGRAPHS = {
  people: {
    sdl: `type Query { people: [Person!]!  other: Int }
      type Person @key(fields: "id") { id: ID!  name: String  size: Int  friend: Person }`,
    resolvers: { Query: { people: () => [{ id: '1', name: 'An', size: 4, friend: { id: '2' } }], other: () => 1 } },
  },
  land: {
    sdl: `type Person @key(fields: "id") { id: ID!  area: Int  size: Int @external  tax: Int @requires(fields: "size") }`,
    resolvers: {
      Person: {
        ...referenced,
        area: () => 9,
        tax: ({ size }: { size?: number }) => (size === undefined ? -1 : size * 2),
      },
    },
  },
};

let federation: Federation;
beforeAll(async () => {
  federation = await startFederation({
    subgraphs: SUBGRAPHS,
    config: { limits: { fetchMs: 30_000, requestMs: 60_000 } },
  });
});
afterAll(() => federation?.stop());
beforeEach(() => {
  for (const name of ['people', 'land']) federation.requestsTo(name).length = 0;
});

/** Whether the text of any request to a subgraph has this word. */
const wasAsked = (name: string, word: string) =>
  federation.requestsTo(name).some(({ query }) => new RegExp(`\\b${word}\\b`).test(query));

async function dataOf(query: string, variables?: Record<string, unknown>) {
  const { data, errors } = await federation.ask(query, variables);
  expect(errors).toBeUndefined();
  // What is decided before it is planned is decided for the subgraph, too.
  for (const name of ['people', 'land']) {
    for (const { query: sent } of federation.requestsTo(name)) expect(sent).not.toMatch(/@(skip|include)/);
  }
  return data;
}

describe('what a condition leaves out is not fetched', () => {
  test.each([
    ['@include(if: false)', '{ people { name area @include(if: false) } }', {}],
    ['@skip(if: true)', '{ people { name area @skip(if: true) } }', {}],
    ['@include by a variable', 'query ($c: Boolean!) { people { name area @include(if: $c) } }', { c: false }],
    ['@skip by a variable', 'query ($c: Boolean!) { people { name area @skip(if: $c) } }', { c: true }],
    ['a default', 'query ($c: Boolean! = false) { people { name area @include(if: $c) } }', {}],
    [
      'both, of which one is enough',
      'query ($c: Boolean!) { people { name area @include(if: true) @skip(if: $c) } }',
      { c: true },
    ],
    ['an inline fragment', 'query ($c: Boolean!) { people { name ... @include(if: $c) { area } } }', { c: false }],
    [
      'a typed fragment',
      'query ($c: Boolean!) { people { name ... on Person @include(if: $c) { area } } }',
      { c: false },
    ],
    [
      'a spread',
      'query ($c: Boolean!) { people { name ...A @include(if: $c) } } fragment A on Person { area }',
      { c: false },
    ],
    [
      'a fragment inside',
      'query ($c: Boolean!) { people { name ...A } } fragment A on Person { area @include(if: $c) }',
      { c: false },
    ],
    ['a field above', 'query ($c: Boolean!) { people { name friend @include(if: $c) { area } } }', { c: false }],
  ])('by %s', async (_name, query, variables) => {
    expect(await dataOf(query, variables)).toEqual({ people: [{ name: 'An' }] });
    expect(federation.requestsTo('people')).toHaveLength(1);
    expect(federation.requestsTo('land')).toHaveLength(0);
    expect(wasAsked('people', 'friend')).toBe(false);
    // Nor is the key that only what is left out would need.
    expect(wasAsked('people', 'id')).toBe(false);
  });

  test('nor what it requires of another subgraph', async () => {
    const query = 'query ($c: Boolean!) { people { name tax @include(if: $c) } }';
    expect(await dataOf(query, { c: false })).toEqual({ people: [{ name: 'An' }] });
    expect(wasAsked('people', 'size')).toBe(false);
    expect(await dataOf(query, { c: true })).toEqual({ people: [{ name: 'An', tax: 8 }] });
    expect(wasAsked('people', 'size')).toBe(true);
  });

  test('nor anything, when nothing is left', async () => {
    const query = 'query ($c: Boolean!) { people @include(if: $c) { name } other @skip(if: $c) __typename }';
    expect(await dataOf('query ($c: Boolean!) { people @include(if: $c) { name } }', { c: false })).toEqual({});
    expect(await dataOf('{ other @skip(if: true) }')).toEqual({});
    expect(federation.requestsTo('people')).toHaveLength(0);
    expect(await dataOf(query, { c: true })).toEqual({ people: [{ name: 'An' }], __typename: 'Query' });
    expect(wasAsked('people', 'other')).toBe(false);
  });

  test('and an object of which nothing is left is an empty object', async () => {
    expect(await dataOf('{ people { name @skip(if: true) } }')).toEqual({ people: [{}] });
    expect(wasAsked('people', 'name')).toBe(false);
  });
});

describe('what a condition leaves in is fetched', () => {
  test.each([
    ['@include', 'query ($c: Boolean!) { people { name area @include(if: $c) } }', { c: true }],
    ['@skip', 'query ($c: Boolean!) { people { name area @skip(if: $c) } }', { c: false }],
    ['a default', 'query ($c: Boolean! = true) { people { name area @include(if: $c) } }', {}],
    ['a literal', '{ people { name area @skip(if: false) @include(if: true) } }', {}],
  ])('by %s', async (_name, query, variables) => {
    expect(await dataOf(query, variables)).toEqual({ people: [{ name: 'An', area: 9 }] });
    expect(federation.requestsTo('land')).toHaveLength(1);
  });

  test('even when it is left out at another place of the same operation', async () => {
    const query = 'query ($c: Boolean!) { people { area @include(if: $c) ... @skip(if: $c) { area } } }';
    for (const c of [true, false]) expect(await dataOf(query, { c })).toEqual({ people: [{ area: 9 }] });
  });

  test('whatever was decided for the request before', async () => {
    const query = 'query ($a: Boolean!, $b: Boolean!) { people { name @include(if: $a) area @include(if: $b) } }';
    for (const [a, b] of [
      [true, true],
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ]) {
      const expected = { ...(a ? { name: 'An' } : {}), ...(b ? { area: 9 } : {}) };
      expect(await dataOf(query, { a, b })).toEqual({ people: [expected] });
    }
  });
});

test('a condition without a value is refused before anything is fetched', async () => {
  const query = 'query ($c: Boolean!) { people { name @include(if: $c) } }';
  for (const variables of [{}, { c: null }, { c: 'true' }, { c: 1 }]) {
    const { status, errors } = await federation.ask(query, variables);
    expect({ status, code: errors?.[0]?.extensions?.code }).toEqual({ status: 400, code: 'BAD_USER_INPUT' });
  }
  expect(federation.requestsTo('people')).toHaveLength(0);
});
