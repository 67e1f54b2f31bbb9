import type { ServerResponse } from 'node:http';
import type { Answer } from './http.js';

/**
 * What every answer tells a browser: take it for nothing but what its content type says, show it in no frame, run nothing in it,
 * lend it to no page of another site, and tell no other site where it was read. Over TLS, ask by nothing else for a year.
 */
const FOR_BROWSERS = [
  ['x-content-type-options', 'nosniff'],
  ['referrer-policy', 'no-referrer'],
  ['cross-origin-resource-policy', 'same-origin'],
] as const;
const OVER_TLS = [['strict-transport-security', 'max-age=31536000']] as const;
/** An answer that is no page runs and loads nothing, should a browser ever be made to show it as one. */
const NO_PAGE = [['content-security-policy', "default-src 'none'; frame-ancestors 'none'"]] as const;

/** Header names and values in turn, as `writeHead` takes them. */
export interface SecurityHeaders {
  /** Those of an answer that is no page. */
  readonly usual: readonly string[];
  /** Those of a page, which brings its own content security policy. */
  readonly page: readonly string[];
}

export function securityHeaders({ isTls }: { isTls: boolean }): SecurityHeaders {
  const page = [...FOR_BROWSERS, ...(isTls ? OVER_TLS : [])].flat();
  return { page, usual: [...page, ...NO_PAGE.flat()] };
}

/** How one answer is to be sent. */
export interface Sending {
  readonly requestId: string;
  readonly security: SecurityHeaders;
  /** Header names and values in turn, for pages of other origins; absent: there are none to be. */
  readonly crossOrigin: readonly string[] | undefined;
  readonly isHead: boolean;
  /** Nothing more is read from this connection. */
  readonly isLast: boolean;
  readonly response: ServerResponse;
}

/** Sends an answer; resolves when all of it was handed over, `undefined` if that was at once. */
export function send({ status, headers, body }: Answer, to: Sending): Promise<void> | undefined {
  const { response } = to;
  if (response.destroyed) return undefined;
  const isPage = headers !== undefined && 'content-security-policy' in headers;
  const sent = ['x-request-id', to.requestId, ...(isPage ? to.security.page : to.security.usual)];
  for (const name in headers) sent.push(name, headers[name] as string);
  if (to.crossOrigin) sent.push(...to.crossOrigin);
  if (to.isLast) sent.push('connection', 'close');
  if (typeof body !== 'string' && Symbol.asyncIterator in body)
    return sendParts(body, response.writeHead(status, sent));
  const content = body instanceof Uint8Array ? body : contentOf(body as string | readonly string[]);
  sent.push('content-length', String(typeof content === 'string' ? Buffer.byteLength(content) : content.length));
  response.writeHead(status, sent);
  response.end(to.isHead ? undefined : content);
  return undefined;
}

const LONG_CHARACTERS = 16_384;

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
