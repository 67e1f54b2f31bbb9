import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDemoIssuer } from '../../gateway/access/demo-issuer.js';
import { openSigner, type Signer } from '../../gateway/audit/verify/note.js';
import { buildProduct, type Command } from './command.js';
import { type FaultySubgraph, startFaultySubgraph } from './faulty-subgraph.js';
import { composeOrFail, FEDERATION } from './federation.js';
import { freePort } from './redis-server.js';

const READY = /GraphQL at (http:\/\/127\.0\.0\.1:\d+)\/graphql/;
/** The store may be away for a while, and a gateway that cannot open it ends. */
const START_MS = 30_000;
const ORIGIN = 'crash.example/audit';

/** What somebody must say who they are for, what wants a scope, and what is open to all. */
const SDL = `
  type Query {
    person(id: ID!): Person @authenticated
    secrets: [String!] @requiresScopes(scopes: [["secret"]])
    open: Int
  }
  type Person @key(fields: "id") { id: ID! name: String home: String }
`;
const RESOLVERS = {
  Query: {
    person: (_: unknown, { id }: { id: string }) => ({ id, name: `Name of ${id}`, home: `Home of ${id}` }),
    secrets: () => ['one', 'another'],
    open: () => 1,
  },
};

/** A gateway in a process of its own that is started again at the same address, over what it had left on its disk. */
export interface AuditedGateway {
  readonly name: string;
  readonly url: string;
  readonly journalDir: string;
  readonly command: Command;
  /** Starts it, again if need be, as whatever watches over processes does; resolves when it answers. */
  start(env?: Record<string, string>): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** By SIGKILL. */
  kill(): Promise<void>;
  /** By SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** All that it has written since it was first started. */
  output(): string;
  /** What `/health/ready` says. */
  health(): Promise<{ status: number; body: Health }>;
}

export interface Health {
  readonly status: string;
  readonly reasons: readonly string[];
  readonly audit: { readonly keeps: string; readonly journalBytes: number; readonly refuses: boolean };
}

export interface AuditedGateways {
  readonly all: readonly AuditedGateway[];
  /** Whose name and key are those of the log. */
  readonly signer: Signer;
  readonly subgraph: FaultySubgraph;
  /** Of an officer who may read everything but secrets. */
  readonly token: string;
  stop(): Promise<void>;
}

export interface AuditedOptions {
  readonly databaseUrl: string;
  readonly names: readonly string[];
  readonly env?: Record<string, string>;
  /** A script that runs before each gateway. */
  readonly preload?: string;
}

/** Gateways that write one log, and a registry behind them. Each names itself to PostgreSQL, so that it can be seen what it does there. */
export async function startAuditedGateways(options: AuditedOptions): Promise<AuditedGateways> {
  const product = buildProduct();
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-crash-'));
  const subgraph = await startFaultySubgraph({ sdl: FEDERATION + SDL, resolvers: RESOLVERS });
  const supergraphFile = join(folder, 'supergraph.graphql');
  writeFileSync(
    supergraphFile,
    composeOrFail({ people: { sdl: SDL } }, () => subgraph.url),
  );
  const preload = join(folder, 'preload.js');
  writeFileSync(preload, options.preload ?? '');
  const privateKeyPem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const shared = {
    DATA_DIR: folder,
    NODE_OPTIONS: `--require ${preload}`,
    AUDIT_ORIGIN: ORIGIN,
    AUDIT_SIGNING_KEY: privateKeyPem,
    AUDIT_SUBJECT_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    AUDIT_SEQUENCE_MS: '100',
    AUDIT_STORE_MS: '500',
    BUDGET_REQUESTS_A_SECOND: '0',
    BUDGET_COST_A_SECOND: '0',
    DRAIN_MS: '2000',
    ...options.env,
  };
  const issuer = await openDemoIssuer(join(folder, 'demo-issuer.json'));
  const claims = { sub: 'officer-of-test', role: 'officer', procedure: '1.000894' };
  const token = await issuer.sign(claims, { nowMs: Date.now(), expiresInSeconds: 3_600 });
  const all: AuditedGateway[] = [];
  for (const name of options.names) {
    const port = await freePort();
    const journalDir = join(folder, `journal-${name}`);
    const env = {
      ...shared,
      PORT: `${port}`,
      AUDIT_DATABASE_URL: named(options.databaseUrl, name),
      AUDIT_JOURNAL_DIR: journalDir,
    };
    const run = (more: Record<string, string>) =>
      product.run('gateway', { args: ['--supergraph', supergraphFile], env: { ...env, ...more } });
    all.push(gatewayOf({ name, url: `http://127.0.0.1:${port}`, journalDir, run }));
  }
  await Promise.all(all.map((gateway) => gateway.start()));
  return {
    all,
    signer: openSigner(ORIGIN, privateKeyPem),
    subgraph,
    token,
    async stop() {
      for (const gateway of all) await gateway.kill();
      await subgraph.stop();
      product.remove();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function gatewayOf(of: {
  name: string;
  url: string;
  journalDir: string;
  run(env: Record<string, string>): Command;
}): AuditedGateway {
  const { name, url, journalDir, run } = of;
  let command: Command | undefined;
  let before = '';
  const isAlive = () => command !== undefined && command.child.exitCode === null && command.child.signalCode === null;
  const end = async (signal: NodeJS.Signals) => {
    if (isAlive()) command!.child.kill(signal);
    return (await command?.ended)?.code ?? null;
  };
  return {
    name,
    url,
    journalDir,
    get command() {
      return command!;
    },
    async start(env = {}) {
      const giveUpAt = Date.now() + START_MS;
      while (!isAlive()) {
        before += command?.output() ?? '';
        command = run(env);
        const isReady = await command.wrote(READY).then(
          () => true,
          () => false,
        );
        if (!isReady && Date.now() > giveUpAt) throw new Error(`${name} does not start:\n${command.output()}`);
      }
    },
    signal: (signal) => void command?.child.kill(signal),
    async kill() {
      // One that is stopped does not end before it goes on; SIGKILL needs no leave.
      await end('SIGKILL');
    },
    stop: () => end('SIGTERM'),
    output: () => before + (command?.output() ?? ''),
    async health() {
      const response = await fetch(`${url}/health/ready`);
      return { status: response.status, body: (await response.json()) as Health };
    },
  };
}

function named(databaseUrl: string, name: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('application_name', name);
  return url.href;
}
