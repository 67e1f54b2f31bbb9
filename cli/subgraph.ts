import { parseArgs } from 'node:util';
import { createLog } from '../gateway/telemetry/log.js';
import { keepProofs } from '../subgraphs/kit/proofs.js';
import { type ServeOptions, serveSubgraph } from '../subgraphs/kit/serve.js';
import { REGISTRY_NAMES, type RegistryName, readDatabaseConfig, readTrustConfig, type TrustConfig } from './config.js';
import { main, UsageError } from './main.js';
import { openRegistry } from './open-registry.js';
import { say, untilStopped } from './serve.js';

const HELP = `npm run subgraph -- civil-status|land|citizen-identity [--port N] [--host HOST] [--open]

Serves one registry as a Federation 2 subgraph at http://HOST:PORT/graphql, to the gateways whose public keys it was given: each
signs its requests (HTTP Message Signatures, RFC 9421). Without a key it answers nobody, but for /health/live and /health/ready.

  --port N      default: civil-status 4001, land 4002, citizen-identity 4003; 0: any free one
  --host HOST   default: 127.0.0.1
  --open        answer whoever comes, unsigned: for a trial on this machine; refused with NODE_ENV=production

GATEWAY_PUBLIC_KEYS   keyid:key with commas between, as npm run gateway prints its own when it starts with SIGNING_KEY; for the
                      change of a key the old and the new one. The key id may be left out
SUBGRAPH_OPEN         on: as --open
PROOFS_DIR            a folder where a line of JSON is kept for each request that was signed: what was signed, word for word, and
                      the signature. What cannot be kept is not answered. The lines name the officers who asked

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
      open: { type: 'boolean' },
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

  const trusted = readTrustConfig({ open: values.open });
  const log = createLog({ level: 'info', name });
  const { subgraph } = await openRegistry(name, readDatabaseConfig(), log);
  const server = await serveSubgraph(subgraph, {
    host: values.host,
    port,
    trust: trustOf(name, trusted),
    log: ({ level, msg, ...fields }) => log[level](fields, msg),
  }).catch(async (error) => {
    await subgraph.close();
    throw error;
  });
  say(`${name} at ${server.url}`);
  say(whoIsAnswered(trusted));
  const stop = async () => {
    await server.stop();
    await subgraph.close();
  };
  return untilStopped({ stop }, say);
}

function trustOf(name: RegistryName, { keys, isOpen, proofsDir }: TrustConfig): ServeOptions['trust'] {
  if (isOpen) return 'anyone';
  const keepProof = proofsDir ? keepProofs({ folder: proofsDir, registry: name, now: Date.now }) : undefined;
  return { keys, now: Date.now, keepProof };
}

function whoIsAnswered({ keys, isOpen }: TrustConfig): string {
  if (isOpen) return 'open: it answers whoever reaches it, unsigned';
  if (keys.size > 0) return `it answers gateways that sign with the key ${[...keys.keys()].join(' or ')}`;
  return (
    'closed: it answers nobody, but for its health. Set GATEWAY_PUBLIC_KEYS to the keys of the gateways that may ask ' +
    '(npm run gateway prints its own); for a trial on this machine: --open'
  );
}

if (require.main === module) main(run, HELP);
