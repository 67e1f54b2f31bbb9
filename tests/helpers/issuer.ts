import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A key pair of an issuer. `jwk` is what its key set shows, which a test may change. */
export interface KeyOfTest {
  readonly algorithm: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Record<string, unknown>;
}

/** An issuer of tokens with its key set behind real HTTP; its tokens are made by hand, and not by what reads them. */
export interface IssuerOfTest {
  /** Where its key set is. */
  readonly url: string;
  /** The keys that it shows, one an algorithm to begin with. */
  keys: KeyOfTest[];
  /** How often it was asked for them. */
  asked: number;
  /** What it answers with instead of its keys. */
  answer: RequestListener | undefined;
  stop(): Promise<void>;
}

export const ISSUER = 'https://issuer.test';
export const AUDIENCE = 'https://gateway.test';

const KEY_PAIRS: Record<string, () => { privateKey: KeyObject; publicKey: KeyObject }> = {
  EdDSA: () => generateKeyPairSync('ed25519'),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
};

export function newKey(algorithm: string, kid = `key-${algorithm}`, pair = KEY_PAIRS[algorithm]!()): KeyOfTest {
  return { algorithm, ...pair, jwk: { ...pair.publicKey.export({ format: 'jwk' }), kid, alg: algorithm, use: 'sig' } };
}

export async function startIssuer(algorithms = ['EdDSA']): Promise<IssuerOfTest> {
  const server = createServer((request, response) => {
    issuer.asked += 1;
    if (issuer.answer) return void issuer.answer(request, response);
    response.setHeader('content-type', 'application/jwk-set+json');
    response.end(JSON.stringify({ keys: issuer.keys.map(({ jwk }) => jwk) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer: IssuerOfTest = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`,
    keys: algorithms.map((algorithm) => newKey(algorithm)),
    asked: 0,
    answer: undefined,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return issuer;
}

const encode = (part: unknown) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

/** A token, signed as its key's algorithm says. `header` and `payload` may be texts, to say what no JSON writer would. */
export function tokenOf(key: KeyOfTest, payload: unknown, header: unknown = {}): string {
  const whole =
    typeof header === 'string'
      ? header
      : { alg: key.algorithm, kid: key.jwk.kid, typ: 'at+jwt', ...(header as object) };
  const signed = `${encode(whole)}.${encode(payload)}`;
  return `${signed}.${signatureOf(key, signed).toString('base64url')}`;
}

function signatureOf({ algorithm, privateKey }: KeyOfTest, signed: string): Buffer {
  const bytes = Buffer.from(signed);
  if (algorithm === 'EdDSA') return sign(null, bytes, privateKey);
  if (algorithm === 'ES256') return sign('sha256', bytes, { key: privateKey, dsaEncoding: 'ieee-p1363' });
  if (algorithm === 'RS256') return sign('sha256', bytes, privateKey);
  // RSA-PSS with a salt as long as the hash (RFC 7518, section 3.5).
  return sign('sha256', bytes, { key: privateKey, padding: 6, saltLength: 32 });
}

/** A token with an HMAC over it: what a verifier that mistakes a public key for a secret would take. */
export function hmacTokenOf(secret: string, payload: unknown, header: object): string {
  const signed = `${encode({ alg: 'HS256', ...header })}.${encode(payload)}`;
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** A token without a signature. */
export function unsignedTokenOf(payload: unknown, header: object): string {
  return `${encode(header)}.${encode(payload)}.`;
}
