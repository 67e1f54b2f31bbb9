import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openCache } from '../../../gateway/cache/index.js';
import { RedisStore } from '../../../gateway/cache/redis.js';
import { connectRedis } from '../../../gateway/cache/redis-client.js';
import { createSeal, readCacheKeys } from '../../../gateway/cache/seal.js';
import { DEFAULTS } from '../../../gateway/config.js';
import { parseRedisUrl } from '../../../gateway/ioredis.js';
import { logInto, until } from '../../helpers/federation.js';
import { compiledFolder } from '../../helpers/gateway-process.js';
import {
  type Authority,
  createAuthority,
  describeOnRedis,
  freePort,
  type RedisCluster,
  type RedisServer,
  startRedis,
  startRedisCluster,
  startSentinels,
} from '../../helpers/redis-server.js';
import { KEYS, type OpenedRedisStore, openRedisStore } from '../../helpers/redis-store.js';

const DEADLINE_MS = 50;
/** How long a read may take on a machine that does other things as well. */
const SLOW_MS = 1_000;

const field = (value: unknown) => {
  const untils = { freshUntilMs: 2_000_000, revalidateUntilMs: 2_000_000, ifErrorUntilMs: 2_000_000 };
  return { value, refs: [], records: [], retrievedAtMs: 1, ...untils, tier: 'MEMORY' as const };
};
const write = ({ store }: { store: RedisStore }, name: string, value: unknown = name) =>
  store.write([{ name, fields: new Map([['x', field(value)]]) }], store.moment);
const readAll = async ({ store }: { store: RedisStore }, names: readonly string[]) => {
  const beganAt = performance.now();
  const entries = await store.read(names.map((name) => ({ name, keys: () => ['x'] })));
  expect(performance.now() - beganAt).toBeLessThan(SLOW_MS);
  return entries.map((entry) => entry?.get('x')?.value);
};
const read = async (opened: { store: RedisStore }, name: string) => (await readAll(opened, [name]))[0];

const closings: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closings.splice(0)) await close();
});
const open = async (url: string, options?: Parameters<typeof openRedisStore>[1]): Promise<OpenedRedisStore> => {
  const opened = await openRedisStore(url, options);
  closings.push(opened.close);
  return opened;
};
/** A store over what may not be there, and how often it was. */
const openAnyhow = (url: string) => {
  const states: string[] = [];
  const client = connectRedis(parseRedisUrl(url), (state) => states.push(state));
  closings.push(client.close);
  const store = new RedisStore({
    ...{
      client,
      seal: createSeal(readCacheKeys(KEYS.one) as never),
      clock: { now: () => 1_000_000 },
      log: logInto([]),
    },
    ...{ deadlineMs: DEADLINE_MS, requestMs: 30_000 },
  });
  return { store, states };
};
/** What the gateway's cache logs about a Redis, as long as a test lasts. */
const logOf = (url: string) => {
  const lines: string[] = [];
  const cache = openCache(
    { ...DEFAULTS.cache, redisUrl: url, keys: KEYS.one },
    {
      ...{ clock: { now: () => Date.now() }, log: logInto(lines), requestMs: 30_000 },
      ...{ changes: () => () => new Promise(() => {}), isLeftOut: () => false },
    },
  )!;
  closings.push(() => cache.close());
  return lines;
};
const goesOnWithout = (lines: readonly string[]) => lines.filter((line) => line.includes('there is no connection'));
/** That the cache does without a Redis which cannot be used, and says so once, and why. */
const expectWithout = async (url: string, problem: string) => {
  const lines = logOf(url);
  const opened = openAnyhow(url);
  await until(() => opened.states.length >= 3);
  for (let time = 0; time < 3; time += 1) expect(await read(opened, 'a')).toBeUndefined();
  await write(opened, 'a');
  await opened.store.drop(['a']);
  expect(opened.states).not.toContain('ready');
  expect(goesOnWithout(lines)).toEqual([expect.stringContaining(`"problem":"${problem}"`)]);
  return lines.join();
};

/** All that the cache needs. */
const NEEDED =
  'del eval evalsha hget hgetall hincrby hlen hmget hset hsetnx info pexpire pttl set type unlink xadd xread xrevrange'.split(
    ' ',
  );
/** For another database than 0, and for a cluster. */
const NEEDED_MORE = { db: ['select'], cluster: ['cluster|slots', 'cluster|info'] };
const userOf = (commands: readonly string[]) => ['~lt:*', '-@all', ...commands.map((command) => `+${command}`)];

/** What a server has refused, but for the name of the driver, which newer ones are told. */
const refusedBy = (server: RedisServer) =>
  [...server.cli('acl', 'log').matchAll(/^object\n(\S+)/gm)]
    .map(([, what]) => what!)
    .filter((what) => !/^client/.test(what));

test('a REDIS_URL that cannot be is told: another database of a cluster, what is encoded wrongly', () => {
  expect(() => parseRedisUrl('redis://a,b/3')).toThrow('REDIS_URL must be');
  expect(parseRedisUrl('redis://a,b/0')).toMatchObject({ kind: 'cluster', db: 0 });
  expect(() => parseRedisUrl('redis://a:%ff@b')).toThrow('REDIS_URL must be');
});

describeOnRedis('a Redis that speaks TLS', () => {
  const SCRIPT = `
    const { connectRedis } = require('./gateway/cache/redis-client.js');
    const { parseRedisUrl } = require('./gateway/ioredis.js');
    const { RedisStore } = require('./gateway/cache/redis.js');
    const { createSeal, readCacheKeys } = require('./gateway/cache/seal.js');
    const { openCache } = require('./gateway/cache/index.js');
    const { DEFAULTS } = require('./gateway/config.js');
    const [url, keys] = process.argv.slice(1);
    const lines = [];
    const put = (fields, msg) => lines.push(JSON.stringify({ msg, ...fields }));
    const log = { debug: put, info: put, warn: put, error: put };
    const clock = { now: () => 1_000_000 };
    openCache({ ...DEFAULTS.cache, redisUrl: url, keys }, {
      clock, log, requestMs: 30_000, changes: () => () => new Promise(() => {}), isLeftOut: () => false,
    });
    const states = [];
    const client = connectRedis(parseRedisUrl(url), (state) => states.push(state));
    const seal = createSeal(readCacheKeys(keys));
    const store = new RedisStore({ client, seal, clock, log, deadlineMs: 1_000, requestMs: 30_000 });
    const pause = () => new Promise((resolve) => setTimeout(resolve, 5));
    const stored = { value: 'A', refs: [], records: [], retrievedAtMs: 1, tier: 'MEMORY' };
    const untils = { freshUntilMs: 2_000_000, revalidateUntilMs: 2_000_000, ifErrorUntilMs: 2_000_000 };
    const read = async () => (await store.read([{ name: 'a', keys: () => ['x'] }]))[0]?.get('x')?.value ?? null;
    (async () => {
      const isDecided = () => states.includes('ready') || states.length >= 3;
      while (!isDecided() || lines.length === 0) await pause();
      for (let time = 0; states.includes('ready') && !store.moment && time < 400; time += 1) await read().then(pause);
      await store.write([{ name: 'a', fields: new Map([['x', { ...stored, ...untils }]]) }], store.moment);
      process.stdout.write(JSON.stringify({ read: await read(), lines }), () => process.exit());
    })();
  `;
  /** What a process of its own, which trusts an authority or nobody, reads after it has written. */
  const readTrusting = async (url: string, trusted?: string): Promise<{ read: string | null; lines: string[] }> => {
    const env = { PATH: process.env.PATH, ...(trusted ? { NODE_EXTRA_CA_CERTS: trusted } : {}) };
    const options = { cwd: compiledFolder(), env, timeout: 30_000 };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-e', SCRIPT, url, KEYS.one], options);
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  };
  let authority: Authority;
  let port: number;
  let server: RedisServer;
  beforeAll(async () => {
    authority = createAuthority();
    port = await freePort();
    server = await startRedis(...authority.serve(port, 'IP:127.0.0.1,DNS:localhost'));
  });
  afterAll(async () => {
    await server?.stop();
    authority?.remove();
  });

  test.each(['127.0.0.1', 'localhost'])('is used when its authority is trusted, at %s', async (host) => {
    const { read: value, lines } = await readTrusting(`rediss://${host}:${port}`, authority.file);
    expect(value).toBe('A');
    expect(lines).toEqual([expect.stringContaining('Redis is connected')]);
  });

  test('is not used when nobody vouches for it; that is said once', async () => {
    const { read: value, lines } = await readTrusting(`rediss://127.0.0.1:${port}`);
    expect(value).toBeNull();
    expect(goesOnWithout(lines)).toEqual([expect.stringMatching(/"problem":"[A-Z_]*(SELF_SIGNED|VERIFY)[A-Z_]*"/)]);
  });

  test.each(['127.0.0.1', 'localhost'])('is not used when it is vouched for by another name than %s', async (host) => {
    const otherPort = await freePort();
    const other = await startRedis(...authority.serve(otherPort, 'IP:127.0.0.9,DNS:elsewhere.example'));
    closings.push(() => other.stop());
    const { read: value, lines } = await readTrusting(`rediss://${host}:${otherPort}`, authority.file);
    expect(value).toBeNull();
    expect(goesOnWithout(lines)).toEqual([expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID')]);
  });

  test('is used as a cluster by the names of its servers, with a password, and not without', async () => {
    const cluster = await startRedisCluster({ authority, options: ['--requirepass', 'pw', '--masterauth', 'pw'] });
    closings.push(() => cluster.stop());
    const url = (password: string) => cluster.url.replace('//', `//:${password}@`);
    const { read: value, lines } = await readTrusting(url('pw'), authority.file);
    expect({ value, lines }).toEqual({ value: 'A', lines: [expect.stringContaining('Redis is connected')] });
    const wrong = await readTrusting(url('secret-guess'), authority.file);
    expect(wrong.read).toBeNull();
    expect(goesOnWithout(wrong.lines)).toEqual([expect.stringContaining('WRONGPASS')]);
    expect(wrong.lines.join()).not.toContain('secret-guess');
  });
});

describeOnRedis('a Redis that asks who it is', () => {
  let server: RedisServer;
  const at = (user: string, path = '') => `redis://${user}@127.0.0.1:${server.port}${path}`;
  beforeEach(async () => {
    server = await startRedis();
  });
  afterEach(() => server.stop());

  const useEverything = async (url: string) => {
    const opened = await open(url);
    const { store, notices } = opened;
    await write(opened, 'a');
    expect(await read(opened, 'a')).toBe('a');
    // A hash that has gathered many values begins anew.
    for (let at = 0; at < 20; at += 1)
      await store.write([{ name: 'b', fields: new Map([[`f${at}`, field(at)]]) }], store.moment);
    await store.drop(['a']);
    expect(await read(opened, 'a')).toBeUndefined();
    expect(await notices.lease('a', 1_000)).toBe(true);
    expect(await notices.lease('a', 1_000)).toBe(false);
    await notices.setPosition('s', '7');
    expect(await notices.position('s')).toBe('7');
    // The first time, too, when its connection has yet to be made.
    const { position: after } = await notices.hear(undefined, 1);
    await notices.tell(['a']);
    expect((await notices.hear(after, 100)).told).toEqual([['a']]);
    expect(await store.describe('b')).toMatchObject({ values: expect.any(Number) });
    await store.clear();
    expect(store.stats()).toMatchObject({ failures: 0, open: false });
  };

  test('is used by a user who may do nothing but what is needed', async () => {
    server.cli('acl', 'setuser', 'cache', 'on', '>p@ss/wörd', ...userOf(NEEDED));
    server.cli('config', 'resetstat');
    await useEverything(at('cache:p%40ss%2Fw%C3%B6rd'));
    expect(refusedBy(server)).toEqual([]);
    // Nothing is allowed in vain.
    const used = [...server.cli('info', 'commandstats').matchAll(/^cmdstat_([a-z]+):/gm)].map(([, name]) => name);
    const ours = ['acl', 'config', 'ping', 'hello', 'client'];
    expect(used.filter((name) => !ours.includes(name!)).sort()).toEqual(NEEDED);
  });

  test('is not used when the password is wrong, which is in no log line', async () => {
    server.cli('acl', 'setuser', 'cache', 'on', '>right', ...userOf(NEEDED));
    const said = await expectWithout(at('cache:secret-guess'), 'WRONGPASS');
    expect(said).not.toContain('secret-guess');
    expect(said).not.toContain('cache:');
  });

  test('is used with a password only, and not without', async () => {
    server.cli('config', 'set', 'requirepass', 'secret');
    const opened = await open(at(':secret'));
    await write(opened, 'a');
    expect(await read(opened, 'a')).toBe('a');
    await expectWithout(`redis://127.0.0.1:${server.port}`, 'NOAUTH');
  });

  test('is left without a word when the cache is closed', async () => {
    const lines = logOf(at('', '').replace('//@', '//'));
    await until(() => lines.length > 0);
    await closings.pop()!();
    await until(() => server.cli('client', 'list').split('\n').length === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(lines).toEqual([expect.stringContaining('Redis is connected')]);
  });

  test('is used at the database that is named, and at no other when it may not be', async () => {
    const third = await open(at('', '/3').replace('//@', '//'));
    await write(third, 'a');
    expect(await read(third, 'a')).toBe('a');
    expect(server.cli('-n', '0', 'dbsize')).toBe('0');
    expect(Number(server.cli('-n', '3', 'dbsize'))).toBe(2);
    await expectWithout(`redis://127.0.0.1:${server.port}/99`, 'it has no such db');
    server.cli('acl', 'setuser', 'cache', 'on', '>right', ...userOf(NEEDED));
    await expectWithout(at('cache:right', '/4'), 'NOPERM');
    expect(server.cli('-n', '0', 'dbsize')).toBe('0');
    server.cli('acl', 'setuser', 'cache', ...userOf([...NEEDED, ...NEEDED_MORE.db]));
    const fourth = await open(at('cache:right', '/4'));
    await write(fourth, 'a');
    expect(await read(fourth, 'a')).toBe('a');
  });
});

describeOnRedis('a Redis that sentinels watch', () => {
  const NAME = 'lien-thong';
  let master: RedisServer;
  let replica: RedisServer;
  let sentinels: RedisServer[];
  let url: string;
  beforeEach(async () => {
    master = await startRedis('--repl-diskless-sync-delay', '0');
    replica = await startRedis('--replicaof', '127.0.0.1', `${master.port}`);
    await until(() => replica.cli('info', 'replication').includes('master_link_status:up'));
    sentinels = await startSentinels(master, NAME);
    url = `redis+sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${NAME}`;
  });
  afterEach(async () => {
    for (const server of [...sentinels, replica, master]) {
      server.resume();
      await server.stop();
    }
  });

  test.each([
    ['dies', () => master.kill()],
    ['hangs, and so does a sentinel', () => [master, sentinels[1]!].forEach((server) => void server.pause())],
  ])('is used again when another has taken over from one that %s; what was forgotten stays so', async (_how, lose) => {
    const opened = openAnyhow(url);
    await until(async () => {
      await write(opened, 'kept');
      return (await read(opened, 'kept')) === 'kept';
    });
    await write(opened, 'forgotten');
    await opened.store.drop(['forgotten']);
    await until(() => Number(replica.cli('hget', 'lt:state', 'forgotten')) === 1);
    await until(() => master.cli('wait', '1', '1000') === '1');
    await lose();
    let missed = 0;
    await until(async () => {
      const [kept, forgotten] = await readAll(opened, ['kept', 'forgotten']);
      expect(forgotten).toBeUndefined();
      if (kept === undefined) missed += 1;
      return kept === 'kept';
    }, 30_000);
    expect(missed).toBeGreaterThan(0);
    expect(replica.cli('role')).toMatch(/^master/);
    await until(async () => {
      await write(opened, 'later');
      return (await read(opened, 'later')) === 'later';
    });
    expect(await read(opened, 'forgotten')).toBeUndefined();
    expect(opened.states.filter((state, index, all) => state !== all[index - 1])).toEqual(['ready', 'lost', 'ready']);
  });

  test('is not used when no sentinel knows it or none is there, and that is said once', async () => {
    await expectWithout(url.replace(NAME, 'another'), 'no sentinel tells where it is');
    await Promise.all(sentinels.map((sentinel) => sentinel.kill()));
    await expectWithout(url, 'no sentinel tells where it is');
    const opened = openAnyhow(url);
    await Promise.all(sentinels.map((sentinel) => sentinel.start()));
    await until(async () => {
      await write(opened, 'a');
      return (await read(opened, 'a')) === 'a';
    });
  });
});

describeOnRedis('a cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await startRedisCluster({ options: ['--cluster-require-full-coverage', 'no'] });
  });
  afterAll(() => cluster?.stop());
  beforeEach(() => cluster.servers.forEach((server) => void server.cli('flushall')));
  const keysOn = (server: RedisServer) => server.cli('keys', 'lt:*').split('\n');

  /** Writes until each server has some, and one that does not tell the generation has two in slots of their own. */
  const fill = async (opened: OpenedRedisStore) => {
    const placed: { name: string; key: string; slot: string; server: RedisServer }[] = [];
    const known = new Set(cluster.servers.flatMap(keysOn));
    const isStateOn = (server: RedisServer) => keysOn(server).includes('lt:state');
    const { servers } = cluster;
    const [first, second] = servers.filter((server) => !isStateOn(server)) as [RedisServer, RedisServer];
    const on = (server: RedisServer) => placed.filter((each) => each.server === server);
    const isEnough = () => servers.every((server) => on(server).length > 0) && on(first).length > 1;
    for (let at = 0; !isEnough() && at < 200; at += 1) {
      const name = `n${at}`;
      await write(opened, name);
      for (const server of servers) {
        for (const key of keysOn(server).filter((each) => !known.has(each))) {
          known.add(key);
          placed.push({ name, key, slot: server.cli('cluster', 'keyslot', key), server });
        }
      }
    }
    return { placed, first, second, on };
  };
  const namesIn = (placed: readonly { name: string }[]) => placed.map(({ name }) => name);

  test('is read where it has been moved to, also when several have been at once', async () => {
    const opened = await open(cluster.url, { deadlineMs: DEADLINE_MS });
    const { placed, first, second, on } = await fill(opened);
    const moved = on(first).slice(0, 2);
    for (const { name, key, slot } of moved) {
      first.cli('cluster', 'setslot', slot, 'migrating', second.cli('cluster', 'myid'));
      second.cli('cluster', 'setslot', slot, 'importing', first.cli('cluster', 'myid'));
      first.cli('migrate', '127.0.0.1', `${second.port}`, key, '0', '5000');
      // On the way it is asked for elsewhere, or not there.
      expect([name, undefined]).toContain(await read(opened, name));
      for (const server of [second, first])
        server.cli('cluster', 'setslot', slot, 'node', second.cli('cluster', 'myid'));
    }
    await until(() =>
      cluster.servers.every((server) => moved.every(({ slot }) => isMoved(server.cli('cluster', 'nodes'), slot))),
    );
    await until(async () => (await readAll(opened, namesIn(moved))).every((value) => value !== undefined), 20_000);
    await until(async () => (await readAll(opened, namesIn(placed))).join() === namesIn(placed).join());
    function isMoved(nodes: string, slot: string) {
      const line = nodes.split('\n').find((each) => each.includes(`:${second.port}@`));
      return new RegExp(`[ ]${slot}(?: |-|$)`).test(line ?? '');
    }
  });

  test('is used by a user who may do nothing but what is needed, and not without a word of that', async () => {
    const allow = (commands: readonly string[]) =>
      cluster.servers.map((each) => each.cli('acl', 'setuser', 'cache', 'on', '>right', ...userOf(commands)));
    const url = cluster.url.replace('//', '//cache:right@');
    for (const lacking of NEEDED_MORE.cluster) {
      allow([...NEEDED, ...NEEDED_MORE.cluster].filter((command) => command !== lacking));
      const refused = openAnyhow(url);
      await until(() => refused.states.length >= 3);
      expect(refused.states).not.toContain('ready');
    }
    allow([...NEEDED, ...NEEDED_MORE.cluster]);
    for (const each of cluster.servers) each.cli('acl', 'log', 'reset');
    const opened = await open(url);
    const { placed } = await fill(opened);
    expect(await readAll(opened, namesIn(placed))).toEqual(namesIn(placed));
    expect(cluster.servers.flatMap(refusedBy)).toEqual([]);
  });

  test('is read without one of its servers, and with it when it is there again', async () => {
    const opened = await open(cluster.url, { deadlineMs: DEADLINE_MS });
    const { placed, first } = await fill(opened);
    const there = namesIn(placed.filter(({ server }) => server !== first));
    const gone = namesIn(placed.filter(({ server }) => server === first));
    await first.kill();
    expect(await readAll(opened, there)).toEqual(there);
    for (let time = 0; time < 20; time += 1) expect(await readAll(opened, gone)).toEqual(gone.map(() => undefined));
    await until(async () => (await readAll(opened, there)).join() === there.join());
    await write(opened, gone[0]!);
    // What cannot be forgotten there is forgotten with everything.
    await opened.store.drop([gone[0]!]);
    expect(await readAll(opened, [...gone, ...there])).toEqual([...gone, ...there].map(() => undefined));
    await first.start();
    await until(async () => {
      for (const name of gone) await write(opened, name, 'again');
      return (await readAll(opened, gone)).every((value) => value === 'again');
    }, 20_000);
  });

  test('is done without when all its servers are gone, which is said once, and used when they are back', async () => {
    await Promise.all(cluster.servers.map((server) => server.kill()));
    await expectWithout(cluster.url, 'no server of the cluster lets it connect');
    const opened = openAnyhow(cluster.url);
    await Promise.all(cluster.servers.map((server) => server.start()));
    await until(async () => {
      await write(opened, 'a');
      return (await read(opened, 'a')) === 'a';
    }, 20_000);
  });
});
