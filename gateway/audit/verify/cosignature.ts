import { type Checkpoint, readCheckpoint } from './checkpoint.js';
import { EMPTY_ROOT, verifyConsistency } from './merkle.js';
import { NoteError, parseNote, type Signer } from './note.js';

/** What a witness is asked to cosign. */
export interface Cosigning {
  /** The log's newest checkpoint, a signed note. */
  readonly note: string;
  /** The key of the log, as the witness was told it. */
  readonly vkey: string;
  /** The last checkpoint that it cosigned of this log; `undefined`: it never did. */
  readonly last?: Pick<Checkpoint, 'size' | 'root'>;
  /** The consistency proof from there to the newest; empty where there was none. */
  readonly proof: readonly Uint8Array[];
  readonly atMs: number;
}

/**
 * The line by which a witness says that the log only grew since the last checkpoint it saw (c2sp.org/tlog-cosignature, v1 with
 * Ed25519). Throws a `NoteError` when it didn't, or the log did not sign it: then there is nothing to cosign.
 *
 * Whoever calls MUST keep the checkpoint before handing the line out, and MUST NOT let two go by the same `last`: else two histories
 * could both be cosigned.
 */
export function cosign(asked: Cosigning, witness: Signer): { readonly line: string; readonly checkpoint: Checkpoint } {
  const checkpoint = readCheckpoint(asked.note, asked);
  const last = asked.last ?? { size: 0, root: EMPTY_ROOT };
  if (checkpoint.size < last.size) {
    throw new NoteError(
      `the log has shrunk from ${last.size} to ${checkpoint.size} entries: an older state was put back`,
    );
  }
  const grown = {
    from: last.size,
    to: checkpoint.size,
    fromRoot: last.root,
    toRoot: checkpoint.root,
    proof: asked.proof,
  };
  if (!verifyConsistency(grown)) {
    throw new NoteError(
      last.size === checkpoint.size
        ? `the log has signed two roots for the same ${last.size} entries: a fork`
        : `it is not proved that the log of ${checkpoint.size} entries goes on from the one of ${last.size} seen before`,
    );
  }
  return { line: witness.cosign(parseNote(asked.note).text, asked.atMs), checkpoint };
}
