import type { Log } from '../../context.js';
import type { Share, TakenEntry, WaitingWriter } from './waiting.js';

/** What was waiting when something was taken of it, and whether all months were looked at. */
export interface Taking {
  readonly waiting: readonly WaitingWriter[];
  readonly shares: readonly Share[];
  readonly taken: readonly TakenEntry[];
  readonly nowMs: number;
  readonly isAll: boolean;
  /** Writers of whom `audit.progress` says more than there is. */
  readonly ahead?: readonly WaitingWriter[];
}

/** An entry that comes after one which is not there is often just the quicker of two. After so long it is not. */
const PATIENCE_MS = 60_000;

/**
 * Watches for entries that cannot go into the tree because one before them is not there. It may still be in the journal of a gateway
 * that is down; whether to wait for it is not for a program to say (`giveUpEntries`).
 */
export class GapWatch {
  readonly #log: Log;
  readonly #missing = new Map<string, { readonly n: number; readonly sinceMs: number; isTold: boolean }>();

  #ahead: ReadonlySet<string> = new Set();

  constructor(log: Log) {
    this.#log = log;
  }

  /** Whether another batch should follow at once, and whether some entry was missing. */
  watch({ waiting, shares, taken, nowMs, isAll, ahead = [] }: Taking): { isMore: boolean; isGap: boolean } {
    if (isAll) this.#tellAhead(ahead);
    const counts = new Map<string, number>();
    for (const { writer } of taken) counts.set(writer, (counts.get(writer) ?? 0) + 1);
    const lasts = new Map(waiting.map(({ writer, last }) => [writer, last]));
    const gaps = shares.filter(({ writer, most }) => (counts.get(writer) ?? 0) < most);
    for (const writer of this.#missing.keys()) {
      // Whoever is not waiting, all months looked at, has nothing missing any more.
      const isWaiting = gaps.some((gap) => gap.writer === writer);
      if (!isWaiting && (isAll || lasts.has(writer))) this.#missing.delete(writer);
    }
    for (const { writer, after } of gaps) this.#miss(writer, after + (counts.get(writer) ?? 0) + 1, { nowMs, isAll });
    const isMore = shares.some(
      ({ writer, after, most }) => most > 0 && counts.get(writer) === most && (lasts.get(writer) ?? 0) > after + most,
    );
    return { isMore, isGap: gaps.length > 0 };
  }

  #miss(writer: string, n: number, { nowMs, isAll }: { nowMs: number; isAll: boolean }): void {
    const known = this.#missing.get(writer);
    if (known?.n !== n) {
      this.#missing.set(writer, { n, sinceMs: nowMs, isTold: false });
    } else if (isAll && !known.isTold && nowMs - known.sinceMs >= PATIENCE_MS) {
      known.isTold = true;
      this.#log.error({ writer, n }, 'an audit entry is missing, and those after it wait for it');
    }
  }

  #tellAhead(ahead: readonly WaitingWriter[]): void {
    for (const { writer, done, last } of ahead) {
      if (this.#ahead.has(writer)) continue;
      const says =
        'audit.progress has a row for entries of a writer that there are none of: what it writes from now on is left out';
      this.#log.error({ writer, done, last }, says);
    }
    this.#ahead = new Set(ahead.map(({ writer }) => writer));
  }

  /** What is missing for longer than it may, or left out, and the cure. */
  get problem(): string | undefined {
    if (this.#ahead.size > 0) {
      return (
        `Entries are left out of the tree, for audit.progress says that later ones are in it: of writer ${[...this.#ahead].slice(0, 3).join(', ')}. ` +
        'No gateway writes so: find out who has inserted the rows, and let the owner of the log delete them.'
      );
    }
    const told = [...this.#missing].filter(([, { isTold }]) => isTold);
    if (told.length === 0) return undefined;
    const names = told.map(([writer, { n }]) => `${n} of writer ${writer}`);
    return (
      `Audit entries are missing, and those after them wait for them: ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}. ` +
      'Start the gateway in whose journal they are, or restore them from a backup of audit.entry. Entries that are lost for good can be ' +
      'given up by the owner of the log; whoever verifies it will always see that they are missing.'
    );
  }
}
