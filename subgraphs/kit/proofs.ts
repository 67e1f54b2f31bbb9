import { mkdirSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dayInVietnam } from './open-registry.js';
import type { SignedHead } from './verify-signature.js';

/** Keeps the proof that a gateway asked; rejects when it cannot. */
export type KeepProof = (head: SignedHead, requestId: string) => Promise<void>;

/**
 * Keeps a line of JSON for each request in `<registry>-<day>.jsonl`, a file a day of Viet Nam, read by nobody but its owner:
 * `{ at, requestId, keyid, base, signature }`. `base` is what was signed, word for word, so that the gateway's public key alone
 * proves who asked, for whom and what for; it names an officer, and of the question nothing but a digest. Throws when the
 * folder cannot be made.
 */
export function keepProofs({ folder, registry, now }: { folder: string; registry: string; now(): number }): KeepProof {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // A line that was cut off MUST NOT spoil the next.
  let isTorn = false;
  return async ({ keyid, base, signature }, requestId) => {
    const at = new Date(now());
    const line = JSON.stringify({ at, requestId, keyid, base, signature: signature.toString('base64') });
    const file = join(folder, `${registry}-${dayInVietnam(at)}.jsonl`);
    try {
      await appendFile(file, `${isTorn ? '\n' : ''}${line}\n`, { mode: 0o600 });
      isTorn = false;
    } catch (error) {
      isTorn = true;
      throw error;
    }
  };
}
