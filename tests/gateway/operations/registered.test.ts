import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApolloServer } from '@apollo/server';
import { type Config, DEFAULTS } from '../../../gateway/config.js';
import { createKnownOperations } from '../../../gateway/known-operations.js';
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
  const DECLARED = '# owner: X\n# purpose: any\n';
  let ourFolder: string;
  beforeEach(() => {
    ourFolder = mkdtempSync(join(tmpdir(), 'lien-thong-operations-'));
  });
  afterEach(() => rmSync(ourFolder, { recursive: true, force: true }));
  const ours = loadSchema(composeOrFail({ gateway: people }, () => OWN_URL));
  const prepare = async (from: string, settings: Partial<Config> = {}) => {
    const lines: string[] = [];
    const known = createKnownOperations(DEFAULTS.limits);
    await createRegisteredOperations({
      folder: from,
      config: { ...DEFAULTS, ...settings },
      log: logInto(lines),
      known,
    }).prepare(ours);
    return {
      problems: lines.map((line) => JSON.parse(line)),
      isRegistered: (text: string) => known.isRegistered(ours, text),
    };
  };

  test('every file that does not fit is an error in the log, and the others are registered', async () => {
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(ourFolder, name), DECLARED + text);
    const { problems, isRegistered } = await prepare(ourFolder);
    expect(problems.map(({ level, file }) => [level, file])).toEqual([
      ['error', 'broken.graphql'],
      ['error', 'nameless.graphql'],
      ['error', 'not-ours.graphql'],
      ['error', 'twice.graphql'],
    ]);
    for (const { problem } of problems) expect(problem).toEqual(expect.any(String));
    for (const name of ['person', 'rename', 'two'])
      expect(isRegistered(DECLARED + FILES[`${name}.graphql`])).toBe(true);
    for (const { file } of problems) expect(isRegistered(DECLARED + FILES[file])).toBe(false);
  });

  test.each([
    ['no owner', '# purpose: 1.000894', 'it says not who answers for it: write "# owner: …" above it'],
    ['an owner that is nobody', '# owner:\n# purpose: any', 'it says not who answers for it'],
    [
      'no purpose',
      '# owner: X',
      'it says not what it is for: write "# purpose: 1.000894, …" or "# purpose: any" above it',
    ],
    ['an empty purpose', '# owner: X\n# purpose: ,', 'it says not what it is for'],
    ['a purpose that is no code', '# owner: X\n# purpose: 1.000894, marriage', 'its purpose "marriage" is no code'],
    ['any purpose and one', '# owner: X\n# purpose: any, 1.000894', 'its purpose "any" is no code'],
    ['both, but below', 'query Above { person(id: "1") { id } }\n# owner: X\n# purpose: any', 'it says not who'],
  ])('a file with %s is an error in the log and not registered', async (_name, head, problem) => {
    const text = `${head}\n${head.startsWith('query') ? '' : PERSON}`;
    writeFileSync(join(ourFolder, 'person.graphql'), text);
    const { problems, isRegistered } = await prepare(ourFolder);
    expect(problems).toMatchObject([
      { level: 'error', file: 'person.graphql', problem: expect.stringContaining(problem) },
    ]);
    expect(isRegistered(text)).toBe(false);
  });

  test.each([
    '# What it is.\n#owner:X\n# purpose: 1.000894,1.004222\n# purpose: 2.000635.000.00.00.H48',
    '\n# purpose: any\r\n# owner: X\r',
  ])('a file that begins with %j is registered', async (head) => {
    writeFileSync(join(ourFolder, 'person.graphql'), `${head}\n${PERSON}`);
    const { problems, isRegistered } = await prepare(ourFolder);
    expect([problems, isRegistered(`${head}\n${PERSON}`)]).toEqual([[], true]);
  });

  test('a folder that cannot be read says so', async () => {
    await expect(prepare(join(folder, 'none'))).rejects.toThrow(
      'the folder of registered operations cannot be read (ENOENT)',
    );
  });

  test('where introspection is off, an operation that asks for the schema is not registered', async () => {
    const text = `${DECLARED}query Types { __schema { types { name } } }`;
    writeFileSync(join(ourFolder, 'types.graphql'), text);
    expect((await prepare(ourFolder)).isRegistered(text)).toBe(true);
    expect((await prepare(ourFolder, { introspection: false })).isRegistered(text)).toBe(false);
  });
});
