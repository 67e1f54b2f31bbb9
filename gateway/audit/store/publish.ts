import type { AuditQueryable } from '../database.js';
import { parseTilePath, TILE_WIDTH, type TileName, tileWidth, writeEntryBundle } from '../verify/tiles.js';
import { AuditTables } from './read.js';
import { TreeStore } from './tree-store.js';

const DETAILS = /^details\/([\w-]{32})$/;
/** `checkpoints` has all notes of so long, and of the time before the first and the last of each hour. */
const ALL_NOTES_MS = 3_600_000;

/**
 * The log as C2SP's tlog-tiles has it, and what verifying it wants besides: the bytes of `checkpoint`, `tile/…`, `tile/entries/…`,
 * `details/<hash>`, `checkpoints` and `log.pub`. The same bytes go out by HTTP, into folders and into exports.
 */
export class Publisher {
  readonly #db: AuditQueryable;
  readonly #tables: AuditTables;
  readonly #tree: TreeStore;
  readonly #vkey: string;

  /** `vkey`: what the log's signatures are verified with. */
  constructor(db: AuditQueryable, vkey: string) {
    this.#db = db;
    this.#tables = new AuditTables(db);
    this.#tree = new TreeStore(db);
    this.#vkey = vkey;
  }

  /** `undefined`: there is no such thing, or it is not kept any more. */
  async read(path: string): Promise<Buffer | undefined> {
    if (path === 'checkpoint') return bytesOf((await this.#tables.checkpoint())?.note);
    if (path === 'checkpoints') return Buffer.from(await this.#notes());
    if (path === 'log.pub') return bytesOf(`${this.#vkey}\n`);
    const [, hash] = DETAILS.exec(path) ?? [];
    if (hash !== undefined) return bytesOf((await this.#tables.details([hash])).get(hash));
    const tile = parseTilePath(path);
    if (!tile) return undefined;
    const { size } = (await this.#tables.checkpoint()) ?? { size: 0 };
    const has = tileWidth(tile.level === 'entries' ? 0 : tile.level, tile.n, size);
    return tile.width <= has ? this.tile(tile) : undefined;
  }

  /** A tile, or an entry bundle, that the tree is known to have. */
  async tile({ level, n, width }: TileName): Promise<Buffer | undefined> {
    if (level !== 'entries') {
      const [hashes = []] = await this.#tree.hashes([{ level, n, from: 0, until: width }]);
      return Buffer.concat(hashes);
    }
    const lines = await this.#tables.lines(n * TILE_WIDTH, width);
    // Among others, one of a month that is no longer kept is an entry of length 0 (docs/AUDIT-FORMAT.md).
    if (lines.every((line) => line === undefined)) return undefined;
    return writeEntryBundle(lines.map((line) => Buffer.from(line ?? '')));
  }

  /** The root of the tree when it had this size. */
  root(size: number): Promise<Buffer> {
    return this.#tree.root(size);
  }

  /** Whoever verifies reads them all, to see that there was one every hour: those between say nothing of that. */
  async #notes(): Promise<string> {
    const rows = await this.#db.query<{ note: string }>(
      `SELECT note FROM audit.checkpoint WHERE id IN (
         SELECT unnest(ARRAY[min(id), max(id)]) FROM audit.checkpoint GROUP BY date_trunc('hour', at)
         UNION ALL
         SELECT id FROM audit.checkpoint WHERE at > (SELECT max(at) FROM audit.checkpoint) - $1 * interval '1 ms'
       ) ORDER BY id`,
      [ALL_NOTES_MS],
    );
    return rows.map(({ note }) => note).join('');
  }
}

function bytesOf(text: string | undefined): Buffer | undefined {
  return text === undefined ? undefined : Buffer.from(text);
}
