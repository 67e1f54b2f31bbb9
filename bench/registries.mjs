import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { root, startNode } from './processes.mjs';

export const NAMES = ['citizen-identity', 'civil-status', 'land'];
const URL_VARIABLES = ['CITIZEN_IDENTITY_DATABASE_URL', 'CIVIL_STATUS_DATABASE_URL', 'LAND_DATABASE_URL'];

/**
 * A place for one seed: a new database on the PostgreSQL server at `postgres`, or a new folder for the embedded store.
 * `env` makes the product's commands use it.
 */
export async function createStore(postgres) {
  const folder = await mkdtemp(join(tmpdir(), 'lien-thong-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  if (!postgres) {
    const unset = URL_VARIABLES.map((name) => [name, '']);
    return {
      kind: 'the embedded store',
      folder,
      env: { ...Object.fromEntries(unset), DATA_DIR: join(folder, 'seed') },
      drop: () => rm(folder, { recursive: true, force: true }),
    };
  }
  const name = `bench_${process.pid}_${Date.now()}`;
  await onServer(postgres, `CREATE DATABASE ${name}`);
  const url = new URL(postgres);
  url.pathname = `/${name}`;
  return {
    kind: 'PostgreSQL',
    env: { ...Object.fromEntries(URL_VARIABLES.map((variable) => [variable, url.href])), DATA_DIR: folder },
    async drop() {
      await onServer(postgres, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function onServer(connectionString, statement) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(statement);
  await client.end();
}

/** Runs `npm run seed` (built) into a store; resolves with how long it took and the most memory it held. */
export function seed(store, { citizens, seed: number, onTick = () => {} }) {
  const began = performance.now();
  const args = ['dist/cli/seed.js', '--citizens', String(citizens), '--seed', String(number)];
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...store.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const tick = setInterval(() => onTick(child.pid), 100);
  let said = '';
  child.stderr.on('data', (text) => {
    said = `${said}${text}`.slice(-5_000);
  });
  return new Promise((resolve, reject) => {
    child.on('exit', (code, signal) => {
      clearInterval(tick);
      if (code === 0) resolve({ seconds: (performance.now() - began) / 1000 });
      else reject(new Error(`npm run seed ended with ${code ?? signal}\n${said}`));
    });
  });
}

/** The three registries over a store, each in a process of its own. */
export async function startRegistries(store) {
  const processes = await Promise.all(
    NAMES.map(async (name) => {
      const env = { ...store.env };
      // Only one process can open an embedded store, so each registry has a copy.
      if (store.folder) {
        env.DATA_DIR = join(store.folder, name);
        await cp(store.env.DATA_DIR, env.DATA_DIR, { recursive: true });
      }
      const process = await startNode(['dist/cli/subgraph.js', name, '--port', '0', '--open'], {
        ready: / at (http:\S+)\n/,
        env,
      });
      return { name, process };
    }),
  );
  return {
    urls: processes.map(({ name, process }) => `${name}=${process.match[1]}`),
    stop: () => Promise.all(processes.map(({ process }) => process.stop())),
  };
}
