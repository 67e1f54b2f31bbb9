// How much more do two processes answer than one? Nothing is pinned: gateway, load and stand-ins share the cores, so the most
// that a second process can bring is what the load leaves of its core. The table says how much that is.
import { availableParallelism } from 'node:os';
import { askAll } from './answers.mjs';
import { withBackends } from './backends.mjs';
import { startGateway, stopGateways } from './gateways.mjs';
import { readOptions } from './options.mjs';
import { cpuOf, familyOf } from './processes.mjs';
import { takeTurns } from './rounds.mjs';
import { scenariosOf } from './scenarios.mjs';
import { median, printTable, spread } from './table.mjs';

const WORKERS = [1, 2];
const CORES = availableParallelism();
const TARGET = 1.7;

// The deep query: beside it the load costs next to nothing.
const options = readOptions({ scenario: ['shop'] });

async function measureScenario(standIns, scenario) {
  const gateways = new Map();
  for (const workers of WORKERS) {
    const gateway = await startGateway('ours', standIns.supergraph, {
      measured: false,
      env: { WORKERS: `${workers}` },
    });
    const family = familyOf(gateway.pid);
    if (family.length < workers) throw new Error(`WORKERS=${workers} started no more than ${family.length} process`);
    const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
    gateways.set(workers, { ...gateway, cpuOf: () => sum(family.map(cpuOf)) });
    await askAll(new Map([['ours', gateway]]), scenario);
  }
  const results = await takeTurns(gateways, scenario, { ...options, standIns });
  await stopGateways(gateways);
  const [one] = results.values();
  return [...results].map(([workers, rounds]) => {
    const all = (name) => rounds.map((round) => round[name]);
    const times = rounds.map(({ perSecond }, round) => perSecond / one[round].perSecond);
    // What the cores could answer at most if nothing but gateway, load and stand-ins ran on them, beside what one process did.
    const limit = rounds.map(({ cpuMs, otherCpuMs }, round) =>
      Math.min(workers, (CORES * 1000) / (cpuMs + otherCpuMs) / one[round].perSecond),
    );
    return [
      scenario.title,
      workers,
      spread(all('perSecond'), 0),
      workers === 1 ? '' : spread(times, 2),
      workers === 1 ? '' : spread(limit, 2),
      spread(all('cpuMs'), 2),
      spread(all('otherCpuMs'), 2),
      median(all('p50')).toFixed(1),
      median(all('p99')).toFixed(1),
      workers === 1 ? '' : median(times) >= TARGET ? 'yes' : '**no**',
    ];
  });
}

const rows = await withBackends(options, async (backend, names) => {
  const standIns = await backend.standIn();
  const rows = [];
  for (const scenario of await scenariosOf(names, { backend, people: options.people })) {
    rows.push(...(await measureScenario(standIns, scenario)));
  }
  await standIns.stop();
  return rows;
});
const { rounds, seconds, connections } = options;
printTable(
  `One process and two (${rounds} rounds of ${seconds} s, ${connections} connections; not pinned)`,
  [
    'scenario',
    'WORKERS',
    'requests/s',
    '× one',
    'at most',
    'CPU ms/request',
    'load and stand-ins, CPU ms/request',
    'p50 ms',
    'p99 ms',
    `${TARGET} and more`,
  ],
  rows,
);
