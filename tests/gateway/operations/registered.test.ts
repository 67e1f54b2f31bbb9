import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { createRegisteredOperations } from '../../../gateway/operations/index.js';
import { OWN_URL } from '../../../gateway/own-subgraph.js';
import { loadSchema } from '../../../gateway/supergraph/load.js';
import { composeOrFail, type Federation, logInto, startFederation } from '../../helpers/federation.js';

const people = {
  sdl: `type Query { person(id: ID!): Person }  type Mutation { rename(id: ID!): Person }
    type Person @key(fields: "id") { id: ID!  name: String }`,
  resolvers: {
    Query: { person: (_: unknown, { id }: { id: string }) => ({ id, name: `n${id}` }) },
    Mutation: { rename: (_: unknown, { id }: { id: string }) => ({ id, name: 'new' }) },
  },
};
const PERSON = '# Who it is.\nquery Person($id: ID!) { person(id: $id) { name } }\n';
const FILES: Record<string, string> = {
  'person.graphql': PERSON,
  'two.graphql': 'query First { person(id: "1") { id } }\nquery Second { person(id: "2") { id } }\n',
  'rename.graphql': 'mutation Rename { rename(id: "1") { name } }\n',
  'not-ours.graphql': 'query NotOurs { nobody }\n',
  'broken.graphql': 'query Broken {',
  'nameless.graphql': '{ person(id: "1") { id } }',
  'twice.graphql': 'query Person { person(id: "9") { id } }',
  'notes.txt': 'no operation',
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let folder: string;
let federation: Federation;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-operations-'));
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text);
  federation = await startFederation({ subgraphs: { people }, gateway: { operationsFolder: folder } });
});
afterAll(async () => {
  await federation?.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function send(body: Record<string, unknown>, rest: { method?: 'GET' | 'POST'; accept?: string } = {}) {
  const longWay = jest.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
  try {
    const { method = 'POST', accept = '*/*' } = rest;
    const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
    const search = new URLSearchParams(
      Object.entries(body).map(([name, value]): [string, string] => [name, text(value)]),
    );
    const headers = { accept, 'content-type': 'application/json' };
    const response = await (method === 'POST'
      ? fetch(`${federation.url}/graphql`, { method, headers, body: JSON.stringify(body) })
      : fetch(`${federation.url}/graphql?${search}`, { headers }));
    // biome-ignore lint/suspicious/noExplicitAny: a test looks into it as it likes
    const { data, errors } = (await response.json()) as any;
    return { status: response.status, data, errors, wentTheLongWay: longWay.mock.calls.length > 0 };
  } finally {
    longWay.mockRestore();
  }
}

describe('a registered operation goes the short way from the first request on:', () => {
  test.each([
    ['by its name', { documentId: 'Person' }],
    ['by its hash', { documentId: `sha256:${sha256(PERSON)}` }],
    [
      'by its hash as a persisted query',
      { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(PERSON) } } },
    ],
    ['by its text', { query: PERSON }],
  ])('%s', async (_name, by) => {
    for (const method of ['POST', 'GET'] as const) {
      const { status, data, wentTheLongWay } = await send({ ...by, variables: { id: '1' } }, { method });
      expect([status, data, wentTheLongWay]).toEqual([200, { person: { name: 'n1' } }, false]);
    }
  });

  test('each of two in one file by its own name', async () => {
    expect((await send({ documentId: 'Second' })).data).toEqual({ person: { id: '2' } });
    expect((await send({ documentId: 'First', operationName: 'Second' })).data).toEqual({ person: { id: '2' } });
    const byHash = { documentId: `sha256:${sha256(FILES['two.graphql'] as string)}` };
    expect((await send({ ...byHash, operationName: 'First' })).data).toEqual({ person: { id: '1' } });
    expect(await send(byHash)).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });
});

describe('an id is refused', () => {
  test.each([
    'Nobody',
    'sha256:00',
    `sha256:${sha256('{ other }')}`,
    'NotOurs',
    'Broken',
    'x-a:b',
    '__proto__',
    'sha256:',
  ])('%s: nothing is registered under it', async (documentId) => {
    const { status, errors } = await send({ documentId }, { accept: 'application/graphql-response+json' });
    expect([status, errors.length, errors[0].extensions]).toEqual([404, 1, { code: 'UNKNOWN_OPERATION' }]);
    expect((await send({ documentId }, { accept: 'application/json' })).status).toBe(200);
  });

  test('of an operation that was only sent by somebody: it is not registered by that', async () => {
    const query = '{ person(id: "5") { name } }';
    expect((await send({ query })).status).toBe(200);
    expect((await send({ documentId: `sha256:${sha256(query)}` })).status).toBe(404);
  });

  test('beside a query: one of both must be wrong', async () => {
    expect(await send({ documentId: 'Person', query: PERSON })).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'BAD_REQUEST' } }],
    });
  });

  test('of a mutation by GET with 405', async () => {
    expect((await send({ documentId: 'Rename' }, { method: 'GET' })).status).toBe(405);
    expect((await send({ documentId: 'Rename' })).data).toEqual({ rename: { name: 'new' } });
  });
});

test("somebody else's supergraph leaves out what does not fit it, and says nothing", () => {
  expect(federation.logLines.filter((line) => line.includes('not registered'))).toEqual([]);
});

test('operations are read and validated anew with each supergraph', async () => {
  expect((await send({ documentId: 'NotOurs' })).status).toBe(404);
  federation.replaceSupergraph({ people: { sdl: people.sdl.replace('person(id: ID!): Person', 'nobody: Int') } });
  await federation.gateway.reload();
  expect((await send({ documentId: 'NotOurs' })).status).toBe(200);
  expect((await send({ documentId: 'Person' })).status).toBe(404);
  federation.replaceSupergraph({ people });
  await federation.gateway.reload();
  expect((await send({ documentId: 'Person', variables: { id: '1' } })).data).toEqual({ person: { name: 'n1' } });
});

describe('on our own supergraph', () => {
  const ours = loadSchema(composeOrFail({ gateway: people }, () => OWN_URL));
  const prepare = (from: string) => {
    const lines: string[] = [];
    const ids: string[] = [];
    const register = (_: unknown, { text }: { text: string }) => void ids.push(text);
    createRegisteredOperations({ folder: from, log: logInto(lines), tokensMax: 1_000, register }).prepare(ours);
    return { problems: lines.map((line) => JSON.parse(line)), texts: ids };
  };

  test('every file that does not fit is an error in the log, and the others are registered', () => {
    const { problems, texts } = prepare(folder);
    expect(problems.map(({ level, file }) => [level, file])).toEqual([
      ['error', 'broken.graphql'],
      ['error', 'nameless.graphql'],
      ['error', 'not-ours.graphql'],
      ['error', 'twice.graphql'],
    ]);
    for (const { problem } of problems) expect(problem).toEqual(expect.any(String));
    expect(texts).toEqual([PERSON, FILES['rename.graphql'], FILES['two.graphql']]);
  });

  test('a folder that cannot be read says so', () => {
    expect(() => prepare(join(folder, 'none'))).toThrow('the folder of registered operations cannot be read (ENOENT)');
  });
});
