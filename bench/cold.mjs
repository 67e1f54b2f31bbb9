// What does the cache cost where it never helps? Everybody is asked about once only, of ours with the cache and without it, in turn:
// the answers of a registry must be looked for, remembered, and given up again, since the room is as small as it is by default.

import { askAll } from './answers.mjs';
import { numberOf, requestsAbout } from './anybody.mjs';
import { withBackends } from './backends.mjs';
import { startGateway, stopGateways } from './gateways.mjs';
import { readOptions } from './options.mjs';
import { leaveMeasuredCore, pinning } from './processes.mjs';
import { startRedis } from './redis.mjs';
import { IN_PROCESS, OFF, statsOf, withRedis } from './remembering.mjs';
import { ratios, takeTurns } from './rounds.mjs';
import { bodyAbout, CITIZEN, scenariosOf } from './scenarios.mjs';
import { median, printTable, spread } from './table.mjs';

/** So much of the rate without the cache there must be with it. */
const TARGET = 0.85;
/** Of so many strangers it is made sure that all answer alike. */
const COMPARED = 50;

const options = readOptions({ people: 100 });
leaveMeasuredCore();
const redis = await startRedis();
const KINDS = { off: OFF, on: IN_PROCESS, ...(redis ? { 'on, and Redis': withRedis(redis.url) } : {}) };

/** Each person once, in this run: the next one whenever one is asked for. */
function onceOnly(gateway, first) {
  const about = requestsAbout(CITIZEN, gateway.url);
  let next = first;
  return { title: 'pre-fill, each person once only', requests: () => about(next++) };
}

async function measureAll(backend) {
  const [scenario] = await scenariosOf(['pre-fill'], { backend, people: options.people });
  const standIns = await backend.standIn({ models: scenario.people });
  const gateways = new Map();
  for (const [kind, env] of Object.entries(KINDS)) {
    const gateway = await startGateway('ours', standIns.supergraph, { env });
    gateways.set(kind, { ...gateway, scenario: onceOnly(gateway, COMPARED) });
  }
  // The stand-ins have the answers about the models then, which are those about everybody.
  await askAll(new Map([['off', gateways.get('off')]]), scenario);
  const strangers = Array.from({ length: COMPARED }, (_, index) => bodyAbout(numberOf(index)));
  await askAll(gateways, { title: 'strangers', bodies: strangers });
  const results = await takeTurns(gateways, scenario, { ...options, standIns });
  const stats = new Map();
  for (const [kind, gateway] of gateways) if (kind !== 'off') stats.set(kind, await statsOf(gateway));
  await stopGateways(gateways);
  await standIns.stop();
  return rowsOf(results, stats);
}

function rowsOf(results, stats) {
  return [...results].map(([kind, rounds]) => {
    const all = (name) => rounds.map((round) => round[name]);
    const { objects, memory, redis } = stats.get(kind) ?? {};
    const rate = rounds.map(({ perSecond }, round) => perSecond / results.get('off')[round].perSecond);
    return [
      kind,
      spread(all('perSecond'), 0),
      ratios(results, { peer: kind, rival: 'off', of: ({ perSecond }) => perSecond, digits: 2 }),
      spread(all('cpuMs'), 2),
      ratios(results, { peer: kind, rival: 'off', of: ({ cpuMs }) => 1 / cpuMs, digits: 2 }),
      median(all('busy')).toFixed(0),
      median(all('fetches')).toFixed(2),
      objects?.hit ?? '',
      memory?.evicted ?? '',
      redis?.failures ?? '',
      Math.max(...all('rss')).toFixed(0),
      kind === 'on' ? (median(rate) >= TARGET ? 'yes' : '**no**') : '',
    ];
  });
}

const rows = await withBackends({ ...options, scenario: ['pre-fill'] }, measureAll);
redis?.stop();
const { rounds, seconds, connections } = options;
printTable(
  `Pre-fill, everybody once only (${rounds} rounds of ${seconds} s, ${connections} connections; ${pinning})`,
  [
    'cache',
    'requests/s',
    '÷ off',
    'CPU ms/request',
    'CPU: ÷ off',
    'core %',
    'fetches',
    'hits',
    'evictions',
    'Redis too late',
    'RSS MiB',
    `${TARGET} and more`,
  ],
  rows,
);
