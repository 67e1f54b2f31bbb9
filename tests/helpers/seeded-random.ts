/** Numbers from 0 to 1 that are the same for the same seed (splitmix32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** The same things in a random order. */
export function shuffled<Thing>(things: readonly Thing[], random: () => number): Thing[] {
  const ranked = things.map((thing) => ({ thing, rank: random() }));
  return ranked.sort((one, other) => one.rank - other.rank).map(({ thing }) => thing);
}
