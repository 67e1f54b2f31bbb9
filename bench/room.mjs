// Does the cache take as much memory as it may, and no more? It counts what it remembers by constants; here that is set beside what
// the process really holds for it after a full collection: heap and buffers, before everything is forgotten less after.
import { withBackends } from './backends.mjs';
import { readOptions } from './options.mjs';
import { leaveMeasuredCore } from './processes.mjs';
import { startRedis } from './redis.mjs';
import { forgetAll, statsOf, withRedis, withRoom } from './remembering.mjs';
import { askAbout, standInForAnybody, startWarm } from './strangers.mjs';
import { printTable } from './table.mjs';
import { zipf } from './zipf-load.mjs';

const MIB = 2 ** 20;
const ROOMS = [16 * MIB, 64 * MIB];
const SEED = 1;
/** So much more than it may. */
const TARGET = 1.1;
/** About so much an answer and what it rests on take at least: with so many people as fit by this, the room overflows. */
const BYTES_OF_PERSON = 5_000;

const options = readOptions({ people: 100 });
const { connections } = options;

/** Whoever comes next, round and round. */
function inTurn(people) {
  let next = 0;
  return () => next++ % people;
}

/** What is asked, by how much room there is. Each `load` is asked one after the other. */
const LOADS = {
  'everybody once: nothing is worked out': (people) => [{ draw: inTurn(people), count: people }],
  'everybody three times, of a fifth as many: whole answers': (people) => [
    { draw: inTurn(people / 5), count: (people * 3) / 5 },
  ],
  'half of that, which all fits': (people) => [{ draw: inTurn(people / 10), count: (people * 3) / 10 }],
  'by Zipf’s law': (people) => [{ draw: zipf(1_000_000, SEED), count: people * 2 }],
};

async function measure(standIns, { room, loads, redis }) {
  const env = { ...(redis ? withRedis(redis.url) : {}), ...withRoom(room) };
  const gateway = await startWarm(standIns, { env, inspected: true });
  const held = async () => {
    // What is under way is over, and what can be collected only in a second turn is.
    await gateway.ask({ what: 'memory' });
    const { heapUsed, external } = await gateway.ask({ what: 'memory' });
    return { heap: heapUsed, external };
  };
  for (const load of loads) await askAbout(gateway, { ...load, connections, redis });
  const { memory } = await statsOf(gateway);
  const full = await held();
  await forgetAll(gateway);
  const empty = await held();
  const left = (await statsOf(gateway)).memory.bytes;
  await gateway.stop();
  await redis?.empty();
  return {
    ...memory,
    told: memory.bytes - left,
    heap: full.heap - empty.heap,
    external: full.external - empty.external,
  };
}

async function run(backend) {
  const standIns = await standInForAnybody(backend, options);
  const redis = await startRedis();
  const rows = [];
  for (const room of ROOMS) {
    const people = Math.ceil(room / BYTES_OF_PERSON / 10) * 10;
    for (const [title, loadsOf] of Object.entries(LOADS)) {
      for (const behind of redis ? [undefined, redis] : [undefined]) {
        const result = await measure(standIns, { room, loads: loadsOf(people), redis: behind });
        process.stderr.write(`${title}: ${(result.told / MIB).toFixed(1)} of ${room / MIB} MiB counted\n`);
        rows.push(rowOf(behind ? `${title}; Redis behind` : title, room, result));
      }
    }
  }
  redis?.stop();
  await standIns.stop();
  return rows;
}

function rowOf(title, room, { entries, evicted, told, heap, external }) {
  const mib = (bytes) => (bytes / MIB).toFixed(1);
  const real = heap + external;
  return [
    title,
    mib(room),
    entries.toLocaleString('en'),
    evicted.toLocaleString('en'),
    mib(told),
    mib(heap),
    mib(external),
    (real / told).toFixed(2),
    (real / room).toFixed(2),
    real <= room * TARGET ? 'yes' : '**no**',
  ];
}

leaveMeasuredCore();
const rows = await withBackends({ ...options, scenario: ['pre-fill'] }, run);
printTable(
  'Memory of the cache: by its own count, and really',
  [
    'pre-fills of',
    'room MiB',
    'entries',
    'evictions',
    'counted MiB',
    'heap MiB',
    'outside the heap MiB',
    'real ÷ counted',
    'real ÷ room',
    `${TARGET} at most`,
  ],
  rows,
);
