import { ApolloServer } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { type Federation, startFederation } from '../helpers/federation.js';

const SUBGRAPHS = {
  people: {
    sdl: `type Query { people(first: Int): [Person!]!  fail: Int  strict: Int! }
      type Person @key(fields: "id") { id: ID!  name: String }`,
    resolvers: {
      Query: {
        people: (_: unknown, { first = 2 }: { first?: number }) =>
          ['1', '2', '3'].slice(0, first).map((id) => ({ id, name: `n${id}` })),
        fail: () => {
          throw new GraphQLError('ask for less', { extensions: { code: 'BAD_USER_INPUT' } });
        },
        strict: () => null,
      },
    },
  },
};

/** Every request twice: the long way, through Apollo Server, and the short one, which it opened. */
const REQUESTS: Record<string, object> = {
  'a plain query': { query: '{ people { id name } }' },
  'aliases and a fragment': { query: '{ a: people { ...P } } fragment P on Person { n: name __typename }' },
  variables: { query: 'query Q($first: Int) { people(first: $first) { id } }', variables: { first: 1 } },
  'variables that do not fit': {
    query: 'query Q($first: Int) { people(first: $first) { id } }',
    variables: { first: 'x' },
  },
  'an operation name': { query: 'query Named { people { id } }', operationName: 'Named' },
  'another operation name': { query: 'query Named { people { id } }', operationName: 'Other' },
  'an error beside data': { query: '{ people { id } fail }' },
  'a null where none may be': { query: '{ strict }' },
  introspection: { query: '{ __schema { queryType { name } } }' },
  'null for everything that may be absent': {
    query: '{ people { id } }',
    operationName: null,
    variables: null,
    extensions: null,
  },
  'a list of variables': { query: '{ people { id } }', variables: [1] },
  'a mutation on a graph without': { query: 'mutation { __typename }' },
  'a syntax error': { query: '{ people { id }' },
};

let federation: Federation;
beforeAll(async () => {
  federation = await startFederation({ subgraphs: SUBGRAPHS });
});
afterAll(() => federation.stop());

async function send(body: object, accept: string) {
  const headers = { 'content-type': 'application/json', accept };
  const response = await fetch(`${federation.url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
  const { status } = response;
  const kept = ['content-type', 'cache-control', 'x-content-type-options'].map((name) => response.headers.get(name));
  return { status, kept, text: await response.text() };
}

test.each(Object.entries(REQUESTS))('%s gets the same bytes by both ways', async (_name, body) => {
  // A quality value is out of the ordinary, so this one goes through Apollo Server every time.
  const long = await send(body, 'application/json;q=0.9');
  const first = await send(body, 'application/json');
  const second = await send(body, 'application/json');
  expect(first).toEqual(long);
  expect(second).toEqual(long);
});

test('provenance is given by the short way too', async () => {
  const body = { query: '{ people { id } }', extensions: { provenance: true } };
  await send(body, 'application/json');
  const { extensions } = JSON.parse((await send(body, 'application/json')).text);
  expect(extensions.provenance).toMatchObject([{ path: ['people'], registry: 'people' }]);
});

test('a text that was never validated has no short way', async () => {
  const { status, text } = await send({ query: '{ nobody }' }, 'application/json');
  expect(status).toBe(400);
  expect(await send({ query: '{ nobody }' }, 'application/json')).toMatchObject({ status, text });
});

test('the short way passes Apollo Server by, and only for an ordinary request', async () => {
  const longWay = jest.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
  const goesTheLongWay = async (body: object, accept = 'application/json') => {
    longWay.mockClear();
    await send(body, accept);
    return longWay.mock.calls.length === 1;
  };
  const query = '{ people { id } other: people { name } }';
  try {
    expect(await goesTheLongWay({ query })).toBe(true);
    expect(await goesTheLongWay({ query })).toBe(false);
    expect(await goesTheLongWay({ query, extensions: { provenance: true } })).toBe(false);
    expect(await goesTheLongWay({ query }, 'application/graphql-response+json')).toBe(true);
    expect(await goesTheLongWay({ query, extensions: { persistedQuery: {} } })).toBe(true);
    expect(await goesTheLongWay({ query, operationName: 'Other' })).toBe(true);
    expect(await goesTheLongWay({ query: `${query} ` })).toBe(true);
  } finally {
    longWay.mockRestore();
  }
});

test('a new supergraph begins with no known operation', async () => {
  const query = '{ people { renamed: name } }';
  await send({ query }, 'application/json');
  const { sdl } = SUBGRAPHS.people;
  federation.replaceSupergraph({ people: { sdl: sdl.replace('name: String', 'title: String') } });
  await federation.gateway.reload();
  expect((await send({ query }, 'application/json')).status).toBe(400);
  federation.replaceSupergraph(SUBGRAPHS);
  await federation.gateway.reload();
  expect((await send({ query }, 'application/json')).status).toBe(200);
});
