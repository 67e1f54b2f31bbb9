import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { type Admit, admitAnyone, createAdmit, type GatewayTrust } from './admit-gateways.js';
import { documentTokensMax } from './documents.js';
import { HttpRefusal, parseJson, readBody } from './http-body.js';
import { jsonReply, type Reply } from './http-reply.js';
import { type Log, toPublicError } from './public-error.js';
import { answerChanges } from './serve-changes.js';
import type { Subgraph, SubgraphContext } from './subgraph.js';

const readyTimeoutMs = 2_000;
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 30_000;
const drainTimeoutMs = 10_000;
const requestIdPattern = /^[\w.:-]{1,128}$/;

export interface ServeOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Whom it answers, but for its health; `'anyone'`: whoever reaches it, where only those do who may. */
  readonly trust: GatewayTrust | 'anyone';
  readonly log: Log;
}

export interface SubgraphServer {
  /** Where it answers GraphQL: `http://127.0.0.1:4001/graphql`. */
  readonly url: string;
  readonly port: number;
  /** Takes no new request, lets those under way finish, cuts off what is left at the deadline. Leaves the subgraph open. */
  stop(deadlineMs?: number): Promise<void>;
}

/**
 * Serves a subgraph over HTTP: `POST /graphql` (or `/`), `GET /changes`, `GET /health/live`, `GET /health/ready`. Answers
 * 401, 404, 405, 413 and 415 by itself; introspection is open, since only gateways are answered.
 */
export async function serveSubgraph(subgraph: Subgraph, options: ServeOptions): Promise<SubgraphServer> {
  const apollo = createApollo(subgraph, options.log);
  await apollo.start();
  const stopping = new AbortController();
  // Each client that waits for changes listens to it.
  setMaxListeners(0, stopping.signal);
  const { trust, log } = options;
  const admit = trust === 'anyone' ? admitAnyone : createAdmit(subgraph.name, { trust, log });
  const door = { subgraph, apollo, admit, stopping: stopping.signal };
  const server = createServer((request, response) => {
    answer(door, request, response).then(
      (reply) => send(response, reply, stopping.signal.aborted),
      (error) => {
        options.log({ level: 'error', msg: 'a request failed', registry: subgraph.name, error: String(error?.name) });
        send(response, jsonReply(500, { error: 'the registry could not answer' }), true);
      },
    );
  });
  server.headersTimeout = headersTimeoutMs;
  server.requestTimeout = requestTimeoutMs;
  await listen(server, options);
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: `http://${host}:${port}/graphql`,
    port,
    async stop(deadlineMs = drainTimeoutMs) {
      stopping.abort();
      await drain(server, deadlineMs);
      await apollo.stop();
    },
  };
}

interface Door {
  readonly subgraph: Subgraph;
  readonly apollo: ApolloServer<SubgraphContext>;
  readonly admit: Admit;
  readonly stopping: AbortSignal;
}

async function answer(door: Door, request: IncomingMessage, response: ServerResponse): Promise<Reply> {
  const given = request.headers['x-request-id'];
  const requestId = typeof given === 'string' && requestIdPattern.test(given) ? given : randomUUID();
  const reply = await route(door, { request, response, requestId });
  return { ...reply, headers: [...reply.headers, ['x-request-id', requestId], ...cacheControl(reply)] };
}

/** What may be remembered is said in the SDL; the header can only shorten it. */
function cacheControl({ cacheable }: Reply): [string, string][] {
  if (!cacheable) return [['cache-control', 'no-store']];
  const { freshForMs } = cacheable;
  return freshForMs === undefined ? [] : [['cache-control', `max-age=${Math.floor(freshForMs / 1000)}`]];
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
}

async function route(door: Door, { request, response, requestId }: Exchange): Promise<Reply> {
  const { method = 'GET', headers, url = '/' } = request;
  if (!URL.canParse(url, 'http://registry')) return jsonReply(400, { error: 'the request target is malformed' });
  const { pathname, search, searchParams } = new URL(url, 'http://registry');
  if (pathname === '/health/live') return jsonReply(200, { status: 'live' });
  if (pathname === '/health/ready') return ready(door);
  const isGraphql = pathname === '/' || pathname === '/graphql';
  try {
    const body = await door.admit(
      { method, pathname, search, headers },
      { requestId, readBody: async () => (method === 'POST' && isGraphql ? readBody(request) : undefined) },
    );
    if (pathname === '/changes') {
      if (method !== 'GET') return jsonReply(405, { error: 'method not allowed' });
      return await answerChanges({ changes: door.subgraph.changes, stopping: door.stopping }, searchParams, response);
    }
    if (!isGraphql) return jsonReply(404, { error: 'not found' });
    if (method !== 'POST' && method !== 'GET') return jsonReply(405, { error: 'method not allowed' });
    const json = body && parseJson(body);
    const freshForMs = door.subgraph.freshForMs();
    const reply = toReply(await executeRequest(door, { request, search, body: json, requestId }));
    return { ...reply, ...(method === 'POST' ? { cacheable: { freshForMs } } : {}) };
  } catch (error) {
    if (!(error instanceof HttpRefusal)) throw error;
    const reply = jsonReply(error.status, { errors: [{ message: error.message, extensions: { code: error.code } }] });
    return { ...reply, headers: [...reply.headers, ...Object.entries(error.headers)], close: true };
  }
}

interface Incoming {
  readonly request: IncomingMessage;
  readonly search: string;
  readonly body: unknown;
  readonly requestId: string;
}

function executeRequest(door: Door, { request, search, body, requestId }: Incoming): Promise<HTTPGraphQLResponse> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return door.apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method ?? 'GET', headers, search, body },
    context: async () => door.subgraph.openContext(requestId),
  });
}

async function ready({ subgraph, stopping }: Door): Promise<Reply> {
  if (stopping.aborted) return jsonReply(503, { status: 'stopping' });
  try {
    await subgraph.ping(readyTimeoutMs);
    return jsonReply(200, { status: 'ready' });
  } catch {
    return jsonReply(503, { status: 'database unreachable' });
  }
}

function createApollo(subgraph: Subgraph, log: Log): ApolloServer<SubgraphContext> {
  const write = (level: 'warn' | 'error') => (message: unknown) =>
    log({
      level,
      msg: 'Apollo Server',
      registry: subgraph.name,
      detail: message instanceof Error ? message.name : String(message),
    });
  return new ApolloServer<SubgraphContext>({
    schema: subgraph.schema,
    introspection: true,
    includeStacktraceInErrorResponses: false,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    logger: { debug: () => {}, info: () => {}, warn: write('warn'), error: write('error') },
    formatError: (_formatted, error) => toPublicError(error),
    parseOptions: { maxTokens: documentTokensMax },
    plugins: [
      {
        requestDidStart: async () => ({
          async didEncounterErrors({ contextValue, errors }) {
            for (const error of errors) subgraph.publish(error, contextValue.requestId);
          },
          async willSendResponse({ contextValue, response }) {
            if (response.body.kind !== 'single') return;
            const { singleResult } = response.body;
            singleResult.extensions = { provenance: contextValue.provenance.report() };
            const noted = contextValue.errors.map((error) => subgraph.publish(error, contextValue.requestId));
            if (noted.length > 0) singleResult.errors = [...(singleResult.errors ?? []), ...noted];
          },
        }),
      },
      // A registry reports to nobody, and what may be cached is the gateway's decision.
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
}

function toReply({ status, headers, body }: HTTPGraphQLResponse): Reply {
  // Incremental delivery is off, so every body is complete.
  return { status: status ?? 200, headers, body: body.kind === 'complete' ? body.string : '' };
}

function send(response: ServerResponse, reply: Reply, draining: boolean): void {
  for (const [name, value] of reply.headers) response.setHeader(name, value);
  if (reply.close || draining) response.setHeader('connection', 'close');
  response.statusCode = reply.status;
  response.end(reply.body);
}

function listen(server: Server, { host, port }: ServeOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function drain(server: Server, deadlineMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cutOff = setTimeout(() => server.closeAllConnections(), deadlineMs);
    server.close(() => {
      clearTimeout(cutOff);
      resolve();
    });
    server.closeIdleConnections();
  });
}
