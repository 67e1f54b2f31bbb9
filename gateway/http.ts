import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerOptions,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { answerBrokenRequests } from './broken-requests.js';
import type { HttpConfig, Limits } from './config.js';
import { Connections } from './connections.js';
import type { Log } from './context.js';
import { type CrossOrigin, createCrossOrigin } from './cors.js';
import { Deadlines, type Expiring } from './deadlines.js';
import { GatewayError } from './errors.js';
import { refusal } from './json-answer.js';
import { newId } from './new-id.js';
import { readText } from './request-body.js';
import { type SecurityHeaders, securityHeaders, send } from './send-answer.js';
import { clientCertificateOf, followTlsFiles, secureOptions } from './tls.js';

export { json } from './json-answer.js';

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** One text, or several to be sent as one; what comes bit by bit is sent bit by bit. Bytes are sent as they are. */
  body: string | readonly string[] | Uint8Array | AsyncIterable<string>;
}

export interface Asked {
  method: string;
  /** The path of the address as it was sent, and behind it the `?` with what follows, or nothing. */
  path: string;
  search: string;
  headers: IncomingMessage['headers'];
  requestId: string;
  /** SHA-256 of the certificate that the client has shown, base64url; absent: it has shown none that was asked for. */
  readonly clientCertificate?: string | undefined;
  /** Aborted when the client has gone. */
  signal: AbortSignal;
  /** Aborts the signal after so many milliseconds, unless the answer has been sent by then. */
  abortAfter(ms: number): void;
  /** The body as text. Rejects with 413, 415 (compressed) or 400 (cut short, not UTF-8). */
  text(): Promise<string>;
}

export type Route = (asked: Asked) => Promise<Answer>;

const REQUEST_ID = /^[\w.-]{1,64}$/;
/** It could be a personal number; the groups of a UUID may well be nothing but digits. */
const LONG_NUMBER = /\d{9}/;
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** Clients and what stands between send some thirty; more than so many are nobody's request. */
const HEADERS_MAX = 100;

export interface HttpServerOptions {
  limits: Limits;
  http: HttpConfig;
  log: Log;
  route: Route;
  onFault(error: unknown, requestId: string): void;
  onAnswer(status: number): void;
}

/**
 * The HTTP server, over TLS if there is a certificate: limits on bytes, headers, connections and time, a request id and security
 * headers on every answer, and no answer that says more of a fault than its id. `route` throws a `GatewayError` to refuse.
 */
export function createHttpServer(options: HttpServerOptions): Server {
  const { limits, http, log, onAnswer } = options;
  const isTls = http.tlsCert !== undefined;
  const security = securityHeaders({ isTls });
  const crossOrigin = createCrossOrigin(http.corsOrigins);
  // A fiftieth of the time a request has, so that a deadline is as exact as it is short.
  const deadlines = new Deadlines(Math.min(100, Math.max(1, Math.round(limits.requestMs / 50))));
  const bounds = { deadlines, bytesMax: limits.requestBytesMax };
  const server = createNodeServer(options, (request, response) => {
    const asked = new Received(request, requestIdOf(request), bounds);
    const connection = connections.begin(response, () => asked.end(false));
    if (!connection) return;
    response.on('close', () => {
      connection.end(response);
      asked.end(response.writableFinished);
      onAnswer(response.statusCode);
    });
    const { isSpent } = connection;
    const isLast = () => isSpent || !server.listening;
    void answer(asked, { response, isLast, security, crossOrigin, options });
  });
  const connections = new Connections(server, { limits, log });
  answerBrokenRequests(server, { connections, security, onAnswer });
  return server;
}

function createNodeServer({ limits, http, log }: HttpServerOptions, listener: RequestListener): Server {
  const settings = {
    maxHeaderSize: limits.headerBytesMax,
    requestTimeout: limits.requestReceiveMs,
    headersTimeout: limits.requestReceiveMs,
    keepAliveTimeout: limits.keepAliveMs,
    connectionsCheckingInterval: Math.max(100, Math.min(1_000, limits.requestReceiveMs / 2)),
    // Of two values Node would take the first and what stands before us perhaps the second: so neither is taken.
    joinDuplicateHeaders: true,
    // Whatever Node is started with.
    insecureHTTPParser: false,
  };
  const server = http.tlsCert
    ? createServerOverTls(http, { settings, limits, log, listener })
    : createServer(settings, listener);
  // Node would leave out what is beyond its own bound, and nobody would know.
  server.maxHeadersCount = 0;
  return server;
}

function createServerOverTls(
  http: HttpConfig,
  { settings, limits, log, listener }: { settings: ServerOptions; limits: Limits; log: Log; listener: RequestListener },
): Server {
  const tls = {
    ...secureOptions(http),
    handshakeTimeout: limits.requestReceiveMs,
    requestCert: http.tlsClientCa !== undefined,
    // A client without a certificate is a client like others; what it may read is for its token to say.
    rejectUnauthorized: false,
  };
  const server = createTlsServer({ ...settings, ...tls }, listener);
  followTlsFiles(server, { http, log });
  return server;
}

/** Answers one request; never rejects. */
async function answer(
  asked: Received,
  {
    response,
    isLast,
    security,
    crossOrigin,
    options,
  }: {
    response: ServerResponse;
    isLast(): boolean;
    security: SecurityHeaders;
    crossOrigin: CrossOrigin | undefined;
    options: HttpServerOptions;
  },
): Promise<void> {
  const { requestId } = asked;
  const { route, onFault } = options;
  let given: Answer;
  try {
    asked.check();
    given = crossOrigin?.preflight(asked) ?? (await route(asked));
  } catch (error) {
    if (!(error instanceof GatewayError)) onFault(error, requestId);
    given = refusal(error, requestId);
  }
  try {
    const sending = send(given, {
      requestId,
      security,
      crossOrigin: crossOrigin?.headersFor(asked),
      isHead: asked.method === 'HEAD',
      // What is left of a body that was refused is not worth reading; the connection goes with it.
      isLast: isLast() || !response.req.complete,
      response,
    });
    if (sending) await sending;
  } catch (error) {
    onFault(error, requestId);
    response.destroy();
  }
}

/** A request as it came in. A class, because one is made for each request: nothing is until it is asked for. */
class Received implements Asked, Expiring {
  readonly method: string;
  path = '/';
  search = '';
  readonly headers: IncomingMessage['headers'];
  private gone: AbortController | undefined;
  private expiresAt: number | undefined;
  private isOver = false;

  constructor(
    private readonly request: IncomingMessage,
    readonly requestId: string,
    private readonly bounds: { deadlines: Deadlines; bytesMax: number },
  ) {
    this.method = request.method ?? 'GET';
    this.headers = request.headers;
  }

  /** Reads the address; throws when it is none, or when the headers cannot be those of an honest request. */
  check(): void {
    const { url = '/', rawHeaders, httpVersionMajor } = this.request;
    if (httpVersionMajor !== 1) throw new GatewayError('BAD_REQUEST', 'Send the request by HTTP/1.1.');
    if (url.startsWith('/')) {
      const end = url.indexOf('?');
      this.path = end < 0 ? url : url.slice(0, end);
      this.search = end < 0 ? '' : url.slice(end);
    } else {
      if (!URL.canParse(url)) throw new GatewayError('BAD_REQUEST', 'The address that was asked is no URL.');
      const { pathname, search } = new URL(url);
      this.path = pathname;
      this.search = search;
    }
    if (rawHeaders.length > 2 * HEADERS_MAX) {
      throw new GatewayError('HEADERS_TOO_LARGE', `At most ${HEADERS_MAX} headers are taken; send fewer.`);
    }
    // RFC 9112, section 3.2: several hosts are an attempt to be taken for two requests.
    if (this.headers.host?.includes(',')) throw new GatewayError('BAD_REQUEST', 'Send one host header, with one host.');
  }

  get clientCertificate(): string | undefined {
    return clientCertificateOf(this.request.socket);
  }

  get signal(): AbortSignal {
    this.gone ??= new AbortController();
    if (this.isOver) this.gone.abort();
    return this.gone.signal;
  }

  abortAfter(ms: number): void {
    this.expiresAt = this.bounds.deadlines.add(this, ms);
  }

  text(): Promise<string> {
    return readText(this.request, this.bounds.bytesMax);
  }

  /** Called when the connection is done with the request; what still works for it stops, unless it has been answered. */
  end(wasAnswered: boolean): void {
    if (this.expiresAt !== undefined) this.bounds.deadlines.remove(this, this.expiresAt);
    if (!wasAnswered) this.expire();
  }

  expire(): void {
    this.isOver = true;
    this.gone?.abort();
  }
}

/** The id that the client gave, when it is one and holds no long number; else a new one. */
function requestIdOf({ headers }: IncomingMessage): string {
  const given = headers['x-request-id'];
  const isId = typeof given === 'string' && REQUEST_ID.test(given) && (UUID.test(given) || !LONG_NUMBER.test(given));
  return isId ? given : newId();
}
