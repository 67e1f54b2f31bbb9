import type { AuditQueryable } from '../database.js';
import { consistencyPath, HASH_BYTES, inclusionPath, joined, rootOf, type Subtree } from '../verify/merkle.js';
import { readTile, TILE_WIDTH, tileOf, tileWidth } from '../verify/tiles.js';
import { TreeEdge } from './tree-edge.js';

/** The hashes `from` until before `until` of a tile, which need not be full. */
export interface TileRange {
  readonly level: number;
  readonly n: number;
  readonly from: number;
  readonly until: number;
}

/** Hashes that the tree must have are not in the database. */
export class TreeError extends Error {}

/** Reads the tree, for whoever needs some of its hashes. */
export class TreeStore {
  constructor(private readonly db: AuditQueryable) {}

  /** The right edge of the tree when it had this size. */
  async edge(size: number): Promise<TreeEdge> {
    const ranges: TileRange[] = [];
    for (let level = 0, hashes = size; hashes > 0; level += 1, hashes = Math.floor(hashes / TILE_WIDTH)) {
      const n = Math.floor(hashes / TILE_WIDTH);
      ranges.push({ level, n, from: 0, until: tileWidth(level, n, size) });
    }
    return new TreeEdge(size, await this.hashes(ranges));
  }

  async root(size: number): Promise<Buffer> {
    return (await this.edge(size)).root();
  }

  /** The hashes of an inclusion proof (RFC 9162 section 2.1.3). */
  async inclusionProof(leaf: number, size: number): Promise<Buffer[]> {
    return this.#proof(inclusionPath(leaf, size));
  }

  /** The hashes of a consistency proof (RFC 9162 section 2.1.4). */
  async consistencyProof(from: number, to: number): Promise<Buffer[]> {
    return this.#proof(consistencyPath(from, to));
  }

  async #proof(path: readonly (readonly Subtree[])[]): Promise<Buffer[]> {
    const ranges = path.map((subtrees) => subtrees.map(tileOf));
    const hashes = (await this.hashes(ranges.flat())).map(rootOf);
    return ranges.map(({ length }) => joined(hashes.splice(0, length)));
  }

  /** The hashes of each range. Throws a `TreeError` when one is not there. */
  async hashes(ranges: readonly TileRange[]): Promise<Buffer[][]> {
    const full = await this.#fullTiles(ranges.filter(({ from, until }) => from < until));
    const others = ranges.filter((range) => range.from < range.until && !full.has(nameOf(range)));
    const leaves = await this.#leaves(others.filter(({ level }) => level === 0));
    const roots = await this.#roots(others.filter(({ level }) => level > 0));
    return ranges.map((range) => {
      const { level, n, from, until } = range;
      if (from === until) return [];
      const tile = full.get(nameOf(range));
      const hashes = tile ? tile.slice(from, until) : (leaves.get(range) ?? roots.get(range) ?? []);
      if (hashes.length === until - from) return hashes;
      throw new TreeError(`of tile ${n} of level ${level} there are not the hashes ${from} to ${until - 1}`);
    });
  }

  async #fullTiles(ranges: readonly TileRange[]): Promise<ReadonlyMap<string, Buffer[]>> {
    const names = [...new Map(ranges.map((range) => [nameOf(range), range])).values()];
    if (names.length === 0) return new Map();
    const rows = await this.db.query<{ level: number; n: number; hashes: Buffer }>(
      `SELECT tile.* FROM unnest($1::int[], $2::bigint[]) AS asked (level, n) JOIN audit.tile USING (level, n)`,
      [names.map(({ level }) => level), names.map(({ n }) => n)],
    );
    return new Map(rows.map((row) => [nameOf(row), readTile(row.hashes, TILE_WIDTH)]));
  }

  /** Of the last tile of level 0, which is not full: from the runs that leaves were put in by. */
  async #leaves(ranges: readonly TileRange[]): Promise<ReadonlyMap<TileRange, Buffer[]>> {
    const found = new Map<TileRange, Buffer[]>();
    for (const range of ranges) {
      const [from, until] = [range.n * TILE_WIDTH + range.from, range.n * TILE_WIDTH + range.until];
      const rows = await this.db.query<{ first: number; hashes: Buffer }>(
        `SELECT first_index AS first, hashes FROM audit.leaf WHERE first_index < $2
           AND first_index >= (SELECT max(first_index) FROM audit.leaf WHERE first_index <= $1) ORDER BY first_index`,
        [from, until],
      );
      const hashes: Buffer[] = [];
      for (const { first, hashes: run } of rows) {
        // A run that doesn't go on where the last one ended: one is missing, which the count of hashes will say.
        if (hashes.length > 0 && first !== from + hashes.length) break;
        const all = readTile(run, run.length / HASH_BYTES);
        hashes.push(...all.slice(Math.max(0, from - first), until - first));
      }
      found.set(range, hashes);
    }
    return found;
  }

  /** Of a tile above that is not full: the roots of the full tiles below it. */
  async #roots(ranges: readonly TileRange[]): Promise<ReadonlyMap<TileRange, Buffer[]>> {
    const found = new Map(ranges.map((range): [TileRange, Buffer[]] => [range, []]));
    if (ranges.length === 0) return found;
    const rows = await this.db.query<{ at: number; root: Buffer }>(
      `SELECT at, root FROM unnest($1::int[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS asked (level, first, until, at)
         JOIN audit.tile ON tile.level = asked.level AND tile.n >= asked.first AND tile.n < asked.until ORDER BY at, n`,
      [
        ranges.map(({ level }) => level - 1),
        ranges.map(({ n, from }) => n * TILE_WIDTH + from),
        ranges.map(({ n, until }) => n * TILE_WIDTH + until),
      ],
    );
    for (const { at, root } of rows) found.get(ranges[at - 1]!)?.push(root);
    return found;
  }
}

function nameOf({ level, n }: { level: number; n: number }): string {
  return `${level}/${n}`;
}
