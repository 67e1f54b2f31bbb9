import { load } from './load.mjs';
import { cpuOf, memoryOf } from './processes.mjs';
import { median, spread } from './table.mjs';

/** Below this share of its core, the gateway had to wait for the load or the stand-ins: its rate says less than its CPU time. */
const FULL_PERCENT = 95;

/**
 * One gateway under full load for `seconds` by a scenario's `bodies` or `requests` (see load.mjs), with the gateway's `headers`;
 * `cpuMs` is its CPU time a request, `busy` its share of the core in percent, `fetches` what it asked of the subgraphs for a
 * request, `otherCpuMs` the CPU time of load and stand-ins a request.
 */
export async function measure(gateway, { bodies, requests: another }, { standIns, connections, seconds }) {
  const { requests, misses } = await standIns.counts();
  const cpuNow = gateway.cpuOf ?? (() => cpuOf(gateway.pid));
  const othersNow = () => cpuOf(standIns.pid) + cpuOf(process.pid);
  const before = cpuNow();
  const othersBefore = othersNow();
  const began = performance.now();
  const { url, headers } = gateway;
  const result = await load({ url, headers, bodies, requests: another, connections, seconds });
  const lastedMs = performance.now() - began;
  const counts = await standIns.counts();
  result.fetches = (counts.requests - requests) / result.answered;
  result.misses = counts.misses - misses;
  if (before === undefined) return result;
  const cpu = cpuNow() - before;
  return {
    ...result,
    cpuMs: cpu / result.answered,
    otherCpuMs: (othersNow() - othersBefore) / result.answered,
    busy: (cpu / lastedMs) * 100,
    rss: memoryOf(gateway.pid).now,
  };
}

/**
 * The gateways take turns: what the machine does besides falls on all. One that carries a `scenario` or `standIns` of its own
 * is measured by these. Resolves with each one's results, by peer.
 */
export async function takeTurns(gateways, scenario, { rounds, ...options }) {
  const turnOf = (gateway) =>
    measure(gateway, gateway.scenario ?? scenario, { ...options, standIns: gateway.standIns ?? options.standIns });
  for (const gateway of gateways.values()) await turnOf(gateway);
  const results = new Map([...gateways.keys()].map((peer) => [peer, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [peer, gateway] of gateways) {
      const result = await turnOf(gateway);
      // What is asked for the first time while it is measured is answered by a real registry, slowly.
      if (result.misses > 0) process.stderr.write(`${scenario.title}, ${peer}: ${result.misses} fetches were new\n`);
      results.get(peer).push(result);
    }
  }
  return results;
}

export const COLUMNS = [
  'scenario',
  'gateway',
  'requests/s',
  '× stock',
  '× hive-rust',
  'p50 ms',
  'p99 ms',
  'CPU ms/request',
  'CPU: × stock',
  'core %',
  'fetches',
  'RSS MiB',
];

/** A row a gateway; the ratios are taken round by round, besides stock's to one `rival`. */
export function rowsOf(title, results, rival = 'hive-rust') {
  const timesOf = (peer, rival) => ratios(results, { peer, rival, of: ({ perSecond }) => perSecond });
  return [...results].map(([peer, rounds]) => {
    const all = (name) => rounds.map((round) => round[name]);
    return [
      title,
      peer,
      spread(all('perSecond'), 0),
      timesOf(peer, 'stock'),
      timesOf(peer, rival),
      median(all('p50')).toFixed(1),
      median(all('p99')).toFixed(1),
      spread(all('cpuMs'), 2),
      // Less time is more requests.
      ratios(results, { peer, rival: 'stock', of: ({ cpuMs }) => 1 / cpuMs }),
      busyness(all('busy')),
      median(all('fetches')).toFixed(1),
      Math.max(...all('rss')).toFixed(0),
    ];
  });
}

/** What each round of one gateway comes to beside the same round of another; empty without that. */
export function ratios(results, { peer, rival, of, digits = 1 }) {
  const others = results.get(rival);
  if (!others || peer === rival) return '';
  return spread(
    results.get(peer).map((round, index) => of(round) / of(others[index])),
    digits,
  );
}

function busyness(percents) {
  if (percents.some((percent) => percent === undefined)) return '–';
  const busy = median(percents);
  return busy < FULL_PERCENT ? `${busy.toFixed(0)} (not full)` : busy.toFixed(0);
}
