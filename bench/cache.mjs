// What does the cache save? The same 200 people are asked about again and again, of ours without it, with it in the process, and
// with it in Redis alone; in turn with stock, and with Hive Gateway with its Rust planner and its response cache.
import { askAll } from './answers.mjs';
import { withBackends } from './backends.mjs';
import { startGateway, stopGateways } from './gateways.mjs';
import { readOptions } from './options.mjs';
import { leaveMeasuredCore, pinning } from './processes.mjs';
import { startRedis } from './redis.mjs';
import { IN_PROCESS, inRedisOnly, OFF, statsOf } from './remembering.mjs';
import { COLUMNS, rowsOf, takeTurns } from './rounds.mjs';
import { scenariosOf } from './scenarios.mjs';
import { printTable } from './table.mjs';

const RIVAL = 'hive-rust, its cache';

const options = readOptions({ scenario: ['pre-fill', 'dossier', 'parcels'], people: 100 });
leaveMeasuredCore();
const redis = await startRedis();
const KINDS = {
  'no cache': OFF,
  'in the process': IN_PROCESS,
  ...(redis ? { 'in Redis only': inRedisOnly(redis.url) } : {}),
};

/** All of them over one supergraph, in the order of the table. */
async function startAll(supergraph) {
  const gateways = new Map();
  for (const [kind, env] of Object.entries(KINDS)) gateways.set(kind, await startGateway('ours', supergraph, { env }));
  for (const peer of ['stock', RIVAL]) gateways.set(peer, await startGateway(peer, supergraph));
  return gateways;
}

const rows = await withBackends(options, async (backend, names) => {
  const standIns = await backend.standIn();
  const rows = [];
  for (const scenario of await scenariosOf(names, { backend, people: options.people })) {
    const gateways = await startAll(standIns.supergraph);
    await askAll(gateways, scenario);
    rows.push(...rowsOf(scenario.title, await takeTurns(gateways, scenario, { ...options, standIns }), RIVAL));
    const alone = gateways.get('in Redis only');
    const { failures } = alone ? (await statsOf(alone)).redis : { failures: 0 };
    if (failures > 0) process.stderr.write(`${scenario.title}: Redis was too late ${failures} times\n`);
    await stopGateways(gateways);
  }
  await standIns.stop();
  return rows;
});
redis?.stop();
const { rounds, seconds, connections } = options;
printTable(
  `What the cache saves (${rounds} rounds of ${seconds} s, ${connections} connections; ${pinning})`,
  COLUMNS.map((column) => (column === '× hive-rust' ? `× ${RIVAL}` : column)),
  rows,
);
