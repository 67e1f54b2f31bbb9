import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './federation.js';

const isThere = spawnSync('redis-server', ['--version']).status === 0;

/**
 * `describe` for tests that start Redis servers of their own. Without `redis-server` they are skipped, aloud; in CI (`CI=true`)
 * that is a failure.
 */
export function describeOnRedis(name: string, tests: () => void): void {
  if (isThere) describe(name, tests);
  else if (process.env.CI === 'true') {
    describe(name, () => {
      it('has a server to run on', () => {
        throw new Error('redis-server is missing in CI: run ". .ci/services.sh start" before the tests');
      });
    });
  } else {
    process.stderr.write(
      `\nSKIPPED: "${name}": install redis-server, or run ". .ci/services.sh start", to test on Redis too.\n\n`,
    );
    describe.skip(name, tests);
  }
}

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** What `redis-cli` answers to a command. */
  cli(...command: string[]): string;
  /** Nothing is answered any more, and no connection closed. */
  pause(): void;
  resume(): void;
  kill(): Promise<void>;
  /** Starts it again where it was, with nothing in it. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A Redis server of a test's own on a free port, with nothing in it; it writes nothing to disk. */
export async function startRedis(...options: string[]): Promise<RedisServer> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-redis-'));
  let child: ChildProcess;
  const cli = (...command: string[]) =>
    execFileSync('redis-cli', ['-p', String(port), ...command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  const start = async () => {
    const args = [
      '--port',
      `${port}`,
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      folder,
      ...options,
    ];
    child = spawn('redis-server', args, { stdio: 'ignore' });
    await until(() => {
      try {
        return cli('ping') === 'PONG';
      } catch {
        return false;
      }
    });
  };
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    cli,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    kill,
    start,
    async stop() {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Three servers that are one cluster. */
export async function startRedisCluster(): Promise<{ url: string; servers: RedisServer[]; stop(): Promise<void> }> {
  const servers = await Promise.all(
    [1, 2, 3].map(() => startRedis('--cluster-enabled', 'yes', '--cluster-node-timeout', '1000')),
  );
  const nodes = servers.map(({ port }) => `127.0.0.1:${port}`);
  execFileSync('redis-cli', ['--cluster', 'create', ...nodes, '--cluster-yes'], { stdio: 'ignore' });
  await until(() => servers.every((server) => server.cli('cluster', 'info').includes('cluster_state:ok')));
  return {
    url: `redis://${nodes.join(',')}`,
    servers,
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
  };
}

/** A port that is free, and so is the one 10,000 above, on which a cluster's servers talk. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => (port < 55_000 ? resolve(port) : freePort().then(resolve, reject)));
    });
  });
}
