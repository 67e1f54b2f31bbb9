/** A source of chance that a text decides: the same text gives the same choices on every machine. */
export interface Random {
  /** A whole number from 0 to `below` - 1. */
  int(below: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** At least `min` of the items (fewer only if there are fewer), in their order. */
  some<T>(items: readonly T[], min: number): T[];
}

export function createRandom(seed: string): Random {
  let state = hash(seed);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    return mix(state) / 2 ** 32;
  };
  const random: Random = {
    int: (below) => Math.floor(next() * below),
    chance: (probability) => next() < probability,
    pick(items) {
      if (items.length === 0) throw new Error('there is nothing to pick from');
      return items[random.int(items.length)]!;
    },
    some(items, min) {
      const count = Math.min(items.length, min + random.int(Math.max(1, items.length - min + 1)));
      const chosen = new Set<number>();
      while (chosen.size < count) chosen.add(random.int(items.length));
      return items.filter((_, index) => chosen.has(index));
    },
  };
  return random;
}

/** 32 bits of a text (FNV-1a, mixed), by which the data of the tests are made. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return mix(value);
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 15), value | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return (mixed ^ (mixed >>> 14)) >>> 0;
}
