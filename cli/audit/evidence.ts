import {
  DIGEST_BYTES,
  type Entry,
  fieldKey,
  hashOf,
  parseEntry,
  recordsOf,
  type Shape,
  valueDigest,
  valuesHash,
} from '../../gateway/audit/entry.js';
import type { Found } from './found.js';

/**
 * What a proof file carries beside the proof: the entry, the details that it names by their hashes, and of one value what it takes to
 * check it. All of it hangs on the entry's hash, and so on the tree: nothing here is believed for being here.
 */
export interface Evidence {
  readonly line: string;
  readonly shape?: string;
  readonly from?: string;
  readonly value?: ValueEvidence;
}

/** The value itself is not here: who checks must have it, and who only has the proof learns it from nobody. */
export interface ValueEvidence {
  readonly path: string;
  /** `fieldKey`, base64url. */
  readonly key: string;
  /** The digests of all the entry's values, base64url. */
  readonly digests: string;
}

/** The evidence does not belong together, or is none. */
export class EvidenceError extends Error {}

export function writeEvidence(evidence: Evidence): Buffer {
  return Buffer.from(JSON.stringify(evidence));
}

/** Reads evidence, with everything in it that hangs together checked. Throws an `EvidenceError` that says what does not. */
export function readEvidence(bytes: Uint8Array): { line: string; value?: ValueEvidence; found: Omit<Found, 'leaf'> } {
  const { line, shape, from, value } = parse(bytes);
  if (typeof line !== 'string') throw new EvidenceError('it holds no entry');
  let entry: Entry;
  try {
    entry = parseEntry(line);
  } catch (error) {
    throw new EvidenceError(`its entry ${(error as Error).message}`);
  }
  const detail = <Detail>(body: unknown, hash: string | undefined, what: string): Detail | undefined => {
    if (body === undefined) return undefined;
    if (typeof body !== 'string' || hash === undefined || hashOf(body) !== hash) {
      throw new EvidenceError(`${what} is not what the entry names`);
    }
    return JSON.parse(body) as Detail;
  };
  const parsedShape = detail<Shape>(shape, entry.shape, 'what it says was read');
  const parsedFrom = detail<Pick<Entry, 'from' | 'got'>>(from, entry.fromIn, 'its list of records');
  const records = parsedShape ? recordsOf(entry, parsedShape, parsedFrom) : [];
  return { line, value, found: { line, entry, shape: parsedShape, records } };
}

function parse(bytes: Uint8Array): Partial<Record<keyof Evidence, unknown>> & { value?: ValueEvidence } {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(bytes).toString());
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Said below.
  }
  throw new EvidenceError('it was not written by this command: it does not hold the entry');
}

/** What it takes to check the value of a field later. Throws an `EvidenceError` when that cannot be. */
export function evidenceOf(
  { entry, shape }: Pick<Found, 'entry' | 'shape'>,
  path: string,
  opening: { salt: Buffer; digests: Buffer } | undefined,
): ValueEvidence {
  if (!shape) throw new EvidenceError('the entry names no fields, or they are no longer kept');
  if (!shape.fields.some(([name]) => name === path)) {
    const some = shape.fields.slice(0, 20).map(([name]) => name);
    const more = shape.fields.length > some.length ? ', …' : '';
    throw new EvidenceError(`the entry has no such field; it has ${some.join(', ')}${more}`);
  }
  if (!opening) throw new EvidenceError('what proves its values was erased, or never kept');
  const value = {
    path,
    key: fieldKey(opening.salt, path).toString('base64url'),
    digests: opening.digests.toString('base64url'),
  };
  digestOf({ entry, shape }, value);
  return value;
}

/**
 * Whether a JSON text is the value that was sent in a field. Throws an `EvidenceError` when the evidence is not of this entry, so that
 * neither answer would mean anything.
 */
export function isValue(found: Pick<Found, 'entry' | 'shape'>, value: ValueEvidence, json: string): boolean {
  const digest = digestOf(found, value);
  const key = Buffer.from(value.key, 'base64url');
  return [json, compact(json)].some((text) => text !== undefined && valueDigest(key, text).equals(digest));
}

/** The digest that the entry stands for, of the field's value. */
function digestOf({ entry, shape }: Pick<Found, 'entry' | 'shape'>, value: ValueEvidence): Buffer {
  const digests = Buffer.from(String(value.digests), 'base64url');
  if (entry.values === undefined || valuesHash(digests) !== entry.values) {
    throw new EvidenceError('its digests are not those that the entry stands for');
  }
  const index = shape?.fields.findIndex(([path]) => path === value.path) ?? -1;
  const digest = digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES);
  if (index < 0 || digest.length !== DIGEST_BYTES) throw new EvidenceError('the entry has no such field');
  return digest;
}

/** JSON as it is sent, without the spaces that people write; `undefined`: it is none. */
export function compact(json: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    return undefined;
  }
}
