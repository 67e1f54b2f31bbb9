import type { Leaves } from './stretches.js';

/**
 * Leaves are counted in blocks of several sizes, and the index of marks knows each row by its blocks too (`audit.lookup_keys`), so that
 * it can be asked for the rows of a mark in a part of the tree: it goes through as many as there are in that part, not through all.
 */
const LEVELS = 5;
const LEAVES_LOG2 = 14;
const LEVEL_LOG2 = 4;
/** A level's blocks have numbers of their own; marks, which are hashes, are hardly ever so small. */
const LEVEL_NUMBERS = 2 ** 48;

/** The greatest size of a window; each is four times the one before: one block of the least level, four, one block of the next, … */
export const SIZE_MOST = 2 * LEVELS - 1;

/** The largest size of which there are so many, or more, in some leaves; the least, where there are not so many of any. */
export function sizeOfParts({ fromLeaf, untilLeaf }: Leaves, parts: number): number {
  return Math.max(0, Math.floor((Math.log2((untilLeaf - fromLeaf) / parts) - LEAVES_LOG2) / 2));
}

/** The first of some leaves, in an order, as far as the blocks of a size reach. */
export interface Window extends Leaves {
  readonly blocks: readonly number[];
}

export function windowOf({ fromLeaf, untilLeaf }: Leaves, size: number, isNewestFirst: boolean): Window {
  const [level, most] = [Math.floor(size / 2), size % 2 === 0 ? 1 : 4];
  const block = 2 ** (LEAVES_LOG2 + LEVEL_LOG2 * level);
  const [first, last] = [Math.floor(fromLeaf / block), Math.floor((untilLeaf - 1) / block)];
  const low = isNewestFirst ? Math.max(first, last - most + 1) : first;
  const high = isNewestFirst ? last : Math.min(last, first + most - 1);
  return {
    fromLeaf: Math.max(fromLeaf, low * block),
    untilLeaf: Math.min(untilLeaf, (high + 1) * block),
    blocks: Array.from({ length: high - low + 1 }, (_, index) => level * LEVEL_NUMBERS + low + index),
  };
}
