import { readCheckpoint, splitNotes, type VerifiedCheckpoint } from './checkpoint.js';
import { type Findings, timeText } from './findings.js';
import { NoteError } from './note.js';

/** There must be a checkpoint every hour; a sequencer that is just being handed over is given some minutes. */
const HOUR_MS = 65 * 60_000;

/** Where a checkpoint of the log was kept, as a sentence goes on after `the checkpoint of 12 entries`. */
const WHOSE = {
  kept: 'that was kept from before',
  other: 'that another auditor was shown',
  listed: 'in the list of checkpoints',
} as const;
type Whose = keyof typeof WHOSE;

interface Other extends VerifiedCheckpoint {
  readonly whose: Whose;
  /** Whether the tree began with its entries; `undefined`: that can't be told. */
  fits?: boolean;
}

/** The checkpoints of a log beside its newest: each must be an earlier state of the same tree. */
export class History {
  private readonly others: Other[] = [];
  private waiting: Other[] = [];

  constructor(
    private readonly newest: VerifiedCheckpoint,
    private readonly is: { readonly vkey: string; readonly signed: boolean },
    private readonly found: Findings,
  ) {}

  /** Takes up checkpoints that an auditor has. */
  add(whose: Whose, notes: readonly string[]): void {
    const refused = new Map<string, number[]>();
    notes.forEach((note, index) => {
      try {
        this.others.push({ ...readCheckpoint(note, this.is), whose });
      } catch (error) {
        if (!(error instanceof NoteError)) throw error;
        refused.set(error.message, [...(refused.get(error.message) ?? []), index + 1]);
      }
    });
    // With a wrong key it is the whole list, a note every hour.
    for (const [why, [first, ...others]] of refused) {
      const more = others.length > 0 ? `, and ${others.length} more of them, prove` : ' proves';
      this.found.add({ kind: 'checkpoint', says: `The checkpoint ${first} ${WHOSE[whose]}${more} nothing: ${why}.` });
    }
    this.waiting = this.others.filter(({ size }) => size <= this.newest.size).sort((a, b) => a.size - b.size);
  }

  /** Takes up the file that has a checkpoint for every hour, and looks for hours that have none. */
  addList(text: string): void {
    this.add('listed', splitNotes(text));
    const listed = this.others.filter(({ whose, size }) => whose === 'listed' && size <= this.newest.size);
    let before: Other | VerifiedCheckpoint | undefined;
    for (const one of [...listed, ...(this.is.signed ? [this.newest] : [])]) {
      if (one.atMs === undefined) {
        this.found.add({
          kind: 'hour',
          says: `The checkpoint of ${one.size} entries does not say when it was signed.`,
        });
        continue;
      }
      if (before) this.compareTimes(before, one);
      before = one;
    }
  }

  private isWithinHour(before: VerifiedCheckpoint, one: VerifiedCheckpoint): boolean {
    return one.atMs !== undefined && before.atMs !== undefined && one.atMs - before.atMs <= HOUR_MS;
  }

  private compareTimes(before: VerifiedCheckpoint, one: VerifiedCheckpoint): void {
    const [from, to] = [timeText(before.atMs!), timeText(one.atMs!)];
    if (!this.isWithinHour(before, one)) {
      const says = `No checkpoint was signed between ${from} and ${to}: the log stood still or was switched off, or checkpoints were taken away.`;
      this.found.add({ kind: 'hour', says });
    }
    if (one.size < before.size && one.atMs! >= before.atMs!) {
      const says = `The log had ${before.size} entries at ${from} and ${one.size} at ${to}: an older state was put back.`;
      this.found.add({ kind: 'restored', says });
    }
  }

  /** Says if the newest checkpoint is too old for what time it is. */
  checkAge(nowMs: number): void {
    const { atMs } = this.newest;
    if (!this.is.signed) return;
    if (atMs !== undefined && nowMs - atMs <= HOUR_MS) return;
    const when =
      atMs === undefined ? 'does not say when it was signed' : `is of ${timeText(atMs)}, more than an hour ago`;
    this.found.add({
      kind: 'hour',
      says: `The newest checkpoint ${when}: the log stands still, or an older state of it is shown.`,
    });
  }

  /** The next size that a checkpoint is to be compared at. */
  get nextSize(): number {
    return this.waiting[0]?.size ?? Number.POSITIVE_INFINITY;
  }

  /** Compares what is to be compared up to this size. `root`: of the tree's first so many entries; `undefined`: it can't be told. */
  compare(size: number, root: () => Buffer | undefined): void {
    while (this.nextSize <= size) {
      const one = this.waiting.shift()!;
      if (one.size === size) one.fits = root()?.equals(one.root);
    }
  }

  /** Between which leaves the tree was rewritten, as far as checkpoints show: the last that fits it, and the first that doesn't. */
  private rewritten(size: number): string {
    const fitting = this.others.filter(({ fits, size: other }) => fits && other < size).map(({ size: other }) => other);
    const from = Math.max(0, ...fitting);
    const which = from === size - 1 ? `leaf ${from}` : `one of leaves ${from} to ${size - 1}`;
    return from === 0 ? which : `${which} (those before fit the checkpoint of ${from})`;
  }

  /** Says what all comparisons come to. `isRootRight`: whether the newest checkpoint has the root of the tree that is there. */
  conclude(isRootRight: boolean): void {
    const others = this.others.toSorted((a, b) => a.size - b.size);
    const wrong = others.filter(({ fits }) => fits === false);
    // In the list, all that follow the first wrong one are wrong with it; and where the tree isn't the one that was signed, all are.
    const firstListed = wrong.find(({ whose }) => whose === 'listed');
    const { size, root } = this.newest;
    // Of the list the last one says it for all that are larger.
    const lastListed = others.findLast(({ whose }) => whose === 'listed');
    for (const one of others) {
      if (one.size > size) {
        if (one.whose !== 'listed' || one === lastListed) this.sayShrunk(one);
      } else if (one.size === size && !one.root.equals(root)) this.sayFork(one);
      else if (one.fits === false && isRootRight && (one.whose !== 'listed' || one === firstListed)) this.sayFork(one);
      else if (one.fits === undefined && one.size < size && one.whose !== 'listed') {
        const says = `Whether the checkpoint of ${one.size} entries ${WHOSE[one.whose]} is an earlier state can't be told: hashes are missing or changed.`;
        this.found.add({ kind: 'undecided', says });
      }
    }
    if (isRootRight) return;
    const which = this.rewritten(wrong[0]?.size ?? size);
    const says = `The checkpoint's root for ${size} entries is not that of the tree that is here: ${which} was changed, moved, put in or left out.`;
    this.found.add({ kind: 'root', says });
  }

  private sayFork(one: Other): void {
    const { newest } = this;
    const when = one.atMs === undefined ? '' : `, signed ${timeText(one.atMs)},`;
    const how =
      one.size === newest.size
        ? `has another root (${one.root.toString('base64')}) than the newest (${newest.root.toString('base64')})`
        : `is no earlier state of the log of ${newest.size} entries`;
    const what = `he checkpoint of ${one.size} entries${when} ${WHOSE[one.whose]} ${how}`;
    if (!this.is.signed) {
      this.found.add({ kind: 'checkpoint', says: `T${what}, which the log did not sign.` });
      return;
    }
    const why =
      'one was shown to some and another to others, entries were rewritten, or an older state was put back and gone on from';
    const says = `Fork: t${what}. The log's key signed both, and so two histories (${why}); they differ in ${this.rewritten(one.size)}.`;
    this.found.add({ kind: 'fork', says });
  }

  private sayShrunk({ size, whose, atMs }: Other): void {
    const { newest } = this;
    const isOlder = whose !== 'other' || (atMs ?? Number.POSITIVE_INFINITY) < (newest.atMs ?? Number.NEGATIVE_INFINITY);
    if (isOlder) {
      const says = `The log has ${newest.size} entries, and had ${size} by the checkpoint ${WHOSE[whose]}: an older state was put back, and leaves ${newest.size} to ${size - 1} are gone.`;
      this.found.add({ kind: 'restored', says });
    } else {
      const says = `The checkpoint ${WHOSE[whose]} is of ${size} entries, of which ${newest.size} are here: compare them there, where both are.`;
      this.found.add({ kind: 'undecided', says });
    }
  }
}
