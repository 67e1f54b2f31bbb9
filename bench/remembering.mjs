// What the benches of the cache have in common: its settings, and what it says of itself.

const TOKEN = 'bench';
/** It seals nothing but the answers about people who do not exist. */
const CACHE_KEYS = `bench:${Buffer.alloc(32, 7).toString('base64')}`;

export const OFF = { CACHE_MEMORY_BYTES_MAX: '0' };
/** As it is by itself. */
export const IN_PROCESS = { CACHE_TOKEN: TOKEN };
export const withRoom = (bytes) => ({ ...IN_PROCESS, CACHE_MEMORY_BYTES_MAX: String(bytes) });
export const withRedis = (url) => ({ ...IN_PROCESS, REDIS_URL: url, CACHE_KEYS });
export const inRedisOnly = (url) => ({ ...withRedis(url), ...OFF });

/** What a gateway's cache says of itself; `objects` sums what was looked up by what came of it. */
export async function statsOf(gateway) {
  const stats = await ask(gateway, '/cache/stats');
  const objects = { hit: 0, stale: 0, partial: 0, miss: 0, shared: 0 };
  for (const counts of Object.values(stats.lookUps)) {
    for (const [outcome, count] of Object.entries(counts)) objects[outcome] += count;
  }
  // A gateway that has just begun has heard nobody yet.
  const isAsked = Object.values(objects).some((count) => count > 0);
  const deaf = Object.entries(stats.heard).flatMap(([name, isHeard]) => (isHeard ? [] : name || 'the other gateways'));
  if (isAsked && deaf.length > 0)
    process.stderr.write(`not heard, so what is remembered of them is hardly trusted: ${deaf}\n`);
  return { ...stats, objects };
}

/** Has everything forgotten. */
export async function forgetAll(gateway) {
  for (const subgraph of ['citizen-identity', 'civil-status', 'land', 'gateway']) {
    await ask(gateway, '/cache/invalidate', { subgraph, all: true });
  }
}

async function ask({ url }, path, body) {
  const response = await fetch(new URL(path, url), {
    method: body ? 'POST' : 'GET',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (response.status !== 200) throw new Error(`${path} answered ${response.status} ${await response.text()}`);
  return response.json();
}
