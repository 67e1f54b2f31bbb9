import { DIGEST_BYTES, detailHash, type Entry, fieldKey, type Shape, valueDigest, valuesHash } from '../entry.js';
import { NoteError } from './note.js';

/** What proves one value of an answer to whoever has the entry and its shape, and tells nothing of the values beside. */
export interface ValueProof {
  /** The field's path, as the shape has it. */
  readonly path: string;
  /** The value's JSON, as it was sent. */
  readonly json: string;
  /** The field's key, base64url. */
  readonly key: string;
  /** The digests of all values of the answer, one after another, base64url. */
  readonly digests: string;
}

/** Proves a value by the opening that the log has kept of its answer. Throws a `NoteError` when it is not what was sent. */
export function proveValue(
  value: { readonly path: string; readonly json: string },
  opening: { readonly salt: Uint8Array; readonly digests: Uint8Array },
  logged: { readonly entry: Entry; readonly shape: string },
): ValueProof {
  const key = fieldKey(opening.salt, value.path).toString('base64url');
  const proof = { ...value, key, digests: Buffer.from(opening.digests).toString('base64url') };
  verifyValue(proof, logged);
  return proof;
}

/**
 * Checks that a value was sent in the answer that an entry is of. `shape`: the body of the details that the entry names as its shape.
 * Throws a `NoteError` that says what does not fit.
 */
export function verifyValue(proof: ValueProof, { entry, shape }: { entry: Entry; shape: string }): void {
  if (detailHash(shape) !== entry.shape) throw new NoteError('the shape is not the one that the entry names');
  const { fields } = JSON.parse(shape) as Shape;
  if (!fields.some(([path]) => path === proof.path)) throw new NoteError('the answer had no such field');
  const digests = Buffer.from(proof.digests, 'base64url');
  if (digests.length !== fields.length * DIGEST_BYTES || valuesHash(digests) !== entry.values) {
    throw new NoteError('the digests are not those that the entry was written with');
  }
  const key = Buffer.from(proof.key, 'base64url');
  const digest = key.length === DIGEST_BYTES ? valueDigest(key, proof.json) : Buffer.alloc(0);
  const isSent = fields.some(
    ([path], index) =>
      path === proof.path && digest.equals(digests.subarray(index * DIGEST_BYTES, (index + 1) * DIGEST_BYTES)),
  );
  if (!isSent) throw new NoteError('another value was sent in this field');
}
