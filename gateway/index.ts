import type { Server } from 'node:http';
import { dirname, join } from 'node:path';
import { createApolloServer, refuseMissingRoot } from './apollo-server.js';
import type { Config } from './config.js';
import type { Clock, LoadedSchema, Log, OperationExchange, OperationResult } from './context.js';
import { refuseDeepNesting } from './demand/index.js';
import { createDossierFeature, type DossierFeature, FormsError } from './dossier/index.js';
import { createEngine } from './execution/index.js';
import { describeFault } from './faults.js';
import { forClient } from './for-client.js';
import { graphqlOverHttp } from './graphql-http.js';
import { createHealth } from './health.js';
import { type Asked, createHttpServer, drain, listen, type Route } from './http.js';
import { createKnownOperations } from './known-operations.js';
import { createOwnSubgraph, hasOwnSubgraph, OWN_URL } from './own-subgraph.js';
import { chainFetch, fetchSteps, operationSteps, runOperation } from './pipeline.js';
import { createLedger } from './provenance/index.js';
import { createContext } from './request-context.js';
import { createRoutes, type Page } from './routes.js';
import { createSources, type LocalSubgraph } from './sources/index.js';
import { createSupergraph } from './supergraph/index.js';
import { createMetrics, type Metrics } from './telemetry/index.js';

export type { Config } from './config.js';
export type { LocalSubgraph } from './sources/index.js';

const FORMS_FOLDER = join(dirname(require.resolve('#schema/gateway.graphql')), 'forms');

export interface GatewayOptions {
  config: Config;
  /** The composed supergraph; watched. */
  supergraphFile: string;
  /** Subgraphs in this process, by the name they were composed under. */
  local?: ReadonlyMap<string, LocalSubgraph>;
  /** URLs that replace the supergraph's own, by subgraph. */
  urls?: ReadonlyMap<string, string>;
  /** The page at `/`, for people; absent: there is none. */
  page?: Page;
  /** The dossier templates, one a procedure; absent: `schema/forms`. */
  formsFolder?: string;
  log: Log;
  clock?: Clock;
}

export interface Gateway {
  /** Listens; resolves with the address to ask. */
  listen(): Promise<{ url: string; port: number }>;
  /** Takes no more connections, lets requests in flight finish for `drainMs`, then closes everything. */
  stop(): Promise<void>;
  /** Reads the supergraph file now. */
  reload(): Promise<void>;
}

/** Loads the supergraph and puts the two lists of steps behind an HTTP server. Rejects when the supergraph is unfit. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, log, clock = { now: Date.now } } = options;
  const own = createOwnSubgraphs(options.formsFolder ?? FORMS_FOLDER);
  const sources = createSources({
    config,
    local: options.local ?? new Map(),
    own: { url: OWN_URL, subgraph: own.subgraph },
    urls: options.urls ?? new Map(),
  });
  const metrics = createMetrics(sources.breakers);
  const engine = createEngine(chainFetch(fetchSteps(metrics, (exchange) => sources.endure(exchange))));
  const steps = operationSteps(metrics);
  const life = createSupergraph({
    file: options.supergraphFile,
    log,
    clock,
    check(schema) {
      sources.check(schema);
      engine.prepare(schema);
      own.prepare(schema);
    },
    onServe(schema) {
      sources.use(schema);
      metrics.supergraph.reset();
      metrics.supergraph.set({ id: schema.id }, 1);
    },
  });

  const run = (exchange: Omit<OperationExchange, 'provenance'>): Promise<OperationResult> => {
    refuseMissingRoot(exchange);
    return runOperation(steps, { ...exchange, provenance: createLedger() }, engine.execute);
  };
  const contextOf = (asked: Asked) => createContext(asked, { config, log, clock, life, run });
  const runForClient = forClient(run, log);
  const known = createKnownOperations({ current: life.current, run: runForClient, contextOf });
  const server = createApolloServer({ config, log, life, run: runForClient, onValidated: known.remember });
  await server.start();

  let draining = false;
  const readiness = createHealth({ ping: sources.ping, supergraph: life.state, draining: () => draining, clock });
  const graphql = graphqlOverHttp(server, {
    refuseText: (text) => refuseDeepNesting(text, config.limits),
    contextOf,
    known,
  });
  const route = createRoutes({
    graphql,
    readiness,
    metrics: async () => {
      metrics.supergraphRefused.set(life.state().phase === 'serving old' ? 1 : 0);
      return { body: await metrics.registry.metrics(), contentType: metrics.registry.contentType };
    },
    page: config.graphiql ? options.page : undefined,
  });
  const http = createCountedServer(route, { config, log, metrics });

  const stop = async () => {
    draining = true;
    await drain(http, config.limits.drainMs);
    await server.stop();
    await sources.close();
  };
  return {
    // One that cannot listen must not keep the process alive by what it watches.
    listen: () => listen(http, config).catch((error) => stop().then(() => Promise.reject(error))),
    reload: life.reload,
    stop,
  };
}

/** The HTTP server, with its requests counted and its faults logged. */
function createCountedServer(
  route: Route,
  { config, log, metrics }: { config: Config; log: Log; metrics: Metrics },
): Server {
  return createHttpServer({
    limits: config.limits,
    route: async (asked) => {
      metrics.requestsInFlight.inc();
      return route(asked).finally(() => metrics.requestsInFlight.dec());
    },
    onFault: (error, requestId) => log.error({ requestId, fault: describeFault(error) }, 'a request failed'),
    onAnswer: (status) => metrics.requests.inc({ status: String(status) }),
  });
}

/** What the gateway adds to a supergraph, made once for each and before it serves; a request is answered by its own's. */
function createOwnSubgraphs(formsFolder: string): { subgraph: LocalSubgraph; prepare(schema: LoadedSchema): void } {
  // A graph of somebody else's needs no forms, so they are read when the first of ours is loaded.
  let dossier: DossierFeature | undefined;
  const bySchema = new WeakMap<LoadedSchema, LocalSubgraph>();
  return {
    prepare(schema) {
      if (!hasOwnSubgraph(schema)) return;
      dossier ??= createDossierFeature({ formsFolder });
      const problems = dossier.validateForms(schema);
      if (problems.length > 0) throw new FormsError(problems);
      bySchema.set(schema, createOwnSubgraph(dossier.resolvers(schema), schema));
    },
    subgraph: {
      isGateway: true,
      ping: async () => {},
      execute: async (request) => {
        const own = bySchema.get(request.schema);
        if (!own) throw new Error('a supergraph without the gateway in it was asked for what the gateway adds');
        return own.execute(request);
      },
    },
  };
}
