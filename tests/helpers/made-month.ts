import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../../subgraphs/kit/database.js';

const SCRIPT = join(__dirname, '..', '..', 'bench', 'audit-month.sql');

export interface MadeMonth {
  /** `2026-03-01Z`. */
  readonly since: string;
  readonly days: number;
  readonly entries: number;
}

/** Fills an empty log month by month with entries that no gateway wrote (bench/audit-month.sql); some officers left after `leftBefore` leaves. */
export async function makeMonths(database: Database, months: readonly MadeMonth[], leftBefore: number): Promise<void> {
  await database.script(readFileSync(SCRIPT, 'utf8'));
  await database.script('SELECT made.drop_index()');
  let first = 0;
  for (const { since, days, entries } of months) {
    await database.script(`CALL made.month(${first}, ${entries}, '${since}', ${days}, ${leftBefore})`);
    first += entries;
  }
  await database.script('SELECT made.build_index()');
  // As autovacuum does sooner or later.
  await database.script('VACUUM (ANALYZE) audit.lookup, audit.entry');
}
