// How long until `npm start` answers: the first time, when it fills the embedded store with 10,000 citizens, and later.
import { readOptions } from './options.mjs';
import { memoryOf, startNode } from './processes.mjs';
import { createStore } from './registries.mjs';
import { printTable } from './table.mjs';

const LATER_STARTS = 3;
const POLL_MS = 20;
const READY_MS_MAX = 30_000;

readOptions();
const store = await createStore();
try {
  const rows = [await startOnce('first, with 10,000 citizens to make')];
  for (let start = 0; start < LATER_STARTS; start += 1) rows.push(await startOnce('later'));
  printTable('npm start', ['start', 'ready after s', 'RSS MiB', 'most RSS MiB'], rows);
} finally {
  await store.drop();
}

/** Starts, waits for `GET /health/ready` to say 200, and stops. */
async function startOnce(name) {
  const began = performance.now();
  const server = await startNode(['dist/cli/start.js'], {
    ready: /GraphQL at (http:\/\/[^/]+)\//,
    env: { ...store.env, PORT: '0' },
  });
  while ((await fetch(`${server.match[1]}/health/ready`)).status !== 200) {
    if (performance.now() - began > READY_MS_MAX) throw new Error('npm start listens, but is not ready');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const seconds = (performance.now() - began) / 1000;
  const { now, most } = memoryOf(server.pid);
  await server.stop();
  return [name, seconds.toFixed(1), now?.toFixed(0) ?? '–', most?.toFixed(0) ?? '–'];
}
