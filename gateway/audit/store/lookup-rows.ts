import type { AuditQueryable } from '../database.js';
import type { Find, LoggedEntry } from '../reader.js';
import type { Window } from './blocks.js';
import type { Leaves } from './stretches.js';

/** Which leaves, and what of them. */
export interface Reading {
  readonly leaves: Leaves;
  readonly asked: Find;
}

/** Where an entry lies. `atMicros`: as the row has it, microseconds since 1970. */
export interface Place {
  readonly leaf: number;
  readonly atMicros: number;
  readonly writer: string;
  readonly n: number;
}

const PLACE = 'leaf_index AS leaf, (date_part(\'epoch\', at) * 1e6)::bigint AS "atMicros", writer, n';
const KEYS = 'audit.lookup_keys(marks, leaf_index)';

/*
 * The planner's guess of which way is quick is off where it matters (a mark that half of all entries have, or had until last week, in a
 * month that nobody analysed yet), and a wrong one takes seconds. So each of these statements can be run in one way only, and that is
 * bounded:
 * - `walk` asks for a part of the tree, and for marks and times in words that no index knows;
 * - `lookUp` has what is looked for come from a query of its own, so that the planner has no number to guess by, and the rows of an
 *   index in another, which is planned as if all were wanted, though it ends when there are enough;
 * - `readStrays` asks in words that only the index of times knows, and hides its numbers too.
 */

/** Goes through all rows of these leaves, which must be few. */
export function walk(db: AuditQueryable, { leaves, asked }: Reading): Promise<Place[]> {
  const given = new Given();
  return db.query<Place>(
    `SELECT ${PLACE} FROM audit.lookup WHERE ${given.leaves(leaves)} AND ${given.times(asked)} AND ${given.marks(asked)}
      ORDER BY leaf_index ${directionOf(asked)} LIMIT ${given.value(asked.first)}`,
    given.values,
  );
}

/** The nearest leaf that there is, from the first of these on in this order; `undefined`: there is none. Months may have been retired. */
export async function nearestLeaf(
  db: AuditQueryable,
  { fromLeaf, untilLeaf }: Leaves,
  isNewestFirst: boolean,
): Promise<number | undefined> {
  const given = new Given();
  const where = given.leaves(
    isNewestFirst ? { fromLeaf: 0, untilLeaf } : { fromLeaf, untilLeaf: Number.MAX_SAFE_INTEGER },
  );
  const [row] = await db.query<{ leaf: number }>(
    `SELECT leaf_index AS leaf FROM audit.lookup WHERE ${where} ORDER BY leaf_index ${isNewestFirst ? 'DESC' : 'ASC'} LIMIT 1`,
    given.values,
  );
  return row && row.leaf >= fromLeaf && row.leaf < untilLeaf ? row.leaf : undefined;
}

/**
 * The first in a window, by the index of marks. `undefined`: there are more than `most` in it, and they were not looked at. The index is
 * not ordered, so all there are must be looked at for the first of them.
 */
export async function lookUp(
  db: AuditQueryable,
  { window, asked, most }: Pick<Reading, 'asked'> & { window: Window; most: number },
): Promise<Place[] | undefined> {
  const given = new Given();
  const blocks = given.hidden(window.blocks, '?::bigint[]');
  const times = given.times(asked);
  // One for each list: if there were one for all, the server would look up each in all blocks.
  const indexed = listsOf(asked).map(
    (list, index) => `indexed${index} AS MATERIALIZED (
      SELECT leaf_index, at, writer, n FROM audit.lookup
       WHERE ${KEYS} @> ${given.hidden(list, '?::bigint[]')} AND ${KEYS} && ${blocks} AND ${times})`,
  );
  const few = `WHERE ${given.leaves(window)} LIMIT ${given.value(most + 1)}`;
  const listed = indexed.map((_, index) => `(SELECT * FROM indexed${index} ${few})`);
  const rows = await db.query<Place & { seen: number }>(
    `WITH ${indexed.join(', ')} SELECT ${PLACE}, count(*) OVER () AS seen FROM (${listed.join(' UNION ')}) AS listed
      ORDER BY leaf_index ${directionOf(asked)} LIMIT ${given.value(asked.first)}`,
    given.values,
  );
  return (rows[0]?.seen ?? 0) > most ? undefined : rows;
}

/** Of leaves among which few are of the times asked for, by the index of times. */
export function readStrays(db: AuditQueryable, { leaves, asked }: Reading): Promise<Place[]> {
  const given = new Given();
  const { fromLeaf, untilLeaf } = leaves;
  const leaf = (number: number) => given.hidden(number, '?::bigint');
  const times = [asked.fromMs, asked.untilMs];
  const hidden = (as: string) => times.map((ms) => (ms === undefined ? undefined : given.hidden(ms, as)));
  const where = [
    between('leaf_index + 0', [
      fromLeaf > 0 ? leaf(fromLeaf) : undefined,
      untilLeaf < Number.MAX_SAFE_INTEGER ? leaf(untilLeaf) : undefined,
    ]),
    between("(at - 'epoch'::timestamptz)", hidden("?::float8 * interval '1 ms'")),
    // The same once more, which says what months to look into.
    between('at', hidden('to_timestamp(?::float8 / 1000)')),
    given.marks(asked),
  ];
  return db.query<Place>(
    `SELECT ${PLACE} FROM audit.lookup WHERE ${where.join(' AND ')}
      ORDER BY leaf_index + 0 ${directionOf(asked)} LIMIT ${given.value(asked.first)}`,
    given.values,
  );
}

/** The entries at these places, in their order. */
export async function readEntriesAt(db: AuditQueryable, places: readonly Place[]): Promise<LoggedEntry[]> {
  if (places.length === 0) return [];
  const rows = await db.query<{ leaf: number; line: string | null }>(
    `SELECT leaf, entry.body AS line
       FROM unnest($1::bigint[], $2::float8[], $3::text[], $4::bigint[]) WITH ORDINALITY AS place (leaf, micros, writer, n, k)
       LEFT JOIN audit.entry ON entry.writer = place.writer AND entry.n = place.n AND entry.at = to_timestamp(micros / 1e6)
      ORDER BY k`,
    [
      places.map(({ leaf }) => leaf),
      places.map(({ atMicros }) => atMicros),
      places.map(({ writer }) => writer),
      places.map(({ n }) => n),
    ],
  );
  return rows.map(({ leaf, line }) => ({ leaf, line: line ?? undefined }));
}

const directionOf = ({ order }: Find) => (order === 'newest first' ? 'DESC' : 'ASC');

/** Of one list at least all marks must be there; none: every entry is meant. */
export function listsOf({ anyOf = [] }: Find): readonly (readonly string[])[] {
  return anyOf.every((list) => list.length > 0) ? anyOf : [];
}

/** The parameters of a statement, and the conditions that they stand in. */
class Given {
  readonly values: unknown[] = [];

  value(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  /** A value that the planner cannot guess by. */
  hidden(value: unknown, as: string): string {
    return `(SELECT ${as.replace('?', this.value(value))})`;
  }

  leaves({ fromLeaf, untilLeaf }: Leaves): string {
    return between('leaf_index', [
      fromLeaf > 0 ? this.value(fromLeaf) : undefined,
      untilLeaf < Number.MAX_SAFE_INTEGER ? this.value(untilLeaf) : undefined,
    ]);
  }

  times({ fromMs, untilMs }: Find): string {
    const time = (ms: number) => `${this.value(new Date(ms).toISOString())}::timestamptz`;
    return between(
      'at',
      [fromMs, untilMs].map((ms) => (ms === undefined ? undefined : time(ms))),
    );
  }

  /** Not by the index of marks, which has another expression. */
  marks(asked: Find): string {
    const lists = listsOf(asked).map((list) => `marks @> ${this.value(list)}::bigint[]`);
    return lists.length === 0 ? 'true' : `(${lists.join(' OR ')})`;
  }
}

function between(what: string, [from, until]: readonly (string | undefined)[]): string {
  const conditions = [...(from ? [`${what} >= ${from}`] : []), ...(until ? [`${what} < ${until}`] : [])];
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}
