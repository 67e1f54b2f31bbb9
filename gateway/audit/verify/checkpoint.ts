import { HASH_BYTES } from './merkle.js';
import { fromBase64, NoteError, openTimeVerifier, openVerifier, parseNote, type Signer, verifiedBy } from './note.js';

/** What a checkpoint says (c2sp.org/tlog-checkpoint): the log with this name had this many entries, and this root. */
export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

export function checkpointText({ origin, size, root }: { origin: string; size: number; root: Uint8Array }): string {
  return `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;
}

/** Reads a checkpoint's text. Lines of extension are passed over. Throws a `NoteError`. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', base64 = '', ...extensions] = text.split('\n');
  const root = fromBase64(base64);
  const isSize = /^(0|[1-9]\d*)$/.test(size) && Number.isSafeInteger(Number(size));
  if (origin === '' || !isSize || root?.length !== HASH_BYTES || extensions.pop() !== '' || extensions.includes('')) {
    throw new NoteError('it does not say the name, the size and the root of a log');
  }
  return { origin, size: Number(size), root };
}

/**
 * The note of a checkpoint, signed by its log twice: as C2SP wants it, and with the time, so that it can be told later whether there
 * was one every hour. `signer.name` is the log's origin.
 */
export function signCheckpoint(
  { size, root }: { size: number; root: Uint8Array },
  signer: Signer,
  atMs: number,
): string {
  const text = checkpointText({ origin: signer.name, size, root });
  return `${text}\n${signer.sign(text)}${signer.cosign(text, atMs)}`;
}

export interface VerifiedCheckpoint extends Checkpoint {
  /** When the log signed it, milliseconds since 1970; `undefined`: it has no signature with a time. */
  readonly atMs: number | undefined;
  /** The witnesses asked about that cosigned it. */
  readonly witnesses: readonly { readonly name: string; readonly atMs: number }[];
  readonly note: string;
}

/**
 * The checkpoint in a note, verified: signed by the log's key, and of the log that the key is named after. `witnesses`: keys of
 * witnesses that are trusted. Throws a `NoteError`.
 */
export function readCheckpoint(
  note: string,
  keys: { vkey: string; witnesses?: readonly string[] },
): VerifiedCheckpoint {
  const [log, time] = [openVerifier(keys.vkey), openTimeVerifier(keys.vkey)];
  const parsed = parseNote(note);
  const signed = verifiedBy(parsed, [log, time, ...(keys.witnesses ?? []).map(openVerifier)]);
  if (!signed.some(({ vkey }) => vkey === log.vkey)) throw new NoteError(`it is not signed by the key of ${log.name}`);
  const checkpoint = parseCheckpoint(parsed.text);
  if (checkpoint.origin !== log.name) throw new NoteError(`it is of another log than ${log.name}`);
  const atMs = signed.find(({ vkey }) => vkey === time.vkey)?.atMs;
  const witnesses = signed.flatMap((one) =>
    one.vkey !== log.vkey && one.vkey !== time.vkey ? [{ name: one.name, atMs: one.atMs ?? 0 }] : [],
  );
  return { ...checkpoint, atMs, witnesses, note };
}

/** The notes in a file that holds one after another; what is no note at its end comes as one, so that it is not passed over. */
export function splitNotes(text: string): string[] {
  return text.split(/(?<=\n— [^\n]*\n)(?!— )/).filter((note) => note !== '');
}
