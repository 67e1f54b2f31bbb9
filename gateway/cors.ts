import type { Answer, Asked } from './http.js';

/** What pages of other origins may ask. Health, metrics and the cache's desk are no business of theirs. */
const PATH = '/graphql';
const HEADERS = 'content-type, authorization, purpose, provenance, cost, apollo-require-preflight, x-request-id';
const PREFLIGHT = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': HEADERS,
  'access-control-max-age': '600',
};
/** What is answered depends on who asks, so whatever keeps answers must keep them apart (Fetch, "CORS protocol and HTTP caches"). */
const VARY = ['vary', 'Origin'];

/** What is said to the browsers of pages of other origins (Fetch standard, "CORS protocol"). */
export interface CrossOrigin {
  /** Header names and values in turn; absent: this address is not for other origins at all. */
  headersFor(asked: Asked): readonly string[] | undefined;
  /** The answer when a browser asks leave for a page of an origin in the list. */
  preflight(asked: Asked): Answer | undefined;
}

/**
 * Origins are compared as browsers write them, character by character. An origin that is not in the list is told nothing, so that
 * its page can read nothing and may send nothing but what a form could; that is refused everywhere, because it might be the work of
 * any page. Credentials are never allowed: whoever asks shows a token, and no browser has one by itself.
 */
export function createCrossOrigin(origins: readonly string[]): CrossOrigin | undefined {
  if (origins.length === 0) return undefined;
  const byOrigin = new Map(
    origins.map((origin) => [
      origin,
      ['access-control-allow-origin', origin, 'access-control-expose-headers', 'x-request-id, retry-after', ...VARY],
    ]),
  );
  return {
    headersFor({ path, headers }) {
      if (path !== PATH) return undefined;
      return (headers.origin !== undefined && byOrigin.get(headers.origin)) || VARY;
    },
    preflight({ method, path, headers }) {
      if (method !== 'OPTIONS' || path !== PATH || !headers['access-control-request-method']) return undefined;
      if (headers.origin === undefined || !byOrigin.has(headers.origin)) return undefined;
      return { status: 200, headers: PREFLIGHT, body: '' };
    },
  };
}

/** What is wrong with the list, with the cure; nothing if nothing is. */
export function corsProblems(origins: readonly string[]): string[] {
  const isOrigin = (text: string) => /^https?:[^*]*$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
  if (origins.every(isOrigin)) return [];
  return [
    'CORS_ORIGINS must be origins as browsers send them, https://portal.example.vn or http://localhost:3000, with commas between: in lower ' +
      'case, without a path or a port that is the usual one, never "*" or "null"; unset it for none.',
  ];
}
