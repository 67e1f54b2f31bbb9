import { EMPTY_ROOT, joined, rootOf, subtreesOf } from '../verify/merkle.js';
import { TILE_WIDTH } from '../verify/tiles.js';

/** A tile that has become full: its hashes one after another, and their root, which is the next hash of the level above. */
export interface FullTile {
  readonly level: number;
  readonly n: number;
  readonly hashes: Buffer;
  readonly root: Buffer;
}

/** The right edge of a tree of tiles: of each level the hashes of the tile that is not full. */
export class TreeEdge {
  /** `partial`: by level, from 0; each with as many hashes as a tree of this size has there. */
  constructor(
    private leaves = 0,
    private readonly partial: Buffer[][] = [],
  ) {}

  get size(): number {
    return this.leaves;
  }

  copy(): TreeEdge {
    return new TreeEdge(
      this.leaves,
      this.partial.map((hashes) => [...hashes]),
    );
  }

  /** Adds a leaf; `full` gets the tiles that it completes. */
  add(leafHash: Buffer, full: FullTile[]): void {
    this.leaves += 1;
    let hash = leafHash;
    for (let level = 0, count = this.leaves; ; level += 1) {
      const hashes = this.partial[level] ?? [];
      this.partial[level] = hashes;
      hashes.push(hash);
      if (hashes.length < TILE_WIDTH) return;
      count /= TILE_WIDTH;
      hash = rootOf(hashes);
      full.push({ level, n: count - 1, hashes: Buffer.concat(hashes), root: hash });
      this.partial[level] = [];
    }
  }

  root(): Buffer {
    let right: Buffer | undefined;
    for (const hashes of this.partial) {
      const complete = subtreesOf(0, hashes.length).map(({ level, index }) =>
        rootOf(hashes.slice(index * 2 ** level, (index + 1) * 2 ** level)),
      );
      if (right) complete.push(right);
      if (complete.length > 0) right = joined(complete);
    }
    return right ?? EMPTY_ROOT;
  }
}
