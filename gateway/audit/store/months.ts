import type { AuditQueryable } from '../database.js';

/** So long before a month begins its tables are made: whoever makes them holds up the others for a moment. */
const AHEAD_MS = 5 * 86_400_000;

/** The months that are known to be open, by the database they are open in. */
const open = new WeakMap<AuditQueryable, Set<string>>();

/**
 * Sees to it that the months of these times have their tables (`audit.open_month`), and the next month its own some days before.
 * Asks the database once a month.
 */
export async function openMonths(db: AuditQueryable, timesMs: readonly number[]): Promise<void> {
  const known = open.get(db) ?? new Set();
  open.set(db, known);
  const asked = new Set(timesMs.flatMap((ms) => [dayOfMonth(ms), dayOfMonth(ms + AHEAD_MS)]));
  for (const month of asked) {
    if (known.has(month)) continue;
    await db.query('SELECT audit.open_month($1::date)', [month]);
    known.add(month);
  }
}

/** The first day of the month, UTC: `YYYY-MM-01`. */
export function dayOfMonth(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 7)}-01`;
}
