import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { REGISTRY_NAMES, type RegistryName, schemaFolder } from '../../cli/config.js';
import { seedRegistries } from '../../cli/seed-registries.js';
import { createDemoIssuer } from '../../gateway/access/demo-issuer.js';
import type { AuditParts } from '../../gateway/audit/index.js';
import type { Role } from '../../gateway/identity.js';
import { createGateway, type Gateway, type GatewayOptions } from '../../gateway/index.js';
import { readSigningKey } from '../../gateway/signing-key.js';
import { openCitizenIdentity } from '../../subgraphs/citizen-identity/index.js';
import { openCivilStatus } from '../../subgraphs/civil-status/index.js';
import type { GatewayTrust } from '../../subgraphs/kit/admit-gateways.js';
import type { Database } from '../../subgraphs/kit/database.js';
import { readGatewayKeys } from '../../subgraphs/kit/gateway-keys.js';
import type { Registry, RegistryOptions } from '../../subgraphs/kit/open-registry.js';
import type { LedgerEntry } from '../../subgraphs/kit/population/defects.js';
import { serveSubgraph } from '../../subgraphs/kit/serve.js';
import { openLand } from '../../subgraphs/land/index.js';
import { type LogOfTest, openLog } from './audit-log.js';
import { NO_BUDGETS, NO_MATTER_WHO } from './callers.js';
import { createEmbeddedStore } from './embedded-store.js';
import { type Answer, ask, type ConfigOfTest, configOf, logInto } from './federation.js';
import { DOSSIER_QUERY, FilledDossier, type PartiesByRole, partyInputs } from './filled-dossier.js';

export interface ProductOptions {
  /** People in the registries, the demo people among them. */
  citizens?: number;
  seed?: number;
  /** Of a hundred citizens, how many have a defect; the demo people's own are always there. */
  defectsPercent?: number;
  config?: ConfigOfTest;
  /** `http`: each registry behind a server of its own, which can be killed, and which answers only what this gateway signed. */
  registries?: 'in-process' | 'http';
  /** The day on which the product believes to run, from 10:00 in Viet Nam on; its clock goes on from there. */
  day?: string;
  /** Other forms than the committed ones. */
  formsFolder?: string;
  /** Other registered operations than the committed ones. */
  operationsFolder?: string;
  page?: GatewayOptions['page'];
  /** Who asks, and by which rules; absent: somebody who may read everything. */
  access?: Pick<GatewayOptions, 'identify' | 'grants'>;
  /** Told of what each registry in this process is asked. */
  onAsked?(registry: RegistryName, query: string): void;
  /** Whether it is recorded who reads what, in the same store; what is given changes the parts of the log. */
  audit?: true | Partial<AuditParts>;
  /** Whose tokens are believed; absent: a demo issuer of the product's own. */
  demoIssuer?: GatewayOptions['demoIssuer'];
}

/** A registry of the product. Its server is there with `registries: 'http'` only. */
export interface ProductRegistry extends Registry {
  /** Takes no more connections and cuts those that are open, as when its machine is lost. */
  kill(): Promise<void>;
  /** Serves again, on the same port. */
  restart(): Promise<void>;
}

export interface Product {
  readonly url: string;
  readonly gateway: Gateway;
  readonly registries: Record<RegistryName, ProductRegistry>;
  /** All registries in one: for the statements of a test. */
  readonly database: Database;
  /** Every defect that was seeded. */
  readonly ledger: readonly LedgerEntry[];
  /** Every line that the gateway and the registries logged. */
  readonly logLines: string[];
  /** The audit log, with `audit` only. */
  readonly audit?: LogOfTest;
  /** The product's clock, milliseconds since 1970. */
  now(): number;
  /** Puts the clock forward. */
  pass(ms: number): void;
  /** A token of the demo issuer for ten minutes of the product's clock, e.g. of `{ role: 'officer', procedure: '1.000894' }`. */
  token(claims: { role: Role } & Record<string, unknown>): Promise<string>;
  ask(query: string, variables?: Record<string, unknown>, extensions?: Record<string, unknown>): Promise<Answer>;
  /** Fills a dossier; throws when the answer has errors. */
  dossier(procedure: string, parties: PartiesByRole): Promise<FilledDossier>;
  stop(): Promise<void>;
}

/** The day after the seed's last: everything in it has happened, and no card of the demo people has expired. */
const DAY = '2026-11-02';

const OPEN: Record<RegistryName, (options: RegistryOptions) => Promise<Registry>> = {
  'citizen-identity': openCitizenIdentity,
  'civil-status': openCivilStatus,
  land: openLand,
};

/**
 * The whole product over one in-memory store: the three registries, seeded, and the real gateway on a free port with the
 * committed supergraph. About a second for 200 citizens: share it among the tests of a file.
 */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const { citizens = 200, seed = 1, defectsPercent = 0, registries: kind = 'in-process' } = options;
  const logLines: string[] = [];
  let offsetMs = Date.parse(`${options.day ?? DAY}T03:00:00Z`) - Date.now();
  const now = () => Date.now() + offsetMs;
  const database = await createEmbeddedStore();
  const opened = {} as Record<RegistryName, Registry>;
  for (const name of REGISTRY_NAMES) {
    const log = (entry: object) => void logLines.push(JSON.stringify(entry));
    opened[name] = await OPEN[name]({ database: sharing(database), log, now: () => new Date(now()) });
  }
  const ledger: LedgerEntry[] = [];
  const databases = mapValues(opened, (registry) => registry.database);
  await seedRegistries({ databases, citizens, seed, defectsPercent, onDefect: (entry) => ledger.push(entry) });

  const signingKey = newSigningKey();
  const trust = { keys: readGatewayKeys(readSigningKey(signingKey).publicKey), now };
  const urls = new Map<string, string>();
  const registries = {} as Record<RegistryName, ProductRegistry>;
  for (const name of REGISTRY_NAMES) {
    const served = kind === 'http' ? await serveKillable(opened[name], { logLines, trust }) : undefined;
    if (served) urls.set(name, served.url);
    registries[name] = { ...opened[name], kill: served?.kill ?? notServed, restart: served?.restart ?? notServed };
  }
  const { demoIssuer = await createDemoIssuer() } = options;
  const audit = options.audit && (await openLog(database, options.audit));
  const gateway = await createGateway({
    config: configOf({ signingKey, ...(options.access ? {} : { budgets: NO_BUDGETS }), ...options.config }),
    supergraphFile: join(schemaFolder, 'supergraph.graphql'),
    formsFolder: options.formsFolder,
    operationsFolder: options.operationsFolder,
    local:
      kind === 'http' ? undefined : new Map(REGISTRY_NAMES.map((name) => [name, overheard(name, opened, options)])),
    urls,
    page: options.page,
    demoIssuer,
    ...(audit ? { audit: audit.parts } : {}),
    ...(options.access ?? NO_MATTER_WHO),
    log: logInto(logLines),
    clock: { now },
  });
  const { url } = await gateway.listen();
  const askProduct: Product['ask'] = (query, variables, extensions) => ask(url, { query, variables, extensions });

  return {
    url,
    gateway,
    registries,
    database,
    ledger,
    logLines,
    ...(audit ? { audit: audit.ofTest(logInto(logLines), now) } : {}),
    now,
    token: (claims) => demoIssuer.sign({ sub: 'tester', ...claims }, { nowMs: now(), expiresInSeconds: 600 }),
    pass: (ms) => void (offsetMs += ms),
    ask: askProduct,
    async dossier(procedure, parties) {
      const answer = await askProduct(DOSSIER_QUERY, { procedure, parties: partyInputs(parties) });
      if (answer.errors) throw new Error(`${procedure}: ${JSON.stringify(answer.errors)}`);
      return new FilledDossier(answer.data.dossier);
    },
    async stop() {
      await gateway.stop();
      if (kind === 'http') for (const registry of Object.values(registries)) await registry.kill();
      for (const { subgraph } of Object.values(opened)) await subgraph.close();
      await database.close();
      audit?.remove();
    },
  };
}

function overheard(name: RegistryName, opened: Record<RegistryName, Registry>, { onAsked }: ProductOptions) {
  const { subgraph } = opened[name];
  if (!onAsked) return subgraph;
  const execute: typeof subgraph.execute = (request) => {
    onAsked(name, request.query);
    return subgraph.execute(request);
  };
  return Object.assign(Object.create(subgraph), { execute });
}

/** The same store for three registries: none may close it for the others. */
function sharing(store: Database): Database {
  return {
    query: (text, values) => store.query(text, values),
    transaction: (work) => store.transaction(work),
    script: (text) => store.script(text),
    copyIn: (table, columns, rows) => store.copyIn(table, columns, rows),
    listen: (channel, onNotice) => store.listen(channel, onNotice),
    ping: (timeoutMs) => store.ping(timeoutMs),
    close: async () => {},
  };
}

/** An Ed25519 private key, as `SIGNING_KEY` takes it. */
export function newSigningKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

async function serveKillable({ subgraph }: Registry, { logLines, trust }: { logLines: string[]; trust: GatewayTrust }) {
  const log = (entry: object) => void logLines.push(JSON.stringify(entry));
  const serve = (port: number) => serveSubgraph(subgraph, { host: '127.0.0.1', port, trust, log });
  let server = await serve(0);
  const { url, port } = server;
  return {
    url,
    kill: () => server.stop(0),
    async restart() {
      server = await serve(port);
    },
  };
}

async function notServed(): Promise<never> {
  throw new Error("only a registry that is served can be killed: startProduct({ registries: 'http' })");
}

function mapValues<Key extends string, From, To>(record: Record<Key, From>, to: (value: From) => To): Record<Key, To> {
  return Object.fromEntries(Object.entries<From>(record).map(([key, value]) => [key, to(value)])) as Record<Key, To>;
}
