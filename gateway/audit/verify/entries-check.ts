import { type Entry, parseEntry } from '../entry.js';
import { placeEntries, type Wrong } from './bundle.js';
import { Chains } from './chains.js';
import { DetailsCheck } from './details-check.js';
import { type Claim, type Findings, timeText } from './findings.js';
import type { Read } from './tile-reader.js';

/** An entry of later than the checkpoint that has it was not written by a clock that is right. */
const CLOCK_AHEAD_MS = 10 * 60_000;

/** The act by which a log says that it keeps no entries from before a month: `before` is that, as `YYYY-MM`. */
const RETIRED = 'months.retire';
/** An entry that could not be told at once comes into the tree after later ones; by more than this, it is asked about. */
const LATE_MS = 24 * 3_600_000;

/** Leaves beside each other whose entries are not here. */
interface Gap {
  readonly from: number;
  until: number;
  /** Whether others of their file are here, and no word that they were retired. */
  readonly isMissing: boolean;
  /** The latest time of an entry before. */
  readonly afterMs: number;
}

/** Checks the entries of a log against the hashes that the tree has of them, file by file. */
export class EntriesCheck {
  readonly chains: Chains;
  readonly details: DetailsCheck;
  /** Leaves whose entries aren't kept any more, by the log's own account. */
  readonly retired: { readonly from: number; readonly until: number }[] = [];
  /** How many fit the tree. */
  fitting = 0;
  /** Whether each leaf so far has shown its entry, or that it should have one. */
  private isUnbroken = true;
  /** Leaves without their entry since the last that has one: the end of the log, if none comes. */
  private gaps: Gap[] = [];
  /** Gaps that others came after. */
  private readonly holes: Gap[] = [];
  private latestMs = Number.NEGATIVE_INFINITY;
  private retiredBeforeMs = Number.NEGATIVE_INFINITY;

  constructor(
    read: Read,
    private readonly found: Findings,
    private readonly log: {
      readonly atMs: number | undefined;
      readonly isPart: boolean;
      isAsked(leaf: number): boolean;
    },
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
      const entry = bytes && this.chains.follow(leaf, bytes, this.isUnbroken);
      if (entry) await this.look(leaf, entry);
      if (retired.includes(place)) this.lack(leaf, 1, false);
      for (const one of wrong) if (one.at === place) this.say(one, leaf, entry);
    }
  }

  private async look(leaf: number, entry: Entry): Promise<void> {
    await this.details.check(leaf, entry);
    const { w: writer, n, at, act } = entry;
    this.latestMs = Math.max(this.latestMs, at);
    if (act?.what === RETIRED) {
      this.retiredBeforeMs = Math.max(
        this.retiredBeforeMs,
        Date.parse(`${act.before}-01T00:00:00Z`) || this.retiredBeforeMs,
      );
    }
    if (at <= (this.log.atMs ?? Number.POSITIVE_INFINITY) + CLOCK_AHEAD_MS) return;
    const says = `it is of ${timeText(at)}, later than the checkpoint that has it (${timeText(this.log.atMs!)}).`;
    this.found.add({ kind: 'time', leaf, writer, n, says });
  }

  private say({ kind, says, instead }: Wrong, leaf: number, entry: Entry | undefined): void {
    if (kind === 'missing') this.lack(leaf, 1, true);
    else if (kind === 'changed') {
      this.closeGaps();
      this.found.addUnnamed({ kind, leaf, says }, claimOf(instead!));
    } else this.found.add({ kind, leaf, ...(entry && { writer: entry.w, n: entry.n }), says });
  }

  private lack(from: number, count: number, isMissing: boolean): void {
    const last = this.gaps.at(-1);
    if (!this.log.isAsked(from)) this.isUnbroken = false;
    else if (last?.until === from && last.isMissing === isMissing) last.until += count;
    else this.gaps.push({ from, until: from + count, isMissing, afterMs: this.latestMs });
  }

  /** Says what was lacking, now that it's known not to be the end of the log. */
  private closeGaps(): void {
    for (const gap of this.gaps) {
      for (let leaf = gap.from; gap.isMissing && leaf < gap.until; leaf += 1) this.found.addUnnamed(missing(leaf));
      if (gap.isMissing) continue;
      this.isUnbroken = false;
      this.holes.push(gap);
      if (gap.until - gap.from === 1) this.found.suspect(missing(gap.from));
    }
    this.gaps = [];
  }

  /** Says how the log ends, and which of the entries that are not here can't have been retired. */
  conclude(): void {
    const [first, last] = [this.gaps[0], this.gaps.at(-1)];
    if (first && last) {
      const leaves =
        last.until - first.from === 1
          ? 'its entry, the last, is'
          : `its entry and all to leaf ${last.until - 1}, the last, are`;
      const says = `${leaves} missing: the table or its file was cut off. The tree still has their hashes.`;
      this.found.add({ kind: 'truncated', leaf: first.from, says });
    }
    for (const { from, until, afterMs } of this.holes) {
      if (this.found.isNamed(from)) continue;
      if (this.log.isPart || afterMs < this.retiredBeforeMs + LATE_MS) this.retired.push({ from, until });
      else this.found.add(missing(from, until, this.retiredBeforeMs));
    }
    this.details.conclude();
  }
}

function missing(from: number, until = from + 1, retiredBeforeMs?: number) {
  const which = until - from === 1 ? 'the entry is' : `its entry and those to leaf ${until - 1} are`;
  const retired = Number.isFinite(retiredBeforeMs)
    ? `only what is from before ${timeText(retiredBeforeMs!)}`
    : 'nothing';
  const why = retiredBeforeMs === undefined ? '' : `. By its own account the log retired ${retired}`;
  return { kind: 'missing' as const, leaf: from, says: `${which} missing; the tree still has its hash${why}.` };
}

/** Which entry something says that it is; it need not be true. */
function claimOf(bytes: Uint8Array): Claim | undefined {
  try {
    const { w: writer, n } = parseEntry(Buffer.from(bytes).toString());
    return { writer, n };
  } catch {
    return undefined;
  }
}
