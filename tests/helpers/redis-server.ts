import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  const address = ['--port', `${port}`, '--bind', '127.0.0.1'];
  return start(port, () => [...address, '--save', '', '--appendonly', 'no', ...options]);
}

async function start(port: number, argsIn: (folder: string) => string[]): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-redis-'));
  const args = [...argsIn(folder), '--dir', folder];
  const env = withPassword(args);
  let child: ChildProcess;
  const cli = (...command: string[]) =>
    execFileSync('redis-cli', ['-p', String(port), ...command], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env,
    }).trim();
  const start = async () => {
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

/** What `redis-cli` needs to talk to a server that was started with these. */
function withPassword(options: readonly string[]): NodeJS.ProcessEnv {
  const at = options.indexOf('--requirepass');
  return at < 0 ? process.env : { ...process.env, REDISCLI_AUTH: options[at + 1] };
}

/** Three servers that are one cluster; with an authority they speak TLS only, and call themselves `localhost`. */
export async function startRedisCluster({ authority, options = [] }: ClusterSettings = {}): Promise<RedisCluster> {
  const each = ['--cluster-enabled', 'yes', '--cluster-node-timeout', '1000', ...options];
  const named = ['--cluster-announce-hostname', 'localhost', '--cluster-preferred-endpoint-type', 'hostname'];
  const all = await Promise.all(
    [1, 2, 3].map(async () => {
      if (!authority) return startRedis(...each).then((server) => ({ server, port: server.port }));
      const port = await freePort();
      const tls = [...authority.serve(port, 'DNS:localhost'), '--tls-cluster', 'yes', '--tls-replication', 'yes'];
      return { server: await startRedis(...each, ...named, ...tls), port };
    }),
  );
  const servers = all.map(({ server }) => server);
  const nodes = all.map(({ port }) => `127.0.0.1:${port}`);
  const tls = authority ? ['--tls', '--cacert', authority.file] : [];
  execFileSync('redis-cli', [...tls, '--cluster', 'create', ...nodes, '--cluster-yes'], {
    stdio: 'ignore',
    env: withPassword(options),
  });
  await until(() => servers.every((server) => server.cli('cluster', 'info').includes('cluster_state:ok')));
  const hosts = authority ? all.map(({ port }) => `localhost:${port}`) : nodes;
  return {
    url: `redis${authority ? 's' : ''}://${hosts.join(',')}`,
    servers,
    stop: async () => void (await Promise.all(servers.map((server) => server.stop()))),
  };
}

export interface ClusterSettings {
  readonly authority?: Authority;
  /** What each server is started with. */
  readonly options?: readonly string[];
}

export interface RedisCluster {
  readonly url: string;
  readonly servers: RedisServer[];
  stop(): Promise<void>;
}

/** Three sentinels that watch a server under a name, and have found its one replica and each other. */
export async function startSentinels(master: RedisServer, name: string): Promise<RedisServer[]> {
  const settings = [
    `sentinel monitor ${name} 127.0.0.1 ${master.port} 2`,
    `sentinel down-after-milliseconds ${name} 500`,
    `sentinel failover-timeout ${name} 1000`,
  ];
  const sentinels = await Promise.all(
    [1, 2, 3].map(async () => {
      const port = await freePort();
      return start(port, (folder) => {
        const file = join(folder, 'sentinel.conf');
        writeFileSync(file, [`port ${port}`, 'bind 127.0.0.1', ...settings, ''].join('\n'));
        return [file, '--sentinel'];
      });
    }),
  );
  await until(
    () =>
      sentinels.every((sentinel) =>
        /num-slaves\n1\nnum-other-sentinels\n2\n/.test(sentinel.cli('sentinel', 'master', name)),
      ),
    20_000,
  );
  return sentinels;
}

/** A certificate authority of a test's own, which nobody trusts unless told to. */
export interface Authority {
  readonly file: string;
  /** With what a server speaks TLS on a port, by a certificate for these names (`IP:127.0.0.1,DNS:localhost`). */
  serve(port: number, names: string): string[];
  remove(): void;
}

export function createAuthority(): Authority {
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-ca-'));
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=test', '-days', '2');
  const file = join(folder, 'ca.crt');
  return {
    file,
    serve(port, names) {
      const [key, request, certificate] = ['key', 'csr', 'crt'].map((kind) => join(folder, `${port}.${kind}`));
      writeFileSync(join(folder, 'names'), `subjectAltName=${names}`);
      openssl('req', ...newKey, '-keyout', key!, '-out', request!, '-subj', '/CN=server');
      const by = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'];
      openssl('x509', '-req', '-in', request!, ...by, '-days', '2', '-extfile', 'names', '-out', certificate!);
      const files = ['--tls-cert-file', certificate!, '--tls-key-file', key!, '--tls-ca-cert-file', file];
      return ['--tls-port', `${port}`, ...files, '--tls-auth-clients', 'no'];
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A port that is free, and so is the one 10,000 above, on which a cluster's servers talk. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => (port < 55_000 ? resolve(port) : freePort().then(resolve, reject)));
    });
  });
}
