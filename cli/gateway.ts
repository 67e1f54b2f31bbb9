import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../gateway/config.js';
import { graphiqlPage } from '../gateway/graphiql.js';
import { createGateway } from '../gateway/index.js';
import { OWN_URL } from '../gateway/own-subgraph.js';
import { readSigningKey } from '../gateway/signing-key.js';
import { createLog } from '../gateway/telemetry/log.js';
import { openAuditOfWorkers, openAuditParts } from './audit-parts.js';
import { headersOfPage, openDemo } from './demo-issuer.js';
import { main, UsageError } from './main.js';
import { namedUrls, say, untilStopped } from './serve.js';
import { serveByWorkers } from './serve-workers.js';
import { workerRole } from './worker.js';

const HELP = `npm run gateway -- --supergraph FILE [--port N] [--host HOST] [--subgraph NAME=URL]...
                   [--query FILE] [--cache-ttl SECONDS]

Serves any Federation 2 supergraph at http://HOST:PORT/graphql, over HTTP to the subgraphs that it names.

  --supergraph FILE     the composed supergraph; read again whenever it changes
  --port N              default: PORT, or 4000; 0: any free one
  --host HOST           default: HOST, or 127.0.0.1
  --subgraph NAME=URL   ask this subgraph here, whatever the supergraph says; repeatable
  --cache-ttl SECONDS   remember everything so long that is read from a supergraph which declares no lifetime by @cacheControl;
                        default: CACHE_TTL, or 0: nothing of it. For trials and benchmarks
  --query FILE          the operation that GraphiQL at / opens with

JWKS_URL, JWT_ISSUER, JWT_AUDIENCE   whose tokens are believed; unset: those of npm run token, if the supergraph asks who may read what
WORKERS           default 1: how many processes answer on the port
SIGNING_KEY_FILE  a file with the Ed25519 key (PEM) that requests to the subgraphs are signed with; default: they are not signed
`;

const QUERY = '{\n  __typename\n}\n';

async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      supergraph: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      subgraph: { type: 'string', multiple: true, default: [] },
      query: { type: 'string' },
      'cache-ttl': { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (!values.supergraph) throw new UsageError(`--supergraph FILE is missing\n\n${HELP}`);
  const supergraphFile = resolve(values.supergraph);
  if (!existsSync(supergraphFile))
    throw new UsageError(`${values.supergraph} does not exist: npm run compose writes one`);
  const queryFile = values.query && resolve(values.query);
  if (queryFile && !existsSync(queryFile)) throw new UsageError(`${values.query} does not exist`);
  const config = readConfig({ PORT: values.port, HOST: values.host, CACHE_TTL: values['cache-ttl'] });
  // Workers find the same by themselves: they have this process's folder and environment.
  const isPersonal = asksWhoAsks(readFileSync(supergraphFile, 'utf8'));
  const demo = isPersonal ? await openDemo(config) : undefined;
  const urls = namedUrls(values.subgraph);
  const role = workerRole();
  const log = createLog({ level: 'info', name: 'gateway', pid: config.workers > 1 ? process.pid : undefined });
  const sayServing = (url: string) => {
    say(`GraphQL at ${url}/graphql`);
    if (config.signingKey)
      say(`registries trust it by GATEWAY_PUBLIC_KEYS=${readSigningKey(config.signingKey).publicKey}`);
  };
  if (config.workers > 1 && !role) {
    const shared = isPersonal ? await openAuditOfWorkers(config, log) : undefined;
    const gateway = { supergraphFile, urls, queryFile };
    const serving = serveByWorkers({ config, gateway, log, onQuery: shared?.onQuery, onServing: sayServing });
    return serving.finally(() => shared?.close());
  }
  const audit = isPersonal ? await openAuditParts(config, { log, role }) : undefined;
  const gateway = await createGateway({
    config,
    supergraphFile,
    urls,
    page: graphiqlPage({
      endpoint: '/graphql',
      defaultQuery: queryFile ? readFileSync(queryFile, 'utf8') : QUERY,
      title: 'Liên Thông',
      headers: headersOfPage(demo, config),
    }),
    demoIssuer: demo?.issuer,
    poolMetrics: role?.poolMetrics,
    audit: audit?.parts,
    log,
  });
  const { url } = await gateway.listen();
  // Who reads the line may end the process the moment after.
  const stopped = role ? role.untilStopped(gateway) : untilStopped(gateway, say);
  if (!role) sayServing(url);
  return stopped.finally(() => audit?.close());
}

/** Whether a supergraph holds what only some may read: what this gateway adds, or what the standard's directives are on. */
function asksWhoAsks(supergraphSdl: string): boolean {
  return (
    supergraphSdl.includes(`url: "${OWN_URL}"`) ||
    /https:\/\/specs\.apollo\.dev\/(authenticated|requiresScopes|policy)\//.test(supergraphSdl)
  );
}

if (require.main === module) main(run, HELP);
