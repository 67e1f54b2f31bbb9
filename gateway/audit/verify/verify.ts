import { parseCheckpoint, readCheckpoint, type VerifiedCheckpoint } from './checkpoint.js';
import { EntriesCheck } from './entries-check.js';
import { type Finding, Findings } from './findings.js';
import { History } from './history.js';
import { EMPTY_ROOT, Frontier } from './merkle.js';
import { NoteError, openVerifier, parseNote } from './note.js';
import { type Read, TileReader } from './tile-reader.js';
import { TILE_HEIGHT, TILE_WIDTH, tileWidth } from './tiles.js';
import { type Leaves, TreeCheck } from './tree-check.js';

export interface VerifyLog {
  readonly read: Read;
  /** The log's key, from a source that whoever runs the log can't change. */
  readonly vkey: string;
  /** The keys of witnesses, and how many of them must have cosigned the checkpoint. */
  readonly witnesses?: readonly string[];
  readonly quorum?: number;
  /** Checkpoints that the auditor kept from earlier times, as signed notes. */
  readonly kept?: readonly string[];
  /** Checkpoints that another auditor was shown. */
  readonly others?: readonly string[];
  /** The leaves whose entries are here, where it isn't the whole log: `until` is the first that is not. */
  readonly range?: { readonly from: number; readonly until: number };
  /** Looks at the tree alone: hashes are for everybody, entries are not. */
  readonly isTreeOnly?: boolean;
  /** What time it is, where the log is one that runs. */
  readonly nowMs?: number;
  /** So many findings are named, the others counted. */
  readonly findingsMax?: number;
  /** Is told how many leaves have been looked at, every 256. */
  readonly onProgress?: (leaves: number) => void;
}

export interface Report {
  readonly isWhole: boolean;
  readonly findings: readonly Finding[];
  /** Beyond those that are named. */
  readonly moreFindings: number;
  readonly checkpoint: VerifiedCheckpoint | undefined;
  /** Entries that fit the tree. */
  readonly entries: number;
  /** Leaves whose entries are not kept any more, by the log's own account; of a part of a log, those that are not in it. */
  readonly retired: readonly { readonly from: number; readonly until: number }[];
  readonly writers: number;
  /** Writers without an `end`: they run, or did not stop by themselves. */
  readonly openWriters: number;
  readonly details: { readonly fitting: number; readonly absent: number };
}

const FINDINGS_MAX = 1000;

/**
 * Checks a log from its files and its key alone: bundle by bundle, so that millions of entries take no more memory than some. What is
 * wrong is in the report; it throws only what `read` throws, or a `NoteError` about a key that is none.
 */
export async function verifyLog(asked: VerifyLog): Promise<Report> {
  const found = new Findings(asked.findingsMax ?? FINDINGS_MAX);
  // Before the newest: else a log that runs would have signed some of these after it.
  const list = await asked.read('checkpoints');
  const { newest, isSigned } = await readNewest(asked, found);
  const { from, until } = asked.range ?? { from: 0, until: Number.POSITIVE_INFINITY };
  const isAsked = (leaf: number) => leaf >= from && leaf < until;
  const entries = new EntriesCheck(asked.read, found, {
    atMs: newest?.atMs,
    isPart: asked.range !== undefined,
    isAsked,
  });
  if (newest) {
    const history = openHistory({ ...asked, list }, found, { newest, isSigned });
    const tiles = new TileReader(asked.read, newest.size);
    const tree = new TreeCheck(tiles, newest.root, found);
    await tree.open();
    const growth = new Growth(history);
    // Where nobody signed the size, and the end is not here, it may be any number.
    const size = isSigned || tree.isRootRight !== undefined ? newest.size : 0;
    for (let first = 0; first < size; first += TILE_WIDTH) {
      const n = first / TILE_WIDTH;
      const width = tileWidth(0, n, size);
      const isNeeded = !asked.isTreeOnly && from < first + width && until > first;
      const leaves = await tree.leaves(n, isNeeded);
      growth.add(leaves, first + width);
      if (isNeeded) await entries.check(first, width, { hashes: leaves.hashes, entries: await tiles.entries(n) });
      else entries.skip();
      asked.onProgress?.(first + width);
    }
    entries.conclude();
    history.conclude(tree.isRootRight !== false);
  }
  const { fitting, retired, chains, details } = entries;
  const findings = found.list();
  return {
    isWhole: found.count === 0,
    findings,
    moreFindings: found.count - findings.length,
    checkpoint: isSigned ? newest : undefined,
    entries: fitting,
    retired,
    writers: chains.count,
    openWriters: chains.open,
    details: { fitting: details.fitting, absent: details.absent },
  };
}

/** What the newest checkpoint says, even where it is not to be trusted: the rest of the log can still be compared with it. */
async function readNewest(
  asked: VerifyLog,
  found: Findings,
): Promise<{ newest?: VerifiedCheckpoint; isSigned: boolean }> {
  const { read, vkey, witnesses = [], quorum = 0 } = asked;
  // A key that is none is a mistake of whoever calls, and no finding about the log.
  for (const key of [vkey, ...witnesses]) openVerifier(key);
  const bytes = await read('checkpoint');
  if (!bytes) {
    found.add({ kind: 'checkpoint', says: 'The log has no checkpoint: nothing can be verified.' });
    return { isSigned: false };
  }
  const note = Buffer.from(bytes).toString();
  try {
    const newest = readCheckpoint(note, { vkey, witnesses });
    const { length } = newest.witnesses;
    if (length < quorum) {
      found.add({
        kind: 'witnesses',
        says: `The checkpoint is cosigned by ${length} of the ${quorum} witnesses asked for.`,
      });
    }
    return { newest, isSigned: true };
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    found.add({ kind: 'checkpoint', says: `The checkpoint is forged or damaged: ${error.message}.` });
  }
  try {
    const { text } = parseNote(note);
    return { newest: { ...parseCheckpoint(text), atMs: undefined, witnesses: [], note }, isSigned: false };
  } catch {
    return { isSigned: false };
  }
}

function openHistory(
  asked: VerifyLog & { list: Uint8Array | undefined },
  found: Findings,
  { newest, isSigned }: { newest: VerifiedCheckpoint; isSigned: boolean },
) {
  const history = new History(newest, { vkey: asked.vkey, signed: isSigned }, found);
  history.add('kept', asked.kept ?? []);
  history.add('other', asked.others ?? []);
  if (asked.list) history.addList(Buffer.from(asked.list).toString());
  if (asked.nowMs !== undefined) history.checkAge(asked.nowMs);
  return history;
}

/** Lets the tree grow anew, and compares it with each checkpoint on the way. */
class Growth {
  private readonly grown = Frontier.empty();
  private isKnown = true;

  constructor(private readonly history: History) {
    history.compare(0, () => EMPTY_ROOT);
  }

  add({ hashes, root, fits }: Leaves, end: number): void {
    const { grown, history } = this;
    if (!root && !hashes) this.isKnown = false;
    if (!this.isKnown) {
      history.compare(end, () => undefined);
      return;
    }
    const isLookedInto = !root || (fits && history.nextSize < end);
    if (root && !(isLookedInto && hashes)) grown.add(root, TILE_HEIGHT);
    else {
      for (const hash of hashes!) {
        grown.add(hash);
        history.compare(grown.size, () => grown.root());
      }
    }
    history.compare(end, () => grown.root());
  }
}
