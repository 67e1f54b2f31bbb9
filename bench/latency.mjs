// How slow are the slowest? Ours at half of the greatest load that it was measured to carry: requests come at a steady rate,
// whether those before are answered or not, and the slowest hundredth is set beside the median.
import { askAll } from './answers.mjs';
import { withBackends } from './backends.mjs';
import { startGateway } from './gateways.mjs';
import { steadyLoad } from './load.mjs';
import { readOptions } from './options.mjs';
import { leaveMeasuredCore, pinning } from './processes.mjs';
import { measure } from './rounds.mjs';
import { scenariosOf } from './scenarios.mjs';
import { median, printTable, spread } from './table.mjs';

const LOAD_SHARE = 0.5;
/** More than ever are in flight at half load, so that what waits, waits in the gateway. */
const CONNECTIONS = 128;
const TARGET = 3;

const options = readOptions({ scenario: ['pre-fill', 'dossier', 'shop'] });

async function measureScenario(standIns, scenario) {
  const gateway = await startGateway('ours', standIns.supergraph);
  await askAll(new Map([['ours', gateway]]), scenario);
  const most = [];
  const steady = [];
  await measure(gateway, scenario, { ...options, standIns });
  for (let round = 0; round < options.rounds; round += 1) {
    most.push((await measure(gateway, scenario, { ...options, standIns })).perSecond);
    const perSecond = median(most) * LOAD_SHARE;
    const how = { ...scenario, perSecond, connections: CONNECTIONS, seconds: options.seconds };
    steady.push({ ...(await steadyLoad({ url: gateway.url, ...how })), asked: perSecond });
  }
  await gateway.stop();
  const all = (name) => steady.map((round) => round[name]);
  const ratio = median(steady.map(({ p50, p99 }) => p99 / p50));
  return [
    scenario.title,
    spread(most, 0),
    spread(all('perSecond'), 0),
    spread(all('p50'), 2),
    spread(all('p99'), 2),
    ratio.toFixed(1),
    ratio < TARGET ? 'yes' : '**no**',
    Math.max(...all('waited')),
    spread(all('late'), 1),
  ];
}

leaveMeasuredCore();
const rows = await withBackends(options, async (backend, names) => {
  const standIns = await backend.standIn();
  const rows = [];
  for (const scenario of await scenariosOf(names, { backend, people: options.people })) {
    rows.push(await measureScenario(standIns, scenario));
  }
  await standIns.stop();
  return rows;
});
const { rounds, seconds } = options;
printTable(
  `Ours at half of its greatest load (${rounds} rounds of ${seconds} s; ${pinning})`,
  [
    'scenario',
    'most requests/s',
    'asked requests/s',
    'p50 ms',
    'p99 ms',
    'p99 ÷ p50',
    `under ${TARGET}`,
    'waited',
    'our clock late, p99 ms',
  ],
  rows,
);
