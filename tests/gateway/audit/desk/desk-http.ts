import type { Answer, Asked, Route } from '../../../../gateway/http.js';
import type { Identity } from '../../../../gateway/identity.js';
import type { MemoryLog } from '../../../helpers/audit-reader-of-test.js';
import { SUBJECT_KEYS } from '../../../helpers/audit-reader-of-test.js';
import { CLOCK, NOTHING_WITHHELD, WORDS } from './asked-desk.js';

export interface Act {
  readonly what: string;
  readonly details: object;
  readonly identity: Identity;
}

/** What the desk's routes are made with, and what they recorded. */
export function routeParts(reader: MemoryLog | undefined, identity: Identity) {
  const acts: Act[] = [];
  const parts = {
    reader,
    embargo: NOTHING_WITHHELD as never,
    subjectKeys: SUBJECT_KEYS,
    words: WORDS,
    clock: CLOCK,
    act: async (what: string, details: object, by: Identity) => void acts.push({ what, details, identity: by }),
    identify: () => identity,
    onFault() {},
  };
  return { acts, parts };
}

/** Asks a route by an address. */
export function asking(
  routes: ReadonlyMap<string, { readonly route: Route }>,
  address: string,
  { headers = {}, method = 'GET', signal = new AbortController().signal }: Partial<Asked> = {},
): Promise<Answer> {
  const { pathname, search } = new URL(address, 'http://gateway.test');
  const asked = { method, path: pathname, search, headers, requestId: 'r', signal };
  return routes.get(pathname)!.route(asked as unknown as Asked);
}

/** What was sent, whole. */
export async function textOf({ body }: Answer): Promise<string> {
  if (typeof body === 'string') return body;
  let text = '';
  for await (const part of body as AsyncIterable<string>) text += part;
  return text;
}
