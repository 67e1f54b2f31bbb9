import type { Entry } from '../entry.js';
import { placeEntries, type Wrong } from './bundle.js';
import { Chains } from './chains.js';
import { DetailsCheck } from './details-check.js';
import { type Findings, timeText } from './findings.js';
import type { Read } from './tile-reader.js';

/** An entry of later than the checkpoint that has it was not written by a clock that is right. */
const CLOCK_AHEAD_MS = 10 * 60_000;

interface Gap {
  readonly from: number;
  until: number;
  /** Whether its entries should be there, as others of their file are; else they may have been retired. */
  readonly isMissing: boolean;
}

/** Checks the entries of a log against the hashes that the tree has of them, file by file. */
export class EntriesCheck {
  readonly chains: Chains;
  readonly details: DetailsCheck;
  readonly retired: { readonly from: number; readonly until: number }[] = [];
  /** How many fit the tree. */
  fitting = 0;
  private hasSeenAny = false;
  /** Whether each leaf so far has shown its entry, or that it should have one. */
  private isUnbroken = true;
  /** Leaves without their entry since the last that has one: the end of the log, if none comes. */
  private gaps: Gap[] = [];

  constructor(
    read: Read,
    private readonly found: Findings,
    private readonly log: { readonly atMs: number | undefined; isAsked(leaf: number): boolean },
  ) {
    this.chains = new Chains(found);
    this.details = new DetailsCheck(read, found);
  }

  /** Passes over leaves that aren't asked about. */
  skip(): void {
    this.isUnbroken = false;
  }

  /** Checks the entries of the leaves from `first` on. `hashes`: what the tree has of them; `undefined`: nothing tells. */
  async check(
    first: number,
    width: number,
    files: { hashes?: readonly Buffer[]; entries?: readonly Uint8Array[] },
  ): Promise<void> {
    const { hashes, entries = [] } = files;
    if (!files.entries) return this.lack(first, width, false);
    if (!hashes) this.isUnbroken = false;
    const { placed, retired, wrong } = hashes
      ? placeEntries(hashes, entries, first)
      : { placed: entries, retired: [], wrong: [] };
    for (let place = 0; place <= width; place += 1) {
      const leaf = first + place;
      const bytes = placed[place];
      if (bytes) this.closeGaps();
      if (bytes && hashes) this.fitting += 1;
      const entry = bytes && this.chains.follow(leaf, bytes, { whole: this.isUnbroken });
      if (entry) await this.look(leaf, entry);
      if (retired.includes(place)) this.lack(leaf, 1, false);
      for (const one of wrong) if (one.at === place) this.say(one, leaf, entry);
    }
  }

  private async look(leaf: number, entry: Entry): Promise<void> {
    await this.details.check(leaf, entry);
    const { w: writer, n, at } = entry;
    if (at <= (this.log.atMs ?? Number.POSITIVE_INFINITY) + CLOCK_AHEAD_MS) return;
    const says = `it is of ${timeText(at)}, later than the checkpoint that has it (${timeText(this.log.atMs!)}).`;
    this.found.add({ kind: 'time', leaf, writer, n, says });
  }

  private say({ kind, says, instead }: Wrong, leaf: number, entry: Entry | undefined): void {
    if (kind === 'missing') this.lack(leaf, 1, true);
    else if (kind === 'changed') this.sayChanged(leaf, instead!, says);
    else this.found.add({ kind, leaf, ...(entry && { writer: entry.w, n: entry.n }), says });
  }

  /** Says which entry was changed by what now stands there, if that goes on from its writer's last; else the writer's next will tell. */
  private sayChanged(leaf: number, instead: Uint8Array, says: string): void {
    this.closeGaps();
    const claimed = this.chains.follow(leaf, instead, { whole: this.isUnbroken, changed: true });
    if (claimed) this.found.add({ kind: 'changed', leaf, writer: claimed.w, n: claimed.n, says });
    else this.found.addUnnamed({ kind: 'changed', leaf, says });
  }

  private lack(from: number, count: number, isMissing: boolean): void {
    const last = this.gaps.at(-1);
    if (!this.log.isAsked(from)) this.isUnbroken = false;
    else if (last?.until === from && last.isMissing === isMissing) last.until += count;
    else this.gaps.push({ from, until: from + count, isMissing });
  }

  /** Says what was lacking, now that it's known not to be the end of the log. */
  private closeGaps(): void {
    this.hasSeenAny = true;
    for (const { from, until, isMissing } of this.gaps) {
      if (!isMissing) {
        this.retired.push({ from, until });
        this.isUnbroken = false;
        continue;
      }
      for (let leaf = from; leaf < until; leaf += 1) {
        this.found.addUnnamed({ kind: 'missing', leaf, says: 'the entry is missing; the tree still has its hash.' });
      }
    }
    this.gaps = [];
  }

  /** Says how the log ends. */
  conclude(): void {
    const [first, last] = [this.gaps[0], this.gaps.at(-1)];
    if (first && last && (this.hasSeenAny || first.isMissing)) {
      const leaves =
        last.until - first.from === 1
          ? 'its entry, the last, is'
          : `its entry and all to leaf ${last.until - 1}, the last, are`;
      const says = `${leaves} missing: the table or its file was cut off. The tree still has their hashes.`;
      this.found.add({ kind: 'truncated', leaf: first.from, says });
    } else this.retired.push(...this.gaps);
    this.details.conclude();
  }
}
