import type { EntityStore, StoredField, Write } from '../../gateway/cache/entry.js';
import { MemoryStore } from '../../gateway/cache/index.js';

const field = (value: unknown, more: Partial<StoredField> = {}): StoredField => ({
  value,
  refs: [],
  records: [],
  retrievedAtMs: 1,
  freshUntilMs: 2,
  tier: 'MEMORY',
  ...more,
});
const write = (name: string, fields: Record<string, StoredField>): Write => {
  return { name, fields: new Map(Object.entries(fields)) };
};

const STORES: [string, () => Promise<EntityStore>][] = [['memory', async () => new MemoryStore(1_000_000)]];

describe.each(STORES)('an entity store: %s', (_name, open) => {
  let store: EntityStore;
  beforeEach(async () => {
    store = await open();
  });
  const valuesOf = async (...names: string[]) => {
    const entries = await store.read(names);
    return entries.map((entry) => entry && Object.fromEntries([...entry].map(([key, { value }]) => [key, value])));
  };

  test('gives what was written, in the order of the names, and nothing for what was not', async () => {
    await store.write([write('a', { x: field(1) }), write('b', { x: field({ deep: ['é', null] }), y: field(true) })]);
    expect(await valuesOf('b', 'nobody', 'a', 'b')).toEqual([
      { x: { deep: ['é', null] }, y: true },
      undefined,
      { x: 1 },
      { x: { deep: ['é', null] }, y: true },
    ]);
  });

  test('keeps all that is said of a field', async () => {
    const told = field([null], {
      refs: [{ path: [0], name: 's T {"id":"1"}', type: 'T', key: { id: '1' } }],
      records: [
        { record: 'R', version: '2', recordedAt: '2026-01-02T03:04:05.000Z' },
        { path: ['a', 0], record: 'Q', version: '1', recordedAt: '2026-01-02T03:04:05.000Z' },
      ],
      retrievedAtMs: 5,
      freshUntilMs: 7,
    });
    await store.write([write('a', { 'x(y:1){z}\n{"h":"1"}': told })]);
    const [entry] = await store.read(['a']);
    expect({ ...entry!.get('x(y:1){z}\n{"h":"1"}'), tier: 'MEMORY' }).toEqual(told);
  });

  test('adds fields to an entity, and writes over those that it has', async () => {
    await store.write([write('a', { x: field(1), y: field(2) })]);
    await store.write([write('a', { y: field(3), z: field(4) })]);
    expect(await valuesOf('a')).toEqual([{ x: 1, y: 3, z: 4 }]);
  });

  test('forgets an entity as a whole, or everything', async () => {
    const both = [write('a', { x: field(1) }), write('b', { x: field(2) })];
    await store.write(both);
    await store.drop(['a', 'nobody']);
    expect(await valuesOf('a', 'b')).toEqual([undefined, { x: 2 }]);
    await store.write(both);
    await store.clear();
    expect(await valuesOf('a', 'b')).toEqual([undefined, undefined]);
  });
});
