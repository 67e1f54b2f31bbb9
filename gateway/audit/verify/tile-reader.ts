import { consistencyPath, inclusionPath, joined, rootOf, type Subtree, subtreesOf } from './merkle.js';
import { NoteError } from './note.js';
import { entriesPath, readEntryBundle, readTile, TILE_WIDTH, tileOf, tilePath, tileWidth } from './tiles.js';

/** What stands under a path of a log, wherever that is: a folder, an archive, a server. `undefined`: nothing does. */
export type Read = (path: string) => Promise<Uint8Array | undefined>;

/** The tiles of a tree of a size. It remembers the last tile of each level: enough for whoever goes from left to right. */
export class TileReader {
  private readonly last = new Map<number, { readonly n: number; readonly hashes: Buffer[] | undefined }>();

  constructor(
    private readonly read: Read,
    readonly size: number,
  ) {}

  /** The hashes of a tile as wide as it is in this tree; `undefined`: it is not there. Throws a `NoteError` when its length is wrong. */
  async tile(level: number, n: number): Promise<Buffer[] | undefined> {
    const known = this.last.get(level);
    if (known?.n === n) return known.hashes;
    const width = tileWidth(level, n, this.size);
    const found = await this.atLeast(width, (wide) => tilePath(level, n, wide));
    const hashes = found && readTile(found.bytes, found.width).slice(0, width);
    this.last.set(level, { n, hashes });
    return hashes;
  }

  /** Puts what a tile should have held in its place, until another tile of its level is asked for. */
  put(level: number, n: number, hashes: Buffer[]): void {
    this.last.set(level, { n, hashes });
  }

  /** The entries that a tile of level 0 has the hashes of; the last may be what is left of one. */
  async entries(n: number): Promise<Uint8Array[] | undefined> {
    const width = tileWidth(0, n, this.size);
    const found = await this.atLeast(width, (wide) => entriesPath(n, wide));
    const entries = found && readEntryBundle(found.bytes, { isCutKept: true });
    return found?.width === width ? entries : entries?.slice(0, width);
  }

  /** Where the log has grown meanwhile, a tile may stand there full only; it begins with what it held before. */
  private async atLeast(
    width: number,
    path: (width: number) => string,
  ): Promise<{ width: number; bytes: Uint8Array } | undefined> {
    for (const wide of new Set([width, TILE_WIDTH])) {
      const bytes = await this.read(path(wide));
      if (bytes) return { width: wide, bytes };
    }
    return undefined;
  }

  private async hashOf(subtree: Subtree): Promise<Buffer> {
    const { level, n, from, until } = tileOf(subtree);
    const hashes = await this.tile(level, n);
    if (!hashes) throw new NoteError(`${tilePath(level, n, tileWidth(level, n, this.size))} is not there`);
    return rootOf(hashes.slice(from, until));
  }

  private async hashesOf(path: readonly (readonly Subtree[])[]): Promise<Buffer[]> {
    const hashes: Buffer[] = [];
    for (const subtrees of path) {
      const parts: Buffer[] = [];
      for (const subtree of subtrees) parts.push(await this.hashOf(subtree));
      hashes.push(joined(parts));
    }
    return hashes;
  }

  /** The root of the tree when it had this size. Throws a `NoteError` when a tile is not there; so do the two below. */
  async rootAt(size: number): Promise<Buffer> {
    const [root] = await this.hashesOf([subtreesOf(0, size)]);
    return root!;
  }

  inclusionProof(index: number, size = this.size): Promise<Buffer[]> {
    return this.hashesOf(inclusionPath(index, size));
  }

  consistencyProof(from: number, to = this.size): Promise<Buffer[]> {
    return this.hashesOf(consistencyPath(from, to));
  }
}
