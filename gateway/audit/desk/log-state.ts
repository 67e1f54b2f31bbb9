import type { Clock } from '../../context.js';
import { type Entry, EntryError, parseEntry, readRecords, shortHash } from '../entry.js';
import type { AuditReader } from '../reader.js';

export interface MissingEntries {
  readonly writer: string;
  /** The first and the last number. */
  readonly from: number;
  readonly until: number;
}

export interface LogState {
  readonly size: number;
  readonly checkpoint: string | null;
  readonly checkpointAt: string | null;
  readonly lateSeconds: number | null;
  readonly checked: number;
  readonly isAllChecked: boolean;
  readonly missing: readonly MissingEntries[];
  readonly missingIndexes: readonly { readonly from: number; readonly until: number }[];
  readonly altered: readonly { readonly index: number; readonly problem: string }[];
  readonly openWriters: readonly {
    readonly writer: string;
    readonly begunAt: string | null;
    readonly last: number;
    readonly lastAt: string;
  }[];
}

export const CHECKED_MAX = 200_000;
const PAGE = 1_000;
/** Even without entries there is a checkpoint every hour. */
const CHECKPOINT_EVERY_MS = 3_600_000;
/** Entries of one time stand near one another in the tree, but a journal that is replayed comes late. */
const FOUND_MAX = 1_000;

/**
 * Looks through the entries of a time, in the order of the tree: each writer's numbers and chain, and whether there is one at each
 * place. It proves nothing to who does not trust the store, for which there is the verifier; it says where to look.
 */
export async function logState(
  log: AuditReader,
  {
    fromMs,
    untilMs,
    clock,
    signal,
    entriesMax = CHECKED_MAX,
  }: { fromMs: number; untilMs: number; clock: Clock; signal?: AbortSignal; entriesMax?: number },
): Promise<LogState> {
  const checkpoint = await log.checkpoint();
  const [begin] = await log.find({ fromMs, untilMs, order: 'oldest first', first: 1 });
  const chains = new Chains();
  let checked = 0;
  let isAllChecked = true;
  if (begin) {
    let afterLeaf = begin.leaf - 1;
    reading: for (;;) {
      signal?.throwIfAborted();
      // Not found by time: who left a row out would leave out its time, too.
      const page = await log.find({ afterLeaf, order: 'oldest first', first: PAGE });
      for (const { leaf, line } of page) {
        if (checked >= entriesMax) {
          isAllChecked = false;
          break reading;
        }
        if (chains.add(leaf, line) >= untilMs) break reading;
        checked += 1;
      }
      const last = page.at(-1);
      if (!last || page.length < PAGE) {
        chains.endAt(checkpoint?.size);
        break;
      }
      afterLeaf = last.leaf;
    }
  } else if (checkpoint && checkpoint.size > 0 && (await isEmpty(log))) {
    chains.endAt(checkpoint.size);
  }
  return {
    size: checkpoint?.size ?? 0,
    checkpoint: checkpoint?.note ?? null,
    checkpointAt: checkpoint ? new Date(checkpoint.atMs).toISOString() : null,
    lateSeconds: checkpoint ? Math.max(0, clock.now() - checkpoint.atMs - CHECKPOINT_EVERY_MS) / 1000 : null,
    checked,
    isAllChecked,
    ...chains.found(),
  };
}

async function isEmpty(log: AuditReader): Promise<boolean> {
  return (await log.find({ order: 'oldest first', first: 1 })).length === 0;
}

interface Chain {
  n: number;
  /** Of the last entry; `undefined`: its line is not kept. */
  hash: string | undefined;
  begunAtMs?: number;
  lastAtMs: number;
  hasEnded: boolean;
}

class Chains {
  readonly #byWriter = new Map<string, Chain>();
  readonly #missing: MissingEntries[] = [];
  readonly #missingIndexes: { from: number; until: number }[] = [];
  readonly #altered: { index: number; problem: string }[] = [];
  #nextLeaf: number | undefined;

  /** Takes the entry at the next place; gives its time, as far as it is known. */
  add(leaf: number, line: string | undefined): number {
    if (this.#nextLeaf !== undefined && leaf > this.#nextLeaf) {
      note(this.#missingIndexes, { from: this.#nextLeaf, until: leaf - 1 });
    }
    this.#nextLeaf = leaf + 1;
    // Its month is retired: the tree has its hash, and nobody can say more.
    if (line === undefined) return Number.NEGATIVE_INFINITY;
    const entry = this.#read(leaf, () => parseEntry(line));
    if (!entry) return Number.NEGATIVE_INFINITY;
    this.#read(leaf, () => readRecords(entry));
    this.#follow(entry, { leaf, line });
    return entry.at;
  }

  #read<Read>(leaf: number, read: () => Read): Read | undefined {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof EntryError)) throw error;
      note(this.#altered, { index: leaf, problem: error.message });
      return undefined;
    }
  }

  #follow({ w, n, p, at, kind }: Entry, { leaf, line }: { leaf: number; line: string }): void {
    const before = this.#byWriter.get(w);
    if (before && n > before.n + 1) note(this.#missing, { writer: w, from: before.n + 1, until: n - 1 });
    if (before && n <= before.n) note(this.#altered, { index: leaf, problem: 'is there twice, or out of order' });
    if (before && n === before.n + 1 && before.hash !== undefined && p !== before.hash) {
      note(this.#altered, {
        index: leaf,
        problem: 'does not follow on what its writer wrote before: one of the two was changed',
      });
    }
    if (before?.hasEnded) note(this.#altered, { index: leaf, problem: 'comes after the end of its writer' });
    const begunAtMs = kind === 'begin' ? at : before?.begunAtMs;
    this.#byWriter.set(w, {
      n,
      hash: shortHash(line),
      ...(begunAtMs === undefined ? {} : { begunAtMs }),
      lastAtMs: at,
      hasEnded: kind === 'end',
    });
  }

  /** That nothing comes after: up to the checkpoint's size there should be an entry at each place. */
  endAt(size: number | undefined): void {
    const next = this.#nextLeaf ?? 0;
    if (size !== undefined && size > next) note(this.#missingIndexes, { from: next, until: size - 1 });
  }

  found(): Pick<LogState, 'missing' | 'missingIndexes' | 'altered' | 'openWriters'> {
    const open = [...this.#byWriter].filter(([, { hasEnded }]) => !hasEnded);
    return {
      missing: this.#missing,
      missingIndexes: this.#missingIndexes,
      altered: this.#altered,
      openWriters: open.map(([writer, { n, begunAtMs, lastAtMs }]) => ({
        writer,
        begunAt: begunAtMs === undefined ? null : new Date(begunAtMs).toISOString(),
        last: n,
        lastAt: new Date(lastAtMs).toISOString(),
      })),
    };
  }
}

function note<Found>(all: Found[], found: Found): void {
  if (all.length < FOUND_MAX) all.push(found);
}
