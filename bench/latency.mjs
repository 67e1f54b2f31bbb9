// How slow are the slowest? Ours at half of the greatest load that it was measured to carry: requests come at a steady rate,
// whether those before are answered or not, and the slowest hundredth is set beside the median. In turn with it goes a server that
// does nothing but be busy for as long (busy-server.mjs): what its slowest take is what the machine adds.
import { askAll } from './answers.mjs';
import { withBackends } from './backends.mjs';
import { startGateway } from './gateways.mjs';
import { steadyLoad } from './load.mjs';
import { readOptions } from './options.mjs';
import { leaveMeasuredCore, pinning, startNode } from './processes.mjs';
import { OFF } from './remembering.mjs';
import { measure } from './rounds.mjs';
import { scenariosOf } from './scenarios.mjs';
import { median, printTable, spread } from './table.mjs';

const LOAD_SHARE = 0.5;
/** More than ever are in flight at half load, so that what waits, waits in the gateway. */
const CONNECTIONS = 128;
const TARGET = 3;

const options = readOptions({ scenario: ['pre-fill', 'dossier', 'shop'] });

async function measureScenario(standIns, scenario) {
  const gateway = await startGateway('ours', standIns.supergraph, { env: OFF });
  await askAll(new Map([['ours', gateway]]), scenario);
  const most = [];
  const steady = [];
  const floor = [];
  await measure(gateway, scenario, { ...options, standIns });
  for (let round = 0; round < options.rounds; round += 1) {
    most.push((await measure(gateway, scenario, { ...options, standIns })).perSecond);
    const perSecond = median(most) * LOAD_SHARE;
    const how = { ...scenario, perSecond, connections: CONNECTIONS, seconds: options.seconds };
    steady.push({ ...(await steadyLoad({ url: gateway.url, ...how })), asked: perSecond });
    floor.push(await atTheLeast(1_000 / median(most), how));
  }
  await gateway.stop();
  const all = (name) => steady.map((round) => round[name]);
  const ratioOf = (rounds) => rounds.map(({ p50, p99 }) => p99 / p50);
  const ratio = median(ratioOf(steady));
  return [
    scenario.title,
    spread(most, 0),
    spread(all('perSecond'), 0),
    spread(all('p50'), 2),
    spread(all('p99'), 2),
    spread(ratioOf(steady), 1),
    spread(ratioOf(floor), 1),
    ratio < TARGET ? 'yes' : '**no**',
    Math.max(...all('waited')),
    spread(all('late'), 1),
  ];
}

/** The same load on a server that is busy for `busyMs` a request and does nothing else. */
async function atTheLeast(busyMs, how) {
  const args = ['bench/busy-server.mjs', String(busyMs)];
  const server = await startNode(args, { ready: /busy at (\S+)/, measured: true });
  const result = await steadyLoad({ url: server.match[1], ...how });
  await server.stop();
  return result;
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
    'of a server merely busy',
    `under ${TARGET}`,
    'waited',
    'our clock late, p99 ms',
  ],
  rows,
);
