import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Log } from '../gateway/context.js';
import { graphiqlPage } from '../gateway/graphiql.js';
import { createGateway } from '../gateway/index.js';
import { createLog } from '../gateway/telemetry/log.js';
import type { Registry } from '../subgraphs/kit/open-registry.js';
import { REGISTRY_NAMES, type RegistryName, readSettings, schemaFolder } from './config.js';
import { main } from './main.js';
import { openRegistry } from './open-registry.js';
import { createProgress } from './progress.js';
import { type RegistryDatabases, readSeedStates, seedRegistries } from './seed-registries.js';
import { say, untilStopped } from './serve.js';

const HELP = `npm start

Serves everything in one process: the three registries and the gateway, at http://HOST:PORT/graphql, with GraphiQL at /.
The first start fills the embedded store in DATA_DIR (.data) with 10,000 synthetic citizens.

PORT, HOST                        default 4000, 127.0.0.1
DATA_DIR                          default .data
CITIZEN_IDENTITY_DATABASE_URL,    postgres://… for a registry in PostgreSQL; it is never filled by itself:
CIVIL_STATUS_DATABASE_URL,        see npm run seed -- --help
LAND_DATABASE_URL
`;

const FIRST_SEED = { citizens: 10_000, seed: 1, defectsPercent: 2 };

async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const { config, databases } = readSettings();
  const log = createLog({ level: 'info', name: 'lien-thong' });
  const registries = new Map<RegistryName, Registry>();
  const closeRegistries = async () => {
    for (const { subgraph } of registries.values()) await subgraph.close();
  };
  try {
    for (const name of REGISTRY_NAMES) registries.set(name, await openRegistry(name, databases, log));
    await fillEmptyStores(
      registries,
      Object.values(databases.urls).every((url) => url === undefined),
      log,
    );
    const gateway = await createGateway({
      config,
      supergraphFile: join(schemaFolder, 'supergraph.graphql'),
      local: new Map([...registries].map(([name, { subgraph }]) => [name, subgraph])),
      page: graphiqlPage({
        endpoint: '/graphql',
        defaultQuery: readFileSync(require.resolve('#console/marriage.graphql'), 'utf8'),
        title: 'Liên Thông',
      }),
      log,
    });
    const { url } = await gateway.listen();
    // Who reads the line may end the process the moment after.
    const stopped = untilStopped(gateway, say);
    say(`GraphQL at ${url}/graphql${config.graphiql ? `, GraphiQL at ${url}/` : ''}`);
    return await stopped;
  } finally {
    await closeRegistries();
  }
}

/** A first start fills the embedded store, and a seed that was interrupted begins anew; PostgreSQL is never filled unasked. */
async function fillEmptyStores(
  registries: ReadonlyMap<RegistryName, Registry>,
  allEmbedded: boolean,
  log: Log,
): Promise<void> {
  const databases = Object.fromEntries(
    [...registries].map(([name, { database }]) => [name, database]),
  ) as RegistryDatabases;
  const states = Object.values(await readSeedStates(databases)).map(({ phase }) => phase);
  const toFill = states.every((phase) => phase === 'empty') || states.includes('interrupted');
  if (!toFill) return;
  if (!allEmbedded) {
    say('a registry holds no records: npm run seed -- --citizens N fills it with synthetic citizens');
    return;
  }
  say(`first start: filling the embedded store with ${FIRST_SEED.citizens} synthetic citizens`);
  const onProgress = createProgress('seeding', process.stderr);
  const report = await seedRegistries({ databases, ...FIRST_SEED, replace: true, onProgress });
  log.info({ citizens: report.citizens, seed: FIRST_SEED.seed }, 'the embedded store was filled');
}

if (require.main === module) main(run, HELP);
