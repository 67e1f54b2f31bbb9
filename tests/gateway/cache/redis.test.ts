import { connect, createServer, type Socket } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { Redis } from 'ioredis';
import type { StoredField } from '../../../gateway/cache/entry.js';
import { MemoryStore } from '../../../gateway/cache/index.js';
import { TwoTiers } from '../../../gateway/cache/two-tiers.js';
import { until } from '../../helpers/federation.js';
import { describeOnRedis, type RedisServer, startRedis } from '../../helpers/redis-server.js';
import { KEYS, type OpenedRedisStore, openRedisStore } from '../../helpers/redis-store.js';

const field = (value: unknown): StoredField => {
  return {
    value,
    refs: [],
    records: [{ record: 'KS-1990-000001', version: '2', recordedAt: '2026-01-02T03:04:05.000Z' }],
    retrievedAtMs: 1,
    freshUntilMs: 2_000_000,
    revalidateUntilMs: 2_000_000,
    ifErrorUntilMs: 2_000_000,
    tier: 'MEMORY',
  };
};
const NAME = 'civil-status Citizen {"personalId":"048090000001"}';

describeOnRedis('the cache in Redis', () => {
  let server: RedisServer;
  const opened: OpenedRedisStore[] = [];
  const open = async (options?: Parameters<typeof openRedisStore>[1], url = server.url) => {
    const each = await openRedisStore(url, options);
    opened.push(each);
    return each;
  };
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(async () => {
    for (const { close } of opened.splice(0)) close();
    server.resume();
    await server.stop();
  });
  const write = ({ store }: OpenedRedisStore, value: unknown = 'TRẦN MINH KHÔI', name = NAME) =>
    store.write([{ name, fields: new Map([['fullName', field(value)]]) }], store.moment);
  const read = async ({ store }: OpenedRedisStore, name = NAME) => {
    const [entry] = await store.read([{ name, keys: () => ['', 'fullName'] }]);
    return entry?.get('fullName')?.value;
  };
  const entityKeys = () =>
    server
      .cli('keys', 'lt:*')
      .split('\n')
      .filter((key) => key !== 'lt:state' && key !== '');

  test('is one for all gateways, and lives no longer than what is in it', async () => {
    const [one, other] = [await open(), await open()];
    await write(one);
    expect(await read(other)).toBe('TRẦN MINH KHÔI');
    const [key] = entityKeys();
    expect(Number(server.cli('pttl', key!))).toBeGreaterThan(990_000);
    expect(Number(server.cli('pttl', key!))).toBeLessThanOrEqual(1_000_000);
  });

  test('tells nothing to whoever has not the key: no name, no number, no word, plain, in base64 or deflated', async () => {
    const store = await open();
    await write(store, { text: `${'Hòa Vang '.repeat(300)}048090000001` });
    await write(store, 'TRẦN MINH KHÔI');
    const raw = new Redis(server.url);
    const parts: Buffer[] = [];
    for (const key of await raw.keysBuffer('*')) {
      parts.push(key);
      for (const each of Object.entries(await raw.hgetallBuffer(key)))
        parts.push(Buffer.from(each[0]), each[1] as Buffer);
    }
    raw.disconnect();
    const dump = Buffer.concat(parts);
    expect(dump.length).toBeGreaterThan(100);
    for (const word of [
      '048090000001',
      'TRẦN',
      'KHÔI',
      'Hòa Vang',
      'Citizen',
      'fullName',
      'KS-1990-000001',
      'civil-status',
    ]) {
      const forms = [
        Buffer.from(word),
        Buffer.from(Buffer.from(word).toString('base64').replace(/.=*$/, '')),
        deflateRawSync(word).subarray(0, -2),
      ];
      for (const form of forms) expect([word, dump.includes(form)]).toEqual([word, false]);
    }
  });

  test('is read under older keys as well, and written under the newest', async () => {
    await write(await open({ keys: KEYS.one }));
    const both = await open({ keys: `${KEYS.two},${KEYS.one}` });
    expect(await read(both)).toBe('TRẦN MINH KHÔI');
    await write(both, 'later');
    expect(await read(both)).toBe('later');
    expect(await read(await open({ keys: KEYS.two }))).toBe('later');
    expect(await read(await open({ keys: KEYS.one }))).toBe('TRẦN MINH KHÔI');
  });

  test('does not take what was put in another place for what belongs there', async () => {
    const store = await open();
    await write(store, 'An', 'a');
    const [ofA] = entityKeys();
    await write(store, 'Bình', 'b');
    const ofB = entityKeys().find((key) => key !== ofA)!;
    server.cli('del', ofB);
    server.cli('copy', ofA!, ofB);
    expect(await read(store, 'b')).toBeUndefined();
    expect(await read(store, 'a')).toBe('An');
    expect(store.store.stats().unreadable).toBe(1);
  });

  test('passes over foreign and broken bytes, and over keys of another kind', async () => {
    const store = await open();
    await write(store);
    const [key] = entityKeys();
    const [name] = server.cli('hkeys', key!).split('\n');
    for (const broken of ['', 'x', '\u0001\u0003one', 'x'.repeat(5_000)]) {
      server.cli('hset', key!, name!, broken);
      expect(await read(store)).toBeUndefined();
    }
    server.cli('del', key!);
    server.cli('set', key!, 'a text');
    for (let time = 0; time < 10; time += 1) expect(await read(store)).toBeUndefined();
    await write(store);
    expect(store.store.stats()).toMatchObject({ failures: 0, open: false });
    await write(store, 'An', 'other');
    expect(await read(store, 'other')).toBe('An');
  });

  test('is asked for a hundred entities in one request', async () => {
    const packets: number[] = [];
    const sockets = new Set<Socket>();
    const proxy = createServer((client) => {
      const upstream = connect(server.port, '127.0.0.1');
      for (const socket of [client, upstream]) sockets.add(socket.on('error', () => {}));
      client.on('data', (data) => {
        packets.push(data.length);
        upstream.write(data);
      });
      upstream.pipe(client);
    }).listen(0, '127.0.0.1');
    await until(() => proxy.listening);
    const { port } = proxy.address() as { port: number };
    const store = await open({}, `redis://127.0.0.1:${port}`);
    const names = Array.from({ length: 100 }, (_, index) => `n${index}`);
    await store.store.write(
      names.map((name) => ({ name, fields: new Map([['f', field(name)]]) })),
      store.store.moment,
    );
    packets.length = 0;
    const entries = await store.store.read(names.map((name) => ({ name, keys: () => ['f'] })));
    expect(entries.map((entry) => entry?.get('f')?.value)).toEqual(names);
    expect(packets).toHaveLength(1);
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });

  test('makes nobody wait when Redis hangs, is left alone then, and used again when it answers', async () => {
    const store = await open({ deadlineMs: 20 });
    await write(store);
    server.pause();
    const began = performance.now();
    for (let time = 0; time < 100; time += 1) expect(await read(store)).toBeUndefined();
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(store.store.stats()).toMatchObject({ failures: 20, open: true });
    server.resume();
    await until(async () => (await read(store)) === 'TRẦN MINH KHÔI');
    expect(store.store.stats().open).toBe(false);
    expect(store.logLines.filter((line) => line.includes('goes on without it'))).toHaveLength(1);
    expect(store.logLines.filter((line) => line.includes('serves again'))).toHaveLength(1);
  });

  test('goes on when Redis dies, and with it when it comes back with nothing in it', async () => {
    const store = await open();
    await write(store);
    await server.kill();
    expect(await read(store)).toBeUndefined();
    await write(store);
    await server.start();
    await until(async () => {
      await write(store, 'again');
      return (await read(store)) === 'again';
    });
  });

  test('does not bring back what was forgotten when Redis loses the generation', async () => {
    const store = await open();
    const other = await open();
    await write(store, 'old');
    await store.store.clear();
    expect(await read(other)).toBeUndefined();
    server.cli('del', 'lt:state');
    for (let time = 0; time < 5; time += 1) {
      expect(await read(store)).toBeUndefined();
      expect(await read(other)).toBeUndefined();
    }
    await until(async () => {
      await write(store, 'new');
      return (await read(other)) === 'new';
    });
    server.cli('flushall');
    expect(await read(store)).toBeUndefined();
  });

  test.each([
    ['read-only', () => server.cli('replicaof', '127.0.0.1', '1')],
    ['full', () => server.cli('config', 'set', 'maxmemory', '1')],
  ])('is still read when Redis is %s', async (_name, make) => {
    const store = await open();
    await write(store);
    make();
    for (let time = 0; time < 20; time += 1) await write(store, 'later');
    expect(await read(store)).toBe('TRẦN MINH KHÔI');
    expect(store.logLines.filter((line) => line.includes('goes on without it'))).toHaveLength(1);
  });

  test('brings nothing back that was forgotten while Redis could not be told', async () => {
    const { store } = await open();
    const tiers = new TwoTiers(new MemoryStore(1e6), store, { now: () => 1_000_000 });
    const write = () => tiers.write([{ name: NAME, fields: new Map([['fullName', field('old')]]) }], tiers.moment);
    const read = async () => {
      const [entry] = await tiers.read([{ name: NAME, keys: () => ['', 'fullName'] }]);
      return entry?.get('fullName')?.value;
    };
    await write();
    expect(await read()).toBe('old');
    server.cli('config', 'set', 'maxmemory', '1');
    await tiers.clear();
    for (let time = 0; time < 20; time += 1) expect(await read()).toBeUndefined();
    server.cli('config', 'set', 'maxmemory', '0');
    await until(async () => {
      expect(await read()).toBeUndefined();
      return store.moment !== undefined;
    });
    expect(await read()).toBeUndefined();
  });

  test('is forgotten in this process, too, when another gateway has forgotten everything', async () => {
    const near = new MemoryStore(1e6);
    const { store } = await open({ onRenewed: () => near.clear() });
    const tiers = new TwoTiers(near, store, { now: () => 1_000_000 });
    await tiers.write([{ name: NAME, fields: new Map([['fullName', field('old')]]) }], tiers.moment);
    const begun = tiers.moment;
    await (await open()).store.clear();
    await tiers.read([{ name: 'another', keys: () => ['', 'fullName'] }]);
    expect(near.stats().entries).toBe(0);
    await tiers.write([{ name: NAME, fields: new Map([['fullName', field('old')]]) }], begun);
    expect(near.stats().entries).toBe(0);
  });

  test('that has lost what it was told to forget, as after a failover, gives nothing of before', async () => {
    const store = await open();
    await write(store, 'old');
    const [key] = entityKeys();
    server.cli('copy', key!, 'before');
    await store.store.drop([NAME]);
    server.cli('copy', 'before', key!, 'replace');
    server.cli('hset', 'lt:state', 'forgotten', '0');
    for (let time = 0; time < 5; time += 1) expect(await read(store)).toBeUndefined();
    await until(async () => {
      await write(store, 'new');
      return (await read(store)) === 'new';
    });
  });

  test('that fails is told of once, however long it does', async () => {
    const store = await open({ deadlineMs: 20 });
    server.pause();
    const untilMs = performance.now() + 3_500;
    while (performance.now() < untilMs) {
      await read(store);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    server.resume();
    expect(store.logLines.filter((line) => line.includes('goes on without it'))).toHaveLength(1);
  });

  test('is asked for no field when all are found under the newest key', async () => {
    const store = await open({ keys: `${KEYS.two},${KEYS.one}` });
    await store.store.write(
      [
        {
          name: NAME,
          fields: new Map([
            ['', field(null)],
            ['fullName', field('An')],
          ]),
        },
      ],
      store.store.moment,
    );
    for (let time = 0; time < 10; time += 1) expect(await read(store)).toBe('An');
    expect(store.store.stats()).toMatchObject({ failures: 0, open: false });
  });

  test('gathers no fields without end', async () => {
    const { store } = await open();
    for (let at = 0; at < 600; at += 1)
      await store.write([{ name: NAME, fields: new Map([[`f${at}`, field(at)]]) }], store.moment);
    expect(Number(server.cli('hlen', entityKeys()[0]!))).toBeLessThan(20);
  });
});
