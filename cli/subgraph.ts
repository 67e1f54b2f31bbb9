import { parseArgs } from 'node:util';
import { createLog } from '../gateway/telemetry/log.js';
import { serveSubgraph } from '../subgraphs/kit/serve.js';
import { REGISTRY_NAMES, type RegistryName, readDatabaseConfig } from './config.js';
import { main, UsageError } from './main.js';
import { openRegistry } from './open-registry.js';
import { say, untilStopped } from './serve.js';

const HELP = `npm run subgraph -- civil-status|land|citizen-identity [--port N] [--host HOST]

Serves one registry as a Federation 2 subgraph at http://HOST:PORT/graphql.

  --port N      default: civil-status 4001, land 4002, citizen-identity 4003; 0: any free one
  --host HOST   default: 127.0.0.1

The database is CIVIL_STATUS_DATABASE_URL, LAND_DATABASE_URL or CITIZEN_IDENTITY_DATABASE_URL (postgres://…); unset: the
embedded store under DATA_DIR (.data), which one process at a time can open.
`;

/** The ports that schema/subgraphs.json names. */
const PORTS: Record<RegistryName, number> = { 'civil-status': 4001, land: 4002, 'citizen-identity': 4003 };

async function run(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      port: { type: 'string' },
      host: { type: 'string', default: '127.0.0.1' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const name = REGISTRY_NAMES.find((candidate) => candidate === positionals[0]);
  if (!name || positionals.length > 1)
    throw new UsageError(`name one registry: ${REGISTRY_NAMES.join(', ')}\n\n${HELP}`);
  const port = values.port === undefined ? PORTS[name] : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UsageError('--port takes a number from 0 to 65535');

  const log = createLog({ level: 'info', name });
  const { subgraph } = await openRegistry(name, readDatabaseConfig(), log);
  const server = await serveSubgraph(subgraph, {
    host: values.host,
    port,
    log: ({ level, msg, ...fields }) => log[level](fields, msg),
  }).catch(async (error) => {
    await subgraph.close();
    throw error;
  });
  say(`${name} at ${server.url}`);
  const stop = async () => {
    await server.stop();
    await subgraph.close();
  };
  return untilStopped({ stop }, say);
}

if (require.main === module) main(run, HELP);
