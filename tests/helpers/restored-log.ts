import type { PostgresServer } from './postgres-server.js';

const ENTRIES = ['entry', 'detail', 'opening'];
const TREE = ['leaf', 'tile', 'lookup', 'progress', 'checkpoint'];
/** Whoever has this puts entries into the tree: the first 48 bits of the SHA-256 of a name. */
const LOCK = `SELECT pg_advisory_xact_lock(
  ('x' || left(encode(sha256('lien-thong audit sequencer'), 'hex'), 12))::bit(48)::bigint)`;

/** A backup of the log's tables as they are at one moment, in a schema of its own. */
export async function copyLog(store: PostgresServer, name: string): Promise<void> {
  await store.script(`BEGIN; ${LOCK}; ${copied(name)} COMMIT`);
}

/**
 * Puts a backup in the place of the log, and makes one of what was there. What gateways wrote meanwhile stays, so that the tree alone
 * is set back: whoever restores a whole server loses that too.
 */
export async function restoreLog(store: PostgresServer, name: string, { before }: { before: string }): Promise<void> {
  const filled = [...ENTRIES, ...TREE].map(
    (table) => `INSERT INTO audit.${table} OVERRIDING SYSTEM VALUE TABLE ${name}.${table} ON CONFLICT DO NOTHING;`,
  );
  const emptied = `TRUNCATE ${TREE.map((table) => `audit.${table}`).join(', ')};`;
  await store.script(`BEGIN; ${LOCK}; ${copied(before)} ${emptied} ${filled.join(' ')} COMMIT`);
}

function copied(name: string): string {
  const copies = [...ENTRIES, ...TREE].map((table) => `CREATE TABLE ${name}.${table} AS TABLE audit.${table};`);
  return `CREATE SCHEMA ${name}; ${copies.join(' ')}`;
}
