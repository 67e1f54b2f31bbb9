import type { AuditQueryable } from '../database.js';
import type { Find, LoggedEntry } from '../reader.js';

/** How many rows are gone through one after another before the index of marks is asked: at first, and where many of them fit. */
export interface Walk {
  readonly rows: number;
  readonly rowsMost: number;
}
const WALK: Walk = { rows: 2_000, rowsMost: 64_000 };

/**
 * A stretch of the tree. Entries lie there nearly in the order of their times, but not quite: one from the journal of a gateway comes
 * late. `middle`: where those of the times asked for lie; `late` and `early`: after and before it, where few are.
 */
interface Stretch {
  readonly kind: 'late' | 'middle' | 'early';
  readonly fromLeaf: number;
  readonly untilLeaf: number;
}

interface Row {
  leaf: number;
  at: number;
  line: string | null;
}

/**
 * Finds entries, page by page. There are two ways, and the planner's guess of which is quick is off where it matters (a mark that half
 * of all entries have, or one that few have, in a month that nobody analysed yet), so it is not left to guess:
 * - a mark that many entries have: through the entries in order, which soon gives a page;
 * - a mark that few have: through the index of marks, all there are, put in order afterwards (`leaf_index + 0` forbids the other way).
 */
export async function findEntries(db: AuditQueryable, asked: Find, walk = WALK): Promise<LoggedEntry[]> {
  const found: LoggedEntry[] = [];
  for (const stretch of await stretchesOf(db, asked)) {
    const left = asked.first - found.length;
    if (left <= 0) break;
    found.push(...(await findIn(db, { stretch, asked: { ...asked, first: left } }, walk)));
  }
  return found;
}

async function findIn(
  db: AuditQueryable,
  { stretch, asked }: Pick<Reading, 'stretch' | 'asked'>,
  walk: Walk,
): Promise<LoggedEntry[]> {
  if (stretch.fromLeaf >= stretch.untilLeaf) return [];
  if (stretch.kind !== 'middle') return read(db, { stretch, asked, way: 'index' });
  // Without marks nearly every entry of the stretch fits.
  if (!hasMarks(asked)) return read(db, { stretch, asked, way: 'order' });
  const found: LoggedEntry[] = [];
  const left = () => ({ ...asked, first: asked.first - found.length });
  let rest = stretch;
  for (let rows = walk.rows; ; rows *= 4) {
    const walked = await read(db, { stretch: rest, asked: left(), way: 'order', rows });
    found.push(...walked);
    if (found.length >= asked.first) return found;
    const end = await endOfWalk(db, { stretch: rest, asked, rows });
    if (end === undefined) return found;
    rest = asked.order === 'newest first' ? { ...rest, untilLeaf: end } : { ...rest, fromLeaf: end + 1 };
    // As many rows as these took for each that was found would have to be gone through for each that is wanting.
    if (walked.length === 0 || (left().first / walked.length) * rows > walk.rowsMost) break;
  }
  return [...found, ...(await read(db, { stretch: rest, asked: left(), way: 'index' }))];
}

interface Reading {
  readonly stretch: Stretch;
  readonly asked: Find;
  readonly way: 'order' | 'index';
  /** `order`: after so many rows it ends, whatever was found. */
  readonly rows?: number;
}

async function read(db: AuditQueryable, reading: Reading): Promise<LoggedEntry[]> {
  const { asked, way, rows } = reading;
  const { sql: where, values } = conditionsOf(reading);
  const marks = hasMarks(asked)
    ? `(${asked.anyOf?.map((list) => `marks @> $${values.push(list)}::bigint[]`).join(' OR ')})`
    : 'true';
  const direction = asked.order === 'newest first' ? 'DESC' : 'ASC';
  const limit = `LIMIT $${values.push(asked.first)}`;
  const columns = 'leaf_index, at, writer, n';
  const inOrder =
    rows === undefined
      ? `SELECT ${columns} FROM audit.lookup WHERE ${where} AND ${marks} ORDER BY leaf_index ${direction} ${limit}`
      : `SELECT ${columns} FROM (
           SELECT ${columns}, marks FROM audit.lookup WHERE ${where} ORDER BY leaf_index ${direction} LIMIT ${rows}
         ) AS walked WHERE ${marks} ORDER BY leaf_index ${direction} ${limit}`;
  const byIndex = `SELECT ${columns} FROM audit.lookup WHERE ${where} AND ${marks} ORDER BY leaf_index + 0 ${direction} ${limit}`;
  const found = await db.query<Row>(
    `SELECT found.leaf_index AS leaf, entry.body AS line FROM (${way === 'order' ? inOrder : byIndex}) AS found
       LEFT JOIN audit.entry ON entry.writer = found.writer AND entry.n = found.n AND entry.at = found.at
      ORDER BY found.leaf_index ${direction}`,
    values,
  );
  return found.map(({ leaf, line }) => ({ leaf, line: line ?? undefined }));
}

/** The last row of a walk; `undefined`: there were not so many rows. */
async function endOfWalk(db: AuditQueryable, reading: Omit<Reading, 'way' | 'rows'> & { rows: number }) {
  const { sql: where, values } = conditionsOf(reading);
  const direction = reading.asked.order === 'newest first' ? 'DESC' : 'ASC';
  const [row] = await db.query<{ leaf: number }>(
    `SELECT leaf_index AS leaf FROM audit.lookup WHERE ${where} ORDER BY leaf_index ${direction} OFFSET ${reading.rows - 1} LIMIT 1`,
    values,
  );
  return row?.leaf;
}

function conditionsOf({ stretch, asked }: Pick<Reading, 'stretch' | 'asked'>): { sql: string; values: unknown[] } {
  const values: unknown[] = [];
  const conditions = ['true'];
  if (stretch.fromLeaf > 0) conditions.push(`leaf_index >= $${values.push(stretch.fromLeaf)}`);
  if (stretch.untilLeaf < Number.MAX_SAFE_INTEGER) conditions.push(`leaf_index < $${values.push(stretch.untilLeaf)}`);
  const time = (ms: number) => `$${values.push(new Date(ms).toISOString())}::timestamptz`;
  if (asked.fromMs !== undefined) conditions.push(`at >= ${time(asked.fromMs)}`);
  if (asked.untilMs !== undefined) conditions.push(`at < ${time(asked.untilMs)}`);
  return { sql: conditions.join(' AND '), values };
}

/** The stretches that can hold what is asked for, in the order asked for. Checkpoints say how far the tree went at which time. */
async function stretchesOf(db: AuditQueryable, asked: Find): Promise<Stretch[]> {
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
  if (afterLeaf === undefined) return stretches;
  return stretches.map((stretch) =>
    isNewestFirst
      ? { ...stretch, untilLeaf: Math.min(stretch.untilLeaf, afterLeaf) }
      : { ...stretch, fromLeaf: Math.max(stretch.fromLeaf, afterLeaf + 1) },
  );
}

async function sizeAt(db: AuditQueryable, condition: string, ms: number): Promise<number | undefined> {
  const [row] = await db.query<{ size: number }>(`SELECT size FROM audit.checkpoint WHERE ${condition} LIMIT 1`, [
    new Date(ms).toISOString(),
  ]);
  return row?.size;
}

function hasMarks({ anyOf }: Find): boolean {
  return anyOf !== undefined && anyOf.length > 0 && anyOf.every((list) => list.length > 0);
}
