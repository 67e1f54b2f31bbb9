import { type Dispatcher, Pool } from 'undici';
import type { Fetch, FetchExchange, FetchResult, SubgraphError } from '../context.js';
import { FetchError } from '../errors.js';
import { isObject } from '../json-object.js';

export interface RemoteSource {
  fetch: Fetch;
  /** Resolves when the subgraph says that it is ready or, if it says neither, answers `{ __typename }`; rejects with a `FetchError`. */
  ping(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Connections to one subgraph. HTTP/1.1 without pipelining: one slow answer must not hold up the ones behind it. */
const CONNECTIONS_MAX = 64;
const CONNECT_TIMEOUT_MS = 2_000;

/** A subgraph over HTTP: a pool of kept-alive connections, JSON both ways, the answer bounded in bytes. */
export function createRemoteSource(options: { name: string; url: string; answerBytesMax: number }): RemoteSource {
  const { name, answerBytesMax } = options;
  const url = new URL(options.url);
  const pool = new Pool(url.origin, {
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // The deadline of a fetch is its signal; undici's own timers would only cost.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: answerBytesMax,
  });

  const request = (options: Dispatcher.DispatchOptions, signal: AbortSignal) =>
    send(pool, options, signal).catch((error) => {
      throw asFetchError(error, name, signal);
    });
  const post = async (body: string, signal: AbortSignal, requestId?: string): Promise<FetchResult> => {
    const headers = {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json',
      ...(requestId ? { 'x-request-id': requestId } : {}),
    };
    const answer = await request({ path: url.pathname + url.search, method: 'POST', headers, body }, signal);
    return parseAnswer(answer.text, answer.status, name);
  };

  return {
    fetch: (exchange) => post(bodyOf(exchange), exchange.signal, exchange.context.requestId),
    async ping(timeoutMs) {
      const signal = AbortSignal.timeout(timeoutMs);
      // GraphQL can answer for a registry whose database is dead; a registry that tells its readiness knows better.
      const told = readinessOf(await request({ path: '/health/ready', method: 'GET' }, signal));
      if (told === 'not ready') throw new FetchError('overload', 'says that it is not ready', { subgraph: name });
      if (told === undefined) await post('{"query":"{__typename}"}', signal);
    },
    close: () => pool.close(),
  };
}

/**
 * One request through the pool. It takes the bytes as they come, since undici's promise and stream cost more than the rest of
 * a fetch. Rejects as soon as the signal is aborted, even while the request waits for a connection.
 */
function send(
  pool: Pool,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    const parts: Buffer[] = [];
    const stop = () => {
      reject(signal.reason);
      controller?.abort(signal.reason);
    };
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    pool.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        if (signal.aborted) started.abort(signal.reason);
      },
      onResponseStart: (_, statusCode) => void (status = statusCode),
      onResponseData: (_, part) => void parts.push(part),
      onResponseEnd() {
        signal.removeEventListener('abort', stop);
        resolve({ status, text: UTF8.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts)) });
      },
      onResponseError(_, error) {
        signal.removeEventListener('abort', stop);
        reject(error);
      },
    });
  });
}

const UTF8 = new TextDecoder();

/** The query is JSON already, and so is each representation: only what this request alone holds is written. */
function bodyOf({ request, variables, representations }: FetchExchange): string {
  let values = '';
  for (const [name, value] of Object.entries(variables)) {
    values += `${values && ','}${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  for (const { variable, texts } of representations) values += `${values && ','}"${variable}":[${texts.join()}]`;
  return `{${request.json}${values && `,"variables":{${values}}`}}`;
}

function parseAnswer(text: string, status: number, name: string): FetchResult {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    if (status >= 500) throw new FetchError('overload', `answered with HTTP ${status}`, { subgraph: name });
    throw new FetchError('nonsense', `answered with HTTP ${status} and no JSON`, { subgraph: name });
  }
  if (status < 500) {
    const result = asFetchResult(answer);
    if (result) return result;
  }
  if (status >= 500) throw new FetchError('overload', `answered with HTTP ${status}`, { subgraph: name });
  throw new FetchError('nonsense', `answered with HTTP ${status} and JSON that is no GraphQL answer`, {
    subgraph: name,
  });
}

/** What `GET /health/ready` says: 200 or 503 and a JSON object with a `status`; `undefined` when it is something else. */
function readinessOf({ status, text }: { status: number; text: string }): 'ready' | 'not ready' | undefined {
  if (status !== 200 && status !== 503) return undefined;
  try {
    const answer: unknown = JSON.parse(text);
    if (!isObject(answer) || typeof answer.status !== 'string') return undefined;
  } catch {
    return undefined;
  }
  return status === 200 ? 'ready' : 'not ready';
}

/** What is of a GraphQL answer's form in a registry's JSON; `undefined` when it is no answer: neither data nor an error. */
function asFetchResult(answer: unknown): FetchResult | undefined {
  if (!isObject(answer)) return undefined;
  const data = isObject(answer.data) ? answer.data : null;
  const errors = Array.isArray(answer.errors) ? answer.errors.map(asError) : [];
  if (data === null && errors.length === 0) return undefined;
  const extensions = isObject(answer.extensions) ? answer.extensions : undefined;
  return { data, ...(errors.length > 0 ? { errors } : {}), ...(extensions ? { extensions } : {}) };
}

function asError(error: unknown): SubgraphError {
  if (!isObject(error)) return {};
  const { message, path, extensions } = error;
  const isPath = Array.isArray(path) && path.every((part) => typeof part === 'string' || Number.isInteger(part));
  return {
    ...(typeof message === 'string' ? { message } : {}),
    ...(isPath ? { path } : {}),
    ...(isObject(extensions) ? { extensions } : {}),
  };
}

function asFetchError(error: unknown, name: string, signal: AbortSignal): FetchError {
  if (signal.aborted) {
    return signal.reason instanceof FetchError
      ? signal.reason
      : new FetchError('cancelled', 'the request was over before the answer came', { subgraph: name });
  }
  const code = (error as { code?: string }).code ?? 'unknown';
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new FetchError('nonsense', 'the answer is larger than fetchBytesMax', { subgraph: name });
  }
  // The error itself is not kept: its message names the host.
  return new FetchError('unreachable', `no answer (${code})`, { subgraph: name });
}
