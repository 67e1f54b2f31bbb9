// What does the cache save, and what does it cost where it never helps? Ours without it, with it in the process, with it in Redis
// alone, and with so little room that nothing is ever found; in turn with stock. The same people are asked about again and again.
import { askAll } from './answers.mjs';
import { withBackends } from './backends.mjs';
import { startGateway, stopGateways } from './gateways.mjs';
import { readOptions } from './options.mjs';
import { leaveMeasuredCore, pinning } from './processes.mjs';
import { COLUMNS, rowsOf, takeTurns } from './rounds.mjs';
import { scenariosOf } from './scenarios.mjs';
import { printTable } from './table.mjs';

/** Longer than any run: what is remembered stays. */
const FOREVER = { CACHE_TTL: '86400' };
/** It seals nothing but the answers about people who do not exist. */
const CACHE_KEYS = `bench:${Buffer.alloc(32, 7).toString('base64')}`;
const redisUrl = process.env.TEST_REDIS_URL;
const KINDS = {
  'no cache': { CACHE_MEMORY_BYTES_MAX: '0' },
  'in the process': FOREVER,
  ...(redisUrl
    ? { 'in Redis only': { ...FOREVER, CACHE_MEMORY_BYTES_MAX: '0', REDIS_URL: redisUrl, CACHE_KEYS } }
    : {}),
  'nothing found': { ...FOREVER, CACHE_MEMORY_BYTES_MAX: '1' },
};

if (!redisUrl) process.stderr.write('Redis is left out: set TEST_REDIS_URL, e.g. by eval "$(.ci/services.sh start)"\n');
const options = readOptions({ scenario: ['pre-fill', 'dossier', 'parcels'] });
leaveMeasuredCore();
const rows = await withBackends(options, async (backend, names) => {
  const standIns = await backend.standIn();
  const rows = [];
  for (const scenario of await scenariosOf(names, { backend, people: options.people })) {
    const gateways = new Map();
    for (const [kind, env] of Object.entries(KINDS)) {
      gateways.set(kind, await startGateway('ours', standIns.supergraph, { env }));
    }
    gateways.set('stock', await startGateway('stock', standIns.supergraph));
    await askAll(gateways, scenario);
    rows.push(...rowsOf(scenario.title, await takeTurns(gateways, scenario, { ...options, standIns })));
    await stopGateways(gateways);
  }
  await standIns.stop();
  return rows;
});
const { rounds, seconds, connections } = options;
printTable(
  `What the cache saves (${rounds} rounds of ${seconds} s, ${connections} connections; ${pinning})`,
  COLUMNS,
  rows,
);
