import type { AuditQueryable } from '../database.js';
import type { Find, LoggedEntry } from '../reader.js';
import { SIZE_MOST, sizeOfParts, windowOf } from './blocks.js';
import {
  listsOf,
  lookUp,
  nearestLeaf,
  type Place,
  type Reading,
  readEntriesAt,
  readStrays,
  walk,
} from './lookup-rows.js';
import { isEmpty, type Leaves, parted, type Stretch, stretchesOf } from './stretches.js';

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
  const isNewestFirst = asked.order === 'newest first';
  const leaves = await ended(db, stretch);
  if (listsOf(asked).length === 0) return walkOn(db, { leaves, asked });

  // What most entries have is found soonest by going through them.
  const found: Place[] = [];
  let rest: Leaves = leaves;
  for (const count of [effort.walkRows, 4 * effort.walkRows]) {
    const parts = parted(rest, count, isNewestFirst);
    const walked = await walk(db, { leaves: parts.part, asked: stillWanting(asked, found) });
    found.push(...walked);
    rest = parts.rest;
    const wanting = asked.first - found.length;
    if (wanting === 0 || isEmpty(rest)) return found;
    if (4 * walked.length < wanting) break;
  }
  return [...found, ...(await lookUpAll(db, { leaves: rest, asked: stillWanting(asked, found) }, effort))];
}

/** Up to the last leaf that there is. */
async function ended(db: AuditQueryable, leaves: Leaves): Promise<Leaves> {
  if (leaves.untilLeaf < Number.MAX_SAFE_INTEGER) return leaves;
  const last = await nearestLeaf(db, leaves, true);
  return { fromLeaf: leaves.fromLeaf, untilLeaf: last === undefined ? leaves.fromLeaf : last + 1 };
}

const WALK_ON_MOST = 65_536;

/** Goes through all until there are enough: nearly every entry is one that is meant. */
async function walkOn(db: AuditQueryable, { leaves, asked }: Reading): Promise<Place[]> {
  const isNewestFirst = asked.order === 'newest first';
  const found: Place[] = [];
  let rest = leaves;
  for (let count = 2 * asked.first; !isEmpty(rest) && found.length < asked.first; count *= 2) {
    const parts = parted(rest, Math.min(count, WALK_ON_MOST), isNewestFirst);
    const walked = await walk(db, { leaves: parts.part, asked: stillWanting(asked, found) });
    found.push(...walked);
    rest = parts.rest;
    if (walked.length > 0 || isEmpty(rest)) continue;
    const nearest = await nearestLeaf(db, rest, isNewestFirst);
    if (nearest === undefined) break;
    rest = isNewestFirst ? { ...rest, untilLeaf: nearest + 1 } : { ...rest, fromLeaf: nearest };
  }
  return found;
}

interface Sizes {
  readonly first: number;
  readonly most: number;
}
/** At first as many leaves as the index goes through in no time; where few are found, more at a time. */
const SIZES: Sizes = { first: 1, most: SIZE_MOST };
const SIZES_UP = 2;
/** Where there are too many, parts so small that it costs less to look into all of them than to go through as many once more. */
const PARTS = 16;

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
  for (let rest = leaves; !isEmpty(rest) && found.length < asked.first; ) {
    const window = windowOf(rest, size, isNewestFirst);
    const inWindow = { leaves: window, asked: stillWanting(asked, found) };
    const few = await lookUp(db, { ...inWindow, window, most: Math.max(effort.lookUpRows, asked.first) });
    if (few) found.push(...few);
    else if (size === 0) found.push(...(await walk(db, inWindow)));
    else {
      const part = Math.min(size - 1, sizeOfParts(window, PARTS));
      const parts = { first: part, most: part };
      found.push(...(await lookUpAll(db, { ...inWindow, sizes: parts }, effort)));
    }
    rest = isNewestFirst ? { ...rest, untilLeaf: window.fromLeaf } : { ...rest, fromLeaf: window.untilLeaf };
    size = Math.min(size + SIZES_UP, sizes.most);
  }
  return found;
}

const stillWanting = (asked: Find, found: readonly Place[]): Find => ({ ...asked, first: asked.first - found.length });
