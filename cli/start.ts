import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Config } from '../gateway/config.js';
import type { Log } from '../gateway/context.js';
import { graphiqlPage } from '../gateway/graphiql.js';
import { createGateway } from '../gateway/index.js';
import { readSigningKey } from '../gateway/signing-key.js';
import { createLog } from '../gateway/telemetry/log.js';
import { readGatewayKeys } from '../subgraphs/kit/gateway-keys.js';
import type { Registry } from '../subgraphs/kit/open-registry.js';
import type { SeedFacts, SeedState } from '../subgraphs/kit/population/seed-state.js';
import { type SubgraphServer, serveSubgraph } from '../subgraphs/kit/serve.js';
import { openAuditOfWorkers, openAuditParts } from './audit-parts.js';
import { REGISTRY_NAMES, type RegistryName, readSettings, schemaFolder } from './config.js';
import { type Demo, headersOfPage, openDemo, sayToken } from './demo-issuer.js';
import { main } from './main.js';
import { openRegistry } from './open-registry.js';
import { createProgress } from './progress.js';
import { type RegistryDatabases, readSeedStates, seedRegistries } from './seed-registries.js';
import { findFreeAddress, say, untilStopped } from './serve.js';
import { serveByWorkers } from './serve-workers.js';

const HELP = `npm start

Serves everything in one process: the three registries and the gateway, at http://HOST:PORT/graphql, with GraphiQL at /.
The first start fills the embedded store in DATA_DIR (.data) with 10,000 synthetic citizens.

PORT, HOST                        default 4000, 127.0.0.1
DATA_DIR                          default .data
CITIZEN_IDENTITY_DATABASE_URL,    postgres://… for a registry in PostgreSQL; it is never filled by itself:
CIVIL_STATUS_DATABASE_URL,        see npm run seed -- --help
LAND_DATABASE_URL
REGISTRY_LIST_ITEMS_MAX           default 500: how many items of a list a registry hands out
JWKS_URL, JWT_ISSUER, JWT_AUDIENCE  whose tokens are believed; unset: those of npm run token, and one is printed
WORKERS                           default 1; with more, so many processes answer on the port, and one more holds the registries
                                  and serves them on 127.0.0.1, on ports of its choice
`;

const SUPERGRAPH_FILE = join(schemaFolder, 'supergraph.graphql');
const QUERY_FILE = require.resolve('#console/marriage.graphql');

const FIRST_SEED: SeedFacts = { citizens: 10_000, seed: 1, defectsPercent: 2 };

async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { config, databases } = readSettings();
  // The gateway would find out only after the stores are filled.
  await findFreeAddress(config);
  const demo = await openDemo(config);
  const log = createLog({ level: 'info', name: 'lien-thong', pid: config.workers > 1 ? process.pid : undefined });
  const registries = new Map<RegistryName, Registry>();
  const closeRegistries = async () => {
    for (const { subgraph } of registries.values()) await subgraph.close();
  };
  const onServing = (url: string) => {
    if (demo) sayToken(demo);
    say(`GraphQL at ${url}/graphql${config.graphiql ? `, GraphiQL at ${url}/` : ''}`);
  };
  try {
    for (const name of REGISTRY_NAMES) registries.set(name, await openRegistry(name, databases, log));
    await fillEmptyStores(
      registries,
      Object.values(databases.urls).every((url) => url === undefined),
      log,
    );
    const serve = config.workers > 1 ? serveWithWorkers : serveInProcess;
    return await serve({ config, registries, demo, log, onServing });
  } finally {
    await closeRegistries();
  }
}

interface Serving {
  config: Config;
  registries: ReadonlyMap<RegistryName, Registry>;
  demo: Demo | undefined;
  log: Log;
  onServing(url: string): void;
}

async function serveInProcess({ config, registries, demo, log, onServing }: Serving): Promise<number> {
  const audit = await openAuditParts(config, { log });
  const gateway = await createGateway({
    config,
    supergraphFile: SUPERGRAPH_FILE,
    local: new Map([...registries].map(([name, { subgraph }]) => [name, subgraph])),
    page: graphiqlPage({
      endpoint: '/graphql',
      defaultQuery: readFileSync(QUERY_FILE, 'utf8'),
      title: 'Liên Thông',
      headers: headersOfPage(demo, config),
    }),
    demoIssuer: demo?.issuer,
    audit: audit?.parts,
    log,
  });
  const { url } = await gateway.listen();
  // Who reads the line may end the process the moment after.
  const stopped = untilStopped(gateway, say);
  onServing(url);
  return stopped.finally(() => audit?.close());
}

/** Only one process can open the embedded store: this one, which serves it to the workers where nobody else can reach it. */
async function serveWithWorkers({ config, registries, log, onServing }: Serving): Promise<number> {
  const servers = new Map<RegistryName, SubgraphServer>();
  // Others on this machine can reach the ports; by this key the registries know the workers.
  const signingKey =
    config.signingKey ?? generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const trust = { keys: readGatewayKeys(readSigningKey(signingKey).publicKey), now: Date.now };
  let audit: Awaited<ReturnType<typeof openAuditOfWorkers>>;
  try {
    for (const [name, { subgraph }] of registries) {
      const toLog: Parameters<typeof serveSubgraph>[1]['log'] = ({ level, msg, ...fields }) => log[level](fields, msg);
      servers.set(name, await serveSubgraph(subgraph, { host: '127.0.0.1', port: 0, trust, log: toLog }));
    }
    const urls = new Map([...servers].map(([name, { url }]) => [name, url]));
    const gateway = { supergraphFile: SUPERGRAPH_FILE, urls, queryFile: QUERY_FILE };
    audit = await openAuditOfWorkers(config, log);
    const env = { SIGNING_KEY: signingKey };
    return await serveByWorkers({ config, gateway, env, log, onQuery: audit?.onQuery, onServing });
  } finally {
    await audit?.close();
    for (const server of servers.values()) await server.stop();
  }
}

/**
 * A first start fills the embedded store, and a seed that was interrupted there begins anew with the numbers that it was given.
 * PostgreSQL is never filled unasked: there it is said what to run.
 */
async function fillEmptyStores(
  registries: ReadonlyMap<RegistryName, Registry>,
  allEmbedded: boolean,
  log: Log,
): Promise<void> {
  const databases = Object.fromEntries(
    [...registries].map(([name, { database }]) => [name, database]),
  ) as RegistryDatabases;
  const states = Object.values(await readSeedStates(databases));
  const interrupted = states.find(isInterrupted);
  if (!interrupted && !states.every(({ phase }) => phase === 'empty')) return;
  if (!allEmbedded) {
    say(
      interrupted
        ? `a seed of the registries was interrupted, so they are not whole: npm run seed -- ${seedOptions(interrupted)} --replace ` +
            'removes ALL records of the three registries and fills them anew'
        : 'the registries hold no records: npm run seed -- --citizens N fills them with synthetic citizens',
    );
    return;
  }
  const { citizens, seed, defectsPercent } = interrupted ?? FIRST_SEED;
  say(
    interrupted
      ? `a seed was interrupted: filling the embedded store anew (${seedOptions(interrupted)})`
      : `first start: filling the embedded store with ${citizens} synthetic citizens`,
  );
  const onProgress = createProgress('seeding', process.stderr);
  const report = await seedRegistries({ databases, citizens, seed, defectsPercent, replace: true, onProgress });
  log.info({ citizens: report.citizens, seed }, 'the embedded store was filled');
}

function isInterrupted(state: SeedState): state is Extract<SeedState, SeedFacts> {
  return state.phase === 'interrupted';
}

function seedOptions({ citizens, seed, defectsPercent }: SeedFacts): string {
  return `--citizens ${citizens} --seed ${seed} --defects ${defectsPercent}`;
}

if (require.main === module) main(run, HELP);
