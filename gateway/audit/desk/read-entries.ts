import {
  type Entry,
  EntryError,
  parseEntry,
  type RecordList,
  type RecordRead,
  readableRecordsOf,
  type Shape,
} from '../entry.js';
import { LOG_READ } from '../marks.js';
import type { AuditReader, Find, LoggedEntry } from '../reader.js';

/** An entry as it is read: with its details, as far as they are kept. */
export interface ReadEntry {
  readonly leaf: number;
  readonly entry: Entry;
  /** Absent: it has none, or they are no longer kept. */
  readonly shape?: Shape | undefined;
  /** The records that `shape` counts; absent, when they are no longer kept, or cannot be read: whoever verifies the log is told of those. */
  readonly records?: readonly RecordRead[] | undefined;
}

/** Shapes are few and never change; what is over is read anew. */
const SHAPES_MAX = 2_000;
const PAGE = 500;

/** Reads entries with what they refer to. */
export class EntryReader {
  readonly #shapes = new Map<string, Shape>();

  constructor(readonly log: AuditReader) {}

  /**
   * All that is found, page by page, as long as somebody wants more. A line that cannot be read is left out: `auditLog` tells of it.
   * `first` is only how many are read at once.
   */
  async *pages(
    find: Omit<Find, 'first'> & { first?: number },
    { signal, withDetails = true }: { signal?: AbortSignal | undefined; withDetails?: boolean } = {},
  ): AsyncGenerator<ReadEntry[], void, undefined> {
    let { afterLeaf, first = PAGE } = find;
    for (;;) {
      signal?.throwIfAborted();
      const found = await this.log.find({ ...find, ...(afterLeaf === undefined ? {} : { afterLeaf }), first });
      const last = found.at(-1);
      if (!last) return;
      yield await this.read(found, withDetails);
      if (found.length < first) return;
      afterLeaf = last.leaf;
      // Who needs more than the first page needs many.
      first = Math.max(first, PAGE);
    }
  }

  /** The entries of lines, without those that are retired or cannot be read. */
  async read(lines: readonly LoggedEntry[], withDetails = true): Promise<ReadEntry[]> {
    const entries = lines.flatMap(({ leaf, line }) => {
      const entry = line === undefined ? undefined : entryIn(line);
      return entry ? [{ leaf, entry }] : [];
    });
    if (!withDetails) return entries;
    const details = await this.#details(entries.map(({ entry }) => entry));
    return entries.map(({ leaf, entry }) => {
      const shape = entry.shape === undefined ? undefined : this.#shapes.get(entry.shape);
      const list = entry.fromIn === undefined ? undefined : objectIn<RecordList>(details.get(entry.fromIn));
      const records = shape && readableRecordsOf(entry, shape, list);
      return { leaf, entry, shape, records };
    });
  }

  /** The shape under a hash; `undefined`: it is no longer kept. */
  async shape(hash: string): Promise<Shape | undefined> {
    await this.#learn([hash]);
    return this.#shapes.get(hash);
  }

  /** Learns the shapes of entries, and gives their long lists. */
  async #details(entries: readonly Entry[]): Promise<ReadonlyMap<string, string>> {
    await this.#learn(entries.flatMap(({ shape }) => shape ?? []));
    const lists = [...new Set(entries.flatMap(({ fromIn }) => fromIn ?? []))];
    return lists.length === 0 ? new Map() : this.log.details(lists);
  }

  async #learn(hashes: readonly string[]): Promise<void> {
    const wanted = new Set(hashes);
    const unknown = [...wanted].filter((hash) => !this.#shapes.has(hash));
    if (unknown.length === 0) return;
    if (this.#shapes.size + unknown.length > SHAPES_MAX) {
      for (const hash of this.#shapes.keys()) if (!wanted.has(hash)) this.#shapes.delete(hash);
    }
    for (const [hash, body] of await this.log.details(unknown)) {
      const shape = objectIn<Shape>(body);
      if (Array.isArray(shape?.fields)) this.#shapes.set(hash, shape);
    }
  }
}

function entryIn(line: string): Entry | undefined {
  try {
    return parseEntry(line);
  } catch (error) {
    if (error instanceof EntryError) return undefined;
    throw error;
  }
}

/** What details hold, which anybody who may add to the log may have written. */
function objectIn<Details extends object>(body = ''): Details | undefined {
  try {
    const read: unknown = JSON.parse(body);
    return typeof read === 'object' && read !== null ? (read as Details) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether an entry read the log itself. */
export function readsLog({ entry, shape }: ReadEntry): boolean {
  return LOG_READ.isAct(entry.act?.what) || (shape?.fields.some(([path]) => LOG_READ.isField(path)) ?? false);
}
