/**
 * A seeded random source of our own: the same numbers on every machine, for ever. sfc32 (Chris Doty-Humphrey, PractRand) on
 * four words that splitmix32 spreads from a hash of the stream's name. Only 32-bit integer arithmetic and one division by a
 * power of two, so that no engine's rounding can differ.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter: number;

  /** Streams of different names are independent: a family's stream does not depend on how many families come after it. */
  constructor(stream: string) {
    let state = hash(stream);
    const spread = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let word = state ^ (state >>> 16);
      word = Math.imul(word, 0x21f0aaad);
      word ^= word >>> 15;
      word = Math.imul(word, 0x735a2d97);
      return word ^ (word >>> 15);
    };
    this.a = spread();
    this.b = spread();
    this.c = spread();
    this.counter = 1;
    for (let round = 0; round < 12; round += 1) this.next();
  }

  /** The next 32 bits, as an unsigned integer. */
  next(): number {
    const sum = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + sum) | 0;
    return sum >>> 0;
  }

  /** A fraction, 0 included, 1 not. */
  fraction(): number {
    return this.next() / 4294967296;
  }

  /** A whole number, both ends included. */
  int(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.fraction() * items.length)] as Item;
  }

  weighted<Item>(items: Weighted<Item>): Item {
    const mark = this.fraction() * items.total;
    let low = 0;
    let high = items.upTo.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((items.upTo[middle] as number) > mark) high = middle;
      else low = middle + 1;
    }
    return items.items[low] as Item;
  }
}

/** Items with their weights summed up, so that a pick is one binary search. */
export interface Weighted<Item> {
  items: readonly Item[];
  upTo: readonly number[];
  total: number;
}

export function weights<Item>(items: readonly Item[], weightOf: (item: Item) => number): Weighted<Item> {
  let total = 0;
  const upTo = items.map((item) => {
    total += weightOf(item);
    return total;
  });
  return { items, upTo, total };
}

/** FNV-1a with a final mix: 32 bits that differ for near names. */
export function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state ^= text.charCodeAt(index);
    state = Math.imul(state, 0x01000193);
  }
  state ^= state >>> 16;
  state = Math.imul(state, 0x85ebca6b);
  state ^= state >>> 13;
  return state >>> 0;
}
