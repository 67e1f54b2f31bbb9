import { detailHash, type Entry, parseEntry } from '../entry.js';
import { readCheckpoint, type VerifiedCheckpoint } from './checkpoint.js';
import { HASH_BYTES, leafHash, verifyInclusion } from './merkle.js';
import { fromBase64, NoteError } from './note.js';

/** A proof that an entry is in the log, in one file that can be checked years later and elsewhere (c2sp.org/tlog-proof). */

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';
/** A tree of 2^63 leaves has no longer proof. */
const PROOF_MAX = 63;

export interface Proof {
  readonly index: number;
  /** The entry's line, as it was written. */
  readonly line: string;
  /** The details that the entry names, so that the file says by itself what was read. */
  readonly details: readonly string[];
  readonly proof: readonly Uint8Array[];
  /** The signed note of a checkpoint that has the entry. */
  readonly checkpoint: string;
}

/**
 * The file. The entry and its details stand in `extra`, a line each. C2SP vouches for nothing there; here the entry must have the
 * leaf's hash, and the details the hashes that the entry names, so that none of it is taken on trust.
 */
export function writeProof({ index, line, details, proof, checkpoint }: Proof): string {
  const extra = Buffer.from([line, ...details].join('\n')).toString('base64');
  const hashes = proof.map((one) => `${Buffer.from(one).toString('base64')}\n`).join('');
  return `${FIRST_LINE}\nextra ${extra}\nindex ${index}\n${hashes}\n${checkpoint}`;
}

export interface Proved {
  readonly index: number;
  readonly line: string;
  readonly entry: Entry;
  /** The details that came with it, by their hashes. */
  readonly details: ReadonlyMap<string, string>;
  readonly checkpoint: VerifiedCheckpoint;
}

/**
 * What a file proves: this entry is in the log that has this key, at this place. `quorum`: how many of the `witnesses` must have
 * cosigned. Throws a `NoteError` that says what is wrong when it proves nothing.
 */
export function verifyProof(
  file: string,
  keys: { vkey: string; witnesses?: readonly string[]; quorum?: number },
): Proved {
  const { index, extra, proof, note } = parseProof(file);
  const checkpoint = readCheckpoint(note, keys);
  const { size, root } = checkpoint;
  const quorum = keys.quorum ?? 0;
  if (checkpoint.witnesses.length < quorum) {
    throw new NoteError(
      `its checkpoint is cosigned by ${checkpoint.witnesses.length} of the ${quorum} witnesses asked for`,
    );
  }
  const [line = '', ...bodies] = new TextDecoder('utf-8', { ignoreBOM: true }).decode(extra).split('\n');
  if (!verifyInclusion({ index, size, leafHash: leafHash(Buffer.from(line)), proof, root })) {
    throw new NoteError(
      `the entry in it is not leaf ${index} of the log: the entry, its place or the proof was changed`,
    );
  }
  const entry = parseEntry(line);
  const details = new Map(bodies.map((body) => [detailHash(body), body]));
  for (const hash of details.keys()) {
    if (hash !== entry.shape && hash !== entry.fromIn)
      throw new NoteError('it holds details that the entry does not name, or that were changed');
  }
  return { index, line, entry, details, checkpoint };
}

function parseProof(file: string): { index: number; extra: Buffer; proof: Buffer[]; note: string } {
  const end = file.indexOf('\n\n');
  const [first, ...lines] = file.slice(0, Math.max(end, 0)).split('\n');
  if (first !== FIRST_LINE) throw new NoteError(`it does not begin with ${FIRST_LINE}`);
  const extra = lines[0]?.startsWith('extra ') ? fromBase64(lines.shift()!.slice('extra '.length)) : undefined;
  if (!extra) throw new NoteError('it does not hold the entry (extra)');
  const index = /^index (0|[1-9]\d*)$/.exec(lines.shift() ?? '')?.[1];
  if (index === undefined) throw new NoteError("it does not say the entry's place (index)");
  const proof = lines.map(fromBase64);
  if (proof.length > PROOF_MAX || proof.some((one) => one?.length !== HASH_BYTES)) {
    throw new NoteError('it has a line that is no hash');
  }
  return { index: Number(index), extra, proof: proof as Buffer[], note: file.slice(end + 2) };
}
