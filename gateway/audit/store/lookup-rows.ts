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

/**
 * How the statements that follow in a transaction find their rows. The planner's guess of which way is quick is off where it matters (a
 * mark that half of all entries have, or that they had until last week, in a month that nobody analysed yet), and a wrong one takes
 * seconds, so it is not left to guess. `order`: one row after another; `index`: what an index gives, put in order afterwards.
 */
export async function findBy(tx: AuditQueryable, way: 'order' | 'index'): Promise<void> {
  const on = { enable_bitmapscan: way === 'index', enable_indexscan: way === 'order' };
  const off = ['enable_seqscan', 'enable_indexonlyscan', 'enable_hashjoin', 'enable_mergejoin', 'jit'];
  const settings = [
    ...Object.entries(on).map(([name, isOn]) => [name, isOn ? 'on' : 'off']),
    ...off.map((name) => [name, 'off']),
    // Two more processes begin later than what is looked for is found; a bitmap of millions of rows fits; the index leaves nothing out.
    ...[['max_parallel_workers_per_gather', '0'] as const, ['work_mem', '32MB'] as const],
    ['gin_fuzzy_search_limit', '0'] as const,
  ];
  await tx.query(`SELECT ${settings.map(([name, value]) => `set_config('${name}', '${value}', true)`).join(', ')}`);
}

const PLACE = 'leaf_index AS leaf, (date_part(\'epoch\', at) * 1e6)::bigint AS "atMicros", writer, n';
const KEYS = 'audit.lookup_keys(marks, leaf_index)';

/** `order`: goes through all rows, or so many, one after another, until there are enough. */
export function walk(tx: AuditQueryable, { leaves, asked, rows }: Reading & { rows?: number }): Promise<Place[]> {
  const given = new Given();
  const direction = directionOf(asked);
  const walked = `SELECT leaf_index, at, writer, n, marks FROM audit.lookup
    WHERE ${given.leaves(leaves)} AND ${given.times(asked)} ORDER BY leaf_index ${direction}`;
  const most = rows === undefined ? '' : `LIMIT ${given.value(rows)}`;
  const marks = marksOf(asked).map((list) => `marks @> ${given.value(list)}::bigint[]`);
  return tx.query<Place>(
    `SELECT ${PLACE} FROM (${walked} ${most}) AS walked WHERE ${marks.length === 0 ? 'true' : `(${marks.join(' OR ')})`}
      ORDER BY leaf_index ${direction} LIMIT ${given.value(asked.first)}`,
    given.values,
  );
}

/** `order`: the last leaf of a walk; `undefined`: there were not so many rows. */
export async function endOfWalk(tx: AuditQueryable, { leaves, asked, rows }: Reading & { rows: number }) {
  const given = new Given();
  const [row] = await tx.query<{ leaf: number }>(
    `SELECT leaf_index AS leaf FROM audit.lookup WHERE ${given.leaves(leaves)} AND ${given.times(asked)}
      ORDER BY leaf_index ${directionOf(asked)} OFFSET ${given.value(rows - 1)} LIMIT 1`,
    given.values,
  );
  return row?.leaf;
}

/**
 * `index`: the first in a window, by the index of marks. `undefined`: there are more than `most` in it, and they were not looked at. The
 * index is not ordered, so all there are must be looked at for the first of them. Other conditions are written so that no other index
 * serves them: each would be gone through for the whole window.
 */
export async function lookUp(
  tx: AuditQueryable,
  { window, asked, most }: Pick<Reading, 'asked'> & { window: Window; most: number },
): Promise<Place[] | undefined> {
  const given = new Given();
  const blocks = `${KEYS} && ${given.value(window.blocks)}::bigint[]`;
  const others = `${given.leaves(window, 'leaf_index + 0')} AND ${given.times(asked)} LIMIT ${given.value(most + 1)}`;
  const lists = marksOf(asked).map(
    (list) =>
      `(SELECT leaf_index, at, writer, n FROM audit.lookup WHERE ${KEYS} @> ${given.value(list)}::bigint[] AND ${blocks} AND ${others})`,
  );
  const rows = await tx.query<Place & { seen: number }>(
    `SELECT ${PLACE}, seen FROM (SELECT *, count(*) OVER () AS seen FROM (${lists.join(' UNION ')}) AS listed) AS counted
      ORDER BY leaf_index ${directionOf(asked)} LIMIT ${given.value(asked.first)}`,
    given.values,
  );
  return (rows[0]?.seen ?? 0) > most ? undefined : rows;
}

/** `index`: of leaves among which few are of the times asked for, by the index of times. */
export function readStrays(tx: AuditQueryable, { leaves, asked }: Reading): Promise<Place[]> {
  const given = new Given();
  const marks = marksOf(asked).map((list) => `marks @> ${given.value(list)}::bigint[]`);
  return tx.query<Place>(
    `SELECT ${PLACE} FROM audit.lookup WHERE ${given.leaves(leaves)} AND ${given.times(asked)}
       AND ${marks.length === 0 ? 'true' : `(${marks.join(' OR ')})`}
      ORDER BY leaf_index + 0 ${directionOf(asked)} LIMIT ${given.value(asked.first)}`,
    given.values,
  );
}

/** The entries at these places, in their order. */
export async function readEntriesAt(tx: AuditQueryable, places: readonly Place[]): Promise<LoggedEntry[]> {
  if (places.length === 0) return [];
  const rows = await tx.query<{ leaf: number; line: string | null }>(
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

/** One list at least whose marks must all be there; none: every entry is meant. */
export function marksOf({ anyOf = [] }: Find): readonly (readonly string[])[] {
  return anyOf.every((list) => list.length > 0) ? anyOf : [];
}

/** The parameters of a statement. */
class Given {
  readonly values: unknown[] = [];

  value(value: unknown): string {
    return `$${this.values.push(value)}`;
  }

  leaves({ fromLeaf, untilLeaf }: Leaves, column = 'leaf_index'): string {
    return [
      fromLeaf > 0 ? `${column} >= ${this.value(fromLeaf)}` : 'true',
      untilLeaf < Number.MAX_SAFE_INTEGER ? `${column} < ${this.value(untilLeaf)}` : 'true',
    ].join(' AND ');
  }

  times({ fromMs, untilMs }: Find): string {
    const time = (ms: number) => `${this.value(new Date(ms).toISOString())}::timestamptz`;
    return [
      fromMs === undefined ? 'true' : `at >= ${time(fromMs)}`,
      untilMs === undefined ? 'true' : `at < ${time(untilMs)}`,
    ].join(' AND ');
  }
}
