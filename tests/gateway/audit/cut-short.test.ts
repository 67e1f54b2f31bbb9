import type { Identity } from '../../../gateway/identity.js';
import { type LogOfTest, openLog } from '../../helpers/audit-log.js';
import { everythingTo, identityOf } from '../../helpers/callers.js';
import { createEmbeddedStore } from '../../helpers/embedded-store.js';
import { answers500, hangs } from '../../helpers/faulty-subgraph.js';
import { type Answer, type Federation, logInto, startFederation, until } from '../../helpers/federation.js';

const SDL = `
type Query { person(id: ID!): Person }
type Person @key(fields: "id") @policy(policies: [["purpose"]]) { id: ID! name: String }
`;
const MORE = `
type Person @key(fields: "id") @policy(policies: [["purpose"]]) { id: ID! land: String }
`;
const QUERY = '{ person(id: "048090000001") { name land } }';
const OFFICER: Identity = identityOf({ subject: 'officer-7' }, '1.000894');

let database: Awaited<ReturnType<typeof createEmbeddedStore>>;
let federation: Federation;
let log: LogOfTest;
let remove: () => void;
let askedBefore = 0;

beforeAll(async () => {
  database = await createEmbeddedStore();
  const opened = await openLog(database);
  remove = opened.remove;
  federation = await startFederation({
    subgraphs: {
      people: {
        sdl: SDL,
        resolvers: {
          Query: { person: (_: unknown, { id }: { id: string }) => ({ id, name: 'An' }) },
          Person: { __resolveReference: (of: object) => of },
        },
      },
      land: { sdl: MORE, resolvers: { Person: { __resolveReference: (of: object) => ({ ...of, land: 'none' }) } } },
    },
    // The request's time is up long before a fetch's own.
    config: { limits: { requestMs: 5_000, fetchMs: 60_000, drainMs: 200 } as never },
    gateway: { audit: opened.parts, identify: () => OFFICER, grants: () => [everythingTo('officer')] },
  });
  log = opened.ofTest(logInto([]), Date.now);
});
beforeEach(() => {
  askedBefore = federation.requestsTo('land').length;
});
afterEach(() => federation.subgraph('land').behave());
afterAll(async () => {
  // The last test has stopped it already.
  await federation.gateway.stop().catch(() => {});
  for (const name of ['people', 'land']) await federation.subgraph(name).stop();
  await database.close();
  remove();
});

/** Until the registry is asked once more than it was. */
function askedLand(): Promise<void> {
  const before = askedBefore;
  return until(() => federation.requestsTo('land').length > before);
}

const entriesOf = async (answer: Answer) => log.ofRequest(answer.headers.get('x-request-id')!);

test('a client that has gone before the answer has an entry all the same: a registry was asked for it', async () => {
  federation.subgraph('land').behave(hangs);
  const client = new AbortController();
  const asking = fetch(`${federation.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-request-id': 'gone' },
    body: JSON.stringify({ query: QUERY }),
    signal: client.signal,
  }).catch(() => undefined);
  await askedLand();
  client.abort();
  await asking;
  await until(async () => (await log.ofRequest('gone')).length > 0);
  const [only, ...more] = await log.ofRequest('gone');
  expect(more).toEqual([]);
  expect([only?.entry.who?.sub, only?.entry.about?.length]).toEqual(['officer-7', 2]);
});

test.each([
  ['hangs until the time is up', hangs, 'DEADLINE'],
  ['fails', answers500, 'REGISTRY_UNAVAILABLE'],
])('where a registry %s, the entry says what came and why the rest did not', async (_name, fault, code) => {
  federation.subgraph('land').behave(fault);
  const answer = await federation.ask(QUERY);
  expect(answer.errors?.[0]?.extensions?.code).toBe(code);
  const entries = await entriesOf(answer);
  expect(entries.flatMap(({ fields }) => fields.map((field) => field.split(' ').slice(0, 3)))).toEqual([
    ['person.name:', 'shown', expect.stringContaining('people/')],
    expect.arrayContaining(['person.land:', 'missing', code]),
  ]);
});

test('another supergraph is an entry, and what began under the old one is answered for', async () => {
  let go = () => {};
  const held = new Promise<void>((resolve) => void (go = resolve));
  federation.subgraph('land').behave(async ({ response, honest }) => {
    await held;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(await honest()));
  });
  const asking = federation.ask(QUERY);
  await askedLand();
  federation.replaceSupergraph({
    people: { sdl: SDL.replace('name: String', 'name: String other: String') },
    land: { sdl: MORE },
  });
  await until(async () => (await log.entries()).filter(({ entry }) => entry.act?.what === 'supergraph').length === 2);
  go();
  const answer = await asking;
  expect(answer.data).toEqual({ person: { name: 'An', land: 'none' } });
  expect((await entriesOf(answer)).flatMap(({ fields }) => fields.map((field) => field.split(':')[0]))).toEqual([
    'person.name',
    'person.land',
  ]);
});

test('what is still under way when a gateway stops gets no answer, and nothing comes after its last entry', async () => {
  federation.subgraph('land').behave(hangs);
  const asking = federation.ask(QUERY).catch(() => 'no answer');
  await askedLand();
  await federation.gateway.stop();
  expect(await asking).toBe('no answer');
  await new Promise((resolve) => setTimeout(resolve, 300));
  const entries = await log.entries();
  expect(entries.at(-1)?.entry.kind).toBe('end');
  expect(entries.filter(({ entry }) => entry.kind === 'end')).toHaveLength(1);
});
