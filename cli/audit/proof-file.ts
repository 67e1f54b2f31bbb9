import { UsageError } from '../main.js';

/**
 * What it takes to check one value, beside the proof of its entry. The value itself is not here: who checks must have it, and who only
 * has the file does not learn it, unless the value can be guessed.
 */
export interface ValueEvidence {
  readonly path: string;
  /** `fieldKey`, base64url. */
  readonly key: string;
  /** The digests of all the entry's values, base64url. */
  readonly digests: string;
}

/** A `tlog-proof` as it is, or of a value JSON: `{"proof": the tlog-proof, "value": {"path", "key", "digests"}}`. */
export function writeProofFile(proof: string, value?: ValueEvidence): string {
  return value ? `${JSON.stringify({ proof, value }, null, 2)}\n` : proof;
}

export function readProofFile(text: string): { proof: string; value?: ValueEvidence } {
  if (!text.startsWith('{')) return { proof: text };
  try {
    const { proof, value } = JSON.parse(text);
    const parts = [proof, value.path, value.key, value.digests];
    if (parts.every((part) => typeof part === 'string')) {
      return { proof, value: { path: value.path, key: value.key, digests: value.digests } };
    }
  } catch {
    // Said below.
  }
  throw new UsageError('PROVES NOTHING: it is no proof as prove writes them.', 1);
}
