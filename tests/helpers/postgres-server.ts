import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../subgraphs/kit/database.js';
import { openPostgres } from '../../subgraphs/kit/postgres.js';
import { until } from './federation.js';
import { freePort } from './redis-server.js';

const bin = folderOfInitdb();

/**
 * `describe` for tests that start PostgreSQL servers of their own, to kill them. Where PostgreSQL is not installed they are skipped,
 * aloud; in CI (`CI=true`) that is a failure.
 */
export function describeOnOwnPostgres(name: string, tests: () => void): void {
  if (bin !== undefined) describe(name, tests);
  else if (process.env.CI === 'true') {
    describe(name, () => {
      it('has a server to run on', () => {
        throw new Error('initdb is missing in CI: run ". .ci/services.sh start" before the tests');
      });
    });
  } else {
    process.stderr.write(
      `\nSKIPPED: "${name}": install PostgreSQL, or run ". .ci/services.sh start", to test what comes of its death.\n\n`,
    );
    describe.skip(name, tests);
  }
}

export interface PostgresServer {
  readonly url: string;
  /** Nothing is answered any more, and no connection closed. */
  pause(): void;
  resume(): void;
  /** By SIGKILL: what it had not written out is lost. */
  kill(): Promise<void>;
  /** Starts it again over what is on its disk; resolves when it answers. */
  start(): Promise<void>;
  /** Statements of the test, as a superuser, on a connection of their own. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Several statements, which may be a transaction. */
  script(text: string): Promise<void>;
  stop(): Promise<void>;
}

/** So that the server holds back what it has confirmed for as long as it may: whoever relies on it finds out when it is killed. */
const LAZY = ['-c', 'synchronous_commit=off', '-c', 'wal_writer_delay=10s', '-c', 'wal_writer_flush_after=1GB'];

/** A PostgreSQL server of a test's own on a free port. It writes out no transaction for ten seconds, unless it is asked to. */
export async function startPostgresServer(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-postgres-'));
  // PostgreSQL refuses to run as root.
  const who = process.getuid?.() === 0 ? userPostgres() : undefined;
  if (who) chownSync(folder, who.uid, who.gid);
  const data = join(folder, 'data');
  const initdb = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'];
  execFileSync(join(bin!, 'initdb'), initdb, { ...who, cwd: folder, stdio: 'pipe' });
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const address = ['-p', `${port}`, '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${folder}`];
  let child: ChildProcess | undefined;

  const once = async <Result>(work: (database: Database) => Promise<Result>): Promise<Result> => {
    const database = openPostgres({ url, applicationName: 'test', poolMax: 1 });
    return work(database).finally(() => database.close());
  };
  const query = <Row extends object>(text: string, values?: readonly unknown[]) =>
    once((database) => database.query<Row>(text, values));
  const start = () =>
    until(async () => {
      // While processes of the one that was killed are still ending, the next ends at once.
      if (!child || hasEnded(child))
        child = spawn(join(bin!, 'postgres'), ['-D', data, ...address, ...LAZY], { ...who, stdio: 'ignore' });
      return query('SELECT 1').then(
        () => true,
        () => false,
      );
    }, 30_000);
  const all = () => (child?.pid === undefined ? [] : [child.pid, ...childrenOf(child.pid)]);
  const signal = (name: NodeJS.Signals) => {
    for (const pid of all()) {
      try {
        process.kill(pid, name);
      } catch {
        // It ended just now.
      }
    }
  };
  const kill = async () => {
    if (!child || hasEnded(child)) return;
    const ended = new Promise((resolve) => child!.once('exit', resolve));
    signal('SIGKILL');
    await ended;
  };
  await start();
  return {
    url,
    pause: () => signal('SIGSTOP'),
    resume: () => signal('SIGCONT'),
    kill,
    start,
    query,
    script: (text) => once((database) => database.script(text)),
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}

function childrenOf(parent: number): number[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.filter(([, ppid]) => ppid === parent).map(([pid]) => pid!);
}

function userPostgres(): { uid: number; gid: number } {
  const id = (option: string) => Number(execFileSync('id', [option, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** Debian keeps it out of PATH. */
function folderOfInitdb(): string | undefined {
  const versions = '/usr/lib/postgresql';
  const installed = existsSync(versions) ? readdirSync(versions).toSorted((a, b) => Number(a) - Number(b)) : [];
  const folders = installed.map((version) => join(versions, version, 'bin')).reverse();
  const inPath = (process.env.PATH ?? '').split(':');
  return [...folders, ...inPath].find(
    (folder) => folder !== '' && ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))),
  );
}
