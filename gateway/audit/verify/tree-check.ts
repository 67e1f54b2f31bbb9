import type { Findings } from './findings.js';
import { EMPTY_ROOT, joined, leafHash, rootOf, subtreesOf } from './merkle.js';
import { NoteError } from './note.js';
import type { TileReader } from './tile-reader.js';
import { TILE_WIDTH, tilePath, tileWidth } from './tiles.js';

/** The hashes of up to 256 leaves. */
export interface Leaves {
  /** `undefined`: nothing tells them. */
  readonly hashes: Buffer[] | undefined;
  /** Their root, as the tree above has it, where they are 256. */
  readonly root: Buffer | undefined;
  /** Whether the hashes are those that the tree above has been built from. */
  readonly fits: boolean;
}

/**
 * Checks the tiles of a log from the top down, going from left to right: the tiles at the right edge make the root, and every other
 * tile must have the root that the tile above has of it. So a tile that does not fit is told from all the others, and what it should
 * have held is taken from below, where that fits.
 */
export class TreeCheck {
  /** The tiles at the right edge, which aren't full, by their levels. */
  private readonly edge = new Map<number, Buffer[]>();
  private readonly top: number;
  /** Whether the tiles at the right edge have the root; `undefined`: some are missing. */
  isRootRight: boolean | undefined;

  constructor(
    private readonly tiles: TileReader,
    private readonly root: Buffer,
    private readonly found: Findings,
  ) {
    let top = 0;
    while (tileWidth(top + 1, 0, tiles.size) > 0) top += 1;
    this.top = top;
  }

  /** Reads the right edge. To be called first. */
  async open(): Promise<void> {
    const { size } = this.tiles;
    if (size === 0) this.isRootRight = this.root.equals(EMPTY_ROOT);
    if (size === 0) return;
    for (let level = this.top; level >= 0; level -= 1) {
      const n = Math.floor(size / TILE_WIDTH ** (level + 1));
      if (tileWidth(level, n, size) === 0) continue;
      const hashes = await this.read(level, n);
      const right = hashes ?? (await this.below(level, n));
      if (!hashes)
        this.say(
          level,
          n,
          right ? 'is missing; what stands below it was taken instead' : 'is missing, and nothing tells its hashes',
        );
      if (right) this.edge.set(level, right);
      else this.edge.clear();
      if (!right) return;
    }
    this.isRootRight = this.edgeRoot().equals(this.root);
    if (!this.isRootRight) await this.mendEdge();
  }

  /** Looks for the one tile at the edge that was changed, if only one was. */
  private async mendEdge(): Promise<void> {
    for (const [level, there] of this.edge) {
      const n = Math.floor(this.tiles.size / TILE_WIDTH ** (level + 1));
      const below = await this.below(level, n);
      if (below) this.edge.set(level, below);
      if (below && this.edgeRoot().equals(this.root)) {
        this.isRootRight = true;
        return this.say(level, n, `was changed${this.where(there, below)}; what stands below it fits the tree`);
      }
      this.edge.set(level, there);
    }
  }

  private edgeRoot(): Buffer {
    const levels = [...this.edge].sort(([a], [b]) => b - a);
    const parts = levels.flatMap(([, hashes]) =>
      subtreesOf(0, hashes.length).map(({ level, index }) =>
        rootOf(hashes.slice(index * 2 ** level, (index + 1) * 2 ** level)),
      ),
    );
    return joined(parts);
  }

  /** The leaves of a tile of level 0; to be called for each in turn. `isNeeded`: whether it must be there. */
  async leaves(n: number, isNeeded: boolean): Promise<Leaves> {
    for (let level = this.top; level > 0; level -= 1) {
      if (n % TILE_WIDTH ** level === 0) await this.check(level, n / TILE_WIDTH ** level, isNeeded);
    }
    return this.check(0, n, isNeeded);
  }

  private async check(level: number, n: number, isNeeded: boolean): Promise<Leaves> {
    const width = tileWidth(level, n, this.tiles.size);
    if (width < TILE_WIDTH) return { hashes: this.edge.get(level), root: undefined, fits: this.edge.has(level) };
    const there = await this.read(level, n);
    const above = await this.above(level, n);
    const root = above ?? (there && rootOf(there));
    if (there && root && rootOf(there).equals(root)) return { hashes: there, root, fits: above !== undefined };
    if (!there && level === 0 && !isNeeded) return { hashes: undefined, root, fits: false };
    const below = await this.below(level, n);
    if (below && root && rootOf(below).equals(root)) {
      const what = there
        ? `was changed${this.where(there, below)}${await this.swapped(level, n, there)}`
        : 'is missing';
      this.say(level, n, `${what}; what stands below it fits the tree`);
      this.tiles.put(level, n, below);
      return { hashes: below, root, fits: true };
    }
    if (!there) this.say(level, n, 'is missing');
    else if (below && there.every((hash, index) => hash.equals(below[index]!))) {
      this.say(
        level,
        n,
        `was rewritten together with ${level === 0 ? 'one or more of its entries' : 'what stands below it'}: neither fits the tree`,
      );
    } else this.say(level, n, `does not fit the tree${await this.swapped(level, n, there)}`);
    return { hashes: there, root, fits: false };
  }

  /** Which hash of a tile is another than it should be. */
  private where(there: readonly Buffer[], right: readonly Buffer[]): string {
    const wrong = there.flatMap((hash, index) => (hash.equals(right[index]!) ? [] : [index]));
    return wrong.length === 1 ? ` (its hash ${wrong[0]})` : '';
  }

  /** Whose place a tile has taken. */
  private async swapped(level: number, n: number, there: readonly Buffer[]): Promise<string> {
    const siblings = await this.siblings(level, n);
    const [root, first] = [rootOf(there), n - (n % TILE_WIDTH)];
    const other = siblings?.findIndex((hash) => hash.equals(root)) ?? -1;
    return other < 0 ? '' : `: it holds what belongs in ${tilePath(level, first + other)}`;
  }

  private async siblings(level: number, n: number): Promise<Buffer[] | undefined> {
    const above = Math.floor(n / TILE_WIDTH);
    const isEdge = tileWidth(level + 1, above, this.tiles.size) < TILE_WIDTH;
    return isEdge ? this.edge.get(level + 1) : this.read(level + 1, above);
  }

  private async above(level: number, n: number): Promise<Buffer | undefined> {
    return (await this.siblings(level, n))?.[n % TILE_WIDTH];
  }

  /** What a tile should hold, by what stands below it. */
  private async below(level: number, n: number): Promise<Buffer[] | undefined> {
    const width = tileWidth(level, n, this.tiles.size);
    if (level === 0) {
      const entries = await this.tiles.entries(n);
      return entries?.length === width ? entries.map(leafHash) : undefined;
    }
    const hashes: Buffer[] = [];
    for (let index = 0; index < width; index += 1) {
      const child = await this.read(level - 1, n * TILE_WIDTH + index);
      if (!child) return undefined;
      hashes.push(rootOf(child));
    }
    return hashes;
  }

  /** A tile, as missing where its length is wrong: then it can't be told what it held. */
  private async read(level: number, n: number): Promise<Buffer[] | undefined> {
    try {
      return await this.tiles.tile(level, n);
    } catch (error) {
      if (error instanceof NoteError) return undefined;
      throw error;
    }
  }

  private say(level: number, n: number, what: string): void {
    const { size } = this.tiles;
    const [from, until] = [n * TILE_WIDTH ** (level + 1), Math.min(size, (n + 1) * TILE_WIDTH ** (level + 1))];
    const path = tilePath(level, n, tileWidth(level, n, size));
    this.found.add({ kind: 'tile', says: `The file ${path}, the hashes of leaves ${from} to ${until - 1}, ${what}.` });
  }
}
