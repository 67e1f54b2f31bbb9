import { createHash, verify } from 'node:crypto';
import type { GatewayKeys } from './gateway-keys.js';
import { Nonces } from './nonces.js';
import { readContentDigest, readSignature, type SignatureFields, type SignedMessage } from './signature-fields.js';

/** A request whose signature holds; its body and whether it came before are still to be looked at, by `take`. */
export interface SignedHead {
  readonly keyid: string;
  /** What was signed, word for word, and its signature. */
  readonly base: string;
  readonly signature: Buffer;
  readonly digest: Buffer | undefined;
  readonly nonce: string;
  readonly expiresMs: number;
}

export interface Verifier {
  /** Throws a `SignatureRefusal` when a trusted gateway did not sign this for this registry just now. */
  verify(message: SignedMessage): SignedHead;
  /** Throws a `SignatureRefusal` when the body is another than was signed, or the same request came before. */
  take(head: SignedHead, body: Buffer | undefined): void;
}

/** Why a request is refused, for the registry's own log. */
export class SignatureRefusal extends Error {
  constructor(
    readonly why: string,
    readonly kind: 'unsigned' | 'refused' | 'overloaded' = 'refused',
  ) {
    super(why);
    this.name = 'SignatureRefusal';
  }
}

const TAG = 'lien-thong';
const ALWAYS_SIGNED = ['@method', '@path', '@query', 'lien-thong-registry', 'lien-thong-caller'];
const SIGNED_WITH_BODY = ['content-digest', 'content-type'];
/** What means something here MUST NOT be added on the way. */
const SIGNED_IF_THERE = /^(lien-thong-.*|content-digest|content-type|x-request-id)$/;

/** How far a gateway's clock may go before the registry's. */
const AHEAD_MS = 10_000;
/** How long a signature may hold at most; so long its nonce is remembered. */
const HOLDS_MS_MAX = 60_000;
const NONCE_LENGTH_MAX = 64;
/** Ten times what a registry answers in that time; about 200 MB. */
const NONCES_MAX = 1_000_000;

/** What `Accept-Signature` (RFC 9421 section 5.1) says to whoever has not signed as it must be. */
export const ACCEPT_SIGNATURE =
  `${TAG}=(${[...ALWAYS_SIGNED, 'x-request-id', ...SIGNED_WITH_BODY].map((name) => `"${name}"`).join(' ')})` +
  `;created;expires;nonce;keyid;alg="ed25519";tag="${TAG}"`;

/**
 * Verifies that a gateway with one of these keys signed a request for this registry, just now and once (RFC 9421, Ed25519).
 * What is remembered to know replays is this process's own: what was signed before it began is refused.
 */
export function createVerifier(options: {
  registry: string;
  keys: GatewayKeys;
  /** Milliseconds since 1970. */
  now(): number;
  noncesMax?: number;
}): Verifier {
  const { registry, keys, now, noncesMax = NONCES_MAX } = options;
  const nonces = new Nonces(noncesMax);
  const begunMs = Math.floor(now() / 1000) * 1000;
  return {
    verify(message) {
      const fields = read(message);
      if (!fields) throw new SignatureRefusal('it is not signed', 'unsigned');
      checkCover(message, fields);
      const { parameters, signature, base } = fields;
      const { keyid, nonce, expiresMs } = checkParameters(parameters, { begunMs, nowMs: now() });
      const key = keys.get(keyid);
      if (!key) throw new SignatureRefusal('the key is not one that is trusted');
      if (base === undefined) throw new SignatureRefusal('what it names as signed is not there');
      if (!verify(null, Buffer.from(base), key, signature)) throw new SignatureRefusal('the signature is wrong');
      if (message.headers['lien-thong-registry'] !== `"${registry}"`) {
        throw new SignatureRefusal('it was signed for another registry');
      }
      return { keyid, base, signature, digest: digestOf(message), nonce, expiresMs };
    },
    take({ keyid, digest, nonce, expiresMs }, body) {
      if (body && !digest?.equals(createHash('sha256').update(body).digest())) {
        throw new SignatureRefusal('the body is another than was signed');
      }
      const nowMs = now();
      const taken = expiresMs > nowMs ? nonces.take(`${keyid} ${nonce}`, { untilMs: expiresMs, nowMs }) : 'expired';
      if (taken === 'expired') throw new SignatureRefusal('it expired while it came');
      if (taken === 'seen') throw new SignatureRefusal('it came before');
      if (taken === 'full') throw new SignatureRefusal('more come than can be remembered', 'overloaded');
    },
  };
}

function read(message: SignedMessage): SignatureFields | undefined {
  try {
    return readSignature(message, TAG);
  } catch {
    throw new SignatureRefusal('the signature is malformed');
  }
}

function digestOf(message: SignedMessage): Buffer | undefined {
  try {
    return readContentDigest(message);
  } catch {
    throw new SignatureRefusal('the digest is malformed');
  }
}

function checkCover({ method, headers }: SignedMessage, { components }: SignatureFields): void {
  const there = Object.keys(headers).filter((name) => SIGNED_IF_THERE.test(name));
  const needed = [...ALWAYS_SIGNED, ...(method === 'POST' ? SIGNED_WITH_BODY : []), ...there];
  if (needed.some((name) => !components.includes(name))) {
    throw new SignatureRefusal('not all is signed that must be');
  }
}

/** The times are whole seconds, as RFC 9421 section 2.3 has them. */
function checkParameters(
  parameters: SignatureFields['parameters'],
  { begunMs, nowMs }: { begunMs: number; nowMs: number },
): { keyid: string; nonce: string; expiresMs: number } {
  const [created, expires, nonce, keyid] = ['created', 'expires', 'nonce', 'keyid'].map((name) => parameters.get(name));
  if (parameters.get('alg') !== 'ed25519') throw new SignatureRefusal('the algorithm is not ed25519');
  if (!Number.isInteger(created) || !Number.isInteger(expires)) throw new SignatureRefusal('it says no times');
  if (typeof keyid !== 'string') throw new SignatureRefusal('it names no key');
  if (typeof nonce !== 'string' || nonce === '' || nonce.length > NONCE_LENGTH_MAX) {
    throw new SignatureRefusal(`it has no nonce, or one of more than ${NONCE_LENGTH_MAX} characters`);
  }
  const createdMs = Number(created) * 1000;
  const expiresMs = Number(expires) * 1000;
  if (createdMs > nowMs + AHEAD_MS)
    throw new SignatureRefusal("it was signed in the future: compare the machines' clocks");
  if (expiresMs <= nowMs) throw new SignatureRefusal("it has expired: compare the machines' clocks");
  if (expiresMs - createdMs > HOLDS_MS_MAX) throw new SignatureRefusal('it holds for too long');
  if (createdMs < begunMs) throw new SignatureRefusal('it was signed before this process began');
  return { keyid, nonce, expiresMs };
}
