import { createHash, type KeyObject } from 'node:crypto';
import { createSigner, httpbis } from 'http-message-signatures';

export interface RequestOfTest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface HowToSign {
  key: KeyObject;
  keyid: string;
  nowMs: number;
  /** What differs from how a gateway signs. */
  alg?: string;
  tag?: string;
  nonce?: string;
  createdMs?: number;
  expiresMs?: number;
  /** Components and parameters that are left out. */
  without?: readonly string[];
}

/** A request to the registry `land` as a gateway sends it, not signed. */
export function requestOfTest(change: Partial<RequestOfTest> = {}): RequestOfTest {
  const {
    method = 'POST',
    path = '/graphql',
    body = method === 'POST' ? '{"query":"{ __typename }"}' : undefined,
  } = change;
  const digest = body && createHash('sha256').update(body).digest('base64');
  return {
    method,
    path,
    body,
    headers: {
      'x-request-id': 'r-1',
      'lien-thong-registry': '"land"',
      'lien-thong-caller': 'role=officer, subject="officer-17", department="H48.14"',
      'lien-thong-purpose': 'procedure="1.000894", dossier="H48.2026.000123"',
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-digest': `sha-256=:${digest}:` }),
      ...change.headers,
    },
  };
}

let nonces = 0;

/** Signs by an implementation of RFC 9421 that is not ours, all that the request has, but for what is to be left out. */
export async function signRequest(request: RequestOfTest, how: HowToSign): Promise<RequestOfTest> {
  const {
    alg = 'ed25519',
    tag = 'lien-thong',
    nonce = `nonce-${(nonces += 1)}`,
    createdMs = how.nowMs,
    without = [],
  } = how;
  const isKept = (name: string) => !without.includes(name);
  const { headers } = await httpbis.signMessage(
    {
      key: createSigner(how.key, 'ed25519', how.keyid),
      name: 'of-test',
      fields: ['@method', '@path', '@query', ...Object.keys(request.headers)].filter(isKept),
      params: ['created', 'expires', 'nonce', 'keyid', 'alg', 'tag'].filter(isKept),
      paramValues: {
        created: new Date(createdMs),
        expires: new Date(how.expiresMs ?? createdMs + 30_000),
        nonce,
        keyid: how.keyid,
        alg,
        tag,
      },
    },
    { method: request.method, url: `http://registry.example${request.path}`, headers: request.headers },
  );
  const flat = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { ...request, headers: Object.fromEntries(flat) };
}
