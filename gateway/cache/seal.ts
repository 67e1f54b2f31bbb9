import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** A key of the cache: 32 secret bytes and a short name for them. */
export interface CacheKey {
  readonly id: string;
  readonly secret: Buffer;
}

/** Makes names and values that tell nothing to whoever has not the key. */
export interface Seal {
  /** The name for a text under every key, newest first: the same text has the same name. */
  namesOf(text: string): string[];
  /** Seals under the newest key. What is sealed can be opened only as the value of the same `place`. */
  seal(plain: Buffer, place: string): Buffer;
  /** `undefined`: it is of no known key, of another place, or nothing that was sealed. */
  open(sealed: Buffer, place: string): Buffer | undefined;
}

interface Derived {
  readonly id: Buffer;
  readonly ofNames: Buffer;
  readonly ofValues: Buffer;
}

const VERSION = 1;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const NAME_BYTES = 18;
/** A shorter text is not worth the time to compress it. */
const COMPRESSED_MIN = 1_024;
const PLAIN = 0;
const DEFLATED = 1;
/** What a sealed value may be at most once it is open, so that foreign bytes cannot make us run out of memory. */
const OPEN_BYTES_MAX = 64 * 1024 * 1024;

/**
 * Names are HMAC-SHA-256, 18 bytes of it; values AES-256-GCM with a random nonce and the place as associated data, each under a key
 * of its own derived by HKDF (RFC 5869). A value: version (1 byte), length of the key's id (1), the id, nonce (12), tag (16), and the
 * ciphertext of a byte that says whether the rest is deflated (RFC 1951), and the rest.
 */
export function createSeal(keys: readonly [CacheKey, ...CacheKey[]]): Seal {
  const derived = keys.map(derive) as [Derived, ...Derived[]];
  const [newest] = derived;
  const head = Buffer.concat([Buffer.from([VERSION, newest.id.length]), newest.id]);

  return {
    namesOf: (text) =>
      derived.map(({ ofNames }) =>
        createHmac('sha256', ofNames).update(text).digest().subarray(0, NAME_BYTES).toString('base64url'),
      ),
    seal(plain, place) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', newest.ofValues, iv).setAAD(Buffer.from(place));
      const packed = pack(plain);
      const text = Buffer.concat([cipher.update(packed), cipher.final()]);
      return Buffer.concat([head, iv, cipher.getAuthTag(), text]);
    },
    open(sealed, place) {
      const [version, length = 0] = sealed;
      const ivAt = 2 + length;
      const textAt = ivAt + IV_BYTES + TAG_BYTES;
      if (version !== VERSION || sealed.length <= textAt) return undefined;
      const key = derived.find(({ id }) => id.equals(sealed.subarray(2, ivAt)));
      if (!key) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key.ofValues, sealed.subarray(ivAt, ivAt + IV_BYTES));
      decipher.setAAD(Buffer.from(place)).setAuthTag(sealed.subarray(ivAt + IV_BYTES, textAt));
      try {
        return unpack(Buffer.concat([decipher.update(sealed.subarray(textAt)), decipher.final()]));
      } catch {
        return undefined;
      }
    },
  };
}

function derive({ id, secret }: CacheKey): Derived {
  const of = (what: string) => Buffer.from(hkdfSync('sha256', secret, '', `lien-thong cache ${what} 1`, 32));
  return { id: Buffer.from(id), ofNames: of('names'), ofValues: of('values') };
}

function pack(plain: Buffer): Buffer {
  const deflated = plain.length >= COMPRESSED_MIN ? deflateRawSync(plain, { level: 1 }) : undefined;
  const isWorthwhile = deflated && deflated.length < plain.length * 0.8;
  return isWorthwhile
    ? Buffer.concat([Buffer.from([DEFLATED]), deflated])
    : Buffer.concat([Buffer.from([PLAIN]), plain]);
}

function unpack(packed: Buffer): Buffer | undefined {
  const rest = packed.subarray(1);
  if (packed[0] === PLAIN) return rest;
  return packed[0] === DEFLATED ? inflateRawSync(rest, { maxOutputLength: OPEN_BYTES_MAX }) : undefined;
}

const KEY = /^([\w-]{1,32}):([A-Za-z\d+/]{43}=)$/;

/**
 * Reads `CACHE_KEYS`: `id:base64` of 32 bytes each, newest first, with commas between. Throws with the cure; the message MUST NOT
 * hold any of it.
 */
export function readCacheKeys(text: string): CacheKey[] {
  const keys = text.split(',').map((part): CacheKey => {
    const [, id, secret] = KEY.exec(part.trim()) ?? [];
    if (!id || !secret) {
      throw new Error(
        'CACHE_KEYS must be id:base64 with 32 bytes each and commas between; make one: openssl rand -base64 32',
      );
    }
    return { id, secret: Buffer.from(secret, 'base64') };
  });
  if (new Set(keys.map(({ id }) => id)).size < keys.length)
    throw new Error('CACHE_KEYS must give each key an id of its own.');
  return keys;
}
