import type { AuditQueryable } from '../database.js';
import type { Find } from '../reader.js';

/** From one leaf up to before another. */
export interface Leaves {
  readonly fromLeaf: number;
  readonly untilLeaf: number;
}

/** The first of some leaves in this order, and the others. */
export function parted(leaves: Leaves, count: number, isNewestFirst: boolean): { part: Leaves; rest: Leaves } {
  const { fromLeaf, untilLeaf } = leaves;
  const at = isNewestFirst ? Math.max(fromLeaf, untilLeaf - count) : Math.min(untilLeaf, fromLeaf + count);
  const [older, newer] = [
    { fromLeaf, untilLeaf: at },
    { fromLeaf: at, untilLeaf },
  ];
  return isNewestFirst ? { part: newer, rest: older } : { part: older, rest: newer };
}

export const isEmpty = ({ fromLeaf, untilLeaf }: Leaves): boolean => fromLeaf >= untilLeaf;

/**
 * A stretch of the tree. Entries lie there nearly in the order of their times, but not quite: one from the journal of a gateway comes
 * late. `middle`: where those of the times asked for lie; `late` and `early`: after and before it, where few are.
 */
export interface Stretch extends Leaves {
  readonly kind: 'late' | 'middle' | 'early';
}

/** The stretches that can hold what is asked for, in the order asked for. Checkpoints say how far the tree went at which time. */
export async function stretchesOf(db: AuditQueryable, asked: Find): Promise<Stretch[]> {
  const { fromMs, untilMs, afterLeaf, order } = asked;
  const first = fromMs === undefined ? 0 : await sizeAt(db, `at < $1::timestamptz ORDER BY at DESC, id DESC`, fromMs);
  const end = untilMs === undefined ? undefined : await sizeAt(db, `at >= $1::timestamptz ORDER BY at, id`, untilMs);
  const [from, until] = [first ?? 0, end ?? Number.MAX_SAFE_INTEGER];
  const stretches: Stretch[] = [
    { kind: 'early', fromLeaf: 0, untilLeaf: Math.min(from, until) },
    { kind: 'middle', fromLeaf: Math.min(from, until), untilLeaf: until },
    { kind: 'late', fromLeaf: until, untilLeaf: Number.MAX_SAFE_INTEGER },
  ];
  const isNewestFirst = order === 'newest first';
  if (isNewestFirst) stretches.reverse();
  const after = stretches.map((stretch) => {
    if (afterLeaf === undefined) return stretch;
    return isNewestFirst
      ? { ...stretch, untilLeaf: Math.min(stretch.untilLeaf, afterLeaf) }
      : { ...stretch, fromLeaf: Math.max(stretch.fromLeaf, afterLeaf + 1) };
  });
  return after.filter((stretch) => !isEmpty(stretch));
}

async function sizeAt(db: AuditQueryable, condition: string, ms: number): Promise<number | undefined> {
  const [row] = await db.query<{ size: number }>(`SELECT size FROM audit.checkpoint WHERE ${condition} LIMIT 1`, [
    new Date(ms).toISOString(),
  ]);
  return row?.size;
}
