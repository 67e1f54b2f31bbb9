import { type Entry, EntryError, parseEntry, shortHash } from '../entry.js';
import { type Findings, timeText } from './findings.js';

/** A clock that is set right may go back by this much. */
const CLOCK_BACK_MS = 60_000;

interface Last {
  readonly n: number;
  readonly at: number;
  readonly leaf: number;
  /** What the next entry must name. */
  readonly hash: string;
  readonly hasEnded: boolean;
}

/** The writers of a log, each followed from entry to entry. It keeps a few words for each writer, and nothing of the entries. */
export class Chains {
  private readonly writers = new Map<string, Last>();

  constructor(private readonly found: Findings) {}

  get count(): number {
    return this.writers.size;
  }

  /** How many have no `end` yet: they run, or did not stop by themselves. */
  get open(): number {
    return [...this.writers.values()].filter(({ hasEnded }) => !hasEnded).length;
  }

  /**
   * Follows a writer to the entry at a leaf, and returns the entry; `undefined`: it is none. `isUnbroken`: every leaf before has been
   * looked at, so that a writer begins with its first.
   */
  follow(leaf: number, bytes: Uint8Array, isUnbroken: boolean): Entry | undefined {
    let line: string;
    let entry: Entry;
    try {
      line = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      entry = parseEntry(line);
    } catch (error) {
      const why = error instanceof EntryError ? error.message : 'is not UTF-8';
      this.found.add({ kind: 'chain', leaf, says: `what stands here ${why}.` });
      return undefined;
    }
    const { w: writer, n, at } = entry;
    const last = this.writers.get(writer);
    this.check({ leaf, writer, n }, entry, { last, isUnbroken });
    if (n > (last?.n ?? 0)) {
      this.writers.set(writer, { n, at, leaf, hash: shortHash(line), hasEnded: entry.kind === 'end' });
    }
    return entry;
  }

  private check(
    about: { leaf: number; writer: string; n: number },
    entry: Entry,
    { last, isUnbroken }: { last: Last | undefined; isUnbroken: boolean },
  ): void {
    const { leaf, writer, n } = about;
    const say = (kind: 'chain' | 'twice' | 'time', says: string) => this.found.add({ kind, ...about, says });
    if ((entry.kind === 'begin') !== (n === 1)) say('chain', 'a writer begins with its entry 1, and with no other.');
    if (!last && n > 1 && isUnbroken) this.gap({ writer, from: 1, to: n - 1, after: -1, before: leaf });
    if (!last) return;
    if (n <= last.n) {
      say(
        'twice',
        `the writer's entries had come to ${last.n} before (leaf ${last.leaf}): it is in the tree a second time, or too late.`,
      );
      return;
    }
    if (last.hasEnded) say('chain', `the writer had ended before, with its entry ${last.n} (leaf ${last.leaf}).`);
    if (n > last.n + 1) this.gap({ writer, from: last.n + 1, to: n - 1, after: last.leaf, before: leaf });
    else if (entry.p !== last.hash) {
      const says = `it names another entry before it than the one in leaf ${last.leaf}: entry ${last.n} was changed or replaced before it came into the tree.`;
      say('chain', says);
    }
    if (entry.at < last.at - CLOCK_BACK_MS) {
      const before = `the entry before it (leaf ${last.leaf}) is of ${timeText(last.at)}`;
      say('time', `its time runs backwards: it is of ${timeText(entry.at)}, and ${before}.`);
    }
  }

  private gap(gap: { writer: string; from: number; to: number; after: number; before: number }): void {
    if (this.found.name(gap)) return;
    const { writer, from, to, after, before } = gap;
    const which = from === to ? 'it is' : `it and those to ${to} are`;
    const where =
      after < 0
        ? `before the writer's first in leaf ${before}`
        : `between the writer's in leaf ${after} and in leaf ${before}`;
    this.found.add({ kind: 'missing', writer, n: from, says: `${which} missing ${where}.` });
  }
}
