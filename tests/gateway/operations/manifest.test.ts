import { createHash } from 'node:crypto';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest } from '../../../gateway/operations/read-manifest.js';
import { answerJson } from '../../helpers/faulty-subgraph.js';
import { ask, type Federation, startFederation, until } from '../../helpers/federation.js';

/** A manifest of persisted queries beside the folder, replaced while the gateway serves. */

const people = {
  sdl: `type Query { person(id: ID!): Person }
    type Person @key(fields: "id") { id: ID!  name: String }`,
  resolvers: { Query: { person: (_: unknown, { id }: { id: string }) => ({ id, name: `n${id}` }) } },
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const operation = (name: string, fields = 'name') => {
  const body = `query ${name}($id: ID!) {\n  person(id: $id) {\n    ${fields}\n  }\n}`;
  return { id: sha256(body), name, type: 'query', body };
};
const manifest = (operations: unknown[], more: object = {}) =>
  JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations, ...more });
const apq = (hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash: hash } } });

let folder: string;
let file: string;
let federation: Federation;
const put = (text: string) => {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
};
const codeOf = async (body: object) => {
  const { errors } = await ask(federation.url, { variables: { id: '1' }, ...body });
  return errors?.[0]?.extensions?.code ?? 'answered';
};
const errorsLogged = () =>
  federation.logLines
    .splice(0)
    .map((line) => JSON.parse(line))
    .filter(({ level }) => level === 'error');

const INITIAL = manifest([operation('First'), { ...operation('Second'), id: 'app:second/1' }]);
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-operations-'));
  writeFileSync(join(folder, 'folder.graphql'), 'query OfFolder { person(id: "1") { id } }');
  file = join(folder, 'manifest.json');
  put(INITIAL);
  federation = await startFederation({
    subgraphs: { people },
    config: { registeredOnly: true, operationsManifest: file },
    gateway: { operationsFolder: folder },
  });
});
afterAll(async () => {
  await federation?.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  put(INITIAL);
  federation.replaceSupergraph({ people });
  federation.subgraph('people').behave();
  await federation.gateway.reload();
  federation.logLines.splice(0);
});

test('its operations are known by their ids, in both forms, by their hash and by their text; those of the folder as before', async () => {
  const { id, body } = operation('First');
  const second = operation('Second').body;
  for (const by of [
    ...[{ documentId: id }, { documentId: `sha256:${id}` }, apq(id), { query: body }, { query: body, ...apq(id) }],
    ...[{ documentId: 'app:second/1' }, apq('app:second/1'), { documentId: `sha256:${sha256(second)}` }],
    { documentId: 'OfFolder', variables: {} },
  ]) {
    expect([by, await codeOf(by)]).toEqual([by, 'answered']);
  }
});

test('a name is no id: a manifest holds several versions of one operation', async () => {
  expect(await codeOf({ documentId: 'First' })).toBe('UNKNOWN_OPERATION');
  put(manifest([operation('First'), operation('First', 'id name')]));
  await federation.gateway.reload();
  const { data } = await ask(federation.url, { documentId: operation('First', 'id name').id, variables: { id: '1' } });
  expect(data).toEqual({ person: { id: '1', name: 'n1' } });
  expect(await codeOf({ documentId: operation('First').id })).toBe('answered');
});

test('a manifest that is replaced is seen without a restart: what is new is answered, what was taken away is refused', async () => {
  const first = operation('First');
  const third = operation('Third', 'id');
  expect([await codeOf({ documentId: third.id }), await codeOf({ query: third.body })]).toEqual([
    'UNKNOWN_OPERATION',
    'OPERATION_NOT_REGISTERED',
  ]);
  put(manifest([third]));
  await until(async () => (await codeOf({ documentId: third.id })) === 'answered');
  for (const by of [{ documentId: first.id }, { documentId: `sha256:${first.id}` }, apq(first.id)]) {
    expect(await codeOf(by)).toBe('UNKNOWN_OPERATION');
  }
  expect(await codeOf({ query: first.body })).toBe('OPERATION_NOT_REGISTERED');
  expect(await codeOf({ documentId: 'OfFolder' })).toBe('answered');
  expect(federation.logLines.filter((line) => line.includes('new registered operations serve'))).toHaveLength(1);
});

test('a file of the folder that comes or goes is seen, too', async () => {
  writeFileSync(join(folder, 'other.graphql'), 'query Other { person(id: "1") { name } }');
  await until(async () => (await codeOf({ documentId: 'Other' })) === 'answered');
  rmSync(join(folder, 'other.graphql'));
  await until(async () => (await codeOf({ documentId: 'Other' })) === 'UNKNOWN_OPERATION');
});

test('a request that is under way when its operation is taken away is answered', async () => {
  const { id } = operation('First');
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  federation.subgraph('people').behave(async ({ response, honest }) => {
    await held;
    answerJson(response, await honest());
  });
  const before = federation.requestsTo('people').length;
  const asked = codeOf({ documentId: id });
  await until(() => federation.requestsTo('people').length > before);
  put(manifest([]));
  await federation.gateway.reload();
  expect(await codeOf({ documentId: id })).toBe('UNKNOWN_OPERATION');
  release();
  expect(await asked).toBe('answered');
});

describe('a manifest is refused as a whole, with a line that says why, and the old one serves on:', () => {
  const third = operation('Third', 'id');
  const wrong: [string, string, string][] = [
    ['no JSON', '{"format":', 'is not a JSON object'],
    ['a list', '[]', 'is not a JSON object'],
    [
      'of another format',
      manifest([third], { format: 'x' }),
      'is not of the format apollo-persisted-query-manifest, version 1',
    ],
    ['of another version', manifest([third], { version: 2 }), 'is not of the format'],
    ['without operations', manifest([], { operations: { third } }), 'has no list of operations'],
    ['with an operation that is none', manifest([third, null]), 'operations[1]: it is not an object'],
    ['with a body that is no text', manifest([{ ...third, body: 1 }]), 'operations[0]: its body is not a text'],
    ['with an empty id', manifest([{ ...third, id: '' }]), 'operations[0]: its id is not a text'],
    ['with a type that is none', manifest([{ ...third, type: 'Query' }]), 'operations[0]: its type is none of query'],
    ['with a hash that is not that of its body', manifest([{ ...third, id: sha256('x') }]), 'but not that of its body'],
    ['with such a hash in our form', manifest([{ ...third, id: `sha256:${sha256('x')}` }]), 'but not that of its body'],
    ['with an id twice', manifest([third, third]), "operations[1]: its id is another's already"],
    ['with an owner that is none', manifest([third], { owner: 1 }), 'has an owner that is not a text'],
    ['with purposes that are none', manifest([{ ...third, purposes: 'any' }]), 'has purposes that are not a list'],
    [
      'with a purpose that is no code',
      manifest([third], { purposes: ['x'] }),
      'its purpose "x" is no code of a procedure',
    ],
    ['with a name that is not in the body', manifest([{ ...third, name: 'X' }]), 'its name or its type is not that'],
    [
      'with a type that is not the body’s',
      manifest([{ ...third, type: 'mutation' }]),
      'its name or its type is not that',
    ],
    [
      'with two operations in a body',
      manifest([{ ...third, id: 'x', body: `${third.body} ${third.body.replace('Third', 'X')}` }]),
      'its name or its type',
    ],
    ['with a body that cannot be parsed', manifest([{ ...third, id: 'x', body: 'query Third {' }]), 'Syntax Error'],
    ['with what the graph has not', manifest([third, operation('Fourth', 'nothing')]), 'Cannot query field "nothing"'],
    [
      'with one text under two ids',
      manifest([third, { ...third, id: 'x' }]),
      'another operation has the same text already',
    ],
    [
      "with the folder's name for an id",
      manifest([{ ...third, id: 'OfFolder' }]),
      'another operation is called OfFolder already',
    ],
  ];

  test.each(wrong)('%s', async (_what, text, problem) => {
    put(text);
    errorsLogged();
    await federation.gateway.reload();
    // Nobody is told twice of the same.
    await federation.gateway.reload();
    expect(errorsLogged()).toMatchObject([
      {
        problem: expect.stringContaining(problem),
        msg: 'new registered operations were refused; the old ones serve on',
      },
    ]);
    expect(await codeOf({ documentId: operation('First').id })).toBe('answered');
    expect(await codeOf({ documentId: third.id })).toBe('UNKNOWN_OPERATION');
    put(manifest([third]));
    await federation.gateway.reload();
    expect(await codeOf({ documentId: third.id })).toBe('answered');
    expect(errorsLogged()).toEqual([]);
  });

  test('one that is gone, until it is there again', async () => {
    rmSync(file);
    await federation.gateway.reload();
    await federation.gateway.reload();
    expect(errorsLogged().map(({ problem }) => problem)).toEqual([
      'the manifest manifest.json cannot be read (ENOENT); make it readable',
    ]);
    expect(await codeOf({ documentId: operation('First').id })).toBe('answered');
    federation.replaceSupergraph({ people: { sdl: `${people.sdl} type Other { id: ID }` } });
    await federation.gateway.reload();
    expect(await codeOf({ documentId: operation('First').id })).toBe('answered');
  });
});

test('what a new supergraph no longer has is left out, and comes back with it', async () => {
  const both = [operation('First'), operation('Other', 'other')];
  put(manifest(both));
  await federation.gateway.reload();
  const codes = async () => [await codeOf({ documentId: both[0]?.id }), await codeOf({ documentId: both[1]?.id })];
  expect(await codes()).toEqual(['answered', 'UNKNOWN_OPERATION']);
  federation.replaceSupergraph({ people: { sdl: people.sdl.replace('name: String', 'other: String') } });
  await federation.gateway.reload();
  // It is run, though the registry itself has no such field.
  expect(await codes()).toEqual(['UNKNOWN_OPERATION', 'INVALID_REGISTRY_ANSWER']);
});

test('a gateway does not start with a manifest that is none', async () => {
  put('x');
  const started = startFederation({
    subgraphs: { people },
    config: { operationsManifest: file },
    gateway: { operationsFolder: folder },
  });
  await expect(started).rejects.toThrow('the manifest manifest.json is not a JSON object');
});

test("what an operation declares goes before what its manifest does, and its body's comments before both", () => {
  const [first, second] = readManifest(
    manifest([operation('First'), { ...operation('Second'), owner: 'Y', purposes: ['1.000894'] }], {
      owner: 'X',
      purposes: ['any'],
    }),
    'm.json',
  );
  expect(first).toMatchObject({ owner: 'X', purposes: ['any'] });
  expect(second).toMatchObject({ owner: 'Y', purposes: ['1.000894'] });
});
