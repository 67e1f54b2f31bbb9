import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readCheckpoint, type VerifiedCheckpoint } from '../../gateway/audit/verify/checkpoint.js';
import { consistencyPath, joined, type Subtree, verifyConsistency } from '../../gateway/audit/verify/merkle.js';
import { openSigner, type Signer } from '../../gateway/audit/verify/note.js';
import { readTile, tileOf, tilePath, tileWidth } from '../../gateway/audit/verify/tiles.js';
import { lockStore } from '../../subgraphs/kit/store-lock.js';
import { UsageError } from '../main.js';
import { wrong } from './arguments.js';
import { readAuditToken } from './config.js';
import { keepFile } from './keep-file.js';
import { readGiven, readVkey } from './keys-given.js';
import { openFiles, openUrl, type Read, type Source } from './sources.js';

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
    await refuseUnlessGrown(before, now, source.read);
    const cosigned = `${now.note}${signer.cosign(textOf(now.note), Date.now())}`;
    await keepFile(state, cosigned);
    if (out) await keepFile(out, cosigned);
    process.stdout.write(
      json
        ? `${JSON.stringify({ origin: now.origin, size: now.size, sizeBefore: before?.size ?? null, cosigned })}\n`
        : `${cosigned}\n${described(before, now)}\nThe key of this witness: ${signer.cosignerVkey}\n`,
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

async function refuseUnlessGrown(
  before: VerifiedCheckpoint | undefined,
  now: VerifiedCheckpoint,
  read: Read,
): Promise<void> {
  if (!before) return;
  const [from, to] = [before.size, now.size];
  if (to < from) {
    throw refused(
      `it had ${from} entries when it was last seen, and shows a tree of ${to} now: it is older, or was cut`,
    );
  }
  if (from === to && !before.root.equals(now.root)) {
    throw refused(`it signed two trees of ${from} entries that differ: a fork`);
  }
  const proof = await consistencyProof({ from, to, read });
  if (!verifyConsistency({ from, to, fromRoot: before.root, toRoot: now.root, proof })) {
    throw refused(`its tree of ${to} entries does not continue the tree of ${from} that it signed before: a fork`);
  }
}

function refused(what: string): UsageError {
  return new UsageError(`NOT COSIGNED: ${what}. Both checkpoints are signed by its key: keep them, they prove it.`, 1);
}

/** The hashes that say a tree continues a smaller one, made from tiles. They need not be believed: they fit both roots, or do not. */
async function consistencyProof({ from, to, read }: { from: number; to: number; read: Read }): Promise<Buffer[]> {
  const hashOf = async (subtree: Subtree): Promise<Buffer> => {
    const { level, n, from: first, until } = tileOf(subtree);
    const width = tileWidth(level, n, to);
    const path = tilePath(level, n, width);
    const bytes = (await read(path)) ?? (await read(tilePath(level, n)));
    if (!bytes) throw new UsageError(`${path} is not there: without it nobody can tell whether the log only grew.`, 1);
    const hashes = readTile(bytes.subarray(0, width * 32), width);
    return joined(hashes.slice(first, until));
  };
  const proof: Buffer[] = [];
  for (const subtrees of consistencyPath(from, to)) {
    const hashes: Buffer[] = [];
    for (const subtree of subtrees) hashes.push(await hashOf(subtree));
    proof.push(joined(hashes));
  }
  return proof;
}

function textOf(note: string): string {
  return note.slice(0, note.lastIndexOf('\n\n') + 1);
}

function described(before: VerifiedCheckpoint | undefined, { origin, size }: VerifiedCheckpoint): string {
  if (!before) return `${origin}: seen for the first time, with ${size} entries. From now on it can only grow.`;
  if (before.size === size) return `${origin}: unchanged, ${size} entries.`;
  return `${origin}: has only grown, from ${before.size} to ${size} entries.`;
}
