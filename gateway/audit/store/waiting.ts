import type { AuditQueryable } from '../database.js';

/** The last checkpoint, and how far the tree goes. */
export interface Head {
  readonly checkpoint:
    | { readonly id: number; readonly size: number; readonly atMs: number; readonly note: string }
    | undefined;
  /** How many leaves there are by the table of leaves: as many as the checkpoint says, or something is wrong. */
  readonly leaves: number;
}

export async function readHead(db: AuditQueryable): Promise<Head> {
  const [row] = await db.query<{ id: number | null; size: number; at: number; note: string; leaves: number }>(
    `SELECT id, size, (date_part('epoch', at) * 1000)::bigint AS at, note, coalesce(leaves, 0) AS leaves
       FROM (SELECT (SELECT first_index + length(hashes) / 32 FROM audit.leaf ORDER BY first_index DESC LIMIT 1) AS leaves) AS tree
       LEFT JOIN (SELECT * FROM audit.checkpoint ORDER BY id DESC LIMIT 1) AS last ON true`,
  );
  if (!row) throw new Error('a query that always has a row had none');
  const { id, size, at, note, leaves } = row;
  return { checkpoint: id === null ? undefined : { id, size, atMs: at, note }, leaves };
}

/** A writer that has entries which are not in the tree. */
export interface WaitingWriter {
  readonly writer: string;
  /** The number of its last entry in the tree, and of its last. */
  readonly done: number;
  readonly last: number;
  /** How many of its entries up to `done` were given up as lost. */
  readonly skipped: number;
}

/**
 * The writers with entries that are not in the tree; and those that are said to have come further than they have (`done` after
 * `last`), of whom nothing more would ever go into it. Entries lie by writer, so the next writer is always one step away, however many
 * entries lie between. `since`, `YYYY-MM-DD`: older months are not looked at.
 */
export function waitingWriters(db: AuditQueryable, since: string): Promise<WaitingWriter[]> {
  return db.query<WaitingWriter>(
    `WITH RECURSIVE known AS (
       (SELECT writer FROM audit.entry WHERE at >= $1::timestamptz ORDER BY writer LIMIT 1)
       UNION ALL
       SELECT (SELECT entry.writer FROM audit.entry WHERE entry.writer > known.writer AND at >= $1::timestamptz ORDER BY entry.writer LIMIT 1)
         FROM known WHERE known.writer IS NOT NULL
     )
     SELECT known.writer, coalesce(done.n, 0) AS done, coalesce(done.skipped, 0) AS skipped, last.n AS last
       FROM known
       LEFT JOIN LATERAL (
         SELECT n, skipped FROM audit.progress WHERE progress.writer = known.writer ORDER BY n DESC LIMIT 1
       ) AS done ON true
       CROSS JOIN LATERAL (
         SELECT n FROM audit.entry WHERE entry.writer = known.writer AND at >= $1::timestamptz ORDER BY n DESC LIMIT 1
       ) AS last
      WHERE last.n <> coalesce(done.n, 0)`,
    [since],
  );
}

/** An entry that is to go into the tree. `atMicros`: as the row has it, microseconds since 1970. */
export interface TakenEntry {
  readonly writer: string;
  readonly n: number;
  readonly atMicros: number;
  readonly line: string;
}

/** What is taken of a writer: so many entries after a number. */
export interface Share {
  readonly writer: string;
  readonly after: number;
  readonly most: number;
}

/** Shares out so many entries: each writer alike, and what some don't need goes to the others. */
export function shareOut(waiting: readonly WaitingWriter[], entriesMax: number): Share[] {
  let left = entriesMax;
  const fewestFirst = [...waiting].sort((a, b) => a.last - a.done - (b.last - b.done)).slice(0, entriesMax);
  return fewestFirst.map(({ writer, done, last }, index) => {
    const most = Math.min(last - done, Math.floor(left / (fewestFirst.length - index)));
    left -= most;
    return { writer, after: done, most };
  });
}

/** Of each share the entries that follow each other without a gap, writer by writer in the order of their numbers. */
export async function takeEntries(db: AuditQueryable, shares: readonly Share[], since: string): Promise<TakenEntry[]> {
  const rows = await db.query<TakenEntry>(
    `SELECT share.writer, entry.n, (date_part('epoch', entry.at) * 1e6)::bigint AS "atMicros", entry.body AS line
       FROM unnest($1::text[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS share (writer, after, most, k)
       CROSS JOIN LATERAL (
         SELECT n, at, body, dense_rank() OVER (ORDER BY n) AS rank FROM audit.entry
          WHERE entry.writer = share.writer AND n > after AND n <= after + most AND at >= $4::timestamptz
       ) AS entry
      WHERE entry.n = after + rank ORDER BY k, entry.n, entry.at`,
    [shares.map(({ writer }) => writer), shares.map(({ after }) => after), shares.map(({ most }) => most), since],
  );
  // Two rows of one number can only be if somebody forged one: the earlier is taken, and the chain says whether it was the right one.
  return rows.filter(({ writer, n }, index) => rows[index - 1]?.n !== n || rows[index - 1]?.writer !== writer);
}
