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
/** 24 bytes, where somebody would gain, the log's own operator too: 96 bits against two texts with the same hash. */
const LONG_CHARACTERS = 32;
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
  /** The records, `id@version` each, and between them how those came that follow, as an index into `got`. See `readRecords`. */
  readonly from?: string;
  /**
   * When records came, the first in milliseconds since 1970 and each further one since the one before; and after a time the tier that it
   * and those after it came by, `SOURCE` at first.
   */
  readonly got?: readonly (number | string)[];
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

/** Records with how they came, as an entry has them, or the details that it names in `fromIn`. */
export type RecordList = Pick<Entry, 'from' | 'got'>;

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

/** SHA-256 whole, base64url: an operation's, which others know it by as well. */
export function hashOf(text: string): string {
  return hash('sha256', text, 'base64url');
}

/** What details are named by. */
export function detailHash(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, LONG_CHARACTERS);
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

/** What an entry says of all values: the hash over their digests one after another, as long as each of these: more would add nothing. */
export function valuesHash(digests: Uint8Array): string {
  return hash('sha256', digests, 'buffer').subarray(0, DIGEST_BYTES).toString('base64url');
}

/** A line that is no entry, and what is wrong with it. */
export class EntryError extends Error {}

const HASHES = [
  ['shape', /^[\w-]{32}$/],
  ['fromIn', /^[\w-]{32}$/],
  ['values', /^[\w-]{22}$/],
] as const;
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
  if (!isTime(entry.at)) throw new EntryError('has no time (at)');
  if (!KINDS.includes(entry.kind)) throw new EntryError('is of no known kind');
  for (const [name, pattern] of HASHES) {
    if (entry[name] !== undefined && !pattern.test(entry[name])) throw new EntryError(`has no hash in ${name}`);
  }
  return entry;
}

/** What a calendar can show: 100,000,000 days from 1970 (ECMA-262, section 21.4.1.1). */
function isTime(ms: number): boolean {
  return Number.isSafeInteger(ms) && Math.abs(ms) <= 8.64e15;
}

/** One record that an entry names. */
export interface RecordRead extends RecordInList {
  readonly registry: string;
}

/** A record as a list of them has it: its registry stands in the shape. */
export interface RecordInList {
  /** '' where the registry reports none. */
  readonly record: string;
  readonly version: string;
  readonly retrievedAtMs: number;
  /** One of `TIERS`. */
  readonly cache: string;
}

const TIERS = ['SOURCE', 'MEMORY', 'REDIS', 'STALE'];
const RECORD = /^([^@]*)@([^@]*)$/;
const INDEX = /^\d+$/;

/** Writes records in their order. Where all came alike, nothing stands between them. */
export function writeRecords(records: readonly RecordInList[]): Required<RecordList> {
  const tokens: string[] = [];
  const got: (number | string)[] = [];
  const known = new Map<string, number>();
  let index = 0;
  let beforeMs = 0;
  let tier = 'SOURCE';
  for (const { record, version, retrievedAtMs, cache } of records) {
    const time = `${retrievedAtMs} ${cache}`;
    if (!known.has(time)) {
      known.set(time, known.size);
      got.push(retrievedAtMs - beforeMs);
      if (cache !== tier) got.push((tier = cache));
      beforeMs = retrievedAtMs;
    }
    if (known.get(time) !== index) tokens.push(String((index = known.get(time)!)));
    tokens.push(`${escaped(record)}@${escaped(version)}`);
  }
  return { from: tokens.join(' '), got };
}

/** Reads a list of records, whoever wrote it. Throws an `EntryError` that says what is wrong with it. */
export function readRecords({ from = '', got = [] }: RecordList): RecordInList[] {
  if (typeof from !== 'string') throw new EntryError('names its records (from) by no text');
  const times = readTimes(got);
  const records: RecordInList[] = [];
  let time = times[0];
  for (const token of from === '' ? [] : from.split(' ')) {
    const record = RECORD.exec(token);
    if (!record && !INDEX.test(token)) throw new EntryError('has in from what is neither a record nor an index');
    if (!record) time = times[Number(token)];
    if (!time) throw new EntryError('has in from an index that got has not');
    if (record) records.push({ record: unescaped(record[1]!), version: unescaped(record[2]!), ...time });
  }
  return records;
}

function readTimes(got: unknown): Pick<RecordInList, 'retrievedAtMs' | 'cache'>[] {
  if (!Array.isArray(got)) throw new EntryError('has no list of times (got)');
  const times: { retrievedAtMs: number; cache: string }[] = [];
  let atMs = 0;
  let cache = 'SOURCE';
  for (const [index, each] of got.entries()) {
    const last = times.at(-1);
    if (Number.isSafeInteger(each) && isTime(atMs + each)) times.push({ retrievedAtMs: (atMs += each), cache });
    else if (!last) throw new EntryError('has times (got) that begin with no number');
    else if (typeof got[index - 1] === 'number' && TIERS.includes(each)) last.cache = cache = each;
    else throw new EntryError('has in got what is neither a time nor the tier of one');
  }
  return times;
}

const escaped = (text: string) => text.replace(/[%@ ]/g, (character) => encodeURIComponent(character));
const unescaped = (text: string) => text.replace(/%(?:25|20|40)/g, (code) => decodeURIComponent(code));

/**
 * The records of an entry, in the order that the shape's fields count them in; `undefined`: they are no longer kept. `details`: what
 * stands under `fromIn`. Throws an `EntryError` where they cannot be read, or are not as many as the shape has.
 */
export function recordsOf(entry: Entry, shape: Shape, details?: RecordList): RecordRead[] | undefined {
  const list = entry.fromIn === undefined ? entry : details;
  if (!list) return undefined;
  if (!Array.isArray(shape.registries)) throw new EntryError('names a shape that is none');
  const records = readRecords(list);
  const [count, inShape] = [records.length, shape.registries.length];
  if (count !== inShape) throw new EntryError(`names ${count} records, and its shape ${inShape}`);
  return records.map((record, index) => ({ registry: shape.registries[index]!, ...record }));
}

/** The same for whoever shows or finds what there is: `undefined`, too, where they cannot be read. */
export function readableRecordsOf(...of: Parameters<typeof recordsOf>): RecordRead[] | undefined {
  try {
    return recordsOf(...of);
  } catch (error) {
    if (error instanceof EntryError) return undefined;
    throw error;
  }
}
