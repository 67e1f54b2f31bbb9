import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type ExecutionResult, execute, parse } from 'graphql';

// biome-ignore lint/suspicious/noExplicitAny: resolvers of tests take what they need
export type Resolvers = Record<string, any>;

/** What the gateway sent to a subgraph. */
export interface Received {
  path: string;
  query: string;
  operationName?: string;
  variables: Record<string, unknown>;
  headers: IncomingMessage['headers'];
}

export interface Asked {
  received: Received;
  response: ServerResponse;
  /** What the subgraph would answer if it were well. */
  honest(): Promise<ExecutionResult>;
}

/** A way to answer other than honestly. */
export type Fault = (asked: Asked) => void | Promise<void>;

export interface FaultySubgraph {
  readonly url: string;
  /** What it was sent, pings left out. */
  readonly received: Received[];
  /** How many times a client went away before it had its answer. */
  abandoned(): number;
  /** From now on answer like this; without a fault: honestly. */
  behave(fault?: Fault): void;
  /** Takes no connections until `accept`. */
  refuse(): Promise<void>;
  accept(): Promise<void>;
  stop(): Promise<void>;
}

/** A subgraph over real HTTP that can be told to fail in every way that a subgraph fails. */
export async function startFaultySubgraph(options: { sdl: string; resolvers?: Resolvers }): Promise<FaultySubgraph> {
  const schema = buildSubgraphSchema([{ typeDefs: parse(options.sdl), resolvers: options.resolvers ?? {} }]);
  const received: Received[] = [];
  let fault: Fault | undefined;
  let abandoned = 0;

  const server = createServer(async (request, response) => {
    const text = await textOf(request);
    // Like many a subgraph it knows nothing but GraphQL: what is asked for its readiness says nothing, or fails as all does.
    if (request.method === 'GET' && !fault) return answerJson(response, {}, 404);
    const body = JSON.parse(text || '{"query":"{__typename}"}') as Omit<Received, 'headers' | 'path'>;
    const asked: Received = {
      ...body,
      path: request.url ?? '/',
      variables: body.variables ?? {},
      headers: request.headers,
    };
    response.on('close', () => {
      if (!response.writableFinished) abandoned += 1;
    });
    const honest = async () => {
      const { query, variables: variableValues, operationName } = asked;
      return execute({ schema, document: parse(query), variableValues, operationName });
    };
    if (body.query === '{__typename}' && !fault) return answerJson(response, { data: { __typename: 'Query' } });
    if (body.query !== '{__typename}') received.push(asked);
    if (fault) return fault({ received: asked, response, honest });
    answerJson(response, await honest());
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };

  return {
    url: `http://127.0.0.1:${port}/graphql`,
    received,
    abandoned: () => abandoned,
    behave: (next) => {
      fault = next;
    },
    refuse: close,
    accept: () => listen(port),
    stop: close,
  };
}

export function answerJson(response: ServerResponse, body: unknown, status = 200): void {
  answerText(response, JSON.stringify(body), { status, type: 'application/json' });
}

export function answerText(response: ServerResponse, text: string, head: { status: number; type: string }): void {
  response.writeHead(head.status, { 'content-type': head.type });
  response.end(text);
}

/** Answers what the subgraph would answer, changed by `change`. */
export function changed(change: (answer: { data: never }) => unknown): Fault {
  return async ({ response, honest }) => {
    const honestAnswer = JSON.parse(JSON.stringify(await honest())) as { data: never };
    answerJson(response, change(honestAnswer));
  };
}

/** Answers this JSON, whatever is asked. */
export function json(body: unknown, status = 200): Fault {
  return ({ response }) => answerJson(response, body, status);
}

export const hangs: Fault = () => {};

/** Half an answer with the length of a whole one, then the socket is cut. */
export const cutsTheSocket: Fault = ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"data":{"');
  setImmediate(() => response.destroy());
};

export const answersHtml: Fault = ({ response }) =>
  answerText(response, '<html>welcome to secret-host.internal</html>', { status: 200, type: 'text/html' });

export const answers500: Fault = ({ response }) =>
  answerText(response, 'Internal error at secret-host.internal:5432', { status: 500, type: 'text/plain' });

export const answersHalfJson: Fault = ({ response }) =>
  answerText(response, '{"data": {"secret": ', { status: 200, type: 'application/json' });

/** A byte every few milliseconds, for ever. */
export const drips: Fault = ({ response }) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const drip = setInterval(() => response.write(' '), 5);
  response.on('close', () => clearInterval(drip));
};

/** More bytes than anybody wants. */
export function answersBytes(bytes: number): Fault {
  return ({ response }) => answerText(response, JSON.stringify({ data: { big: 'x'.repeat(bytes) } }), JSON_HEAD);
}

const JSON_HEAD = { status: 200, type: 'application/json' };

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  request.setEncoding('utf8');
  for await (const part of request) text += part;
  return text;
}
