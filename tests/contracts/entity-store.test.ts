import type { EntityStore, StoredField, Write } from '../../gateway/cache/entry.js';
import { MemoryStore } from '../../gateway/cache/index.js';
import { TwoTiers } from '../../gateway/cache/two-tiers.js';
import { describeOnRedis, type RedisServer, startRedis, startRedisCluster } from '../helpers/redis-server.js';
import { openRedisStore } from '../helpers/redis-store.js';

const field = (value: unknown, more: Partial<StoredField> = {}): StoredField => ({
  value,
  refs: [],
  records: [],
  retrievedAtMs: 1,
  freshUntilMs: 2_000_000,
  revalidateUntilMs: 2_000_000,
  ifErrorUntilMs: 3_000_000,
  tier: 'MEMORY',
  ...more,
});
const write = (name: string, fields: Record<string, StoredField>): Write => {
  return { name, fields: new Map(Object.entries(fields)) };
};

interface Opened {
  readonly store: EntityStore;
  close(): void | Promise<void>;
}

/** What any store does. `open` gives one with nothing in it. */
function describeStore(name: string, open: () => Promise<Opened>): void {
  describe(`an entity store: ${name}`, () => {
    let opened: Opened;
    let store: EntityStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });
    afterEach(() => opened?.close());
    testStore(() => store);
  });
}

describeStore('memory', async () => ({ store: new MemoryStore(1_000_000), close: () => {} }));

describeOnRedis('over Redis', () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis();
  });
  afterAll(() => server?.stop());
  beforeEach(() => void server.cli('flushall'));
  describeStore('Redis', () => openRedisStore(server.url));
  describeStore('two tiers', async () => {
    const { store, close } = await openRedisStore(server.url);
    return { store: new TwoTiers(new MemoryStore(1_000_000), store, { now: () => 0 }), close };
  });
  describeStore('two tiers, of which the near one forgets at once', async () => {
    const { store, close } = await openRedisStore(server.url);
    return { store: new TwoTiers(new MemoryStore(0), store, { now: () => 0 }), close };
  });
});

describeOnRedis('over a cluster', () => {
  let cluster: Awaited<ReturnType<typeof startRedisCluster>>;
  beforeAll(async () => {
    cluster = await startRedisCluster();
  }, 60_000);
  afterAll(() => cluster?.stop());
  beforeEach(() => cluster.servers.forEach((server) => void server.cli('flushall')));
  describeStore('Redis Cluster', () => openRedisStore(cluster.url));
});

function testStore(opened: () => EntityStore): void {
  let store: EntityStore;
  beforeEach(() => {
    store = opened();
  });
  const remember = async (...writes: Write[]) => store.write(writes, store.moment);
  const valuesOf = async (...names: string[]) => {
    const entries = await store.read(names.map((name) => ({ name, keys: () => ['x', 'y', 'z'] })));
    return entries.map((entry) => entry && Object.fromEntries([...entry].map(([key, { value }]) => [key, value])));
  };

  test('gives what was written, in the order of the names, and nothing for what was not', async () => {
    await remember(write('a', { x: field(1) }), write('b', { x: field({ deep: ['é', null] }), y: field(true) }));
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
      freshUntilMs: 3_000_000,
    });
    await remember(write('a', { 'x(y:1){z}\n{"h":"1"}': told }));
    const [entry] = await store.read([{ name: 'a', keys: () => ['x(y:1){z}\n{"h":"1"}'] }]);
    expect({ ...entry!.get('x(y:1){z}\n{"h":"1"}'), tier: 'MEMORY' }).toEqual(told);
  });

  test('adds fields to an entity, and writes over those that it has', async () => {
    await remember(write('a', { x: field(1), y: field(2) }));
    await remember(write('a', { y: field(3, { retrievedAtMs: 2 }), z: field(4) }));
    expect(await valuesOf('a')).toEqual([{ x: 1, y: 3, z: 4 }]);
  });

  test('forgets an entity as a whole, or everything', async () => {
    const both = [write('a', { x: field(1) }), write('b', { x: field(2) })];
    await remember(...both);
    await store.drop(['a', 'nobody']);
    expect(await valuesOf('a', 'b')).toEqual([undefined, { x: 2 }]);
    await remember(...both);
    await store.clear();
    expect(await valuesOf('a', 'b')).toEqual([undefined, undefined]);
  });

  test('what was asked for before an entity was forgotten is not written after it, what was asked for later is', async () => {
    await valuesOf('a');
    const before = store.moment;
    await store.drop(['a']);
    await store.write([write('a', { x: field('old') }), write('b', { x: field('other') })], before);
    expect(await valuesOf('a', 'b')).toEqual([undefined, { x: 'other' }]);
    await store.write([write('a', { x: field('new') })], store.moment);
    expect(await valuesOf('a')).toEqual([{ x: 'new' }]);
  });

  test('what was asked for before everything was forgotten is not written after it', async () => {
    await valuesOf('a');
    const before = store.moment;
    await store.clear();
    await store.write([write('a', { x: field('old') })], before);
    // The first look after that learns what is to be written as.
    await valuesOf('a');
    expect(await valuesOf('a')).toEqual([undefined]);
    await store.write([write('a', { x: field('new') })], store.moment);
    expect(await valuesOf('a')).toEqual([{ x: 'new' }]);
  });
}
