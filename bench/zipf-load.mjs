// Who is asked about how often: some again and again, most hardly ever, and now and then everybody in turn.

/** Mulberry32: the same numbers from 0 to 1 for the same seed. */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Coprime with a million, so that neighbours are no more alike in how often they are asked about than anybody. */
const SPREAD = 618_033;

/**
 * Draws one of so many people at a time by Zipf's law with s = 1: the second is asked about half as often as the first, the third a
 * third as often. People are numbered from 0, in another order than by how often they are asked about.
 */
export function zipf(people, seed) {
  const random = randomNumbers(seed);
  const sums = new Float64Array(people);
  let sum = 0;
  for (let rank = 0; rank < people; rank += 1) sums[rank] = sum += 1 / (rank + 1);
  return () => {
    const drawn = random() * sum;
    let [least, most] = [0, people - 1];
    while (least < most) {
      const middle = (least + most) >>> 1;
      if (sums[middle] > drawn) most = middle;
      else least = middle + 1;
    }
    return (least * SPREAD) % people;
  };
}

/** So many people one after the other, from where the last export ended. */
export function exports(people) {
  let next = 0;
  return () => next++ % people;
}
