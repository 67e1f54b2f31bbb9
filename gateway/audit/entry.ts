import { createHash, createHmac, hash } from 'node:crypto';

/**
 * The format of the audit log, and all that a verifier need know of it (docs/AUDIT.md says the same in words). An entry is one line
 * of JSON, and its bytes are the leaf of the tree: nobody ever writes it anew from what it says.
 */

/** What an entry is about. `begin` and `end`: a writer's first and last, so that what lies between can be counted. */
export const KINDS = ['begin', 'read', 'refused', 'act', 'end'] as const;
export type Kind = (typeof KINDS)[number];

/** The bytes that are kept of a hash where nobody gains by finding another text with the same: 96 bits, 16 characters. */
const SHORT_BYTES = 12;
const SHORT_CHARACTERS = 16;
/** A leaf of a C2SP entry bundle has a length of 16 bits. What would be longer goes into details. */
export const ENTRY_BYTES_MAX = 60_000;

/** Who asked. Whatever could be a personal number stands there as `~` and its keyed hash. */
export interface Who {
  /** The subject of the token; of one who acts for another, the one who acts. */
  readonly sub: string;
  readonly role: string;
  readonly dept?: string;
  /** The system that the token was given to. */
  readonly sys?: string;
  /** On whose behalf. */
  readonly obo?: string;
}

/** What for, as the request declared it. */
export interface Why {
  readonly procedure: string;
  readonly dossier?: string;
}

/** When and how something came: milliseconds since 1970, and `SOURCE`, `MEMORY`, `REDIS` or `STALE`. */
export type Got = readonly [retrievedAtMs: number, cache: string];

export interface Entry {
  readonly v: 1;
  /** The writer: one process of a gateway, from its start to its end. */
  readonly w: string;
  /** The entry's number in its writer's, from 1, without a gap. */
  readonly n: number;
  /** `shortHash` of the writer's entry before, '' in the first: so none can be taken out or changed before it is in the tree. */
  readonly p: string;
  /** When it was written, milliseconds since 1970. */
  readonly at: number;
  readonly kind: Kind;
  /** The id of the HTTP request, as the answer names it. */
  readonly req?: string;
  /** The trace of W3C Trace Context, if the request belongs to one. */
  readonly trace?: string;
  readonly who?: Who;
  /** Whom it is about: the id of the key, and for each person or parcel its keyed hash (`subjectHash`). */
  readonly about?: readonly string[];
  readonly why?: Why;
  /** The hash of the details (`Shape`) that say what was read and what came of it. */
  readonly shape?: string;
  /** The records, three values each: the record's id, its version, and the index in `got`. Registries stand in the shape. */
  readonly from?: readonly (string | number)[];
  readonly got?: readonly Got[];
  /** The hash of the details that hold `from`, where they are too many for an entry. */
  readonly fromIn?: string;
  /** The hash over the digests of all values, in the order of the shape's fields: see `valuesHash`. */
  readonly values?: string;
  /** Of what was refused: the code that the caller got, and the operation, as far as it was known. */
  readonly code?: string;
  readonly op?: string;
  readonly name?: string;
  /** How many requests alike it stands for; absent: one. */
  readonly count?: number;
  /** What an administrator or the system did. */
  readonly act?: { readonly what: string } & Readonly<Record<string, string | number | boolean>>;
}

/** A rule that let something be read, as it stood then. */
export interface RuleInForce {
  readonly name: string;
  readonly basis: string;
  readonly verified: boolean;
  readonly from: string;
  readonly until?: string;
  /** `shortHash` of the rule's whole text. */
  readonly version: string;
}

/**
 * What became of a field: `shown`, `masked AS`, `refused WHY`, `missing WHY`, or of a form's field that registries disagree on
 * `shown CONFLICT`. Why something is missing: the code of an error, `NO_RECORD`, or `ASK_CITIZEN`.
 */
export type Outcome = string;

/** One field: its path in the answer with dots, `form KEY` of a dossier's field or `check KEY`; the indexes of its records; its outcome. */
export type ShapeField = readonly [path: string, sources: readonly number[], outcome: Outcome];

/** What many entries have in common: kept once, under its hash. */
export interface Shape {
  readonly v: 1;
  /** SHA-256 of the operation's text, base64url; of one with values in it HMAC-SHA256 under the newest subject key. */
  readonly op: string;
  readonly name?: string;
  readonly rules: readonly RuleInForce[];
  /** The registry of each record in the entry's `from`. */
  readonly registries: readonly string[];
  readonly fields: readonly ShapeField[];
}

/** SHA-256, base64url. */
export function hashOf(text: string): string {
  return hash('sha256', text, 'base64url');
}

export function shortHash(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, SHORT_CHARACTERS);
}

/** A person or a parcel, for whoever has the key: 96 bits of HMAC-SHA256 over `citizen`, or `parcel`, a line end and the identifier. */
export function subjectHash(key: Uint8Array, id: string): string {
  const kind = /^\d{12}$/.test(id) ? 'citizen' : 'parcel';
  return createHmac('sha256', key).update(`${kind}\n${id}`).digest().subarray(0, SHORT_BYTES).toString('base64url');
}

/** The bytes of one value's digest: who wanted to show another value would have to find one that makes sense and fits. */
export const DIGEST_BYTES = 16;

/**
 * The key of one field under an answer's salt. Whoever is to check one value is given this, and not the salt: it says nothing of the
 * values beside.
 */
export function fieldKey(salt: Uint8Array, path: string): Buffer {
  return createHmac('sha256', salt).update(path).digest().subarray(0, DIGEST_BYTES);
}

/** What proves a value: the first 16 bytes of SHA-256 over the field's key and the value's JSON as it was sent, `null` where none was. */
export function valueDigest(key: Uint8Array, json: string): Buffer {
  return createHash('sha256').update(key).update(json).digest().subarray(0, DIGEST_BYTES);
}

/** What an entry says of all values: SHA-256 over their digests one after another, base64url. */
export function valuesHash(digests: Uint8Array): string {
  return hash('sha256', digests, 'base64url');
}

/** A line that is no entry, and what is wrong with it. */
export class EntryError extends Error {}

const HASH = /^[\w-]{43}$/;
const SHORT = /^[\w-]{16}$/;

/** Reads one entry. Throws an `EntryError` that says what is wrong with it, without what it holds. */
export function parseEntry(line: string): Entry {
  let read: unknown;
  try {
    read = JSON.parse(line);
  } catch {
    throw new EntryError('is not JSON');
  }
  if (typeof read !== 'object' || read === null) throw new EntryError('is not an object');
  const entry = read as Entry;
  if (entry.v !== 1) throw new EntryError('is of another version of the format');
  if (!SHORT.test(entry.w)) throw new EntryError('names no writer (w)');
  if (!Number.isSafeInteger(entry.n) || entry.n < 1) throw new EntryError('has no number (n)');
  if (entry.n === 1 ? entry.p !== '' : !SHORT.test(entry.p)) throw new EntryError('does not name the one before (p)');
  if (!Number.isSafeInteger(entry.at)) throw new EntryError('has no time (at)');
  if (!KINDS.includes(entry.kind)) throw new EntryError('is of no known kind');
  for (const name of ['shape', 'values', 'fromIn'] as const) {
    if (entry[name] !== undefined && !HASH.test(entry[name])) throw new EntryError(`has no hash in ${name}`);
  }
  if (entry.from && (entry.from.length % 3 !== 0 || !entry.got)) throw new EntryError('has records without their time');
  return entry;
}

/** One record that an entry names. */
export interface RecordRead {
  readonly registry: string;
  /** '' where the registry reports none. */
  readonly record: string;
  readonly version: string;
  readonly retrievedAtMs: number;
  readonly cache: string;
}

/** The records of an entry, in the order that the shape's fields count them in. `details`: what stands under `fromIn`. */
export function recordsOf(entry: Entry, shape: Shape, details?: Pick<Entry, 'from' | 'got'>): RecordRead[] {
  const { from = [], got = [] } = entry.fromIn === undefined ? entry : (details ?? {});
  return shape.registries.map((registry, index) => {
    const [retrievedAtMs, cache] = got[Number(from[3 * index + 2])] ?? [Number.NaN, ''];
    return { registry, record: String(from[3 * index]), version: String(from[3 * index + 1]), retrievedAtMs, cache };
  });
}
