// How often are the registries asked when everybody wants the same at once? 500 requests about one person whom nobody has asked about
// before, or whose answers have just expired, while each registry takes a while to answer.
import { withBackends } from './backends.mjs';
import { startGateway, stopGateways } from './gateways.mjs';
import { load } from './load.mjs';
import { readOptions } from './options.mjs';
import { leaveMeasuredCore } from './processes.mjs';
import { startRedis } from './redis.mjs';
import { IN_PROCESS, inRedisOnly, OFF, statsOf, withRedis } from './remembering.mjs';
import { scenariosOf } from './scenarios.mjs';
import { printTable } from './table.mjs';

const REQUESTS = 500;
const REGISTRY_MS = 200;
const REGISTRIES = ['citizen-identity', 'civil-status', 'land'];
/** How long answers live here, and how much longer one waits until they are dead for sure. */
const LIFE_SECONDS = 2;
const SETTLED_MS = 3_000;
const EXPIRED_MS = LIFE_SECONDS * 1000 + 200;

const expiring = (text) => text.replace(/maxAge: \d+/g, `maxAge: ${LIFE_SECONDS}`);
const neverStale = (text) => text.replace(/(whileRevalidate|ifError): \d+/g, '$1: 0');
/** What of the answers is there when all come. */
const CASES = {
  'never asked for': { revise: (text) => text, isAsked: false },
  'just expired': { revise: (text) => neverStale(expiring(text)), isAsked: true },
  'just expired, but may be given while it is fetched anew': { revise: expiring, isAsked: true },
};

const options = readOptions({ people: 100 });
const redis = await startRedis();
/** Settings of each gateway that the requests are spread over. */
const KINDS = {
  'no cache': [OFF],
  'in the process': [IN_PROCESS],
  ...(redis
    ? {
        'in Redis only': [inRedisOnly(redis.url)],
        'in both': [withRedis(redis.url)],
        'two gateways, in both': [withRedis(redis.url), withRedis(redis.url)],
      }
    : {}),
};

const waited = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What each registry is asked when all come at once. */
async function stampede(standIns, { body, other, settings, isAsked }) {
  const gateways = new Map();
  for (const [index, env] of settings.entries()) {
    gateways.set(index, await startGateway('ours', standIns.supergraph, { env }));
  }
  const ask = (bodies) =>
    Promise.all([...gateways.values()].map(({ url }) => load({ url, bodies, connections: bodies.length, seconds: 0 })));
  // The operation is known, and so is Redis, and what has changed so far is heard.
  await ask([other]);
  await waited(SETTLED_MS);
  await ask([other]);
  if (isAsked) {
    await load({ url: gateways.get(0).url, bodies: [body], connections: 1, seconds: 0 });
    await waited(EXPIRED_MS);
  }
  const before = (await standIns.counts()).bySubgraph;
  const results = await ask(Array(REQUESTS / gateways.size).fill(body));
  // What is fetched anew is no longer waited for by anybody.
  await waited(2 * REGISTRY_MS);
  const after = (await standIns.counts()).bySubgraph;
  const failures = settings[0].REDIS_URL ? await failuresOf(gateways) : '';
  await stopGateways(gateways);
  await redis?.empty();
  return {
    failures,
    asked: REGISTRIES.map((name) => after[name] - before[name]),
    slowest: Math.max(...results.map(({ p99 }) => p99)),
  };
}

/** How often Redis was too late for them. */
async function failuresOf(gateways) {
  let sum = 0;
  for (const gateway of gateways.values()) sum += (await statsOf(gateway)).redis.failures;
  return sum;
}

async function run(backend) {
  const [{ bodies }] = await scenariosOf(['pre-fill'], { backend, people: options.people });
  const rows = [];
  for (const [title, { revise, isAsked }] of Object.entries(CASES)) {
    const standIns = await backend.standIn({ afterMs: REGISTRY_MS, revise });
    for (const [kind, settings] of Object.entries(KINDS)) {
      const [body, other] = bodies;
      const { asked, slowest, failures } = await stampede(standIns, { body, other, settings, isAsked });
      rows.push([title, kind, ...asked, slowest.toFixed(0), failures]);
    }
    await standIns.stop();
  }
  return rows;
}

leaveMeasuredCore();
const rows = await withBackends({ ...options, scenario: ['pre-fill'] }, run);
redis?.stop();
printTable(
  `${REQUESTS} requests for the pre-fill of one person at once; each registry takes ${REGISTRY_MS} ms`,
  ['what is asked for was', 'remembered', ...REGISTRIES.map((name) => `asked of ${name}`), 'p99 ms', 'Redis too late'],
  rows,
);
