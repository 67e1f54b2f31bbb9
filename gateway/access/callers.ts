import { LRUCache } from 'lru-cache';
import type { AccessConfig } from '../config.js';
import type { Clock, Log } from '../context.js';
import type { Asked } from '../http.js';
import { type Identity, NOBODY } from '../identity.js';
import { readClaims } from './claims.js';
import type { DemoIssuer } from './demo-issuer.js';
import { Identities } from './identities.js';
import { fixedKeys, type IssuerKeys, keysAt } from './issuer-keys.js';
import { errors, type JWTPayload, type JWTVerifyGetKey, type JWTVerifyOptions, jwtVerify } from './jose.js';
import { boundElsewhere, noBearer, refusalOf, tooLong } from './refused-token.js';

/** Says who asks, and what for. */
export interface Callers {
  /**
   * `NOBODY`, with the purpose of the request, for a request without a token; no promise when the token is known. Throws or
   * rejects with a `GatewayError`: 401 for a token that is not to be believed, 400 for a purpose that is none, 403 for a token
   * that is for another purpose, 503 when no keys are known.
   */
  identify(asked: Asked): Identity | Promise<Identity>;
}

export interface CallersOptions {
  access: AccessConfig;
  /** Who is believed when there is no `JWKS_URL`. */
  demoIssuer?: DemoIssuer | undefined;
  clock: Clock;
  log: Log;
}

/** Verified tokens that are remembered. */
const TOKENS_MAX = 10_000;
const TOKEN_CHARACTERS_MAX = 8_192;

/**
 * In a graph of somebody else's, where no issuer is known, nothing is made of a token: it may be meant for the subgraphs, which
 * `FORWARD_HEADERS` hands it to. Its sender stays nobody, and nobody may read only what is open to all.
 */
export function createCallers(options: CallersOptions): Callers {
  const { access, demoIssuer, clock, log } = options;
  const { jwksUrl, issuer, audience } = access;
  if (jwksUrl && issuer && audience) {
    return new TokenCallers({ ...options, keys: keysAt(jwksUrl, { clock, log }), issuer, audience });
  }
  if (demoIssuer) return new TokenCallers({ ...options, ...demoIssuer, keys: fixedKeys(demoIssuer.keys) });
  return { identify: () => NOBODY };
}

/** A token that was verified. */
interface KnownToken {
  /** The whole header that it came in. */
  readonly authorization: string;
  /** Milliseconds since 1970. */
  readonly untilMs: number;
  readonly certificate: string | undefined;
  readonly identities: Identities;
}

class TokenCallers implements Callers {
  /** By the end of the header it came in. Only what was verified comes in: no forgery pushes it out. */
  readonly #known = new LRUCache<string, KnownToken>({ max: TOKENS_MAX });
  readonly #nobodies = new Identities();
  #generation = 0;
  readonly #rules: JWTVerifyOptions;

  constructor(private readonly parts: CallersOptions & { keys: IssuerKeys; issuer: string; audience: string }) {
    const { access, issuer, audience } = parts;
    this.#rules = {
      algorithms: [...access.algorithms],
      issuer,
      audience,
      clockTolerance: access.clockToleranceMs / 1000,
      requiredClaims: ['exp'],
    };
  }

  identify(asked: Asked): Identity | Promise<Identity> {
    const { authorization } = asked.headers;
    if (authorization === undefined) return this.#nobodies.for(purposeIn(asked));
    const nowMs = this.parts.clock.now();
    this.#forgetWithdrawn(nowMs);
    const known = this.#known.get(endOf(authorization));
    if (known?.authorization === authorization && nowMs < known.untilMs) return shownBy(asked, known);
    return this.#verify(authorization, nowMs).then((verified) => shownBy(asked, verified));
  }

  /** When the keys are others, one may have been withdrawn, and with it whatever it signed. */
  #forgetWithdrawn(nowMs: number): void {
    const generation = this.parts.keys.generation(nowMs);
    if (generation === this.#generation) return;
    this.#known.clear();
    this.#generation = generation;
  }

  async #verify(authorization: string, nowMs: number): Promise<KnownToken> {
    const { token, generation } = await this.#read(authorization, nowMs).catch((error) =>
      Promise.reject(refusalOf(error)),
    );
    this.#forgetWithdrawn(nowMs);
    // One that was verified by keys which no longer hold is good for this request, which came before, and not for the next.
    if (generation === this.#generation) this.#known.set(endOf(authorization), token);
    return token;
  }

  async #read(authorization: string, nowMs: number): Promise<{ token: KnownToken; generation: number }> {
    // RFC 6750, section 2.1.
    const text = /^bearer +([\w.~+/-]+=*)$/i.exec(authorization)?.[1];
    if (text === undefined) throw noBearer();
    if (text.length > TOKEN_CHARACTERS_MAX) throw tooLong();
    const { keys, access } = this.parts;
    let generation = -1;
    const find: JWTVerifyGetKey = async (header, token) => {
      const key = await keys.find(header, token);
      generation = keys.generation(nowMs);
      return key;
    };
    const { payload, protectedHeader } = await jwtVerify(text, find, { ...this.#rules, currentDate: new Date(nowMs) });
    refuseOtherKinds(protectedHeader.typ, payload);
    const { caller, purpose, certificate } = readClaims(payload);
    const untilMs = payload.exp! * 1000 + access.clockToleranceMs;
    const identities = new Identities({ caller, purpose, untilMs });
    return { token: { authorization, untilMs, certificate, identities }, generation };
  }
}

/**
 * The end of a token's signature. Looking for the whole header would cost 2 µs a request, since a `Map` must read all of a key that it
 * has not seen; to compare two texts costs next to nothing.
 */
function endOf(authorization: string): string {
  return authorization.slice(-32);
}

function shownBy(asked: Asked, { certificate, identities }: KnownToken): Identity {
  if (certificate !== undefined && certificate !== asked.clientCertificate) throw boundElsewhere();
  return identities.for(purposeIn(asked));
}

/** Node joins what is sent twice, and then it is no purpose. */
function purposeIn({ headers }: Asked): string | undefined {
  return headers.purpose as string | undefined;
}

/**
 * An issuer may sign more than access tokens with its keys (RFC 8725, section 3.11). Those of RFC 9068 say what they are; many
 * issuers say `JWT`, or nothing.
 */
function refuseOtherKinds(type: unknown, payload: JWTPayload): void {
  if (type === undefined || (typeof type === 'string' && /^(application\/)?(at\+)?jwt$/i.test(type))) return;
  throw new errors.JWTClaimValidationFailed('another kind of token', payload, 'typ');
}
