import { hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { AuditQueryable } from '../database.js';
import type { EntryMarks } from './entry-marks.js';
import type { FullTile, TreeEdge } from './tree-edge.js';
import type { TakenEntry, WaitingWriter } from './waiting.js';

/** After so many entries whoever else is to do something in this process may: about a millisecond. */
const AT_ONCE = 32;

/** What entries add to the tree, ready to be written. */
export interface Growth {
  readonly first: number;
  readonly taken: readonly TakenEntry[];
  /** Of the leaves, one after another. */
  readonly hashes: readonly Buffer[];
  readonly tiles: readonly FullTile[];
  /** One list an entry, as SQL writes it. */
  readonly marks: readonly string[];
}

/** Adds the entries to `edge`, which is the caller's own. */
export async function grow(
  tx: AuditQueryable,
  { edge, taken, entryMarks }: { edge: TreeEdge; taken: readonly TakenEntry[]; entryMarks: EntryMarks },
): Promise<Growth> {
  const first = edge.size;
  const [hashes, tiles, marks]: [Buffer[], FullTile[], string[]] = [[], [], []];
  const lines = taken.map(({ line }) => line);
  for (let from = 0; from < lines.length; from += AT_ONCE) {
    if (from > 0) await setImmediate();
    const some = lines.slice(from, from + AT_ONCE);
    const marksAt = await entryMarks.prepare(tx, some);
    some.forEach((line, index) => {
      const leaf = leafHashOf(line);
      hashes.push(leaf);
      edge.add(leaf, tiles);
      marks.push(`{${marksAt(index).join(',')}}`);
    });
  }
  return { first, taken, hashes, tiles, marks };
}

/** `leafHash` of a line's bytes, without making them twice: a byte of 0 is a character of 0. */
export function leafHashOf(line: string): Buffer {
  return hash('sha256', `\0${line}`, 'buffer');
}

/** One statement, so that a tick is short. Each key of it is one of a place in the tree: nothing can be put there twice. */
const WRITE = `WITH leaf AS (
  INSERT INTO audit.leaf (first_index, hashes) SELECT $1::bigint, decode($2, 'hex') WHERE $2 <> ''
), tile AS (
  INSERT INTO audit.tile (level, n, hashes, root)
  SELECT level, n, decode(hashes, 'hex'), decode(root, 'hex')
  FROM unnest($3::int[], $4::bigint[], $5::text[], $6::text[]) AS tile (level, n, hashes, root)
), lookup AS (
  INSERT INTO audit.lookup (leaf_index, at, writer, n, marks)
  SELECT $1::bigint + k - 1, to_timestamp(micros / 1e6::float8), writer, n, marks::bigint[]
  FROM unnest($7::float8[], $8::text[], $9::bigint[], $10::text[]) WITH ORDINALITY AS entry (micros, writer, n, marks, k)
), progress AS (
  INSERT INTO audit.progress (writer, n, skipped, at)
  SELECT writer, n, skipped, to_timestamp($13::float8 / 1000)
  FROM unnest($11::text[], $12::bigint[], $16::bigint[]) AS progress (writer, n, skipped)
)
INSERT INTO audit.checkpoint (size, at, note) VALUES ($14, to_timestamp($13::float8 / 1000), $15) RETURNING id`;

/** Writes what was added, with the checkpoint over it; resolves to the checkpoint's id. */
export async function writeGrowth(
  tx: AuditQueryable,
  { first, taken, hashes, tiles, marks }: Growth,
  by: { waiting: readonly WaitingWriter[]; checkpoint: { size: number; atMs: number; note: string } },
): Promise<number> {
  const last = new Map(taken.map(({ writer, n }) => [writer, n]));
  const skipped = new Map(by.waiting.map(({ writer, skipped }) => [writer, skipped]));
  const { size, atMs, note } = by.checkpoint;
  const [row] = await tx.query<{ id: number }>(WRITE, [
    first,
    Buffer.concat(hashes).toString('hex'),
    plain(tiles.map(({ level }) => level)),
    plain(tiles.map(({ n }) => n)),
    plain(tiles.map((tile) => tile.hashes.toString('hex'))),
    plain(tiles.map(({ root }) => root.toString('hex'))),
    plain(taken.map(({ atMicros }) => atMicros)),
    taken.map(({ writer }) => writer),
    plain(taken.map(({ n }) => n)),
    `{${marks.map((list) => `"${list}"`).join(',')}}`,
    [...last.keys()],
    plain([...last.values()]),
    atMs,
    size,
    note,
    plain([...last.keys()].map((writer) => skipped.get(writer) ?? 0)),
  ]);
  if (!row) throw new Error('a checkpoint was written without an id');
  return row.id;
}

/** An array of what needs no quotes, thousands at a time. */
function plain(values: readonly (string | number)[]): string {
  return `{${values.join(',')}}`;
}
