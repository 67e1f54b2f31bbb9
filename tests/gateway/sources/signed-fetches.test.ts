import { DEFAULTS } from '../../../gateway/config.js';
import { answers500, type Fault } from '../../helpers/faulty-subgraph.js';
import { type ConfigOfTest, type Federation, startFederation, until } from '../../helpers/federation.js';
import { RFC_9421_KEY } from '../../helpers/rfc-9421-key.js';

const SDL = `
  directive @cacheControl(maxAge: Int) on FIELD_DEFINITION | OBJECT
  directive @cacheStale(whileRevalidate: Int, ifError: Int) on FIELD_DEFINITION | OBJECT
  type Query { person(id: ID!): Person @cacheControl(maxAge: 60) @cacheStale(whileRevalidate: 30) }
  type Person @key(fields: "id") @cacheControl(maxAge: 60) @cacheStale(whileRevalidate: 30) { id: ID! name: String }
`;
const QUERY = '{ person(id: "1") { name } }';

let federation: Federation;
let nowMs = Date.parse('2026-11-25T00:00:00Z');
const start = async (config: ConfigOfTest = {}) => {
  const person = () => ({ __typename: 'Person', id: '1', name: 'An' });
  federation = await startFederation({
    subgraphs: { people: { sdl: SDL, resolvers: { Query: { person }, Person: { __resolveReference: person } } } },
    config: { signingKey: RFC_9421_KEY, ...config },
    gateway: { clock: { now: () => nowMs } },
  });
};
afterEach(() => federation?.stop());

const heads = () => federation.requestsTo('people').map(({ headers }) => headers);
const nonces = () => heads().map((head) => /nonce="([^"]+)"/.exec(String(head['signature-input']))?.[1]);

test('each request to a registry is signed, and says that nobody is known to ask', async () => {
  await start();
  await federation.ask(QUERY, {}, { 'x-request-id': 'r-1' });
  const [head] = heads();
  expect(head).toMatchObject({
    'lien-thong-registry': '"people"',
    'lien-thong-caller': 'role=nobody',
    'x-request-id': 'r-1',
    signature: expect.stringMatching(/^lien-thong=:[\w+/]{86}==:$/),
  });
});

test('a client can neither sign nor say who asks', async () => {
  await start({ cache: { ...DEFAULTS.cache, memoryBytesMax: 0 } });
  const smuggled = {
    signature: 'lien-thong=:AAAA:',
    'signature-input': 'lien-thong=();tag="lien-thong"',
    'lien-thong-caller': 'role=operator',
    'lien-thong-purpose': 'procedure="1.000894"',
    'lien-thong-registry': '"land"',
    'content-digest': 'sha-256=:AAAA:',
  };
  await federation.ask(QUERY, {}, smuggled);
  const [head] = heads();
  for (const [name, value] of Object.entries(smuggled)) expect(head?.[name]).not.toBe(value);
  expect(head?.['lien-thong-purpose']).toBeUndefined();
});

test('a retry is signed anew, so that it is no replay', async () => {
  await start();
  let failed = false;
  const failsOnce: Fault = async (asked) => {
    if (failed)
      return void asked.response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify(await asked.honest()));
    failed = true;
    return answers500(asked);
  };
  federation.subgraph('people').behave(failsOnce);
  expect((await federation.ask(QUERY)).data).toEqual({ person: { name: 'An' } });
  expect(new Set(nonces()).size).toBe(2);
});

test('what is fetched anew in the background is asked by the gateway itself', async () => {
  await start();
  await federation.ask(QUERY);
  nowMs += 70_000;
  await federation.ask(QUERY);
  await until(() => heads().length === 2);
  expect(heads().map((head) => head['lien-thong-caller'])).toEqual(['role=nobody', 'role=gateway']);
});

test('what is compared in the background is asked by the gateway itself', async () => {
  await start({ cache: { ...DEFAULTS.cache, shadowPercent: 100 } });
  await federation.ask(QUERY);
  await federation.ask(QUERY.replace('name', 'name id'));
  await federation.ask(QUERY.replace('name', 'id name'));
  await until(() => heads().some((head) => head['lien-thong-caller'] === 'role=gateway'));
});

test('without SIGNING_KEY nothing is signed, nor said', async () => {
  await start({ signingKey: undefined });
  await federation.ask(QUERY);
  expect(Object.keys(heads()[0]!).filter((name) => /^(signature|lien-thong|content-digest)/.test(name))).toEqual([]);
});
