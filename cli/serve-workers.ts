import type { Config } from '../gateway/config.js';
import type { Log } from '../gateway/context.js';
import { findFreeAddress, say, untilStopped } from './serve.js';
import { startWorkers, type WorkersOptions } from './workers.js';

/** What each worker serves: options of `cli/gateway.ts`. */
export interface GatewayArguments {
  supergraphFile: string;
  /** URLs that replace the supergraph's own, by subgraph. */
  urls: ReadonlyMap<string, string>;
  /** The file with the operation that GraphiQL opens with. */
  queryFile?: string;
}

/** Serves by `config.workers` processes at one address until this one is told to stop; resolves with the exit code. */
export async function serveByWorkers(options: {
  config: Config;
  gateway: GatewayArguments;
  /** What the workers find in their environment besides: for secrets, which MUST NOT stand in a command line. */
  env?: Record<string, string>;
  log: Log;
  onQuery?: WorkersOptions['onQuery'];
  /** Called with the address when all of them answer. */
  onServing(url: string): void;
}): Promise<number> {
  const { config, log } = options;
  // One port for all and for those that replace them, even if all die at a time; and if it is taken, it is said once.
  const { url, port } = await findFreeAddress(config);
  return new Promise((resolve, reject) => {
    const workers = startWorkers({
      count: config.workers,
      args: toCommandLine(options.gateway, { host: config.host, port }),
      env: options.env,
      drainMs: config.limits.drainMs,
      log,
      onQuery: options.onQuery,
      onServing: () => options.onServing(url),
      onUnfit: resolve,
      onGivenUp: reject,
    });
    untilStopped(workers, say).then(resolve, reject);
  });
}

function toCommandLine(
  { supergraphFile, urls, queryFile }: GatewayArguments,
  { host, port }: { host: string; port: number },
): string[] {
  return [
    ...['--supergraph', supergraphFile, '--host', host, '--port', String(port)],
    ...[...urls].flatMap(([name, url]) => ['--subgraph', `${name}=${url}`]),
    ...(queryFile ? ['--query', queryFile] : []),
  ];
}
