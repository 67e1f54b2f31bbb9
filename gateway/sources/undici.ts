import { isAscii, transcode } from 'node:buffer';
import { type Dispatcher, Pool } from 'undici';
import type { Fetch, FetchExchange, FetchResult, FetchStop, ReadChanges, SubgraphError } from '../context.js';
import { FetchError } from '../errors.js';
import { GATEWAY_ITSELF } from '../identity.js';
import { isObject } from '../json-object.js';
import { readChanges } from './read-changes.js';
import type { Sign } from './sign.js';
import { Stop } from './stop.js';

export interface RemoteSource {
  fetch: Fetch;
  /** Resolves when the subgraph says that it is ready or, if it says neither, answers `{ __typename }`; rejects with a `FetchError`. */
  ping(timeoutMs: number): Promise<void>;
  /** What changed in it, which it tells at `path`; rejects with a `FetchError`. */
  changes(path: string): ReadChanges;
  close(): Promise<void>;
}

/** Connections to one subgraph. HTTP/1.1 without pipelining: one slow answer must not hold up the ones behind it. */
const CONNECTIONS_MAX = 64;
const CONNECT_TIMEOUT_MS = 2_000;
/** How long the answer may take that says what has changed, besides the time that it waits for a change. */
const CHANGES_MS = 1_000;

/** A subgraph over HTTP: pooled connections, JSON both ways, a bounded answer. Signed as it is sent: a retry is no replay. */
export function createRemoteSource(options: {
  name: string;
  url: string;
  answerBytesMax: number;
  sign: Sign;
}): RemoteSource {
  const { name, answerBytesMax, sign } = options;
  const url = new URL(options.url);
  const pool = new Pool(url.origin, {
    connections: CONNECTIONS_MAX,
    pipelining: 1,
    connect: { timeout: CONNECT_TIMEOUT_MS },
    // A fetch is stopped when its time is up; undici's own timers would only cost.
    headersTimeout: 0,
    bodyTimeout: 0,
    maxResponseSize: answerBytesMax,
  });

  const path = url.pathname + url.search;
  const post = (body: string, stop: FetchStop, { headers = HEADERS, identity = GATEWAY_ITSELF } = {}) => {
    const request = sign({ path, method: 'POST', headers, body }, identity);
    return send(pool, { request, stop, name }, answerOf);
  };

  return {
    fetch(exchange) {
      if (!exchange.stop) return Promise.reject(new Error('a fetch over the network came without a time of its own'));
      const { identity } = exchange.context;
      return post(bodyOf(exchange), exchange.stop, { headers: headersOf(exchange), identity });
    },
    async ping(timeoutMs) {
      const stop = new Stop(name, timeoutMs);
      const timer = setTimeout(() => stop.expire(), timeoutMs);
      try {
        // GraphQL can answer for a registry whose database is dead; a registry that tells its readiness knows better.
        const told = await send(pool, { request: { path: '/health/ready', method: 'GET' }, stop, name }, readinessOf);
        if (told === 'not ready') throw new FetchError('overload', 'says that it is not ready', { subgraph: name });
        if (told === undefined) await post('{"query":"{__typename}"}', stop);
      } finally {
        clearTimeout(timer);
      }
    },
    changes:
      (path) =>
      async ({ after, waitMs, signal }) => {
        const stop = new Stop(name, waitMs + CHANGES_MS);
        const timer = setTimeout(() => stop.expire(), waitMs + CHANGES_MS);
        const cancel = () => stop.cancel();
        signal.addEventListener('abort', cancel);
        const query = new URLSearchParams({ ...(after === undefined ? {} : { after }), wait: String(waitMs) });
        try {
          const headers = { accept: 'application/json' };
          const request = sign({ path: `${path}?${query}`, method: 'GET', headers }, GATEWAY_ITSELF);
          return await send(pool, { request, stop, name }, readChanges);
        } finally {
          clearTimeout(timer);
          signal.removeEventListener('abort', cancel);
        }
      },
    close: () => pool.close(),
  };
}

const HEADERS: Record<string, string> = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json',
};

function headersOf({ context, forwarded }: FetchExchange): Record<string, string> {
  return { ...HEADERS, ...forwarded, 'x-request-id': context.requestId };
}

/** An HTTP answer, whole. */
interface Whole {
  readonly status: number;
  readonly bytes: Buffer;
  /** What its `Cache-Control` says. */
  readonly cacheControl: string | undefined;
  /** How long others have had it already, seconds. */
  readonly age: number;
  /** The subgraph's name. */
  readonly name: string;
}

/**
 * One request through the pool. It takes the bytes as they come, since undici's promise and stream cost more than the rest of
 * a fetch. Rejects as soon as it is stopped, even while the request waits for a connection.
 */
function send<Result>(
  pool: Pool,
  { request, stop, name }: { request: Dispatcher.DispatchOptions; stop: FetchStop; name: string },
  read: (whole: Whole) => Result,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let cacheControl: string | undefined;
    let age = 0;
    const parts: Buffer[] = [];
    if (stop.reason) return reject(stop.reason);
    stop.onStop((reason) => {
      reject(reason);
      controller?.abort(reason);
    });
    pool.dispatch(request, {
      onRequestStart(started) {
        controller = started;
        if (stop.reason) started.abort(stop.reason);
      },
      onResponseStart(_, statusCode, headers) {
        status = statusCode;
        const given = headers['cache-control'];
        if (given) cacheControl = String(given);
        if (/^\d+$/.test(String(headers.age))) age = Number(headers.age);
      },
      onResponseData: (_, part) => void parts.push(part),
      onResponseEnd() {
        stop.onStop(undefined);
        try {
          const bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
          resolve(read({ status, bytes, cacheControl, age, name }));
        } catch (error) {
          reject(error);
        }
      },
      onResponseError(_, error) {
        stop.onStop(undefined);
        reject(stop.reason ?? asFetchError(error, name));
      },
    });
  });
}

/** The query is JSON already, and so is each representation: only what this request alone holds is written. */
function bodyOf({ request, variables, representations }: FetchExchange): string {
  let values = '';
  for (const [name, value] of Object.entries(variables)) {
    values += `${values && ','}${JSON.stringify(name)}:${JSON.stringify(value)}`;
  }
  for (const { variable, texts } of representations) values += `${values && ','}"${variable}":[${texts.join()}]`;
  return `{${request.json}${values && `,"variables":{${values}}`}}`;
}

function answerOf(whole: Whole): FetchResult {
  const result = parseAnswer(whole) as FetchResult & { raw: FetchResult['raw'] };
  result.raw = { bytes: whole.bytes.length, read: () => answerOf(whole) };
  if (whole.cacheControl === undefined) return result;
  return Object.defineProperty(result, 'cacheControl', { value: readCacheControl(whole.cacheControl, whole.age) });
}

/** What of `Cache-Control` says how long an answer may be remembered (RFC 9111); `no-cache` would have us ask each time. */
function readCacheControl(header: string, age: number): NonNullable<FetchResult['cacheControl']> {
  const directives = new Map(
    header.split(',').map((part) => {
      const [name = '', value = ''] = part.trim().toLowerCase().split('=');
      return [name, value.replaceAll('"', '')];
    }),
  );
  const isPrivate = directives.has('private');
  if (directives.has('no-store') || directives.has('no-cache')) return { freshMsMax: 0, isPrivate };
  const seconds = directives.get('s-maxage') ?? directives.get('max-age');
  if (seconds === undefined) return { isPrivate };
  // What is no number of seconds means at once, as RFC 9111 4.2.1 has it.
  return { freshMsMax: /^\d+$/.test(seconds) ? Math.max(0, Number(seconds) - age) * 1000 : 0, isPrivate };
}

function parseAnswer({ bytes, status, name }: Whole): FetchResult {
  const short = bytes.length > LONG && status < 500 ? withoutExtensions(bytes) : undefined;
  const result = short && asFetchResult(short.answer);
  if (result) return withExtensions(result, short.extensions);
  let answer: unknown;
  try {
    answer = JSON.parse(textOf(bytes));
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

/** An answer of fewer bytes is parsed whole. */
const LONG = 2_000;

const LAST_KEY = Buffer.from(',"extensions":{');

/**
 * An answer whose last key is `extensions`, which is mostly provenance, larger than the data, and read by few: it is parsed when
 * somebody does. Inside a JSON string the quotes of the key would be escaped; and only where it is a key of the answer itself, not
 * of anything in it, is what stands before it whole with one more brace.
 */
function withoutExtensions(bytes: Buffer): { answer: unknown; extensions: Buffer } | undefined {
  const at = bytes.lastIndexOf(LAST_KEY);
  if (at < 0) return undefined;
  try {
    return { answer: JSON.parse(`${textOf(bytes.subarray(0, at))}}`), extensions: bytes.subarray(at + 1) };
  } catch {
    return undefined;
  }
}

function withExtensions(result: FetchResult, bytes: Buffer): FetchResult {
  let known: { extensions?: FetchResult['extensions'] } | undefined;
  const read = () => {
    try {
      const { extensions } = JSON.parse(`{${textOf(bytes)}`) as Record<string, unknown>;
      return isObject(extensions) ? { extensions } : {};
    } catch {
      return {};
    }
  };
  return Object.defineProperty(result, 'extensions', { enumerable: true, get: () => (known ??= read()).extensions });
}

/** UTF-8 as a string. V8 decodes what is not ASCII at a third of the speed of Node's own conversion to UTF-16, before Node 22. */
function textOf(bytes: Buffer): string {
  if (bytes.length < LONG || isAscii(bytes)) return bytes.toString();
  try {
    return transcode(bytes, 'utf8', 'utf16le').toString('utf16le');
  } catch {
    // What is no UTF-8 is told of where it stands: as characters that nobody wrote.
    return bytes.toString();
  }
}

/** What `GET /health/ready` says: 200 or 503 and a JSON object with a `status`; `undefined` when it is something else. */
function readinessOf({ status, bytes }: Whole): 'ready' | 'not ready' | undefined {
  if (status !== 200 && status !== 503) return undefined;
  try {
    const answer: unknown = JSON.parse(bytes.toString());
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

function asFetchError(error: unknown, name: string): FetchError {
  const code = (error as { code?: string }).code ?? 'unknown';
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new FetchError('nonsense', 'the answer is larger than fetchBytesMax', { subgraph: name });
  }
  // The error itself is not kept: its message names the host.
  return new FetchError('unreachable', `no answer (${code})`, { subgraph: name });
}
