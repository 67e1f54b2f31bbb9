import { dirname, join } from 'node:path';
import { Kind } from 'graphql';
import { createApolloServer, faultOf, maskFaults, refuseMissingRoot } from './apollo-server.js';
import type { Config } from './config.js';
import type { Clock, Log, OperationExchange, OperationResult, RequestContext } from './context.js';
import { refuseDeepNesting } from './demand/index.js';
import { createDossierFeature, type DossierFeature, FormsError } from './dossier/index.js';
import { GatewayError } from './errors.js';
import { createEngine } from './execution/index.js';
import { graphqlOverHttp } from './graphql-http.js';
import { createHealth } from './health.js';
import { type Asked, createHttpServer, drain, json, listen, type Route } from './http.js';
import { createKnownOperations } from './known-operations.js';
import { createOwnSubgraph, hasOwnSubgraph, OWN_URL } from './own-subgraph.js';
import { chainFetch, fetchSteps, operationSteps, runOperation } from './pipeline.js';
import { createLedger } from './provenance/index.js';
import { createSources, type LocalSubgraph } from './sources/index.js';
import { createSupergraph, type SupergraphLife } from './supergraph/index.js';
import { createMetrics } from './telemetry/index.js';

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
  page?: { html: string; contentSecurityPolicy: string };
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
  // A graph of somebody else's needs no forms, so they are read when the first of ours is loaded.
  let feature: DossierFeature | undefined;
  const dossier = () => (feature ??= createDossierFeature({ formsFolder: options.formsFolder ?? FORMS_FOLDER }));
  let own: LocalSubgraph | undefined;
  const ownSubgraph: LocalSubgraph = {
    isGateway: true,
    ping: async () => {},
    execute: (request) => own?.execute(request) ?? Promise.reject(new Error('no supergraph serves yet')),
  };
  const sources = createSources({
    config,
    local: options.local ?? new Map(),
    own: { url: OWN_URL, subgraph: ownSubgraph },
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
      if (!hasOwnSubgraph(schema)) return;
      const problems = dossier().validateForms(schema);
      if (problems.length > 0) throw new FormsError(problems);
    },
    onServe(schema) {
      sources.use(schema);
      own = hasOwnSubgraph(schema) ? createOwnSubgraph(dossier().resolvers(schema), schema) : undefined;
      metrics.supergraph.reset();
      metrics.supergraph.set({ id: schema.id }, 1);
    },
  });

  const run = (exchange: Omit<OperationExchange, 'provenance'>): Promise<OperationResult> => {
    refuseMissingRoot(exchange);
    return runOperation(steps, { ...exchange, provenance: createLedger() }, engine.execute);
  };
  const contextOf = (asked: Asked) => createContext(asked, { config, log, clock, life, run });
  const runForClient = maskFaults(run, log);
  const known = createKnownOperations({ current: life.current, run: runForClient, contextOf });
  const server = createApolloServer({ config, log, life, run: runForClient, onValidated: known.remember });
  await server.start();

  let draining = false;
  const readiness = createHealth({
    ping: sources.ping,
    supergraph: life.state,
    draining: () => draining,
    clock,
  });
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
  const http = createHttpServer({
    limits: config.limits,
    route: async (asked) => {
      metrics.requestsInFlight.inc();
      return route(asked).finally(() => metrics.requestsInFlight.dec());
    },
    onFault: (error, requestId) => log.error({ requestId, fault: faultOf(error) }, 'a request failed'),
    onAnswer: (status) => metrics.requests.inc({ status: String(status) }),
  });

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

/** What one request carries. Its signal ends when the client has gone or `requestMs` are over. */
function createContext(
  asked: Asked,
  parts: {
    config: Config;
    log: Log;
    clock: Clock;
    life: SupergraphLife;
    run(exchange: Omit<OperationExchange, 'provenance'>): Promise<OperationResult>;
  },
): RequestContext {
  const { config, log, clock, life, run } = parts;
  asked.abortAfter(config.limits.requestMs);
  const context: RequestContext = {
    requestId: asked.requestId,
    config,
    clock,
    log,
    deadlineAtMs: clock.now() + config.limits.requestMs,
    signal: asked.signal,
    run(document, variables, schema = life.current()) {
      const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
      if (!operation) throw new Error('a document without an operation was to be run');
      return run({ document, operation, variables, schema, wantsProvenance: false, context });
    },
  };
  return context;
}

function createRoutes(parts: {
  graphql: Route;
  readiness: ReturnType<typeof createHealth>;
  metrics(): Promise<{ body: string; contentType: string }>;
  page: GatewayOptions['page'];
}): Route {
  const { graphql, readiness, metrics, page } = parts;
  const routes: Record<string, Route> = {
    '/graphql': graphql,
    '/health/live': async () => json(200, { status: 'live' }),
    '/health/ready': async () => {
      const { ready, body } = await readiness();
      return json(ready ? 200 : 503, body);
    },
    '/metrics': async () => {
      const { body, contentType } = await metrics();
      return { status: 200, headers: { 'content-type': contentType }, body };
    },
  };
  if (page) {
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': page.contentSecurityPolicy,
    };
    routes['/'] = async () => ({ status: 200, headers, body: page.html });
  }
  return async (asked) => {
    const route = routes[asked.url.pathname];
    if (!route) throw new GatewayError('NOT_FOUND', 'There is nothing here. GraphQL is at /graphql.');
    if (route !== graphql && asked.method !== 'GET' && asked.method !== 'HEAD') {
      throw new GatewayError('METHOD_NOT_ALLOWED', 'Ask this with GET.');
    }
    return route(asked);
  };
}
