import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigOfTest, type Federation, startFederation } from '../helpers/federation.js';

/** Where schema details are off, all that does not fit the schema gets one and the same answer. */

const people = {
  sdl: `type Query { person(id: ID!, sex: Sex, near: Place): Person  fail: String }
    type Mutation { rename(id: ID!): Person }
    interface Named { name: String }
    type Person implements Named @key(fields: "id") { id: ID!  name: String  secret(of: Sex): String }
    enum Sex { MALE FEMALE }  input Place { unit: Int!  of: Sex }`,
  resolvers: {
    Query: {
      person: (_: unknown, { id }: { id: string }) => ({ id, name: `n${id}` }),
      fail: () => Promise.reject(new Error('x')),
    },
    Mutation: { rename: (_: unknown, { id }: { id: string }) => ({ id, name: 'new' }) },
  },
};

type Body = Record<string, unknown>;
const q = (query: string, variables?: Body): Body => ({ query, variables });
const apq = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

/** Requests that do not fit: first one that guessed what there is, but is malformed; then some that guessed what there is not. */
const GUESSES: Record<string, [Body, ...Body[]]> = {
  'a field of the root': [q('{ person }'), q('{ persons }'), q('{ persoon { id } }')],
  'a field of a type': [
    q('{ person(id: "1") { secret(x: 1) } }'),
    q('{ person(id: "1") { secrets } }'),
    q('{ person(id: "1") { a b c d e } }'),
  ],
  'a field beside one that is not': [q('{ fail nothing }'), q('{ fial nothing }')],
  'a selection': [q('{ fail { x } }'), q('{ fial { x } }'), q('{ person(id: "1") }')],
  'a type': [q('{ ... on Person { id } }'), q('{ ... on Persons { id } }'), q('query ($a: Persons) { fail }')],
  'the type of a variable': [q('query ($a: Place) { fail }'), q('query ($a: Plaice) { fail }')],
  'a fragment': [q('{ fail } fragment F on Person { id }'), q('{ fail } fragment F on Persons { id }'), q('{ ...F }')],
  'an argument': [q('{ person(sex: MALE) { id } }'), q('{ person(sexe: MALE) { id } }'), q('{ person { id } }')],
  'an enum value': [
    q('{ person(sex: MALE) { id } }'),
    q('{ person(id: "1", sex: MAIL) { id } }'),
    q('{ person(id: "1", sex: "MALE") { id } }'),
  ],
  'a field of an input': [
    q('{ person(id: "1", near: { of: MALE }) { id } }'),
    q('{ person(id: "1", near: { off: MALE }) { id } }'),
    q('{ person(id: "1", near: { unit: "5" }) { id } }'),
  ],
  'a directive': [q('{ fail @skip }'), q('{ fail @skipp }'), q('{ fail @include(iff: true) }')],
  'a value of a variable': [
    q('query ($i: ID!, $s: Sex) { person(id: $i, sex: $s) { id } }', { s: 'MALE' }),
    q('query ($i: ID!, $s: Sex) { person(id: $i, sex: $s) { id } }', { s: 'MAIL' }),
    q('query ($i: ID!, $p: Place) { person(id: $i, near: $p) { id } }', { i: '1', p: { unit: 'x' } }),
    q('query ($i: ID!, $p: Place) { person(id: $i, near: $p) { id } }', { i: '1', p: { unit: 1, other: 2 } }),
    q('query ($i: Sex!) { person(id: $i) { id } }', { i: 'MALE' }),
  ],
  'which operation': [
    q('query A { fail } query B { fail }'),
    q('query A { fial } query B { fail }'),
    { query: 'query A { fail }', operationName: 'B' },
    { query: 'query A { fial }', operationName: 'B' },
    q('fragment F on Query { fail }'),
  ],
  'another kind of operation': [q('mutation { rename { id } }'), q('mutation { renam }'), q('subscription { x }')],
  introspection: [
    q('{ __schema { types { name } } }'),
    q('{ __type(name: "Person") { name } }'),
    q('{ __type(name: "Persons") { name } }'),
    q('{ __schema { nothing } }'),
  ],
  'the id of a registered operation': [
    { documentId: 'Person' },
    { documentId: 'Persons' },
    { documentId: 'Person', variables: { i: '1' } },
    { documentId: 'Person', operationName: 'X', variables: { id: '1' } },
    apq('Person'),
    apq('Persons'),
  ],
};

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-operations-'));
  writeFileSync(join(folder, 'person.graphql'), 'query Person($id: ID!) { person(id: $id) { name } }');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const start = (config: ConfigOfTest) =>
  startFederation({
    subgraphs: { people },
    config: { introspection: false, ...config, limits: { batchMax: 10 } },
    gateway: { operationsFolder: folder },
  });

/** All of an answer but what is another in each: its id, its date. */
async function send(
  { url }: Federation,
  body: unknown,
  { method = 'POST', accept = 'application/graphql-response+json' }: { method?: string; accept?: string } = {},
) {
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const given = () => Object.entries(body as Body).filter(([, value]) => value !== undefined);
  const search = () => new URLSearchParams(given().map(([name, value]): [string, string] => [name, text(value)]));
  const headers = { accept, 'content-type': 'application/json' };
  const response = await (method === 'POST'
    ? fetch(`${url}/graphql`, { method, headers, body: JSON.stringify(body) })
    : fetch(`${url}/graphql?${search()}`, { method, headers }));
  const kept = [...response.headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
  return { status: response.status, headers: kept, text: await response.text() };
}
const GUESSED = Object.entries(GUESSES);

describe.each([
  ['by the short way', { shortWay: true }],
  ['by way of Apollo Server', { shortWay: false }],
])('off, %s:', (_name, config) => {
  let federation: Federation;
  let untold: string;
  beforeAll(async () => {
    federation = await start({ schemaDetails: false, ...config });
    untold = (await send(federation, q('{ nothing }'))).text;
  });
  afterAll(() => federation?.stop());

  test.each(GUESSED)(
    '%s: what there is and what there is not are answered alike, at every door',
    async (_what, guesses) => {
      for (const way of [
        { method: 'POST' },
        { method: 'GET' },
        { method: 'POST', accept: 'application/json' },
        { method: 'GET', accept: 'multipart/mixed, application/json' },
      ]) {
        const isNamed = way.accept !== undefined;
        for (const guess of guesses) {
          const answer = await send(federation, guess, way);
          expect(answer.text).toBe(untold);
          expect(answer).toEqual(await send(federation, q('{ nothing }'), way));
          expect(answer.status).toBe(isNamed ? 200 : 400);
        }
      }
      const list = JSON.parse((await send(federation, guesses)).text);
      expect(list).toEqual(guesses.map(() => JSON.parse(untold)));
    },
  );

  test('the answer names no field, no type and no place, and says where to learn more', () => {
    expect(JSON.parse(untold)).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    });
    for (const cure of ['npm run contract', 'SCHEMA_DETAILS']) expect(untold).toContain(cure);
  });

  test('what does not rest on the schema is told as ever', async () => {
    const textOf = async (body: unknown, way = {}) => (await send(federation, body, way)).text;
    expect(await textOf(q('{ person('))).toContain('GRAPHQL_PARSE_FAILED');
    expect(await textOf(apq('a'.repeat(64)))).toContain('PERSISTED_QUERY_NOT_FOUND');
    expect(await textOf({ query: '{ fail }', documentId: 'Person' })).toContain('BAD_REQUEST');
    expect(await textOf({ query: '{ fail }', variables: [] })).toContain(
      '`variables` in a POST body must be an object',
    );
    expect(await textOf(q(`{ ${'x { '.repeat(200)}`))).toContain('OPERATION_TOO_LARGE');
  });

  test('what fits is answered, a failing field at its path', async () => {
    const { status, text } = await send(federation, q('{ person(id: "1") { name } fail }'));
    expect([status, JSON.parse(text)]).toMatchObject([
      200,
      {
        data: { person: { name: 'n1' }, fail: null },
        errors: [{ path: ['fail'], extensions: { code: 'REGISTRY_UNAVAILABLE' } }],
      },
    ]);
    expect((await send(federation, { documentId: 'Person', variables: { id: '1' } })).text).toContain('"n1"');
    expect((await send(federation, q('mutation { rename(id: "1") { name } }'))).text).toContain('"new"');
  });

  test('a refused supergraph is told of in the log alone', async () => {
    federation.writeSupergraph('type Query { verySecret: Nothing }');
    await federation.gateway.reload();
    const health = await (await fetch(`${federation.url}/health/ready`)).text();
    expect(health).toContain('a newer supergraph was refused: the log says why');
    expect(health).not.toMatch(/verySecret|Nothing/);
    expect(federation.logLines.join()).toContain('Nothing');
  });
});

describe('on:', () => {
  let federation: Federation;
  beforeAll(async () => {
    federation = await start({ schemaDetails: true });
  });
  afterAll(() => federation?.stop());

  test.each(GUESSED)('%s: whoever guesses is told apart what there is', async (_what, guesses) => {
    const answers = new Set<string>();
    for (const guess of guesses) answers.add((await send(federation, guess)).text);
    expect(answers.size).toBeGreaterThan(1);
  });

  test('a mistake is told with its cure', async () => {
    const textOf = async (body: Body) => (await send(federation, body)).text;
    expect(await textOf(q('{ persoon { id } }'))).toContain('Did you mean \\"person\\"?');
    expect(await textOf(q('query ($i: ID!) { person(id: $i) { id } }'))).toContain(
      'do not fit their declared types: $i',
    );
    expect(await textOf({ documentId: 'Persons' })).toContain('UNKNOWN_OPERATION');
    expect(await textOf(q('subscription { x }'))).toContain('subscription');
  });
});

test('a graph without mutations does not tell so where details are off, and does where they are on', async () => {
  const texts = async (schemaDetails: boolean) => {
    const federation = await startFederation({
      subgraphs: { one: { sdl: 'type Query { a: Int }' } },
      config: { schemaDetails },
    });
    try {
      const texts = [q('mutation { x }'), q('{ x }')].map(async (body) => (await send(federation, body)).text);
      return await Promise.all(texts);
    } finally {
      await federation.stop();
    }
  };
  const [mutation, query] = await texts(false);
  expect(mutation).toBe(query);
  expect((await texts(true))[0]).toContain('This graph has no mutations');
});
