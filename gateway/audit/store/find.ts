import type { AuditQueryable } from '../database.js';
import type { Find, LoggedEntry } from '../reader.js';
import { WINDOW_SIZES, windowOf } from './blocks.js';
import {
  endOfLeaves,
  endOfWalk,
  listsOf,
  lookUp,
  type Place,
  type Reading,
  readEntriesAt,
  readStrays,
  walk,
} from './lookup-rows.js';
import { type Stretch, stretchesOf } from './stretches.js';

/** What a look-up takes upon itself before it tries another way. */
export interface Effort {
  /** So many rows are gone through one after another at first; four times as many once more, where that will do. */
  readonly walkRows: number;
  /** So many rows of the index are looked at for the first of them. */
  readonly lookUpRows: number;
}
const EFFORT: Effort = { walkRows: 2_000, lookUpRows: 2_000 };

/** Finds entries, a page: tens of milliseconds, however many entries there are and however many of them have the marks. */
export async function findEntries(db: AuditQueryable, asked: Find, effort = EFFORT): Promise<LoggedEntry[]> {
  const found: Place[] = [];
  for (const stretch of await stretchesOf(db, asked)) {
    if (found.length >= asked.first) break;
    found.push(...(await findIn(db, { stretch, asked: stillWanting(asked, found) }, effort)));
  }
  return readEntriesAt(db, found);
}

async function findIn(
  db: AuditQueryable,
  { stretch, asked }: { stretch: Stretch; asked: Find },
  effort: Effort,
): Promise<Place[]> {
  if (stretch.kind !== 'middle') return readStrays(db, { leaves: stretch, asked });
  // Without marks every entry is meant, and nearly every one of the stretch is of the times asked for.
  if (listsOf(asked).length === 0) return walk(db, { leaves: stretch, asked });
  const { found, rest } = await walkFirst(db, { leaves: stretch, asked }, effort);
  if (!rest || found.length >= asked.first) return found;
  const untilLeaf = rest.untilLeaf < Number.MAX_SAFE_INTEGER ? rest.untilLeaf : await endOfLeaves(db);
  const others = { leaves: { ...rest, untilLeaf }, asked: stillWanting(asked, found) };
  return [...found, ...(await lookUpAll(db, others, effort))];
}

/** What most entries have is found soonest by going through them. `rest`: what was not gone through, if anything is left. */
async function walkFirst(
  db: AuditQueryable,
  { leaves, asked }: Reading,
  { walkRows }: Effort,
): Promise<{ found: Place[]; rest: Reading['leaves'] | undefined }> {
  const found: Place[] = [];
  let rest = leaves;
  for (const most of [walkRows, 4 * walkRows]) {
    const walked = await walk(db, { leaves: rest, asked: stillWanting(asked, found), rows: most });
    found.push(...walked);
    if (found.length >= asked.first) break;
    const end = await endOfWalk(db, { leaves: rest, asked, rows: most });
    if (end === undefined) return { found, rest: undefined };
    rest = asked.order === 'newest first' ? { ...rest, untilLeaf: end } : { ...rest, fromLeaf: end + 1 };
    if (4 * walked.length < asked.first - found.length) break;
  }
  return { found, rest };
}

interface Sizes {
  readonly first: number;
  readonly most: number;
}
/** At first as many leaves as the index goes through in no time; where few are found, more at a time. */
const SIZES: Sizes = { first: 1, most: WINDOW_SIZES - 1 };
const SIZES_UP = 2;

/**
 * By the index, a window of leaves after another. Where few were found the next is larger; where there are too many to look at, it is
 * looked at part by part, since they may lie all together at its other end (an officer who left, a procedure that was abolished).
 */
async function lookUpAll(
  db: AuditQueryable,
  { leaves, asked, sizes = SIZES }: Reading & { sizes?: Sizes },
  effort: Effort,
): Promise<Place[]> {
  const isNewestFirst = asked.order === 'newest first';
  const found: Place[] = [];
  let size = sizes.first;
  for (let rest = leaves; rest.fromLeaf < rest.untilLeaf && found.length < asked.first; ) {
    const window = windowOf(rest, size, isNewestFirst);
    const inWindow = { leaves: window, asked: stillWanting(asked, found) };
    const few = await lookUp(db, { ...inWindow, window, most: Math.max(effort.lookUpRows, asked.first) });
    if (few) found.push(...few);
    else if (size === 0) found.push(...(await walk(db, inWindow)));
    else {
      const parts = { first: size - 1, most: size - 1 };
      found.push(...(await lookUpAll(db, { ...inWindow, sizes: parts }, effort)));
    }
    rest = isNewestFirst ? { ...rest, untilLeaf: window.fromLeaf } : { ...rest, fromLeaf: window.untilLeaf };
    size = Math.min(size + SIZES_UP, sizes.most);
  }
  return found;
}

const stillWanting = (asked: Find, found: readonly Place[]): Find => ({ ...asked, first: asked.first - found.length });
