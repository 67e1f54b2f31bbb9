import { leafHash } from './merkle.js';

/** What is wrong with how entries stand in a bundle. */
export interface Wrong {
  readonly kind: 'changed' | 'order' | 'missing' | 'twice' | 'added';
  /** Where in the bundle, from 0. */
  readonly at: number;
  readonly says: string;
  /** What stands in the place of a changed entry. */
  readonly instead?: Uint8Array;
}

/** Entries, each at the place that the tree has its hash at. */
export interface Placed {
  /** `undefined`: the entry is not there, or was changed. */
  readonly placed: readonly (Uint8Array | undefined)[];
  /** Places whose entries have been retired. */
  readonly retired: readonly number[];
  readonly wrong: readonly Wrong[];
}

/**
 * Compares a bundle with the hashes that the tree has of its entries, both numbered from 0, and tells as much of a difference as can be
 * told: an entry whose hash stands elsewhere was moved, one whose hash stands nowhere was changed. `first`: the number of the first leaf.
 */
export function placeEntries(hashes: readonly Buffer[], entries: readonly Uint8Array[], first: number): Placed {
  const places = new Map<string, number[]>();
  hashes.forEach((hash, place) => {
    const name = hash.toString('latin1');
    places.set(name, [...(places.get(name) ?? []), place]);
  });
  const wrong: Wrong[] = [];
  const retired: number[] = [];
  const placed: (Uint8Array | undefined)[] = new Array(hashes.length).fill(undefined);
  const taken = new Set<number>();
  const foundAt = entries.map((entry) => {
    const open = places.get(leafHash(entry).toString('latin1'));
    const place = open?.shift();
    if (place !== undefined) {
      placed[place] = entry;
      taken.add(place);
    }
    return open && (place ?? 'again');
  });
  entries.forEach((entry, index) => {
    const found = foundAt[index];
    if (found === 'again') {
      const place = placed.findIndex((one) => one !== undefined && Buffer.compare(one, entry) === 0);
      wrong.push({ kind: 'twice', at: place, says: 'the entry stands in the file twice, and in the tree once.' });
    }
    if (found !== undefined) return;
    const before = foundAt[index - 1];
    const place = [index, typeof before === 'number' ? before + 1 : -1].find((one) => one in hashes && !taken.has(one));
    foundAt[index] = place;
    if (place !== undefined) taken.add(place);
    if (place !== undefined && entry.length === 0) retired.push(place);
    else if (place === undefined) {
      wrong.push({
        kind: 'added',
        at: Math.min(index, hashes.length),
        says: 'an entry stands here that is not in the tree.',
      });
    } else {
      const says = 'the entry was changed: what stands in the file does not fit the hash that the tree has of it.';
      wrong.push({ kind: 'changed', at: place, says, instead: entry });
    }
  });
  hashes.forEach((_, place) => {
    if (!taken.has(place))
      wrong.push({ kind: 'missing', at: place, says: 'the entry is missing; the tree still has its hash.' });
  });
  const order = foundAt.filter((place) => typeof place === 'number');
  wrong.push(...moved(order, first));
  return { placed, retired, wrong };
}

/** What is out of order, if anything is. */
function moved(order: readonly number[], first: number): Wrong[] {
  const sorted = order.toSorted((a, b) => a - b);
  const out = sorted.filter((place, index) => place !== order[index]);
  if (out.length === 0) return [];
  const leaves = out.map((place) => first + place);
  const says =
    leaves.length === 2
      ? `the order was changed: it and leaf ${leaves[1]} stand in each other's place.`
      : `the order was changed: the entries of leaves ${leaves[0]} to ${leaves.at(-1)} stand in another order than in the tree.`;
  return [{ kind: 'order', at: out[0]!, says }];
}
