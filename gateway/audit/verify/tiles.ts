import { HASH_BYTES, type Subtree } from './merkle.js';
import { NoteError } from './note.js';

/** Tiles and entry bundles (c2sp.org/tlog-tiles): the tree and its entries in files, 256 a file. */

export const TILE_HEIGHT = 8;
export const TILE_WIDTH = 2 ** TILE_HEIGHT;
const LENGTH_BYTES = 2;
const ENTRY_MAX = 2 ** 16 - 1;

/** The path of a tile: `tile/0/x001/067`, of one that isn't full with `.p/` and how many hashes it has. */
export function tilePath(level: number, n: number, width: number = TILE_WIDTH): string {
  return `tile/${level}/${numberPath(n)}${partial(width)}`;
}

/** The path of the entries that the tile of level 0 with this number holds the hashes of. */
export function entriesPath(n: number, width: number = TILE_WIDTH): string {
  return `tile/entries/${numberPath(n)}${partial(width)}`;
}

function numberPath(n: number): string {
  const digits = String(n).padStart(Math.ceil(String(n).length / 3) * 3, '0');
  const groups = digits.match(/\d{3}/g) ?? [];
  return groups.map((group, index) => (index < groups.length - 1 ? `x${group}` : group)).join('/');
}

function partial(width: number): string {
  if (!(Number.isInteger(width) && width >= 1 && width <= TILE_WIDTH)) throw new RangeError(`no tile is ${width} wide`);
  return width < TILE_WIDTH ? `.p/${width}` : '';
}

/** A tile, or an entry bundle. */
export interface TileName {
  /** `entries`: an entry bundle. */
  readonly level: number | 'entries';
  readonly n: number;
  readonly width: number;
}

/** What a path names, for whoever serves tiles; `undefined` for any other path, or another way of writing one. */
export function parseTilePath(path: string): TileName | undefined {
  const [, level = '', digits = '', width = '256'] =
    /^tile\/(entries|[0-9]|[1-5][0-9]|6[0-3])\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d{1,3}))?$/.exec(path) ?? [];
  if (level === '') return undefined;
  const [n, wide] = [Number(digits.replace(/[x/]/g, '')), Number(width)];
  if (!Number.isSafeInteger(n) || wide < 1 || wide > TILE_WIDTH) return undefined;
  const again = level === 'entries' ? entriesPath(n, wide) : tilePath(Number(level), n, wide);
  return again === path ? { level: level === 'entries' ? level : Number(level), n, width: wide } : undefined;
}

/** How many hashes the tile has in a tree of a size; 0: there is none. */
export function tileWidth(level: number, n: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** level) - n * TILE_WIDTH;
  return Math.max(0, Math.min(TILE_WIDTH, hashes));
}

/** Which hashes of which tile have a complete subtree's hash as their root. */
export function tileOf({ level, index }: Subtree): { level: number; n: number; from: number; until: number } {
  const tileLevel = Math.floor(level / TILE_HEIGHT);
  const hashes = 2 ** (level - tileLevel * TILE_HEIGHT);
  const n = Math.floor((index * hashes) / TILE_WIDTH);
  const from = index * hashes - n * TILE_WIDTH;
  return { level: tileLevel, n, from, until: from + hashes };
}

/** The hashes of a tile. Throws a `NoteError` when it isn't `width` wide. */
export function readTile(bytes: Uint8Array, width: number): Buffer[] {
  if (bytes.length !== width * HASH_BYTES) {
    throw new NoteError(`it has ${bytes.length} bytes, where ${width} hashes have ${width * HASH_BYTES}`);
  }
  return Array.from({ length: width }, (_, i) => Buffer.from(bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES)));
}

/**
 * The entries of a bundle. Of one that ends within an entry, what is left of it comes as the last if that is asked for; else a
 * `NoteError` is thrown.
 */
export function readEntryBundle(bytes: Uint8Array, { isCutKept = false } = {}): Uint8Array[] {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const from = at + LENGTH_BYTES;
    const until = from + (bytes[at]! * 256 + (bytes[at + 1] ?? 0));
    if (until > bytes.length && !isCutKept) throw new NoteError(`it ends within its entry ${entries.length + 1}`);
    entries.push(bytes.subarray(from, until));
    at = until;
  }
  return entries;
}

export function writeEntryBundle(entries: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > ENTRY_MAX) throw new RangeError(`an entry of ${entry.length} bytes is too long for a bundle`);
      return [Buffer.from([Math.floor(entry.length / 256), entry.length % 256]), entry];
    }),
  );
}
