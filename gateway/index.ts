import { dirname, join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import {
  type Access,
  createAccess,
  createCallers,
  type DemoIssuer,
  type FormReads,
  type Grant,
  readPolicies,
} from './access/index.js';
import { admission, createApolloServer } from './apollo-server.js';
import { type AuditParts, type Desk, type OpenAudit, openAudit, SWITCHED_OFF, withoutDesk } from './audit/index.js';
import { type OpenCache, openCache } from './cache/index.js';
import { cacheDeskRoutes } from './cache-desk-http.js';
import type { Config } from './config.js';
import type { Clock, FetchExchange, LoadedSchema, Log, OperationExchange, OperationResult } from './context.js';
import { createCountedServer } from './counted-server.js';
import { estimateCost, openBudgets, refuseDeepBody, refuseText } from './demand/index.js';
import { createDossierFeature, type DossierFeature, FormsError } from './dossier/index.js';
import { createEngine, type Engine, openPlanner } from './execution/index.js';
import { describeFault } from './faults.js';
import { forClient } from './for-client.js';
import { type FrontDoor, graphqlOverHttp } from './graphql-http.js';
import { createHealth, withoutProblem } from './health.js';
import type { Asked } from './http.js';
import type { Identity } from './identity.js';
import { createKnownOperations, type KnownOperations } from './known-operations.js';
import { drain, listen } from './listen.js';
import { createRegisteredOperations, type RegisteredOperations } from './operations/index.js';
import { createOwnSubgraphs, OWN_URL } from './own-subgraph.js';
import { chainFetch, fetchSteps, operationSteps, runOperation } from './pipeline.js';
import { createLedger } from './provenance/index.js';
import type { RefusedAtDoor } from './refused-at-door.js';
import { createContext, traceIn } from './request-context.js';
import { createRoutes, type Page } from './routes.js';
import { createSources, type LocalSubgraph, type Sources } from './sources/index.js';
import { createSupergraph, type SupergraphOptions } from './supergraph/index.js';
import { createMetrics, createMetricsPage, type Metrics, type PoolMetrics } from './telemetry/index.js';
import { retireLater, warm } from './warm.js';

export type { Config } from './config.js';
export type { LocalSubgraph } from './sources/index.js';

const SCHEMA_FOLDER = dirname(require.resolve('#schema/gateway.graphql'));
const FORMS_FOLDER = join(SCHEMA_FOLDER, 'forms');
const POLICIES_FOLDER = join(SCHEMA_FOLDER, 'policies');
/** How many operations are planned again before a new supergraph serves. */
const HOT_OPERATIONS_MAX = 100;
const OPERATIONS_FOLDER = join(SCHEMA_FOLDER, 'operations');

/** The rules that hold on a supergraph, checked against the schema that clients see. */
export type Grants = (api: GraphQLSchema) => readonly Grant[];

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
  /** The registered operations; absent: `schema/operations`. */
  operationsFolder?: string;
  /** The rules of who may read what; absent: for our own graph those of `schema/policies`, for another none. */
  grants?: Grants;
  /** Who asks, whatever the request says; absent: whom its token names. */
  identify?: FrontDoor['identify'];
  /** With several gateways at one address: makes the `/metrics` of each tell the figures of all. */
  poolMetrics?: PoolMetrics;
  /** What it is recorded with who read what; absent: nothing is recorded. */
  audit?: AuditParts;
  /** Whose tokens are believed when `JWKS_URL` is not set; absent: nobody's. */
  demoIssuer?: DemoIssuer;
  log: Log;
  clock?: Clock;
}

export interface Gateway {
  /** Listens; resolves with the address to ask. */
  listen(): Promise<{ url: string; port: number }>;
  /** Takes no more connections, lets requests in flight finish for `drainMs`, then closes everything. */
  stop(): Promise<void>;
  /** Reads the supergraph file and the registered operations now. */
  reload(): Promise<void>;
}

/** Loads the supergraph and puts the two lists of steps behind an HTTP server. Rejects when the supergraph is unfit. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { config, log } = options;
  const inside = createInside(options);
  const { cache, budgets, life, known, registered, metrics, sources, engine, clock, audit } = inside;
  const server = createApolloServer({ config, log, life, known });
  // Who cannot begin must not stay alive for what it has opened.
  const closeShared = async () => {
    budgets?.close();
    await cache?.close();
    await audit?.stop();
  };
  const begin = async () => {
    await server.start();
    await audit?.begin();
    await audit?.act({ what: 'supergraph', id: life.current().id });
  };
  await begin().catch((error) => closeShared().then(() => Promise.reject(error)));

  const stopWatching = registered.watch(life.current);
  let draining = false;
  const supergraph = config.schemaDetails ? life.state : () => withoutProblem(life.state());
  const { ping } = sources;
  const healthOfAudit = audit?.health ?? (config.audit.isOn ? undefined : () => SWITCHED_OFF);
  const readiness = createHealth({ ping, supergraph, draining: () => draining, audit: healthOfAudit, clock });
  const onFault = (error: unknown, requestId: string) =>
    log.error({ requestId, fault: describeFault(error) }, 'a request failed');
  const graphql = graphqlOverHttp({
    known,
    current: life.current,
    identify: inside.identify,
    admit: (request) => admission(server, request),
    run: forClient(inside.run, log),
    contextOf: inside.contextOf,
    refuseBody: (json) => refuseDeepBody(json, config.limits),
    refuseText: (text) => refuseText(text, config.limits),
    batchMax: config.limits.batchMax,
    shortWay: config.shortWay,
    registeredOnly: config.registeredOnly,
    schemaDetails: config.schemaDetails,
    asksWho: () => inside.access.asksWho(life.current()),
    onFault,
    ...(audit ? { onRefused: (refused) => tellRefused(audit, refused) } : {}),
  });
  const route = createRoutes({
    graphql,
    readiness,
    metrics: createMetricsPage(metrics, {
      refresh: () => metrics.supergraphRefused.set(life.state().phase === 'serving old' ? 1 : 0),
      pool: options.poolMetrics,
    }),
    page: config.graphiql ? options.page : undefined,
    desk: cacheDeskRoutes({ cache, config, subgraphs: () => life.current().subgraphs.keys(), act: audit?.act }),
    audit: audit?.routes ?? new Map(),
  });
  const http = createCountedServer(route, { config, log, metrics, onFault });

  const stop = async () => {
    draining = true;
    stopWatching();
    await drain(http, config.limits.drainMs);
    await server.stop();
    await closeShared();
    await sources.close();
    await engine.close();
  };
  return {
    // One that cannot listen must not keep the process alive by what it watches.
    listen: () => listen(http, config).catch((error) => stop().then(() => Promise.reject(error))),
    reload: () => life.reload().then(() => registered.reload(life.current())),
    stop,
  };
}

/** All that lies behind the front door: the two lists of steps, and what they need. */
function createInside(options: GatewayOptions) {
  const { config, log, clock = { now: Date.now } } = options;
  const { planMs, requestMs } = config.limits;
  const formsFolder = options.formsFolder ?? FORMS_FOLDER;
  const own = createOwnSubgraphs(ownPart(formsFolder, () => audit?.desk ?? withoutDesk(formsFolder)));
  const callers = createCallers({ access: config.access, demoIssuer: options.demoIssuer, clock, log });
  const identify = options.identify ?? ((asked: Asked) => callers.identify(asked));
  const { local = new Map(), urls = new Map() } = options;
  const sources = createSources({ config, clock, local, urls, own: { url: OWN_URL, subgraph: own.subgraph } });
  const onLag = (subgraph: string, seconds: number) => metrics.invalidationLag.observe({ subgraph }, seconds);
  const cache = openCache(config.cache, { clock, log, requestMs, isLeftOut: isOwn, changes: sources.changes, onLag });
  const budgets = openBudgets(config.budgets, { clock, log, redis: config.cache, costOf: estimateCost });
  const metrics: Metrics = createMetrics({
    ...{ breakers: sources.breakers, cache: () => cache?.stats(), budgets: () => budgets?.stats() },
    audit: () => audit?.stats(),
  });
  const fetch = chainFetch(
    fetchSteps(metrics, { cache: cache?.fetchStep, endure: (exchange) => sources.endure(exchange) }),
  );
  const engine = createEngine(fetch, { openPlanner: (supergraphSdl) => openPlanner(supergraphSdl, { planMs, log }) });
  const access = createAccess();
  const about = { config: config.audit, clock, log, isPersonal: access.isGuarded, identify, formsFolder };
  const audit = options.audit && openAudit(options.audit, about);
  const known = createKnownOperations(config.limits);
  const noteOperations = (hash: string) => void audit?.act({ what: 'operations', id: hash }).catch(() => {});
  const folder = options.operationsFolder ?? OPERATIONS_FOLDER;
  const registered = createRegisteredOperations({ folder, config, log, known, onReplaced: noteOperations });
  const steps = operationSteps(metrics, {
    audit: audit?.step,
    spendBudget: budgets?.step,
    registered: registered.step,
    access: access.step,
    cache: cache?.operationStep,
  });
  const { grants } = options;
  const parts = { sources, own, registered, engine, known, metrics, config, cache, budgets, access, grants, audit };
  const life = createSupergraph({ file: options.supergraphFile, log, clock, ...lifeSteps(parts) });

  const run = (exchange: Omit<OperationExchange, 'provenance'>): Promise<OperationResult> =>
    runOperation(steps, { ...exchange, provenance: createLedger() }, engine.execute);
  const contextOf = (asked: Asked, identity: Identity) =>
    createContext(asked, identity, { config, log, clock, life, run });
  return { ...parts, life, run, contextOf, clock, identify };
}

/** What is refused before it is an operation is written down as well, of a graph that asks who reads it. */
function tellRefused(audit: OpenAudit, { asked, who, code, text }: RefusedAtDoor): Promise<void> {
  const { requestId, headers } = asked;
  return audit.refused({ requestId, traceId: traceIn(headers.traceparent), who, code, text });
}

const ofPolicies: Grants = (api) => readPolicies(POLICIES_FOLDER, api);

const isOwn = ({ schema, subgraph }: FetchExchange) => schema.subgraphs.get(subgraph)?.url === OWN_URL;

/** What is done with a new supergraph before it serves, and when it does. */
function lifeSteps(parts: {
  sources: Sources;
  own: { prepare(schema: LoadedSchema): { reads: FormReads } | undefined };
  registered: RegisteredOperations;
  engine: Engine;
  known: KnownOperations;
  metrics: Metrics;
  config: Config;
  cache: OpenCache | undefined;
  access: Access;
  grants: Grants | undefined;
  audit: OpenAudit | undefined;
}): Pick<SupergraphOptions, 'check' | 'onServe'> {
  const { sources, own, registered, engine, known, metrics, config, cache, access, grants, audit } = parts;
  return {
    async check(schema, serving) {
      sources.check(schema);
      const formReads = own.prepare(schema)?.reads;
      const rules = grants ?? (formReads ? ofPolicies : () => []);
      access.prepare(schema, { grants: rules(schema.api), formReads: formReads ?? (() => undefined) });
      if (config.production && config.audit.isOn && !audit && access.asksWho(schema)) throw new Error(UNRECORDED);
      await registered.prepare(schema);
      await engine.prepare(schema);
      // What is asked for all day is planned again before the new supergraph serves, so that nobody waits for it then.
      const hot = serving ? known.carryOver(serving, schema, HOT_OPERATIONS_MAX) : [];
      await warm(engine, hot, config.limits.requestMs);
    },
    onServe(schema, before) {
      sources.use(schema);
      cache?.use(schema);
      if (before) retireLater(engine, before, config.limits.requestMs);
      metrics.supergraph.reset();
      metrics.supergraph.set({ id: schema.id }, 1);
      // The first is written down when the log has begun. What cannot be written down now, every entry's operation tells as well.
      if (before) audit?.act({ what: 'supergraph', id: schema.id }).catch(() => {});
    },
  };
}

const UNRECORDED =
  'this supergraph says who may read what, and no audit log is open to write down who does: start the gateway anew with it';

/** What the gateway adds to a supergraph of ours, and what the forms read on it. A graph of somebody else's needs no forms. */
function ownPart(formsFolder: string, desk: () => Desk) {
  let dossier: DossierFeature | undefined;
  return (schema: LoadedSchema): { resolvers: object; reads: FormReads } => {
    dossier ??= createDossierFeature({ formsFolder });
    const problems = dossier.validateForms(schema);
    if (problems.length > 0) throw new FormsError(problems);
    const { Query, ...types } = dossier.resolvers(schema);
    const { resolvers } = desk();
    return { resolvers: { ...types, Query: { ...Query, ...resolvers.Query } }, reads: dossier.reads(schema) };
  };
}
