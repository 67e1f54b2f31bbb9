import type { Server } from 'node:http';
import type { Config } from './config.js';
import type { Log } from './context.js';
import { createHttpServer, type Route } from './http.js';

/** What counts requests. */
interface RequestCounts {
  readonly requestsInFlight: { inc(): void; dec(): void };
  readonly requests: { inc(labels: { status: string }): void };
}

/** The HTTP server, with its requests counted. */
export function createCountedServer(
  route: Route,
  {
    config,
    log,
    metrics,
    onFault,
  }: { config: Config; log: Log; metrics: RequestCounts; onFault(error: unknown, requestId: string): void },
): Server {
  return createHttpServer({
    limits: config.limits,
    http: config.http,
    log,
    route: async (asked) => {
      metrics.requestsInFlight.inc();
      return route(asked).finally(() => metrics.requestsInFlight.dec());
    },
    onFault,
    onAnswer: (status) => metrics.requests.inc({ status: String(status) }),
  });
}
