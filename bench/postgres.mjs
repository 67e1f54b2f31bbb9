// A PostgreSQL of the bench's own with the settings that it has by itself: what is committed is on the disk. The one that the tests
// use writes nothing to the disk on purpose. Like everything that is not measured, it keeps off the core of what is.
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { freePort } from './processes.mjs';

const INSTALLED = '/usr/lib/postgresql';
const READY_MS_MAX = 30_000;
const AGAIN_MS = 100;
const PROBES = 200;
const SETTINGS = ['listen_addresses=127.0.0.1', 'max_connections=50'];

/** Starts it; `undefined`: there is no PostgreSQL here. Rejects when there is one and it does not start. */
export async function startPostgres() {
  const bin = binFolder();
  if (!bin) {
    process.stderr.write('PostgreSQL is left out: there is none here (.ci/services.sh start installs it)\n');
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-bench-postgres-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const ids = asWhoMay(folder);
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8'];
  execFileSync(join(bin, 'initdb'), initdb, { ...ids, cwd: '/', stdio: ['ignore', 'ignore', 'inherit'] });
  const port = await freePort();
  const settings = [...SETTINGS, `unix_socket_directories=${folder}`].flatMap((each) => ['-c', each]);
  const args = ['-D', data, '-p', String(port), ...settings];
  const server = spawn(join(bin, 'postgres'), args, { ...ids, cwd: '/', stdio: 'ignore' });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  process.on('exit', () => server.kill('SIGQUIT'));
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const { version, ...more } = await whenReady(url);
  return {
    url,
    pid: server.pid,
    commitMs: await commitMs(url),
    title: `PostgreSQL ${version.split(' ')[0]}, fsync ${more.fsync}, synchronous_commit ${more.synchronous}`,
    async stop() {
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Opens a database of its own: `url`, `rows(text, values)`, and `drop()`. */
export async function createDatabase({ url: server }, name) {
  await once(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return {
    url: url.href,
    rows: async (text, values) => (await client.query(text, values)).rows,
    async drop() {
      await client.end();
      await once(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

function binFolder() {
  try {
    const [newest] = readdirSync(INSTALLED).sort((a, b) => Number(b) - Number(a));
    return newest && join(INSTALLED, newest, 'bin');
  } catch {
    return undefined;
  }
}

/** It refuses to be run by root: then it is run by the user that its package made. */
function asWhoMay(folder) {
  if (process.getuid() !== 0) return {};
  const idOf = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  const [uid, gid] = [idOf('-u'), idOf('-g')];
  chownSync(folder, uid, gid);
  return { uid, gid };
}

async function whenReady(url) {
  for (const began = performance.now(); ; ) {
    try {
      const [row] = await once(
        url,
        `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
           current_setting('synchronous_commit') AS synchronous`,
      );
      return row;
    } catch (error) {
      if (performance.now() - began > READY_MS_MAX) throw error;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  }
}

async function once(connectionString, statement) {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** How long the commit of a row takes when nobody else asks for anything: the median and the 99th of a hundred. */
async function commitMs(url) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('CREATE TABLE probe (text text)');
  const times = [];
  for (let count = 0; count < PROBES; count += 1) {
    const began = performance.now();
    await client.query(`INSERT INTO probe VALUES (repeat('x', 500))`);
    times.push(performance.now() - began);
  }
  await client.query('DROP TABLE probe');
  await client.end();
  times.sort((a, b) => a - b);
  const [p50, p99] = [0.5, 0.99].map((share) => times[Math.floor(PROBES * share)].toFixed(1));
  return `${p50} ms, in 99 of 100 cases at most ${p99}`;
}
