import type { AuditQueryable } from '../database.js';
import { type Checkpoint, parseCheckpoint, readCheckpoint } from '../verify/checkpoint.js';
import { NoteError, parseNote, type Signer } from '../verify/note.js';
import type { TreeEdge } from './tree-edge.js';
import { TreeError, TreeStore } from './tree-store.js';
import type { Head } from './waiting.js';

/** A size that the tree is known to have had, and its root then. */
export type KnownTree = Pick<Checkpoint, 'size' | 'root'>;

/** The log in the database must not be signed over: the message says why, and how it is repaired. */
export class InconsistentLog extends Error {}

const REPAIR =
  'Nothing is signed until this is repaired: restore the newest backup of the whole schema audit, never of single tables. If what is ' +
  'missing is lost for good, keep this database as it is for the inquiry, and begin another log: an empty database and another AUDIT_ORIGIN.';

/**
 * The right edge of the tree, when all that is known of the tree fits it: its last checkpoint, and what was seen of it before
 * (`known`, by this process or on this machine). Throws an `InconsistentLog`.
 */
export async function readConsistentTree(
  db: AuditQueryable,
  { head, known, signer }: { head: Head; known: KnownTree | undefined; signer: Signer },
): Promise<TreeEdge> {
  const { checkpoint, leaves } = head;
  const size = checkpoint?.size ?? 0;
  if (known && known.size > size) {
    throw inconsistent(
      `a checkpoint over ${known.size} entries was signed, and the database's last is over ${size}: an older backup was restored`,
    );
  }
  const last = checkpoint && openCheckpoint(checkpoint.note, signer);
  if (last && last.size !== size)
    throw inconsistent(`the last checkpoint is over ${last.size} entries, and its row says ${size}`);
  if (leaves !== size) {
    throw inconsistent(`the last checkpoint is over ${size} entries, and audit.leaf has the hashes of ${leaves}`);
  }
  const tree = new TreeStore(db);
  try {
    const edge = await tree.edge(size);
    if (last && !edge.root().equals(last.root))
      throw inconsistent('the hashes in the database are not those that the last checkpoint was signed over');
    if (known && !(await tree.root(known.size)).equals(known.root)) {
      throw inconsistent(`the first ${known.size} entries are not those that a checkpoint was signed over`);
    }
    await refuseLostProgress(db, size);
    return edge;
  } catch (error) {
    if (error instanceof TreeError) throw inconsistent(`rows of audit.tile or audit.leaf are gone: ${error.message}`);
    throw error;
  }
}

/** Whoever forgot how far a writer's entries are in the tree would put them in twice. */
async function refuseLostProgress(db: AuditQueryable, size: number): Promise<void> {
  const [row] = await db.query<{ entries: number }>(
    `WITH RECURSIVE known AS (
       (SELECT writer FROM audit.progress ORDER BY writer LIMIT 1)
       UNION ALL
       SELECT (SELECT progress.writer FROM audit.progress WHERE progress.writer > known.writer ORDER BY progress.writer LIMIT 1)
         FROM known WHERE known.writer IS NOT NULL
     )
     SELECT coalesce(sum(n - skipped), 0)::bigint AS entries FROM known CROSS JOIN LATERAL (
       SELECT n, skipped FROM audit.progress WHERE progress.writer = known.writer ORDER BY n DESC LIMIT 1
     ) AS done`,
  );
  if (row?.entries === size) return;
  throw inconsistent(`audit.progress counts ${row?.entries} entries in the tree, which has ${size}`);
}

function openCheckpoint(note: string, signer: Signer): Checkpoint {
  let origin: string;
  try {
    origin = parseCheckpoint(parseNote(note).text).origin;
  } catch (error) {
    throw inconsistent(`the last row of audit.checkpoint is no checkpoint: ${reasonOf(error)}`);
  }
  if (origin !== signer.name) {
    throw new InconsistentLog(
      `The log in the database is ${origin}, and this gateway writes ${signer.name}. Set AUDIT_ORIGIN to the first, or give the second a database of its own.`,
    );
  }
  try {
    return readCheckpoint(note, { vkey: signer.vkey });
  } catch (error) {
    throw new InconsistentLog(
      `The last checkpoint is not signed with this gateway's key: ${reasonOf(error)}. Give all gateways the same AUDIT_SIGNING_KEY, the one that this log was begun with. If they have it, the checkpoint is forged. ${REPAIR}`,
    );
  }
}

/** What a reader of notes says of one holds nothing but what is wrong with it. */
function reasonOf(error: unknown): string {
  if (error instanceof NoteError) return error.message;
  throw error;
}

function inconsistent(what: string): InconsistentLog {
  return new InconsistentLog(`The audit log is not whole: ${what}. ${REPAIR}`);
}
