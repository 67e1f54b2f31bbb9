import { until } from '../../helpers/federation.js';
import { describeOnRedis, type RedisServer, startRedis, startRedisCluster } from '../../helpers/redis-server.js';
import { type DoorWithBudgets, startDoorWithBudgets } from './door-with-budgets.js';

const AN = { subject: 'an.nguyen@danang', department: 'hai-chau' };
const BY_VARIABLE = 'query ($id: ID!) { citizen(personalId: $id) { personalId } }';
const ID = (last: number) => `0480900000${String(last).padStart(2, '0')}`;
type Options = Parameters<typeof startDoorWithBudgets>[0];

describeOnRedis('budgets that gateways share', () => {
  let redis: RedisServer;
  const doors: DoorWithBudgets[] = [];

  beforeEach(async () => {
    redis = await startRedis();
  });
  afterEach(async () => {
    for (const door of doors.splice(0)) await door.stop();
    await redis.stop();
  });

  /** A gateway that knows Redis is there. */
  const open = async (options: Options) => {
    const door = await startDoorWithBudgets({ redisUrl: redis.url, ...options });
    doors.push(door);
    await until(() => door.logLines.some((line) => line.includes('Redis is connected')));
    return door;
  };
  const two = (options: Options) =>
    Promise.all([open(options), open(options)]) as Promise<[DoorWithBudgets, DoorWithBudgets]>;
  const citizen = (door: DoorWithBudgets, last: number, who = AN) => door.ask(who, BY_VARIABLE, { id: ID(last) });
  const statuses = (answers: readonly { status: number }[]) => answers.map(({ status }) => status);
  const keys = () => redis.cli('keys', '*').split('\n').filter(Boolean).sort();
  /** How many of these let the caller through. */
  const admitted = async (asked: Promise<{ status: number }>[]) =>
    statuses(await Promise.all(asked)).filter((status) => status === 200).length;

  test('two gateways admit together what one would, though each held some', async () => {
    const both = await two({ budgets: { requestsASecond: 20, requestsBurst: 40 } });
    // A tenth of a second's.
    const slice = 2;
    const begun = performance.now();
    let count = 0;
    for (let round = 0; round < 12; round += 1) {
      count += await admitted(Array.from({ length: 20 }, (_, at) => both[at % 2]!.ask(AN)));
    }
    const seconds = (performance.now() - begun) / 1000;
    expect(count).toBeLessThanOrEqual(40 + Math.ceil(seconds * 20) + 2 * slice);
    // Nor is anything lost but what they hold.
    expect(count).toBeGreaterThanOrEqual(40 - 2 * slice);
    for (const { budgets } of both) expect(budgets.stats()).toMatchObject({ redis: { failures: 0, decides: true } });
  });

  test('whoever was idle gets the burst and at most one slice a gateway more', async () => {
    const both = await two({ budgets: { requestsASecond: 20, requestsBurst: 40 } });
    for (const door of both) expect((await door.ask(AN)).status).toBe(200);
    // Until the bucket is full again, while both hold a slice.
    await new Promise((resolve) => setTimeout(resolve, 400));
    const begun = performance.now();
    const count = await admitted(Array.from({ length: 80 }, (_, at) => both[at % 2]!.ask(AN)));
    const seconds = (performance.now() - begun) / 1000;
    expect(count).toBeLessThanOrEqual(40 + 2 * 2 + Math.ceil(seconds * 20));
  });

  test('what is held is spent without asking Redis', async () => {
    const door = await open({ budgets: { requestsASecond: 1_000 } });
    for (let time = 0; time < 50; time += 1) expect((await door.ask(AN)).status).toBe(200);
    expect(door.budgets.stats().decided).toEqual({ held: 49, redis: 1, process: 0 });
  });

  test('who is refused is told how long to wait, and is let through then by another gateway', async () => {
    const both = await two({ budgets: { requestsASecond: 1, requestsBurst: 2 } });
    expect(statuses([await both[0].ask(AN), await both[1].ask(AN)])).toEqual([200, 200]);
    const refused = await both[0].ask(AN);
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect((await both[1].ask(AN)).status).toBe(200);
  });

  test('cost is shared, and what is refused costs nothing', async () => {
    const costOf: Options['costOf'] = ({ operation }) => (operation.name ? 60 : 1);
    const both = await two({
      budgets: { costASecond: 1, costBurst: 100, requestsASecond: 5, requestsBurst: 9 },
      costOf,
    });
    expect((await both[0].ask(AN, 'query Dear { hello }')).status).toBe(200);
    for (let time = 0; time < 4; time += 1) {
      const refused = await both[1].ask(AN, 'query Dear { hello }');
      expect(refused.errors?.[0]?.extensions).toMatchObject({ budget: 'cost' });
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThanOrEqual(19);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(20);
    }
    expect((await both[1].ask(AN)).status).toBe(200);
  });

  test('citizens of a day are the same for all gateways, and counted once', async () => {
    const [one, other] = await two({ budgets: { citizensADay: 3 } });
    for (const door of [one, other]) {
      for (const last of [1, 2]) expect((await citizen(door, last)).status).toBe(200);
    }
    expect((await citizen(one, 3)).status).toBe(200);
    const refused = await citizen(other, 4);
    expect([refused.status, refused.errors?.[0]?.extensions?.budget]).toEqual([429, 'citizens']);
    // It was asked for at the other gateway only.
    expect((await citizen(other, 3)).status).toBe(200);
  });

  test('many at once, each for another person: not one more than a day has', async () => {
    const both = await two({ budgets: { citizensADay: 10 } });
    const count = await admitted(Array.from({ length: 40 }, (_, at) => citizen(both[at % 2]!, at)));
    expect(count).toBe(10);
  });

  test('another day is another set, and both are gone some time after they ended', async () => {
    const begun = Date.parse('2026-11-02T16:59:00Z');
    let nowMs = begun;
    const door = await open({ budgets: { citizensADay: 1, requestsASecond: 100 }, now: () => nowMs });
    expect(statuses([await citizen(door, 1), await citizen(door, 2)])).toEqual([200, 429]);
    nowMs += 60_000;
    expect(statuses([await citizen(door, 2), await citizen(door, 1)])).toEqual([200, 429]);
    const [meters, ...days] = keys();
    expect(days).toHaveLength(2);
    const lives = [meters!, ...days].map((key) => Number(redis.cli('pttl', key)));
    expect(lives[0]).toBeGreaterThan(0);
    expect(lives[0]).toBeLessThanOrEqual(2_000);
    // A minute and an hour; a day and an hour.
    expect(Math.abs(lives[1]! - 3_660_000)).toBeLessThan(30_000);
    expect(Math.abs(lives[2]! - 90_000_000)).toBeLessThan(30_000);
    await until(() => !keys().includes(meters!));
  });

  test('a dump of Redis names neither who asked nor for whom, and two who asked for the same have nothing in common', async () => {
    const door = await open({ budgets: { citizensADay: 9, requestsASecond: 1, requestsBurst: 50 } });
    const binh = { ...AN, subject: 'binh' };
    for (const who of [AN, binh]) for (const last of [1, 2]) await citizen(door, last, who);
    const names = keys();
    // All that is known of a caller has one hash tag.
    expect(names.map((name) => /^lt:budget:\{[\w-]{16}\}(:\d+)?$/.test(name))).toEqual([true, true, true, true]);
    expect(new Set(names.map((name) => /\{(.+)\}/.exec(name)![1])).size).toBe(2);
    const sets = names.filter((name) => /:\d+$/.test(name)).map((name) => redis.cli('smembers', name).split('\n'));
    expect(sets.map(({ length }) => length)).toEqual([2, 2]);
    expect(new Set(sets.flat()).size).toBe(4);
    const dump = [...names, ...sets.flat(), ...names.map((name) => redis.cli('dump', name))].join();
    expect(dump).not.toMatch(/an\.nguyen|binh|hai-chau|officer|04809/);
  });

  test('without a secret that is said, and with another one names are others', async () => {
    const plain = await open({ budgets: { requestsASecond: 1, requestsBurst: 50 }, keys: '' });
    expect(plain.logLines.join()).toContain('set CACHE_KEYS to NAME:KEY');
    const secret = await open({ budgets: { requestsASecond: 1, requestsBurst: 50 }, keys: 'one:first,two:second' });
    expect(secret.logLines.join()).not.toContain('CACHE_KEYS');
    for (const door of [plain, secret]) await door.ask(AN);
    expect(keys()).toHaveLength(2);
  });

  test('Redis that says nothing any more: it goes on here, never without a bound, and there again when it is back', async () => {
    const door = await open({ budgets: { requestsASecond: 5, requestsBurst: 30, citizensADay: 4 }, redisMs: 20 });
    expect((await citizen(door, 1)).status).toBe(200);
    redis.pause();
    const begun = performance.now();
    let count = 0;
    for (let time = 0; time < 60; time += 1) count += await admitted([door.ask(AN)]);
    const seconds = (performance.now() - begun) / 1000;
    expect(count).toBeGreaterThanOrEqual(25);
    expect(count).toBeLessThanOrEqual(30 + Math.ceil(seconds * 5));
    // Who has asked for one there may ask for three more here.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const others = [];
    for (const last of [2, 3, 4, 5, 6]) others.push(await citizen(door, last));
    expect(statuses(others)).toEqual([200, 200, 200, 429, 429]);
    await until(async () => {
      await door.ask(AN);
      return door.logLines.some((line) => line.includes('each gateway keeps the budgets by itself'));
    });
    expect(door.budgets.stats().redis?.decides).toBe(false);

    redis.resume();
    await until(async () => {
      await door.ask(AN);
      return door.budgets.stats().redis?.decides === true;
    });
    expect(door.logLines.some((line) => line.includes('Redis keeps the budgets again'))).toBe(true);
    // It is told whom it has not seen counted.
    const day = keys().find((name) => /:\d+$/.test(name))!;
    await until(async () => {
      await door.ask(AN);
      return redis.cli('scard', day) === '4';
    });
    const another = await open({ budgets: { citizensADay: 4 } });
    expect(statuses([await citizen(another, 3), await citizen(another, 7)])).toEqual([200, 429]);
  });

  test('Redis that dies and comes back with nothing in it is told how much was spent', async () => {
    const door = await open({ budgets: { requestsASecond: 1, requestsBurst: 40 } });
    await redis.kill();
    await until(() => door.logLines.some((line) => line.includes('there is no connection to Redis')));
    for (let time = 0; time < 30; time += 1) expect((await door.ask(AN)).status).toBe(200);
    await redis.start();
    await until(async () => {
      await door.ask({ subject: 'somebody else' });
      return door.budgets.stats().redis?.decides === true;
    });
    await door.ask(AN);
    const another = await open({ budgets: { requestsASecond: 1, requestsBurst: 40 } });
    const count = await admitted(Array.from({ length: 40 }, () => another.ask(AN)));
    // 31 were spent; some seconds have passed.
    expect(count).toBeLessThan(25);
  });

  test('without any Redis where one should be, the process decides from the first request on', async () => {
    await redis.kill();
    const door = await startDoorWithBudgets({ redisUrl: redis.url, budgets: { requestsASecond: 1, requestsBurst: 5 } });
    doors.push(door);
    expect(await admitted(Array.from({ length: 20 }, () => door.ask(AN)))).toBe(5);
    expect(door.budgets.stats().decided).toMatchObject({ redis: 0, held: 0 });
  });

  test('foreign bytes under a name make nothing worse than no Redis', async () => {
    const door = await open({ budgets: { requestsASecond: 1, requestsBurst: 3 } });
    await door.ask(AN);
    const [meters] = keys();
    redis.cli('set', meters!, 'foreign');
    expect(await admitted(Array.from({ length: 10 }, () => door.ask(AN)))).toBe(2);
    redis.cli('del', meters!);
    redis.cli('hset', meters!, '1', 'nonsense', '2', '1e99');
    expect((await door.ask({ subject: 'somebody else' })).status).toBe(200);
    expect([200, 429]).toContain((await door.ask(AN)).status);
  });

  test('a user of Redis that may do no more than is documented', async () => {
    const commands = 'eval evalsha hmget hset info pexpire sadd scard sismember time'
      .split(' ')
      .map((name) => `+${name}`);
    redis.cli('acl', 'setuser', 'gateway', 'on', '>secret', '~lt:*', '-@all', ...commands);
    const door = await open({
      redisUrl: redis.url.replace('redis://', 'redis://gateway:secret@'),
      budgets: { requestsASecond: 1, requestsBurst: 3, citizensADay: 1 },
    });
    expect(statuses([await citizen(door, 1), await citizen(door, 2)])).toEqual([200, 429]);
    expect(door.budgets.stats()).toMatchObject({ decided: { redis: 2 }, redis: { failures: 0 } });
  });
});

describeOnRedis('budgets in a cluster', () => {
  test('all that is known of a caller lies on one server', async () => {
    const cluster = await startRedisCluster();
    const budgets = { requestsASecond: 1, requestsBurst: 3, citizensADay: 2 };
    const door = await startDoorWithBudgets({ redisUrl: cluster.url, budgets, redisMs: 2_000 });
    try {
      await until(() => door.logLines.some((line) => line.includes('Redis is connected')));
      for (let caller = 0; caller < 10; caller += 1) {
        const who = { subject: `caller ${caller}` };
        const answers = [1, 2, 3].map((last) => door.ask(who, BY_VARIABLE, { id: ID(last) }));
        expect((await Promise.all(answers)).filter(({ status }) => status === 200)).toHaveLength(2);
      }
      expect(door.budgets.stats()).toMatchObject({ decided: { process: 0 }, redis: { failures: 0 } });
      const sizes = cluster.servers.map((server) => Number(server.cli('dbsize')));
      expect(sizes.reduce((sum, size) => sum + size)).toBeGreaterThanOrEqual(10);
    } finally {
      await door.stop();
      await cluster.stop();
    }
  });
});
