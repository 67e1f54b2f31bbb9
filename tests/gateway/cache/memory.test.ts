import type { StoredField } from '../../../gateway/cache/entry.js';
import { MemoryStore } from '../../../gateway/cache/index.js';

const BYTES_MAX = 200_000;
let store: MemoryStore;
beforeEach(() => {
  store = new MemoryStore(BYTES_MAX);
});

const UNTIL_1 = { freshUntilMs: 1, revalidateUntilMs: 1, ifErrorUntilMs: 1 };
const field = (value: unknown): StoredField => {
  return { value, refs: [], records: [], retrievedAtMs: 0, ...UNTIL_1, tier: 'MEMORY' };
};
const write = (name: string, value: unknown = 'x'.repeat(100)) =>
  store.write([{ name, fields: new Map([['f', field(value)]]) }], store.moment);
const knows = (name: string) => store.read([{ name }])[0] !== undefined;
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
/** A look-up as a request makes it: what is not there is written. Whether it was. */
const ask = (name: string) => {
  const found = knows(name);
  if (!found) write(name);
  return found;
};

test('takes no more bytes than it may, whatever is written', () => {
  for (const [at, name] of names('n', 5_000).entries()) {
    write(name, at % 7 === 0 ? 'é'.repeat(at % 500) : { at, list: [at, null, 'Đ'.repeat(at % 50)] });
    expect(store.stats().bytes).toBeLessThanOrEqual(BYTES_MAX);
  }
  expect(store.stats().evicted).toBeGreaterThan(4_000);
  expect(store.stats().entries).toBe(5_000 - store.stats().evicted);
});

test('counts what it takes: nothing is left of what was forgotten, nor of what was written over', () => {
  write('a', 'short');
  const { bytes } = store.stats();
  write('a', 'long'.repeat(1_000));
  expect(store.stats().bytes).toBeGreaterThan(bytes + 3_900);
  write('a', 'short');
  expect(store.stats().bytes).toBe(bytes);
  store.drop(['a']);
  expect(store.stats()).toEqual({ entries: 0, bytes: 0, evicted: 0, bytesBySubgraph: new Map([['', 0]]) });
});

test('an entity that is asked for all day loses the fields that nobody can have any more', () => {
  const at = (nowMs: number) => {
    const untilMs = nowMs + 10;
    const untils = { freshUntilMs: untilMs, revalidateUntilMs: untilMs, ifErrorUntilMs: untilMs };
    const stored = { ...field('x'), retrievedAtMs: nowMs, ...untils };
    store.write([{ name: 'a', fields: new Map([[`f${nowMs}`, stored]]) }], store.moment);
  };
  for (let nowMs = 0; nowMs < 1_000; nowMs += 1) at(nowMs);
  expect(store.read([{ name: 'a' }])[0]!.size).toBeLessThanOrEqual(33);
  store.drop(['a']);
  expect(store.stats().bytes).toBe(0);
});

test('counts the names of fields', () => {
  const { bytes } = store.stats();
  store.write([{ name: 'a', fields: new Map([['k'.repeat(10_000), field(1)]]) }], store.moment);
  expect(store.stats().bytes).toBeGreaterThan(bytes + 10_000);
});

test('an entity larger than the whole store is not kept, and does no harm', () => {
  write('small');
  write('large', 'x'.repeat(BYTES_MAX));
  expect(knows('large')).toBe(false);
  write('next');
  expect(knows('next')).toBe(true);
});

test('what is asked for again and again outlives an export of everybody', () => {
  const hot = names('hot', 100);
  for (let round = 0; round < 3; round += 1) for (const name of hot) ask(name);
  for (const name of names('export', 100_000)) ask(name);
  expect(hot.filter(knows)).toHaveLength(100);
});

test('what was forgotten while on trial is let in when it comes again soon', () => {
  for (const name of names('hot', 300)) for (let time = 0; time < 3; time += 1) ask(name);
  ask('late');
  for (const name of names('passing', 100)) ask(name);
  expect(knows('late')).toBe(false);
  write('late');
  for (const name of names('export', 5_000)) ask(name);
  expect(knows('late')).toBe(true);
});

/** Zipf's law over `people`, with an export of 20,000 people in the middle: which share of look-ups is found. */
function hitsOf(look: (name: string) => boolean): number {
  const weights = Array.from({ length: 20_000 }, (_, rank) => 1 / (rank + 1));
  const sums: number[] = [];
  for (const weight of weights) sums.push((sums.at(-1) ?? 0) + weight);
  let state = 1;
  const chance = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const pick = () => {
    const at = chance() * sums.at(-1)!;
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return `p${low}`;
  };
  let hits = 0;
  for (let turn = 0; turn < 60_000; turn += 1) {
    if (turn % 20_000 === 10_000) for (const name of names(`export${turn}-`, 20_000)) look(name);
    if (look(pick())) hits += 1;
  }
  return hits / 60_000;
}

test('finds more than a plain LRU of as many entities, with exports in between', () => {
  const ours = hitsOf(ask);
  const most = store.stats().entries;
  const lru = new Map<string, true>();
  const plain = hitsOf((name) => {
    const found = lru.delete(name);
    lru.set(name, true);
    if (lru.size > most) lru.delete(lru.keys().next().value!);
    return found;
  });
  expect(ours).toBeGreaterThan(plain);
});
