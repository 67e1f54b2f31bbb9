import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readConfig } from '../gateway/config.js';
import { graphiqlPage } from '../gateway/graphiql.js';
import { createGateway } from '../gateway/index.js';
import { createLog } from '../gateway/telemetry/log.js';
import { main, UsageError } from './main.js';
import { namedUrls, say, untilStopped } from './serve.js';

const HELP = `npm run gateway -- --supergraph FILE [--port N] [--host HOST] [--subgraph NAME=URL]...

Serves any Federation 2 supergraph at http://HOST:PORT/graphql, over HTTP to the subgraphs that it names.

  --supergraph FILE     the composed supergraph; read again whenever it changes
  --port N              default: PORT, or 4000; 0: any free one
  --host HOST           default: HOST, or 127.0.0.1
  --subgraph NAME=URL   ask this subgraph here, whatever the supergraph says; repeatable
`;

async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      supergraph: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      subgraph: { type: 'string', multiple: true, default: [] },
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
  const config = readConfig({ PORT: values.port, HOST: values.host });
  const gateway = await createGateway({
    config,
    supergraphFile,
    urls: namedUrls(values.subgraph),
    page: graphiqlPage({ endpoint: '/graphql', defaultQuery: '{\n  __typename\n}\n', title: 'Liên Thông' }),
    log: createLog({ level: 'info', name: 'gateway' }),
  });
  const { url } = await gateway.listen();
  // Who reads the line may end the process the moment after.
  const stopped = untilStopped(gateway, say);
  say(`GraphQL at ${url}/graphql`);
  return stopped;
}

if (require.main === module) main(run, HELP);
