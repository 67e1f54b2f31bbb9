import { DEFAULTS } from '../../../gateway/config.js';
import { createGateway } from '../../../gateway/index.js';
import {
  ask as askAt,
  type ConfigOfTest,
  configOf,
  type Federation,
  logInto,
  startFederation,
  until,
} from '../../helpers/federation.js';
import { provenanceOf } from '../../helpers/published-provenance.js';
import { describeOnRedis, type RedisServer, startRedis } from '../../helpers/redis-server.js';
import { KEYS } from '../../helpers/redis-store.js';

const PEOPLE = `
  directive @cacheControl(maxAge: Int, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT
  directive @cacheStale(whileRevalidate: Int, ifError: Int) on FIELD_DEFINITION | OBJECT
  type Query { person(id: ID!): Person }
  type Person @key(fields: "id") @cacheControl(maxAge: 60) @cacheStale(whileRevalidate: 30, ifError: 3600) {
    id: ID!
    name: String
    status: String @cacheStale
  }
`;
const DESKS = 'type Query { desk(of: ID!): Person } type Person @key(fields: "id") { id: ID! }';
const QUERY = '{ desk(of: "1") { name } }';

const TOKEN = 'a token of the test';
let federation: Federation;
let name: string;
let nowMs: number;

const start = (config: ConfigOfTest = {}): Promise<Federation> => {
  const person = () => ({ __typename: 'Person', id: '1', name: () => name, status: () => `${name} is well` });
  return startFederation({
    subgraphs: {
      desks: { sdl: DESKS, resolvers: { Query: { desk: () => ({ id: '1' }) } } },
      people: { sdl: PEOPLE, resolvers: { Query: { person }, Person: { __resolveReference: person } } },
    },
    config: { breaker: { failuresMax: 100, openMs: 50 }, ...config },
    gateway: { clock: { now: () => nowMs } },
  });
};
beforeEach(async () => {
  name = 'An';
  nowMs = Date.parse('2026-11-25T00:00:00Z');
  federation = await start();
});
afterEach(() => federation?.stop());

const asked = () => federation.requestsTo('people').length;
const ask = async (query = QUERY) => (await federation.ask(query)).data.desk;
const noted = async (query = QUERY) =>
  provenanceOf(await federation.ask(query, {}, { provenance: 'true' })).filter(({ registry }) => registry === 'people');

describe('what is no longer fresh', () => {
  test('is given while it is fetched anew, once, and then the new is given', async () => {
    await ask();
    name = 'Anh';
    nowMs += 61_000;
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask()));
    expect(answers[0]).toEqual({ name: 'An' });
    await until(async () => (await ask()).name === 'Anh');
    expect(asked()).toBe(2);
  });

  test('is called so, with its age', async () => {
    await ask();
    nowMs += 61_000;
    expect(await noted()).toMatchObject([{ cache: 'STALE', ageSeconds: 61 }]);
    await until(async () => (await noted())[0]!.cache === 'MEMORY');
  });

  test('is not given when it is too late for that', async () => {
    await ask();
    name = 'Anh';
    nowMs += 90_001;
    expect(await ask()).toEqual({ name: 'Anh' });
  });

  test('is not given where the schema does not allow it', async () => {
    const query = '{ desk(of: "1") { status } }';
    await ask(query);
    name = 'Anh';
    nowMs += 61_000;
    expect(await ask(query)).toEqual({ status: 'Anh is well' });
  });

  test('is fetched anew together with what has to be fetched anyway', async () => {
    await ask();
    name = 'Anh';
    nowMs += 61_000;
    expect(await ask('{ desk(of: "1") { name status } }')).toEqual({ name: 'Anh', status: 'Anh is well' });
    expect(asked()).toBe(2);
  });

  test('and cannot be fetched anew is asked for again later', async () => {
    await ask();
    nowMs += 61_000;
    federation.subgraph('people').behave(async ({ response }) => void response.destroy());
    expect(await ask()).toEqual({ name: 'An' });
    await until(() => asked() > 1);
    federation.subgraph('people').behave(undefined);
    name = 'Anh';
    await until(async () => (await ask()).name === 'Anh');
  });
});

describe('while the registry does not answer', () => {
  beforeEach(async () => {
    await ask('{ desk(of: "1") { name status } }');
    federation.subgraph('people').behave(async ({ response }) => void response.destroy());
  });

  test('what the schema allows is given, as stale, and what it does not is missing with the reason', async () => {
    nowMs += 200_000;
    const answer = await federation.ask('{ desk(of: "1") { name status } }', {}, { provenance: 'true' });
    expect(answer.data).toEqual({ desk: { name: 'An', status: null } });
    expect(answer.errors).toMatchObject([{ path: ['desk', 'status'], extensions: { code: 'REGISTRY_UNAVAILABLE' } }]);
    expect(provenanceOf(answer).filter(({ registry }) => registry === 'people')).toMatchObject([
      { cache: 'STALE', ageSeconds: 200 },
    ]);
  });

  test('an entity within a value is given whole or not at all', async () => {
    federation.subgraph('people').behave(undefined);
    await ask('{ person(id: "1") { name } }');
    await ask('{ person(id: "1") { name status } }');
    federation.subgraph('people').behave(async ({ response }) => void response.destroy());
    nowMs += 200_000;
    expect((await federation.ask('{ person(id: "1") { name } }')).data).toEqual({ person: { name: 'An' } });
    const part = await federation.ask('{ person(id: "1") { name status } }');
    expect(part.data).toEqual({ person: null });
    expect(part.errors).toHaveLength(1);
  });

  test('nothing is given after that', async () => {
    nowMs += 3_660_001;
    expect((await federation.ask(QUERY)).data).toEqual({ desk: { name: null } });
  });

  test('an error that it answers with is no reason to give what is old', async () => {
    federation.subgraph('people').behave(async ({ response }) => {
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ data: { _entities: [null] }, errors: [{ message: 'no', path: ['_entities', 0] }] }),
      );
    });
    nowMs += 200_000;
    expect((await federation.ask(QUERY)).data).toEqual({ desk: { name: null } });
  });
});

test('five hundred at once for what nobody has are asked of the registry once', async () => {
  for (const _ of ['never asked', 'expired']) {
    const before = asked();
    const answers = await Promise.all(Array.from({ length: 500 }, () => ask()));
    expect(answers).toEqual(answers.map(() => ({ name: 'An' })));
    expect(asked()).toBe(before + 1);
    nowMs += 100_000;
  }
  expect(await (await fetch(`${federation.url}/metrics`)).text()).toMatch(/outcome="shared"\} [1-9]\d{2}/);
});

test('whoever asked first and has gone does not take the answer with him', async () => {
  let answer = () => {};
  federation.subgraph('people').behave(async ({ response, honest }) => {
    const body = JSON.stringify(await honest());
    answer = () => response.setHeader('content-type', 'application/json').end(body);
  });
  const gone = new AbortController();
  const body = JSON.stringify({ query: QUERY });
  const headers = { 'content-type': 'application/json' };
  const first = fetch(`${federation.url}/graphql`, { method: 'POST', headers, body, signal: gone.signal });
  await until(() => asked() === 1);
  const second = ask();
  await new Promise((resolve) => setTimeout(resolve, 50));
  gone.abort();
  await expect(first).rejects.toThrow();
  await until(() => asked() === 2);
  federation.subgraph('people').behave(undefined);
  answer();
  expect(await second).toEqual({ name: 'An' });
});

test('shadow: some of what is remembered is asked as well, and what differs is told by record, without a value', async () => {
  await federation.stop();
  federation = await start({ cache: { ...DEFAULTS.cache, shadowPercent: 50 } });
  const metrics = async () => (await fetch(`${federation.url}/metrics`)).text();
  await ask();
  for (let time = 0; time < 10; time += 1) await ask();
  await until(async () => /shadow_total\{outcome="same"\} 5/.test(await metrics()));
  expect(asked()).toBe(6);
  name = 'Bí mật';
  await ask();
  await ask();
  await until(async () => /shadow_total\{outcome="different"\} 1/.test(await metrics()));
  const told = federation.logLines.filter((line) => line.includes('not what the registry says'));
  expect(told).toHaveLength(1);
  expect(told[0]).not.toContain('Bí mật');
});

describeOnRedis('two gateways that share a Redis', () => {
  let server: RedisServer;
  let other: Awaited<ReturnType<typeof second>>;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());
  beforeEach(async () => {
    await federation.stop();
    const cache = { ...DEFAULTS.cache, redisUrl: server.url, keys: KEYS.one, redisMs: 1_000, token: TOKEN };
    federation = await start({ cache });
    other = await second(cache);
    await hear();
  });
  /** Until each has heard the other: what is remembered is trusted then. */
  const hear = async () => {
    for (const { url } of [federation, other]) {
      await until(async () => /cache_heard\{subgraph=""\} 1/.test(await (await fetch(`${url}/metrics`)).text()));
    }
  };
  afterEach(() => other?.gateway.stop());
  const second = async (cache: typeof DEFAULTS.cache) => {
    const { supergraphFile } = federation;
    const gateway = await createGateway({
      ...{ config: configOf({ cache }), supergraphFile, log: logInto([]), clock: { now: () => nowMs } },
    });
    return { gateway, ...(await gateway.listen()) };
  };

  test('fetch anew once what is no longer fresh', async () => {
    await ask();
    // The second gateway has it from Redis.
    await until(async () => (await askAt(other.url, { query: QUERY })).data.desk.name === 'An');
    const before = asked();
    nowMs += 61_000;
    await hear();
    for (let time = 0; time < 20; time += 1) await Promise.all([ask(), askAt(other.url, { query: QUERY })]);
    expect(asked() - before).toBe(1);
  });

  test('forget what either was told to forget', async () => {
    await ask();
    await askAt(other.url, { query: QUERY });
    name = 'Anh';
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ subgraph: 'people', changes: [{ type: 'Person', key: { id: '1' } }] });
    const response = await fetch(`${federation.url}/cache/invalidate`, { method: 'POST', headers, body });
    expect(await response.json()).toEqual({ forgotten: 1 });
    expect(await ask()).toEqual({ name: 'Anh' });
    await until(async () => (await askAt(other.url, { query: QUERY })).data.desk.name === 'Anh', 1_000);
  });

  test('an acknowledged change is a change that the other knows of: without Redis there is none', async () => {
    await server.kill();
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ subgraph: 'people', all: true });
    const response = await fetch(`${federation.url}/cache/invalidate`, { method: 'POST', headers, body });
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'CACHE_UNREACHABLE' } }] });
    await server.start();
  });
});
