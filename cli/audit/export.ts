import { parseArgs } from 'node:util';
import { type Entry, EntryError, parseEntry } from '../../gateway/audit/entry.js';
import type { AuditReader } from '../../gateway/audit/reader.js';
import { Publisher } from '../../gateway/audit/store/publish.js';
import type { Signer } from '../../gateway/audit/verify/note.js';
import { entriesPath, readEntryBundle, TILE_WIDTH, tilePath, tileWidth } from '../../gateway/audit/verify/tiles.js';
import { UsageError } from '../main.js';
import { type Archive, createArchive } from './archive.js';
import { RANGE, readRange, readWhy, WHY, wrong } from './arguments.js';
import { createLongProgress } from './long-work.js';
import { MANIFEST, Manifest } from './manifest.js';
import { type OpenLog, openLog } from './open.js';
import { ownSigner } from './own-key.js';
import { counted } from './table.js';
import type { ExportInfo } from './verify.js';

const OPTIONS = { ...WHY, ...RANGE, out: { type: 'string' }, json: { type: 'boolean' } } as const;

/** So many details are fetched at once. */
const DETAILS_AT_ONCE = 200;

/**
 * Writes what `verify --dir` accepts elsewhere: the entries of some days and all they name, the hashes of the whole tree, and what the
 * log signed. Entries come in files of 256, so a few from before and after may be among them.
 */
export async function exportLog(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { from, to, out } = values;
  if (!from || !to) throw wrong('--from DAY and --to DAY are both needed');
  if (!out) throw wrong('--out FOLDER or --out FILE.tar is missing');
  const why = readWhy(values);
  const range = readRange({ from, to });
  const signer = ownSigner();
  const log = await openLog();
  try {
    // The list before the newest: one that is ahead of it would look like a log that was set back.
    const list = await new Publisher(log.database, signer.vkey).read('checkpoints');
    const newest = await log.reader.checkpoint();
    if (!newest) throw new UsageError('The log has no checkpoint yet, so there is nothing to be proved.', 1);
    const leaves = await leavesOf(log.reader, { ...range, size: newest.size });
    await log.record({ what: 'log.export', why, more: { from, to } });
    const archive = await createArchive(out, Date.now());
    try {
      const exporting = new Export(log, { archive, signer, size: newest.size, note: newest.note, list });
      const counts = await exporting.write({ from, to, ...leaves });
      await archive.finish();
      const { entries, files } = counts;
      process.stdout.write(
        values.json
          ? `${JSON.stringify({ out, from, to, ...leaves, entries, files, size: newest.size })}\n`
          : `${out} holds ${counted(entries, 'entry', 'entries')} of the log of ${newest.size.toLocaleString('en-US')}, in ${counted(files, 'file', 'files')}: npm run audit -- verify --dir ${out} --key KEY\n`,
      );
      return 0;
    } finally {
      await archive.close();
    }
  } finally {
    await log.close();
  }
}

/** The leaves from the first to the last entry of these times, widened to whole files of entries; none: an empty range. */
async function leavesOf(
  reader: AuditReader,
  { size, ...range }: { fromMs?: number; untilMs?: number; size: number },
): Promise<{ firstLeaf: number; lastLeaf: number }> {
  const [first] = await reader.find({ ...range, order: 'oldest first', first: 1 });
  const [last] = await reader.find({ ...range, order: 'newest first', first: 1 });
  if (!first || !last || first.leaf >= size) return { firstLeaf: 0, lastLeaf: -1 };
  const firstLeaf = first.leaf - (first.leaf % TILE_WIDTH);
  const end = last.leaf - (last.leaf % TILE_WIDTH) + TILE_WIDTH;
  return { firstLeaf, lastLeaf: Math.min(end, size) - 1 };
}

class Export {
  private readonly manifest = new Manifest();
  private readonly publisher: Publisher;
  private readonly known = new Set<string>();
  private pending: string[] = [];
  private done = 0;
  private readonly progress = createLongProgress('exporting');

  constructor(
    private readonly log: OpenLog,
    private readonly to: { archive: Archive; signer: Signer; size: number; note: string; list: Uint8Array | undefined },
  ) {
    this.publisher = new Publisher(log.database, to.signer.vkey);
  }

  async write(info: ExportInfo): Promise<{ entries: number; files: number }> {
    const { signer, note, list, archive, size } = this.to;
    await this.put('export.json', Buffer.from(`${JSON.stringify({ v: 1, origin: signer.name, ...info })}\n`));
    await this.put('log.pub', Buffer.from(`${signer.vkey}\n`));
    await this.put('checkpoint', Buffer.from(note));
    if (list) await this.put('checkpoints', list);
    const total = Math.ceil(size / TILE_WIDTH) + Math.ceil((info.lastLeaf + 1 - info.firstLeaf) / TILE_WIDTH);
    await this.writeTiles(total);
    const entries = await this.writeEntries(info, total);
    await this.writeDetails();
    const manifest = Buffer.from(this.manifest.signed(signer));
    await archive.put(MANIFEST, manifest);
    return { entries, files: this.manifest.files + 1 };
  }

  private async put(path: string, bytes: Uint8Array): Promise<void> {
    this.manifest.add(path, bytes);
    await this.to.archive.put(path, bytes);
  }

  /** All hashes of the tree: whoever checks works out the root from them. */
  private async writeTiles(total: number): Promise<void> {
    const { size } = this.to;
    for (let level = 0; tileWidth(level, 0, size) > 0; level += 1) {
      for (let n = 0; tileWidth(level, n, size) > 0; n += 1) {
        const width = tileWidth(level, n, size);
        const tile = await this.publisher.tile({ level, n, width });
        if (tile) await this.put(tilePath(level, n, width), tile);
        if (level === 0) this.progress((this.done += 1), total);
      }
    }
  }

  private async writeEntries({ firstLeaf, lastLeaf }: ExportInfo, total: number): Promise<number> {
    let entries = 0;
    for (let n = firstLeaf / TILE_WIDTH; n * TILE_WIDTH <= lastLeaf; n += 1) {
      const width = tileWidth(0, n, this.to.size);
      // A month that was retired leaves its files out, or its entries empty in that where it ended.
      const bytes = await this.publisher.tile({ level: 'entries', n, width });
      if (bytes) {
        await this.put(entriesPath(n, width), bytes);
        for (const line of readEntryBundle(bytes)) {
          if (line.length === 0) continue;
          entries += 1;
          await this.note(line);
        }
      }
      this.progress((this.done += 1), total);
    }
    return entries;
  }

  /** What the entry names is exported too, each once. */
  private async note(line: Uint8Array): Promise<void> {
    let entry: Entry;
    try {
      entry = parseEntry(Buffer.from(line).toString());
    } catch (error) {
      // It is exported as it is: what is wrong with it is for whoever checks it to find.
      if (error instanceof EntryError) return;
      throw error;
    }
    for (const hash of [entry.shape, entry.fromIn]) {
      if (hash === undefined || this.known.has(hash)) continue;
      this.known.add(hash);
      this.pending.push(hash);
    }
    if (this.pending.length >= DETAILS_AT_ONCE) await this.writeDetails();
  }

  private async writeDetails(): Promise<void> {
    const hashes = this.pending;
    this.pending = [];
    for (const [hash, body] of await this.log.reader.details(hashes)) {
      await this.put(`details/${hash}`, Buffer.from(body));
    }
  }
}
