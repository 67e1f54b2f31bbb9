// How often does the cache help, if few people are asked about again and again and most hardly ever? Ours with 64 MiB in the process
// and Redis behind it, asked about a million people by Zipf's law, with exports of many in a row in between.
import { withBackends } from './backends.mjs';
import { readOptions } from './options.mjs';
import { leaveMeasuredCore, pinning } from './processes.mjs';
import { startRedis } from './redis.mjs';
import { withRedis, withRoom } from './remembering.mjs';
import { askAbout, standInForAnybody, startWarm } from './strangers.mjs';
import { printTable } from './table.mjs';
import { exports, zipf } from './zipf-load.mjs';

const ROOM = 64 * 2 ** 20;
const MIB = 2 ** 20;
const SEED = 1;
const EXPORTED = 100_000;

const options = readOptions({ people: 100, requests: 200_000 });
const { population, requests, connections } = options;

async function run(backend) {
  const standIns = await standInForAnybody(backend, options);
  const redis = await startRedis();
  const env = { ...(redis ? withRedis(redis.url) : {}), ...withRoom(ROOM) };
  const gateway = await startWarm(standIns, { env });
  const [draw, exporting] = [zipf(population, SEED), exports(population)];
  const byZipf = { draw, count: requests };
  const exported = { draw: exporting, count: Math.min(EXPORTED, population) };
  const phases = [
    ['Zipf, nothing remembered yet', byZipf],
    ['Zipf', byZipf],
    ['export', exported],
    ['Zipf, right after it', { ...byZipf, count: Math.ceil(requests / 10) }],
    ['Zipf', byZipf],
  ];
  const rows = [];
  for (const [title, phase] of phases) {
    const result = await askAbout(gateway, { ...phase, connections, redis });
    rows.push(rowOf(title, result, redis && (await redis.bytes())));
    process.stderr.write(`${title}: ${phase.count} requests\n`);
  }
  await gateway.stop();
  redis?.stop();
  await standIns.stop();
  return rows;
}

function rowOf(title, result, redisBytes) {
  const percent = (name) => ((result[name] / result.objects) * 100).toFixed(1);
  return [
    title,
    result.answered.toLocaleString('en'),
    result.perSecond.toFixed(0),
    percent('memory'),
    redisBytes === undefined ? '–' : percent('redis'),
    percent('registry'),
    result.p50.toFixed(1),
    result.p99.toFixed(1),
    result.evicted.toLocaleString('en'),
    (result.bytes / MIB).toFixed(1),
    result.rss.toFixed(0),
    redisBytes === undefined ? '–' : (redisBytes / MIB).toFixed(0),
    result.failures,
  ];
}

leaveMeasuredCore();
const rows = await withBackends({ ...options, scenario: ['pre-fill'] }, run);
printTable(
  `Pre-fills of ${population.toLocaleString('en')} people by Zipf's law, s = 1; ${ROOM / MIB} MiB in the process, Redis behind (${connections} connections; ${pinning})`,
  [
    'load',
    'requests',
    'requests/s',
    'in the process, % of objects',
    'in Redis, about %',
    'asked of a registry, %',
    'p50 ms',
    'p99 ms',
    'evictions',
    'MiB by its own count',
    'RSS MiB',
    'Redis MiB',
    'Redis too late',
  ],
  rows,
);
