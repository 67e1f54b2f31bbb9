import type { AuditQueryable } from '../database.js';

/** So long before a month begins its tables are made: whoever makes them holds up the others for a moment. */
const AHEAD_MS = 5 * 86_400_000;

/** A month that could not be opened is tried again after so long. Its rows have a table meanwhile, that of all others. */
const AGAIN_MS = 600_000;

/** By database, when a month is to be opened again: never, once it is open. */
const known = new WeakMap<AuditQueryable, Map<string, number>>();

/**
 * Sees to it that the months of these times have their tables (`audit.open_month`), and the next month its own some days before.
 * Asks the database once a month. Rejects when it cannot be done now.
 */
export async function openMonths(db: AuditQueryable, timesMs: readonly number[]): Promise<void> {
  const months = known.get(db) ?? new Map<string, number>();
  known.set(db, months);
  const times = [...new Set(timesMs.map((ms) => Math.floor(ms / AGAIN_MS) * AGAIN_MS))];
  const asked = new Map(times.flatMap((ms) => [ms, ms + AHEAD_MS].map((each) => [firstDayOfMonth(each), ms])));
  for (const [month, ms] of asked) {
    if (ms < (months.get(month) ?? Number.NEGATIVE_INFINITY)) continue;
    months.set(month, ms + AGAIN_MS);
    await db.query('SELECT audit.open_month($1::date)', [month]);
    months.set(month, Number.POSITIVE_INFINITY);
  }
}

/** `YYYY-MM-01`, UTC. */
export function firstDayOfMonth(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 7)}-01`;
}
