// How long `npm run seed` takes and how much memory it needs: the embedded store, and PostgreSQL where there is one.
import { readOptions } from './options.mjs';
import { memoryOf } from './processes.mjs';
import { createStore, seed } from './registries.mjs';
import { printTable } from './table.mjs';

const { postgres, citizens } = readOptions();

const rows = [await measure(undefined, 10_000)];
if (postgres) rows.push(await measure(postgres, citizens));
printTable('npm run seed', ['citizens', 'store', 's', 'citizens/s', 'most RSS MiB'], rows);

async function measure(server, count) {
  const store = await createStore(server);
  try {
    // The peak is read while it works: a process that has ended tells no more.
    let most;
    const { seconds } = await seed(store, {
      citizens: count,
      seed: 1,
      onTick: (pid) => {
        most = memoryOf(pid).most ?? most;
      },
    });
    const perSecond = (count / seconds).toFixed(0);
    return [count.toLocaleString('en'), store.kind, seconds.toFixed(1), perSecond, most?.toFixed(0) ?? '–'];
  } finally {
    await store.drop();
  }
}
