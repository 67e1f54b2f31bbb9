import { createServer } from 'node:http';
import { listen, type Place } from '../gateway/listen.js';

/** What a command that serves needs of what it serves. */
export interface Served {
  stop(): Promise<void>;
}

/**
 * Stops on SIGTERM and SIGINT: requests in flight finish first; a second signal ends the process at once. Resolves with the
 * exit code when everything is closed.
 */
export function untilStopped(served: Served, say: (line: string) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (stopping) process.exit(signal === 'SIGINT' ? 130 : 143);
      stopping = true;
      say('stopping: requests in flight finish first; again to end at once');
      served.stop().then(() => resolve(0), reject);
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}

/** Lines for a person at a terminal; on standard error, since standard output is the log's. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/**
 * Where a server will listen, with a free port instead of 0; rejects, with the cure, when none can listen there. Those who
 * listen later would find out only after much other work.
 */
export async function findFreeAddress(at: Place): Promise<{ url: string; port: number }> {
  const server = createServer();
  const address = await listen(server, at);
  await new Promise((resolve) => server.close(resolve));
  return address;
}

/** Parses `name=url` options. */
export function namedUrls(values: readonly string[]): Map<string, string> {
  return new Map(
    values.map((value) => {
      const at = value.indexOf('=');
      const url = value.slice(at + 1);
      if (at < 1 || !/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) {
        throw new Error(`--subgraph takes name=url, e.g. land=http://127.0.0.1:4002/graphql`);
      }
      return [value.slice(0, at), url];
    }),
  );
}
