// Does memory stay flat? A million requests of ten thousand different operations, most of them for a hundred, the rest for
// all in turn, so that every cache of operations overflows again and again. Fails if the memory still in use after a full
// collection grows from the second quarter of the run to the last.
import { askAll } from './answers.mjs';
import { citizensFor, SEED, withBackends } from './backends.mjs';
import { people } from './built-product.mjs';
import { startGateway } from './gateways.mjs';
import { load } from './load.mjs';
import { differentOperations } from './operations.mjs';
import { readOptions } from './options.mjs';
import { leaveMeasuredCore } from './processes.mjs';
import { printTable } from './table.mjs';

const SAMPLES = 20;
const HOT_OPERATIONS = 100;
/** One request in so many is for the next operation of all of them; the others are for the hot ones. */
const COLD_EVERY = 10;
const MIB = 2 ** 20;
/** How much more may be in use: a tenth, and what the heap breathes by. */
const GROWTH_MAX = 1.1;
const BREATH_MIB = 8;

const options = readOptions({ people: 300 });

function bodiesOf() {
  const { men, women } = people({ citizens: citizensFor(options.people), seed: SEED, count: options.people });
  const persons = [...men, ...women];
  return differentOperations(options.operations).map((query, index) =>
    JSON.stringify({ query, variables: { personalId: persons[index % persons.length] } }),
  );
}

/** The bodies of the requests from `first` on. */
function nextBodies(all, first, count) {
  return Array.from({ length: count }, (_, index) => {
    const at = first + index;
    return at % COLD_EVERY === 0 ? all[(at / COLD_EVERY) % all.length] : all[at % Math.min(HOT_OPERATIONS, all.length)];
  });
}

async function run(standIns) {
  const all = bodiesOf();
  const gateway = await startGateway('ours', standIns.supergraph, { inspected: true });
  const samples = [];
  const sample = async (answered, perSecond) => {
    const { heapUsed, rss, external } = await gateway.ask({ what: 'memory' });
    samples.push({ answered, perSecond, heap: heapUsed / MIB, rss: rss / MIB, external: external / MIB });
  };
  await sample(0);
  await askAll(new Map([['ours', gateway]]), { title: 'every operation once', bodies: all });
  await sample(all.length);
  const step = Math.ceil(options.requests / SAMPLES);
  for (let first = 0; first < options.requests; first += step) {
    const count = Math.min(step, options.requests - first);
    const bodies = nextBodies(all, first, count);
    const { perSecond } = await load({ url: gateway.url, bodies, connections: options.connections, seconds: 0 });
    await sample(all.length + first + count, perSecond);
    process.stderr.write(`${first + count} of ${options.requests}\n`);
  }
  await gateway.stop();
  return samples;
}

/** A sentence about each measure that grew. */
function growthOf(samples) {
  const [, , ...steady] = samples;
  const quarter = (number) => steady.slice((steady.length * (number - 1)) / 4, (steady.length * number) / 4);
  return ['heap', 'external'].flatMap((name) => {
    const most = (some) => Math.max(...some.map((sample) => sample[name]));
    const [before, after] = [most(quarter(2)), most(quarter(4))];
    return after > before * GROWTH_MAX + BREATH_MIB
      ? [`${name} grew from ${before.toFixed(0)} MiB in the second quarter to ${after.toFixed(0)} MiB in the last`]
      : [];
  });
}

leaveMeasuredCore();
const samples = await withBackends({ ...options, scenario: ['pre-fill'] }, async (backend) => {
  const standIns = await backend.standIn();
  const samples = await run(standIns);
  await standIns.stop();
  return samples;
});
printTable(
  `Memory over ${options.requests.toLocaleString('en')} requests of ${options.operations.toLocaleString('en')} operations`,
  ['answered', 'requests/s', 'heap in use MiB', 'outside the heap MiB', 'RSS MiB'],
  samples.map(({ answered, perSecond, heap, external, rss }) => [
    answered.toLocaleString('en'),
    perSecond?.toFixed(0) ?? '',
    heap.toFixed(1),
    external.toFixed(1),
    rss.toFixed(0),
  ]),
);
const growth = growthOf(samples);
process.stdout.write(growth.length === 0 ? '\nMemory is flat.\n' : `\n**Not flat:** ${growth.join('; ')}.\n`);
process.exitCode = growth.length === 0 ? 0 : 1;
