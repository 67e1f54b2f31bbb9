import type { Clock, Log } from '../context.js';
import { GatewayError } from '../errors.js';
import { describeFault } from '../faults.js';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from './jose.js';

/** The public keys of an issuer. */
export interface IssuerKeys {
  /** Which keys hold at a time, milliseconds since 1970: another number whenever they are others. */
  generation(nowMs: number): number;
  /** The key that a token's header names; rejects when there is none, or with a `GatewayError` when none can be known. */
  readonly find: JWTVerifyGetKey;
}

/** Keys are asked for anew when they are so old, while the ones at hand serve on. */
export const KEYS_FRESH_MS = 300_000;
/** How long keys are trusted that cannot be asked for any more: one that the issuer has withdrawn must end some time. */
export const KEYS_TRUSTED_MS = 3_600_000;
/** Between two requests to the issuer: a token with a key that nobody knows costs whoever sends it nothing. */
export const KEYS_PAUSE_MS = 10_000;
const FETCH_MS = 5_000;
const BYTES_MAX = 1024 * 1024;

/** Keys that never change: the demo issuer's. */
export function fixedKeys(keys: JSONWebKeySet): IssuerKeys {
  return { generation: () => 0, find: createLocalJWKSet(keys) };
}

/**
 * The keys at `url` (a JWK set, RFC 7517). Fetched at once, anew when they are old, and when a token names one that is not
 * among them; an issuer that cannot be reached is asked again after a pause.
 */
export function keysAt(url: string, parts: { clock: Clock; log: Log }): IssuerKeys {
  const keys = new RemoteKeys(url, parts);
  keys.generation(parts.clock.now());
  return keys;
}

class RemoteKeys implements IssuerKeys {
  #keys: JWTVerifyGetKey | undefined;
  #text: string | undefined;
  #generation = 0;
  #trustedUntilMs = Number.POSITIVE_INFINITY;
  /** When the keys are to be fetched without anybody missing one, and before when not even then. */
  #fetchAtMs = Number.NEGATIVE_INFINITY;
  #pausedUntilMs = Number.NEGATIVE_INFINITY;
  #fetching: Promise<void> | undefined;

  constructor(
    private readonly url: string,
    private readonly parts: { clock: Clock; log: Log },
  ) {}

  generation(nowMs: number): number {
    // A clock that was set back must not make what is old new, nor keep anything from being read.
    this.#trustedUntilMs = Math.min(
      this.#trustedUntilMs,
      this.#keys ? nowMs + KEYS_TRUSTED_MS : Number.POSITIVE_INFINITY,
    );
    this.#fetchAtMs = Math.min(this.#fetchAtMs, nowMs + KEYS_FRESH_MS);
    this.#pausedUntilMs = Math.min(this.#pausedUntilMs, nowMs + KEYS_PAUSE_MS);
    if (nowMs >= this.#trustedUntilMs) {
      this.#use(undefined);
      this.parts.log.error(
        {},
        'the keys that are known are too old, so nobody can be identified until they can be read',
      );
    }
    if (nowMs >= this.#fetchAtMs) void this.#fetch();
    return this.#generation;
  }

  readonly find: JWTVerifyGetKey = async (header, token) => {
    const nowMs = this.parts.clock.now();
    this.generation(nowMs);
    if (!this.#keys) await this.#fetching;
    if (!this.#keys) throw unreachable();
    try {
      return await this.#keys(header, token);
    } catch (error) {
      const mayAsk = this.#fetching || nowMs >= this.#pausedUntilMs;
      if (!(error instanceof errors.JWKSNoMatchingKey) || !mayAsk) throw error;
    }
    await this.#fetch();
    return this.#keys(header, token);
  };

  /** Never rejects. One at a time, whoever asks. */
  #fetch(): Promise<void> {
    this.#fetching ??= this.#load().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #load(): Promise<void> {
    const { clock, log } = this.parts;
    try {
      const text = await readKeys(this.url);
      if (text !== this.#text) {
        this.#use(text);
        log.info({}, "the keys of the tokens' issuer were read");
      }
      this.#trustedUntilMs = clock.now() + KEYS_TRUSTED_MS;
      this.#fetchAtMs = clock.now() + KEYS_FRESH_MS;
    } catch (error) {
      this.#fetchAtMs = clock.now() + KEYS_PAUSE_MS;
      const then = this.#keys ? 'those that are known serve on for now' : 'so nobody can be identified';
      log.warn({ fault: faultOf(error) }, `the keys at JWKS_URL cannot be read, ${then}`);
    }
    this.#pausedUntilMs = clock.now() + KEYS_PAUSE_MS;
  }

  #use(text: string | undefined): void {
    this.#keys = text === undefined ? undefined : createLocalJWKSet(JSON.parse(text));
    this.#text = text;
    this.#generation += 1;
    if (text === undefined) this.#trustedUntilMs = Number.POSITIVE_INFINITY;
  }
}

/** Why the keys could not be read: what is thrown here on purpose names no host, and a failed `fetch` is the fault of its cause. */
function faultOf(error: unknown): string {
  if (error instanceof errors.JOSEError) return error.message;
  return describeFault((error as { cause?: unknown }).cause ?? error);
}

async function readKeys(url: string): Promise<string> {
  const headers = { accept: 'application/jwk-set+json, application/json' };
  const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(FETCH_MS), headers });
  if (response.status !== 200 || !response.body) {
    await response.body?.cancel();
    throw new errors.JOSEError(`the issuer answered ${response.status}`);
  }
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of response.body) {
    bytes += part.length;
    if (bytes > BYTES_MAX) throw new errors.JWKSInvalid(`the key set has more than ${BYTES_MAX} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function unreachable(): GatewayError {
  const cure = 'Try again later; if it stays so, whoever runs this gateway must look at JWKS_URL and its log.';
  return new GatewayError(
    'ISSUER_UNREACHABLE',
    `The keys of the tokens' issuer cannot be read, so nobody can be identified. ${cure}`,
  ).withHeaders({ 'retry-after': String(KEYS_PAUSE_MS / 1000) });
}
