import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readCheckpoint, type VerifiedCheckpoint } from '../../gateway/audit/verify/checkpoint.js';
import { cosign } from '../../gateway/audit/verify/cosignature.js';
import { NoteError, openSigner, type Signer } from '../../gateway/audit/verify/note.js';
import { TileReader } from '../../gateway/audit/verify/tile-reader.js';
import { lockStore } from '../../subgraphs/kit/store-lock.js';
import { UsageError } from '../main.js';
import { wrong } from './arguments.js';
import { readAuditToken } from './config.js';
import { keepFile } from './keep-file.js';
import { readGiven, readVkey } from './keys-given.js';
import { openFiles, openUrl, type Source } from './sources.js';

const OPTIONS = {
  url: { type: 'string' },
  dir: { type: 'string' },
  key: { type: 'string' },
  state: { type: 'string' },
  'witness-key': { type: 'string' },
  name: { type: 'string' },
  out: { type: 'string' },
  json: { type: 'boolean' },
} as const;

/**
 * Says, with a key of its own, that a log has only grown since it was last looked at. What was seen is on the disk before anyone gets
 * the cosignature: a witness that forgot could be made to cosign two histories.
 */
export async function witness(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { state, name, out, json } = values;
  if (!state) throw wrong('--state FILE is missing: where this witness keeps what it has seen of the log');
  if (!name) throw wrong('--name NAME is missing: what this witness is called, e.g. witness.example.vn/danang');
  const vkey = await readVkey(values.key);
  const signer = await readWitnessKey(name, values['witness-key']);
  const source = await openSource(values);
  const unlock = lock(state);
  try {
    const before = await readState(state, vkey);
    const now = await readNow(source, vkey);
    const note = `${now.note}${await cosigned(before, now, { source, vkey, signer })}`;
    await keepFile(state, note);
    if (out) await keepFile(out, note);
    process.stdout.write(
      json
        ? `${JSON.stringify({ origin: now.origin, size: now.size, sizeBefore: before?.size ?? null, note })}\n`
        : `${note}\n${described(before, now)}\nThe key of this witness: ${signer.cosignerVkey}\n`,
    );
    return 0;
  } finally {
    unlock();
    await source.close();
  }
}

/** From `--dir` or `--url`, one of the two. */
export async function openSource({ url, dir }: { url?: string; dir?: string }): Promise<Source> {
  if (url !== undefined && dir !== undefined) throw wrong('give either --url or --dir');
  if (url !== undefined) return openUrl(url, readAuditToken());
  if (dir === undefined) throw wrong('--dir FOLDER or --url URL is missing: where the log is');
  return openFiles(dir);
}

async function readWitnessKey(name: string, file: string | undefined): Promise<Signer> {
  if (!file) throw wrong('--witness-key FILE is missing: openssl genpkey -algorithm ed25519 writes one');
  const pem = await readGiven('--witness-key', file);
  try {
    return openSigner(name, pem);
  } catch {
    // What was thrown may hold some of the key.
    throw new UsageError(
      `--witness-key ${file} must hold an Ed25519 private key in PEM (openssl genpkey -algorithm ed25519 writes one), and --name no space and no "+"`,
    );
  }
}

/** Two at once could each cosign another history. */
function lock(state: string): () => void {
  try {
    return lockStore(`${state}.lock`, state);
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'another process uses it';
    throw new UsageError(`--state ${state} cannot be taken (${why}): wait for the other, or name another file.`, 1);
  }
}

async function readState(file: string, vkey: string): Promise<VerifiedCheckpoint | undefined> {
  let note: string;
  try {
    note = await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new UsageError(`--state ${file} cannot be read (${code})`);
  }
  try {
    return readCheckpoint(note, { vkey });
  } catch (error) {
    const why = (error as Error).message;
    throw new UsageError(`--state ${file} holds no checkpoint of this log: ${why}. Keep one file a log.`, 1);
  }
}

async function readNow({ read, name }: Source, vkey: string): Promise<VerifiedCheckpoint> {
  const bytes = await read('checkpoint');
  if (!bytes) throw new UsageError(`${name} has no checkpoint: is a log there, and has it signed one?`, 1);
  try {
    return readCheckpoint(Buffer.from(bytes).toString(), { vkey });
  } catch (error) {
    throw new UsageError(`The checkpoint of ${name} is refused: ${(error as Error).message}.`, 1);
  }
}

/** The line that cosigns. The hashes that it takes need not be believed: they fit what the log signed, or do not. */
async function cosigned(
  before: VerifiedCheckpoint | undefined,
  now: VerifiedCheckpoint,
  { source, vkey, signer }: { source: Source; vkey: string; signer: Signer },
): Promise<string> {
  const hasGrown = before !== undefined && before.size < now.size;
  const proof = hasGrown ? await proofOf(source, before.size, now.size) : [];
  try {
    return cosign({ note: now.note, vkey, proof, atMs: Date.now(), ...(before && { last: before }) }, signer).line;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw refused(
      `${error.message}. It had ${before?.size ?? 0} entries when it was last seen and shows ${now.size} now; both checkpoints are signed by its key: keep them, they are the evidence`,
    );
  }
}

async function proofOf(source: Source, from: number, to: number): Promise<Buffer[]> {
  try {
    return await new TileReader(source.read, to).consistencyProof(from);
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw refused(
      `${error.message}, and without it nobody can tell whether the log only grew from ${from} to ${to} entries`,
    );
  }
}

function refused(why: string): UsageError {
  return new UsageError(`NOT COSIGNED: ${why}.`, 1);
}

function described(before: VerifiedCheckpoint | undefined, { origin, size }: VerifiedCheckpoint): string {
  if (!before) return `${origin}: seen for the first time, with ${size} entries. From now on it can only grow.`;
  if (before.size === size) return `${origin}: unchanged, ${size} entries.`;
  return `${origin}: has only grown, from ${before.size} to ${size} entries.`;
}
