// One of our gateways that is asked about people of whom there are as many as one likes (anybody.mjs), and what it remembers of them.

import { askAll } from './answers.mjs';
import { numberOf, requestsAbout } from './anybody.mjs';
import { startGateway } from './gateways.mjs';
import { load } from './load.mjs';
import { memoryOf } from './processes.mjs';
import { OFF, statsOf } from './remembering.mjs';
import { bodyAbout, CITIZEN, scenariosOf } from './scenarios.mjs';

/** Stand-ins that have everything ready: all are likenesses of so many men and women. */
export async function standInForAnybody(backend, { people }) {
  const [scenario] = await scenariosOf(['pre-fill'], { backend, people });
  const standIns = await backend.standIn({ models: scenario.people });
  await (await startWarm(standIns, { env: OFF, bodies: scenario.bodies })).stop();
  return standIns;
}

/** A gateway of ours that knows the operation and has its connections, and remembers a few people. */
export async function startWarm(standIns, { bodies = WARMING.map(bodyAbout), ...options }) {
  const gateway = await startGateway('ours', standIns.supergraph, options);
  await askAll(new Map([['ours', gateway]]), { title: 'warming', bodies });
  return gateway;
}

/** Nobody else is asked about under these numbers. */
const WARMING = Array.from({ length: 50 }, (_, index) => numberOf(90_000_000 + index));

/**
 * Asks for the pre-fills of `count` people that `draw` gives, by their index. Resolves with what the load tells, and what became of
 * the objects that were looked up meanwhile: `memory`, `redis` and `registry` say where they were found, `objects` how many they were.
 */
export async function askAbout(gateway, { draw, count, connections, redis }) {
  const about = requestsAbout(CITIZEN, gateway.url);
  let left = count;
  const requests = () => (left-- > 0 ? about(draw()) : undefined);
  const before = await foundOf(gateway, redis);
  const result = await load({ url: gateway.url, requests, connections, seconds: 0 });
  const after = await foundOf(gateway, redis);
  const more = (name) => after[name] - before[name];
  return {
    ...result,
    objects: more('objects'),
    memory: more('memory'),
    redis: more('redis'),
    registry: more('registry'),
    evicted: more('evicted'),
    failures: more('failures'),
    bytes: after.bytes,
    rss: memoryOf(gateway.pid).now,
  };
}

async function foundOf(gateway, redis) {
  const { objects, memory, redis: told } = await statsOf(gateway);
  const { hit, stale, partial, miss } = objects;
  const fromRedis = redis ? await foundInRedis(told, redis) : 0;
  return {
    objects: hit + stale + partial + miss,
    memory: hit + stale - fromRedis,
    redis: fromRedis,
    registry: partial + miss,
    evicted: memory.evicted,
    bytes: memory.bytes,
    failures: told?.failures ?? 0,
  };
}

/** About how many objects were: the gateway tells how many bytes it has read there and written, and Redis how often it was written to. */
async function foundInRedis({ bytes }, redis) {
  let [read, written] = [0, 0];
  for (const each of Object.values(bytes)) {
    read += each.read;
    written += each.written;
  }
  return written === 0 ? 0 : Math.round(read / (written / (await redis.writes())));
}
