import { createHealth } from '../../gateway/health.js';
import { answers500, type Fault, hangs, json } from '../helpers/faulty-subgraph.js';
import { type Federation, startFederation, until } from '../helpers/federation.js';

const SUBGRAPHS = {
  one: { sdl: 'type Query { one: Int }', resolvers: { Query: { one: () => 1 } } },
  two: { sdl: 'type Query { two: Int }', resolvers: { Query: { two: () => 2 } } },
};

let federation: Federation;
beforeEach(async () => {
  federation = await startFederation({ subgraphs: SUBGRAPHS });
});
afterEach(() => federation?.stop());

const get = async (path: string) => {
  const response = await fetch(federation.url + path);
  const text = await response.text();
  return { status: response.status, text, body: text.startsWith('{') ? JSON.parse(text) : undefined };
};

test('a gateway is live as long as it answers, whatever its registries do', async () => {
  federation.subgraph('one').behave(hangs);
  federation.subgraph('two').behave(hangs);
  expect(await get('/health/live')).toMatchObject({ status: 200, body: { status: 'live' } });
});

test('a gateway whose registries all answer is ready', async () => {
  const { status, body } = await get('/health/ready');
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: 'ready', reasons: [], registries: { one: 'ready', two: 'ready' } });
  expect(body.supergraph).toMatchObject({ phase: 'serving', id: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test.each([
  ['answers 500', () => federation.subgraph('two').behave(answers500)],
  ['takes no connections', () => federation.subgraph('two').refuse()],
  ['hangs', () => federation.subgraph('two').behave(hangs)],
])('one registry that %s makes it degraded, not unready, and is named without its address', async (_name, fail) => {
  await fail();
  const { status, body, text } = await get('/health/ready');
  expect(status).toBe(200);
  expect(body.status).toBe('degraded');
  expect(body.registries.one).toBe('ready');
  expect(body.registries.two).not.toBe('ready');
  expect(body.reasons).toEqual([expect.stringContaining('the registry two does not answer')]);
  expect(text).not.toContain('127.0.0.1');
});

test.each([
  [503, 'database unreachable', 'degraded'],
  [200, 'ready', 'ready'],
])('a registry that tells %i is believed, whatever its GraphQL answers', async (code, word, status) => {
  const tells: Fault = (asked) => json(asked.received.path === '/health/ready' ? { status: word } : {}, code)(asked);
  federation.subgraph('two').behave(tells);
  expect((await get('/health/ready')).body).toMatchObject({ status });
});

test('a gateway none of whose registries answers is not ready, until one does', async () => {
  federation.subgraph('one').behave(answers500);
  federation.subgraph('two').behave(answers500);
  expect(await get('/health/ready')).toMatchObject({ status: 503, body: { status: 'not ready' } });
  federation.subgraph('one').behave();
  await until(async () => (await get('/health/ready')).status === 200);
});

test('many balancers at once make one ping', async () => {
  let pings = 0;
  const ready = createHealth({
    ping: async () => {
      pings += 1;
      return new Map([['one', undefined]]);
    },
    supergraph: () => ({ phase: 'serving', id: 'x', sinceMs: 0 }),
    draining: () => false,
    clock: { now: () => 1_000 },
  });
  await Promise.all(Array.from({ length: 20 }, ready));
  expect(pings).toBe(1);
});

test.each([
  ['that is stopping', { phase: 'serving', id: 'x', sinceMs: 0 }, true],
  ['without a supergraph', { phase: 'not loaded' }, false],
] as const)('a gateway %s is not ready', async (_name, state, draining) => {
  const ready = createHealth({
    ping: async () => new Map([['one', undefined]]),
    supergraph: () => state,
    draining: () => draining,
    clock: Date,
  });
  expect(await ready()).toMatchObject({ ready: false, body: { status: 'not ready' } });
});

test('the metrics tell what was asked, of whom, and how it came out', async () => {
  await federation.ask('{ one two }');
  federation.subgraph('two').behave(answers500);
  await federation.ask('{ one two }');
  await federation.ask('{ nothing }');
  const { status, text } = await get('/metrics');
  expect(status).toBe(200);
  expect(text).toContain('lien_thong_http_requests_total{status="200"} 2');
  expect(text).toContain('lien_thong_http_requests_total{status="400"} 1');
  expect(text).toContain('lien_thong_fetch_seconds_count{subgraph="one",outcome="ok"} 2');
  expect(text).toContain('lien_thong_fetch_seconds_count{subgraph="two",outcome="overload"} 1');
  expect(text).toContain('lien_thong_operation_seconds_count{outcome="errors"} 1');
  expect(text).toContain('lien_thong_breaker_state{subgraph="one"} 0');
  expect(text).toMatch(/^process_cpu_seconds_total /m);
  expect(text).not.toContain('127.0.0.1');
});

test("two gateways in one process do not add to each other's figures", async () => {
  const other = await startFederation({ subgraphs: SUBGRAPHS });
  await other.ask('{ one }');
  expect((await get('/metrics')).text).not.toContain('lien_thong_fetch_seconds_count{subgraph="one",outcome="ok"} 1');
  await other.stop();
});
