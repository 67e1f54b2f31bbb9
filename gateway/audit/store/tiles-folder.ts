import { access, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Entry } from '../entry.js';
import { type Checkpoint, parseCheckpoint } from '../verify/checkpoint.js';
import { parseNote } from '../verify/note.js';
import { entriesPath, readEntryBundle, TILE_WIDTH, type TileName, tilePath, tileWidth } from '../verify/tiles.js';
import { readFileIfThere, writeFileWhole } from './checkpoint-file.js';
import type { Publisher } from './publish.js';

/**
 * The log in a folder, for a web server that serves files, and for copies. What the checkpoint needs is there before the checkpoint is;
 * a file is whole or absent; nothing is written twice, but for entries that are no longer kept. Several processes may write into one folder: they write the same.
 */
export class TilesFolder {
  readonly #publisher: Publisher;
  readonly #folder: string;
  #publishing: Promise<void> | undefined;
  #isAsked = false;

  constructor(publisher: Publisher, folder: string) {
    this.#publisher = publisher;
    this.#folder = folder;
  }

  /**
   * Writes what the folder lacks of the newest checkpoint, after a restart whatever came since. Whoever asks while it is being done
   * gets a round of their own after it, all together. Rejects when the folder cannot be written, or holds another tree.
   */
  publish(): Promise<void> {
    this.#isAsked = true;
    this.#publishing ??= this.#publishAll().finally(() => {
      this.#publishing = undefined;
    });
    return this.#publishing;
  }

  /** Takes out of the folder what the log no longer keeps: for after months were retired. Resolves to how many files it was in. */
  async forgetRetired(): Promise<number> {
    const size = (await this.#checkpoint())?.size ?? 0;
    let changed = 0;
    for (let n = 0; tileWidth(0, n, size) > 0; n += 1) {
      const width = tileWidth(0, n, size);
      const path = join(this.#folder, entriesPath(n, width));
      const before = await readFileIfThere(path);
      const bytes = before && (await this.#publisher.tile({ level: 'entries', n, width }));
      if (!before || bytes?.length === before.length) continue;
      changed += 1;
      // Of one that is not full there may be several, each with more entries than the one before.
      await rm(width === TILE_WIDTH ? path : dirname(path), { recursive: true });
      if (bytes) await writeFileWhole(path, bytes);
    }
    return changed;
  }

  async #publishAll(): Promise<void> {
    while (this.#isAsked) {
      this.#isAsked = false;
      await this.#publishNewest();
    }
  }

  async #publishNewest(): Promise<void> {
    // The list first, as whoever verifies reads it: one that is ahead of the newest would look like a log that was set back.
    const list = await this.#publisher.read('checkpoints');
    const note = (await this.#publisher.read('checkpoint'))?.toString();
    if (note === undefined || list === undefined) return;
    const [before, now] = [await this.#checkpoint(), openNote(note)];
    if (before?.note === note) return;
    await this.#refuseOther(before, now);
    const from = before?.size ?? 0;
    for (let level = 0; Math.floor(now.size / TILE_WIDTH ** level) > 0; level += 1) {
      const first = Math.floor(from / TILE_WIDTH ** (level + 1));
      for (let n = first; tileWidth(level, n, now.size) > 0; n += 1) {
        const width = tileWidth(level, n, now.size);
        await this.#writeTile({ level, n, width });
        if (level === 0) await this.#writeTile({ level: 'entries', n, width });
      }
    }
    await this.#write('log.pub');
    // Another process may have come further meanwhile.
    const later = await this.#checkpoint();
    if (later && later.size > now.size) return;
    await writeFileWhole(join(this.#folder, 'checkpoint'), note);
    await writeFileWhole(join(this.#folder, 'checkpoints'), list);
  }

  /** A folder is what others have copied: it must not be made to say something else. */
  async #refuseOther(before: Checkpoint | undefined, now: Checkpoint): Promise<void> {
    if (!before) return;
    const isSame = before.origin === now.origin && before.size <= now.size;
    if (isSame && (await this.#publisher.root(before.size)).equals(before.root)) return;
    throw new Error(
      `The folder of tiles holds a checkpoint of ${before.origin} over ${before.size} entries, which the log in the database, ${now.origin} with ${now.size}, ` +
        'does not continue: an older backup was restored, or the folder is that of another log. Keep both for the inquiry, and name another folder in AUDIT_TILES_DIR.',
    );
  }

  async #checkpoint(): Promise<(Checkpoint & { note: string }) | undefined> {
    const bytes = await readFileIfThere(join(this.#folder, 'checkpoint'));
    return bytes && { ...openNote(bytes.toString()), note: bytes.toString() };
  }

  async #writeTile(tile: TileName): Promise<void> {
    const path = pathOf(tile);
    if (await isThere(join(this.#folder, path))) return;
    const bytes = await this.#publisher.tile(tile);
    // Entries of a month that is no longer kept.
    if (!bytes) return;
    if (tile.level === 'entries') {
      for (const hash of detailsOf(bytes)) await this.#write(`details/${hash}`);
    }
    await writeFileWhole(join(this.#folder, path), bytes);
    // Whoever has an older checkpoint finds the full tile instead.
    if (tile.width === TILE_WIDTH) await rm(join(this.#folder, `${path}.p`), { recursive: true, force: true });
  }

  async #write(path: string): Promise<void> {
    if (await isThere(join(this.#folder, path))) return;
    const bytes = await this.#publisher.read(path);
    if (bytes) await writeFileWhole(join(this.#folder, path), bytes);
  }
}

function openNote(note: string): Checkpoint {
  return parseCheckpoint(parseNote(note).text);
}

function pathOf({ level, n, width }: TileName): string {
  return level === 'entries' ? entriesPath(n, width) : tilePath(level, n, width);
}

/** The details that entries refer to. A line that is no entry refers to none. */
export function detailsOf(bundle: Uint8Array): Set<string> {
  const hashes = new Set<string>();
  for (const bytes of readEntryBundle(bundle)) {
    try {
      const { shape, fromIn } = JSON.parse(Buffer.from(bytes).toString()) as Partial<Entry>;
      for (const hash of [shape, fromIn]) if (typeof hash === 'string') hashes.add(hash);
    } catch {}
  }
  return hashes;
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
