import type { PostgresServer } from './postgres-server.js';

const TABLES = ['entry', 'detail', 'opening', 'leaf', 'tile', 'checkpoint', 'progress', 'lookup'];

/** A backup of the log's tables, in a schema of its own. */
export async function copyLog(store: PostgresServer, name: string): Promise<void> {
  // Of one moment: a tick is in it wholly or not at all.
  const copies = TABLES.map((table) => `CREATE TABLE ${name}.${table} AS TABLE audit.${table};`).join(' ');
  await store.script(`BEGIN ISOLATION LEVEL REPEATABLE READ; CREATE SCHEMA ${name}; ${copies} COMMIT`);
}

/**
 * Puts a backup in the place of the log. What gateways wrote meanwhile stays, so that all that is wrong is the tree: whoever restores
 * a whole server would lose that too.
 */
export async function restoreLog(store: PostgresServer, name: string): Promise<void> {
  const kept = ['entry', 'detail', 'opening'];
  const emptied = TABLES.filter((table) => !kept.includes(table)).map((table) => `audit.${table}`);
  const filled = TABLES.map(
    (table) => `INSERT INTO audit.${table} OVERRIDING SYSTEM VALUE TABLE ${name}.${table} ON CONFLICT DO NOTHING;`,
  );
  await store.script(`BEGIN; TRUNCATE ${emptied.join(', ')}; ${filled.join(' ')} COMMIT`);
}
