import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Limits } from './config.js';
import { Deadlines, type Expiring } from './deadlines.js';
import { ERROR_STATUS, GatewayError } from './errors.js';
import { faultOf } from './for-client.js';

export interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** One text, or several to be sent as one; what comes bit by bit is sent bit by bit. */
  body: string | readonly string[] | AsyncIterable<string>;
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

/**
 * The HTTP server: limits on bytes, headers and time, a request id on every answer, and no answer that says more of a fault
 * than its id. `route` throws a `GatewayError` to refuse.
 */
export function createHttpServer(options: {
  limits: Limits;
  route: Route;
  onFault(error: unknown, requestId: string): void;
  onAnswer(status: number): void;
}): Server {
  const { limits, route, onFault, onAnswer } = options;
  const settings = {
    maxHeaderSize: limits.headerBytesMax,
    requestTimeout: limits.requestReceiveMs,
    headersTimeout: limits.requestReceiveMs,
    connectionsCheckingInterval: Math.max(100, Math.min(1_000, limits.requestReceiveMs / 2)),
  };
  // A fiftieth of the time a request has, so that a deadline is as exact as it is short.
  const deadlines = new Deadlines(Math.min(100, Math.max(1, Math.round(limits.requestMs / 50))));
  const server = createServer(settings, async (request, response) => {
    const requestId = requestIdOf(request);
    const asked = new Received(request, requestId, { deadlines, bytesMax: limits.requestBytesMax });
    response.on('close', () => {
      asked.end(response.writableFinished);
      onAnswer(response.statusCode);
    });
    let answer: Answer;
    try {
      answer = await route(asked.withAddress());
    } catch (error) {
      if (!(error instanceof GatewayError)) onFault(error, requestId);
      answer = refusal(error, requestId);
    }
    // What is left of a body that was refused is not worth reading; the connection goes with it.
    const isLast = !server.listening || !request.complete;
    try {
      const sending = send(answer, { requestId, isHead: request.method === 'HEAD', isLast, response });
      if (sending) await sending;
    } catch (error) {
      onFault(error, requestId);
      response.destroy();
    }
  });
  return server;
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

  /** Throws when the address is none. */
  withAddress(): this {
    const { url = '/' } = this.request;
    if (url.startsWith('/')) {
      const end = url.indexOf('?');
      this.path = end < 0 ? url : url.slice(0, end);
      this.search = end < 0 ? '' : url.slice(end);
      return this;
    }
    if (!URL.canParse(url)) throw new GatewayError('BAD_REQUEST', 'The address that was asked is no URL.');
    const { pathname, search } = new URL(url);
    this.path = pathname;
    this.search = search;
    return this;
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
  return isId ? given : randomUUID();
}

/** The answer for an error: its code, its sentence; for one that nobody threw on purpose only the request's id. */
export function refusal(error: unknown, requestId: string): Answer {
  const { code, message, headers } = error instanceof GatewayError ? error : faultOf(`the request id ${requestId}`);
  return json(ERROR_STATUS[code] ?? 400, { errors: [{ message, extensions: { code } }] }, headers);
}

export function json(status: number, body: unknown, headers?: Readonly<Record<string, string>>): Answer {
  const type = { 'content-type': 'application/json; charset=utf-8' };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

const LONG_CHARACTERS = 16_384;

function send(
  { status, headers, body }: Answer,
  to: { requestId: string; isHead: boolean; isLast: boolean; response: ServerResponse },
): Promise<void> | undefined {
  const { response } = to;
  if (response.destroyed) return undefined;
  const sent = ['x-request-id', to.requestId, 'x-content-type-options', 'nosniff'];
  for (const name in headers) sent.push(name, headers[name] as string);
  if (to.isLast) sent.push('connection', 'close');
  if (typeof body !== 'string' && Symbol.asyncIterator in body)
    return sendParts(body, response.writeHead(status, sent));
  const content = contentOf(body);
  sent.push('content-length', String(typeof content === 'string' ? Buffer.byteLength(content) : content.length));
  response.writeHead(status, sent);
  response.end(to.isHead ? undefined : content);
  return undefined;
}

/** A short text is best sent as it is, in one piece with the headers; a long one would be encoded twice. */
function contentOf(body: string | readonly string[]): string | Buffer {
  const texts = typeof body === 'string' ? [body] : body;
  const characters = texts.reduce((sum, text) => sum + text.length, 0);
  if (characters < LONG_CHARACTERS) return texts.join('');
  // Not joined before: a text in which there is one Vietnamese letter takes two bytes a character, so it would double the others.
  const content = Buffer.allocUnsafe(texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0));
  let at = 0;
  for (const text of texts) at += content.write(text, at);
  return content;
}

/** Sends part after part as fast as the client takes them; when it goes away, whoever makes them is told at once. */
async function sendParts(body: AsyncIterable<string>, response: ServerResponse): Promise<void> {
  const parts = body[Symbol.asyncIterator]();
  const stop = () => void Promise.resolve(parts.return?.()).catch(() => {});
  response.once('close', stop);
  for (;;) {
    const { done, value } = await parts.next();
    if (response.destroyed) return;
    if (done) break;
    if (!response.write(value)) await drained(response);
  }
  response.off('close', stop);
  response.end();
}

/** Resolves when the client has taken what was written, or has gone. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

async function readText(request: IncomingMessage, bytesMax: number): Promise<string> {
  const tooLarge = () =>
    new GatewayError('PAYLOAD_TOO_LARGE', `The request is larger than ${bytesMax} bytes; send less.`);
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge();
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity')
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', 'Send the request without content-encoding.');
  const parts: Buffer[] = [];
  let bytes = 0;
  // Listeners: an async iterator costs more than all else that is done to a request here.
  await new Promise<void>((resolve, reject) => {
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      parts.push(part);
      if (bytes <= bytesMax) return;
      request.removeAllListeners('data').pause();
      reject(tooLarge());
    });
    request.on('end', resolve);
    request.on('error', () =>
      reject(new GatewayError('BAD_REQUEST', 'The request ended before its body did; send it whole.')),
    );
  });
  try {
    return UTF8.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts));
  } catch {
    throw new GatewayError('BAD_REQUEST', 'The request is not valid UTF-8.');
  }
}

/** Listens on `host` and `port`; rejects with a message that names the cure when it cannot. */
export function listen(server: Server, at: { host: string; port: number }): Promise<{ url: string; port: number }> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(listenProblem(error, at))));
    server.listen(at.port, at.host, () => {
      const { port } = server.address() as AddressInfo;
      resolve({ url: `http://${at.host.includes(':') ? `[${at.host}]` : at.host}:${port}`, port });
    });
  });
}

function listenProblem(
  { code, message }: NodeJS.ErrnoException,
  { host, port }: { host: string; port: number },
): string {
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is taken: stop what uses it, or set PORT to another`;
    case 'EACCES':
      return `port ${port} may not be used by this user: set PORT to one above 1023`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EADDRNOTAVAIL':
      return `HOST ${host} is no address of this machine: set HOST to one of its own, 127.0.0.1, or 0.0.0.0 for all`;
    default:
      return message;
  }
}

/**
 * Takes no more connections and waits for the requests in flight, whose answers tell their clients not to use the connection
 * again; what is not done after `drainMs` is cut off.
 */
export async function drain(server: Server, drainMs: number): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeIdleConnections();
  const sweep = setInterval(() => server.closeIdleConnections(), 50);
  const cut = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(cut);
}
