import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../../gateway/config.js';
import { graphiqlPage } from '../../../gateway/graphiql.js';
import { type ConfigOfTest, type Federation, startFederation } from '../../helpers/federation.js';

/** With OPERATIONS=registered nothing but a registered operation is run, parsed or told of, whichever door it comes by. */

const people = {
  sdl: `type Query { person(id: ID!): Person }  type Mutation { rename(id: ID!): Person }
    type Person @key(fields: "id") { id: ID!  name: String }`,
  resolvers: {
    Query: { person: (_: unknown, { id }: { id: string }) => ({ id, name: `n${id}` }) },
    Mutation: { rename: (_: unknown, { id }: { id: string }) => ({ id, name: 'new' }) },
  },
};
const PERSON = '# Who it is.\nquery Person($id: ID!) { person(id: $id) { name } }\n';
const RENAME = 'mutation Rename { rename(id: "1") { name } }\n';
const AD_HOC = '{ person(id: "1") { name } }';
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const apq = (hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } });

let folder: string;
let federation: Federation;
const start = (config: ConfigOfTest) =>
  startFederation({
    subgraphs: { people },
    config: { ...config, limits: { batchMax: 5, ...config.limits } },
    gateway: {
      operationsFolder: folder,
      page: graphiqlPage({ endpoint: '/graphql', defaultQuery: '{ __typename }', title: 'x' }),
    },
  });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-operations-'));
  writeFileSync(join(folder, 'person.graphql'), PERSON);
  writeFileSync(join(folder, 'rename.graphql'), RENAME);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Door {
  method?: 'GET' | 'POST' | 'HEAD';
  headers?: Record<string, string>;
}

async function send(body: unknown, { method = 'POST', headers = {} }: Door = {}) {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const all = { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers };
  const search = () =>
    new URLSearchParams(Object.entries(body as object).map(([name, value]): [string, string] => [name, text(value)]));
  const response = await (method === 'POST'
    ? fetch(`${federation.url}/graphql`, { method, headers: all, body: JSON.stringify(body) })
    : fetch(`${federation.url}/graphql?${search()}`, { method, headers: all }));
  const answer = await response.text();
  return { status: response.status, text: answer, json: answer === '' ? undefined : JSON.parse(answer) };
}
// biome-ignore lint/suspicious/noExplicitAny: a test looks into it as it likes
const codeOf = ({ status, json }: { status: number; json?: any }) => [status, json.errors?.[0].extensions.code];
const NOT_REGISTERED = [403, 'OPERATION_NOT_REGISTERED'];

describe.each([
  ['by the short way', { shortWay: true }],
  ['by way of Apollo Server', { shortWay: false }],
  ['with no memory for others', { limits: { operationsBytesMax: 0 } }],
])('%s', (_name, config: ConfigOfTest) => {
  beforeAll(async () => {
    federation = await start({ registeredOnly: true, ...config });
  });
  afterAll(() => federation?.stop());
  // Whatever was refused, the registry was not asked.
  let asked: number;
  beforeEach(() => {
    asked = federation.requestsTo('people').length;
  });
  const expectNobodyAsked = () => expect(federation.requestsTo('people')).toHaveLength(asked);

  test.each([
    ['by its name', { documentId: 'Person' }],
    ['by its hash', { documentId: `sha256:${sha256(PERSON)}` }],
    ['by its hash as a persisted query', apq(sha256(PERSON))],
    ['by its text, byte for byte', { query: PERSON }],
    ['by its text and its hash', { query: PERSON, ...apq(sha256(PERSON)) }],
  ])('a registered operation is answered %s, by POST, GET and in a list', async (_by, by) => {
    const body = { ...by, variables: { id: '1' } };
    for (const method of ['POST', 'GET'] as const) {
      expect((await send(body, { method })).json).toEqual({ data: { person: { name: 'n1' } } });
    }
    expect((await send([body])).json).toEqual([{ data: { person: { name: 'n1' } } }]);
  });

  test.each([
    ['a text', { query: AD_HOC }],
    ['a registered text with one more space', { query: `${PERSON} `, variables: { id: '1' } }],
    ['a registered text without its comment', { query: PERSON.slice(PERSON.indexOf('query')), variables: { id: '1' } }],
    ['a text that is not GraphQL', { query: '{' }],
    ['a text that asks for what there is not', { query: '{ nobody }' }],
    ['the type of the root', { query: '{ __typename }' }],
    ['introspection', { query: '{ __schema { types { name } } }' }],
    ['introspection of one type', { query: '{ __type(name: "Person") { name } }' }],
    ['a new persisted query', { query: AD_HOC, ...apq(sha256(AD_HOC)) }],
    ['a text under the hash of a registered one', { query: AD_HOC, ...apq(sha256(PERSON)) }],
    ['a text beside a wrong operationName', { query: AD_HOC, operationName: ['x'] }],
    ['a text beside wrong variables', { query: AD_HOC, variables: 'x' }],
    [
      'a text beside a persisted query of another version',
      { query: AD_HOC, extensions: { persistedQuery: { version: 2 } } },
    ],
  ])('%s is refused by POST, by GET and in a list, and its registry is not asked', async (_what, body) => {
    const refused = await send(body);
    expect(codeOf(refused)).toEqual(NOT_REGISTERED);
    expect(refused.json.errors).toEqual([
      { message: expect.stringContaining('documentId'), extensions: { code: 'OPERATION_NOT_REGISTERED' } },
    ]);
    // What is wrong by its type in a body may be right as a parameter.
    expect(codeOf(await send(body, { method: 'GET' }))).toEqual(NOT_REGISTERED);
    for (const headers of [
      { 'content-type': 'application/json; charset=utf-8' },
      { 'content-type': 'text/plain', 'apollo-require-preflight': 'x' },
    ] as Record<string, string>[]) {
      expect(codeOf(await send(body, { method: 'GET', headers }))).toEqual(NOT_REGISTERED);
    }
    const { json: list } = await send([body, { documentId: 'Person', variables: { id: '2' } }, body]);
    expect(list[0]).toEqual(refused.json);
    expect(list[1]).toEqual({ data: { person: { name: 'n2' } } });
    expect(list[2]).toEqual(refused.json);
    expect(federation.requestsTo('people')).toHaveLength(asked + 1);
  });

  test('a text beside an id that is no text is refused, too', async () => {
    expect(codeOf(await send({ query: AD_HOC, documentId: 5 }))).toEqual(NOT_REGISTERED);
    expect(codeOf(await send({ query: AD_HOC, documentId: 'Person' }))).toEqual([400, 'BAD_REQUEST']);
    expectNobodyAsked();
  });

  test('a GET with two texts is refused, whichever is registered', async () => {
    for (const texts of [
      [PERSON, AD_HOC],
      [AD_HOC, PERSON],
    ]) {
      const search = new URLSearchParams({ variables: '{"id":"1"}' });
      for (const text of texts) search.append('query', text);
      const response = await fetch(`${federation.url}/graphql?${search}`, {
        headers: { 'apollo-require-preflight': 'x' },
      });
      expect([400, 403]).toContain(response.status);
    }
    expectNobodyAsked();
  });

  test('HEAD runs nothing', async () => {
    expect((await send({ query: AD_HOC }, { method: 'HEAD' })).status).toBe(403);
    expectNobodyAsked();
  });

  test('a persisted query is not remembered, and is not asked for in full either', async () => {
    await send({ query: AD_HOC, ...apq(sha256(AD_HOC)) });
    for (const method of ['POST', 'GET'] as const) {
      expect(codeOf(await send(apq(sha256(AD_HOC)), { method }))).toEqual([404, 'UNKNOWN_OPERATION']);
    }
    expect(codeOf(await send({ documentId: `sha256:${sha256(AD_HOC)}` }))).toEqual([404, 'UNKNOWN_OPERATION']);
    expectNobodyAsked();
  });

  test('an operation that was carried over to a new supergraph is registered there, or it is refused', async () => {
    const ask = () => send({ documentId: 'Person', variables: { id: '1' } });
    expect((await ask()).status).toBe(200);
    federation.replaceSupergraph({ people: { sdl: `${people.sdl} type Other { id: ID }` } });
    await federation.gateway.reload();
    expect((await ask()).status).toBe(200);
    expect(codeOf(await send({ query: AD_HOC }))).toEqual(NOT_REGISTERED);
  });

  test('a mutation by its id needs POST', async () => {
    expect((await send({ documentId: 'Rename' }, { method: 'GET' })).status).toBe(405);
    expect((await send({ documentId: 'Rename' })).json).toEqual({ data: { rename: { name: 'new' } } });
  });

  test('a request without any operation is told what one is', async () => {
    expect((await send({ variables: {} })).status).toBe(400);
    expect((await send({ query: '' })).status).toBe(403);
  });
});

test('without it, everything is taken as before', async () => {
  federation = await start({ registeredOnly: false });
  try {
    expect((await send({ query: AD_HOC, ...apq(sha256(AD_HOC)) })).status).toBe(200);
    expect((await send(apq(sha256(AD_HOC)))).json).toEqual({ data: { person: { name: 'n1' } } });
  } finally {
    await federation.stop();
  }
});

test('it switches introspection and the page off, unless they are switched on', async () => {
  expect(readConfig({ OPERATIONS: 'registered' })).toMatchObject({
    registeredOnly: true,
    introspection: false,
    graphiql: false,
    schemaDetails: true,
  });
  expect(readConfig({ OPERATIONS: 'registered', GRAPHIQL: 'on' })).toMatchObject({ graphiql: true });
  expect(readConfig({})).toMatchObject({ registeredOnly: false, introspection: true, graphiql: true });
  const pageOf = async (config: ConfigOfTest) => {
    federation = await start(config);
    try {
      return (await fetch(`${federation.url}/`)).status;
    } finally {
      await federation.stop();
    }
  };
  const { graphiql } = readConfig({ OPERATIONS: 'registered' });
  expect(await pageOf({ registeredOnly: true, graphiql })).toBe(404);
  expect(await pageOf({})).toBe(200);
});

test('that nothing is registered is a warning with the cure', async () => {
  const empty = mkdtempSync(join(tmpdir(), 'lien-thong-operations-'));
  const warnings = async (registeredOnly: boolean) => {
    const started = await startFederation({
      subgraphs: { people },
      config: { registeredOnly },
      gateway: { operationsFolder: empty },
    });
    await started.stop();
    return started.logLines.filter((line) => line.includes('no operation is registered'));
  };
  expect(await warnings(true)).toEqual([expect.stringContaining('OPERATIONS_MANIFEST')]);
  expect(await warnings(false)).toEqual([]);
  rmSync(empty, { recursive: true });
});
