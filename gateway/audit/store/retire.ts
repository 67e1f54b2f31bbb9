import type { AuditDatabase, AuditQueryable } from '../database.js';
import { TILE_WIDTH } from '../verify/tiles.js';

/** What the owner of the log does; the gateway has no right to. Each of it belongs into the log as an act. */

export interface RetiredMonth {
  /** `YYYY-MM`. */
  readonly month: string;
  readonly entries: number;
}

const VALUES_HASH = `substring(body FROM '"values":"([A-Za-z0-9_-]{22})"')`;

/** Whoever wants the tables waits no longer behind this than so; what is being read now is tried again another time. */
const LOCK_TIMEOUT = '2s';

/**
 * Takes whole months out of the log: those that end before `before` (`YYYY-MM`). Their tables are detached, to be kept elsewhere, or
 * dropped, and with them what proves their values. The hashes of their entries stay in the tree, so that whoever has an entry and its
 * proof can still show that it was there. Throws, with nothing of the month changed, when an entry of it is not in the tree.
 */
export async function retireMonths(
  owner: AuditDatabase,
  before: string,
  { drop = false }: { drop?: boolean } = {},
): Promise<RetiredMonth[]> {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(before)) throw new Error('write the month as YYYY-MM');
  const tables = await owner.query<{ name: string }>(
    `SELECT relname AS name FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
      WHERE inhparent = 'audit.entry'::regclass AND relname ~ '^entry_\\d{4}_\\d\\d$' AND relname < $1 ORDER BY relname`,
    [`entry_${before.replace('-', '_')}`],
  );
  const retired: RetiredMonth[] = [];
  for (const { name } of tables) {
    const month = name.slice('entry_'.length);
    const entries = await owner.transaction((tx) => retireMonth(tx, month, drop));
    retired.push({ month: month.replace('_', '-'), entries });
  }
  if (retired.length > 0) await owner.transaction(dropSuperseded);
  return retired;
}

async function retireMonth(tx: AuditQueryable, month: string, drop: boolean): Promise<number> {
  const [entry, first] = [`audit.entry_${month}`, `'${month.replace('_', '-')}-01'::timestamp`];
  const [row] = await tx.query<{ entries: number; waiting: number; hasLookup: boolean }>(
    `SELECT count(*) AS entries, count(*) FILTER (WHERE lookup.writer IS NULL) AS waiting,
            to_regclass('audit.lookup_${month}') IS NOT NULL AS "hasLookup"
       FROM ${entry} AS entry LEFT JOIN (
         SELECT * FROM audit.lookup WHERE at >= ${first} AT TIME ZONE 'UTC' AND at < (${first} + interval '1 month') AT TIME ZONE 'UTC'
       ) AS lookup USING (writer, n, at)`,
  );
  if (!row || row.waiting > 0) {
    throw new Error(
      `${row?.waiting} entries of ${month.replace('_', '-')} are not in the tree: they would be gone without a trace. Wait for the sequencer, or see what the gateway's health says of missing entries.`,
    );
  }
  await tx.query(`SET LOCAL lock_timeout = '${LOCK_TIMEOUT}'`);
  if (drop) {
    // A remembered answer is proved once, and may have been given in months after as well.
    await tx.query(
      `DELETE FROM audit.opening WHERE hash IN (
         SELECT ${VALUES_HASH} FROM ${entry} EXCEPT
         SELECT ${VALUES_HASH} FROM audit.entry WHERE at >= (${first} + interval '1 month') AT TIME ZONE 'UTC')`,
    );
  }
  for (const parent of row.hasLookup ? ['audit.entry', 'audit.lookup'] : ['audit.entry']) {
    await tx.query(`ALTER TABLE ${parent} DETACH PARTITION ${parent}_${month}`);
    if (drop) await tx.query(`DROP TABLE ${parent}_${month}`);
  }
  return row.entries;
}

/** What was needed once and never is again: where writers were before, and hashes of leaves that full tiles have as well. */
async function dropSuperseded(tx: AuditQueryable): Promise<void> {
  await tx.query(
    `DELETE FROM audit.progress WHERE EXISTS (
       SELECT FROM audit.progress AS later WHERE later.writer = progress.writer AND later.n > progress.n)`,
  );
  await tx.query(
    `DELETE FROM audit.leaf WHERE first_index + length(hashes) / 32 <= (
       SELECT coalesce(max(n) + 1, 0) * ${TILE_WIDTH} FROM audit.tile WHERE level = 0)
       AND first_index < (SELECT max(first_index) FROM audit.leaf)`,
  );
}

/**
 * Deletes what proves the values of entries, by the entries' `values`: that an answer was given still stands in the log, and nobody can
 * show any more what it said. Resolves to how many there were.
 */
export async function eraseOpenings(owner: AuditQueryable, valuesHashes: readonly string[]): Promise<number> {
  const erased = await owner.query('DELETE FROM audit.opening WHERE hash = ANY($1::text[]) RETURNING hash', [
    valuesHashes,
  ]);
  return erased.length;
}

/**
 * Gives up entries that are lost for good: those of the writer from the first that is missing up to before the first that is there.
 * Those after them then go into the tree. Whoever verifies the log sees that they are missing. Resolves to how many.
 */
export async function giveUpEntries(
  owner: AuditDatabase,
  { writer, atMs }: { writer: string; atMs: number },
): Promise<number> {
  return owner.transaction(async (tx) => {
    const [row] = await tx.query<{ done: number; skipped: number; next: number | null }>(
      `SELECT done, skipped, (SELECT min(n) FROM audit.entry WHERE writer = $1 AND n > done) AS next FROM (
         SELECT coalesce(max(n), 0) AS done, coalesce(max(skipped), 0) AS skipped FROM audit.progress WHERE writer = $1
       ) AS progress`,
      [writer],
    );
    if (!row || row.next === null || row.next === row.done + 1) return 0;
    const lost = row.next - row.done - 1;
    await tx.query(
      'INSERT INTO audit.progress (writer, n, skipped, at) VALUES ($1, $2, $3, to_timestamp($4::float8 / 1000))',
      [writer, row.next - 1, row.skipped + lost, atMs],
    );
    return lost;
  });
}
