import { retireMonths } from '../../../../gateway/audit/store/retire.js';
import { until } from '../../../helpers/federation.js';
import { describeOnRedis, type RedisServer, startRedis } from '../../../helpers/redis-server.js';
import { StampedOracle } from '../../../helpers/stamped-oracle.js';
import { put, type Question, shown } from '../../../helpers/stamped-questions.js';
import { NOBODY, PEOPLE } from '../../../helpers/stamped-registries.js';
import { forget, type StampedScene, startStamped } from '../../../helpers/stamped-scene.js';

const WRITTEN = /cache_redis_bytes_total\{[^}]*direction="written"\} (\d+)/g;
const [AN] = PEOPLE as [string];
const asking = (fields: string, of = AN) => `{ desk(of: "${of}") { ${fields} } }`;

let scene: StampedScene;
let asked: Question[];

/** Asks a second later. */
async function ask(query: string, more: Partial<Parameters<typeof put>[1]> = {}): Promise<string[]> {
  scene.next(1_000);
  const question = await put(scene, { query, ...more });
  asked.push(question);
  return shown(scene, question);
}

async function begin(): Promise<void> {
  await scene.reset();
  asked = [];
}

async function judge(): Promise<void> {
  const oracle = new StampedOracle(scene);
  await oracle.judge(asked);
  expect(oracle.problems).toEqual([]);
}

describe('in one process', () => {
  beforeAll(async () => {
    scene = await startStamped();
  });
  afterAll(() => scene?.stop());
  beforeEach(begin);
  afterEach(judge);

  test('of an entity of which some is remembered, each value is of the fetch that brought it', async () => {
    expect(await ask(asking('name'))).toEqual(['desk.name: shown 1 SOURCE']);
    expect(await ask(asking('home name'))).toEqual(['desk.home: shown 2 SOURCE', 'desk.name: shown 1 MEMORY']);
    expect(await ask(asking('name home visits'))).toEqual([
      'desk.name: shown 1 MEMORY',
      'desk.home: shown 2 MEMORY',
      'desk.visits: shown 3 SOURCE',
    ]);
  });

  test('of an entity whose fields were remembered at different times, each value is of its own', async () => {
    await ask(asking('name'));
    await ask(asking('home'));
    for (let time = 0; time < 3; time += 1) {
      expect(await ask(asking('name home'))).toEqual(['desk.name: shown 1 MEMORY', 'desk.home: shown 2 MEMORY']);
    }
  });

  test('that there is nobody is of the time when the registry said so', async () => {
    for (const tier of ['', ' MEMORY', ' MEMORY']) {
      expect(await ask(asking('name', NOBODY))).toEqual([`desk.name: missing NO_RECORD${tier}`]);
    }
    expect(scene.timesAsked('people')).toBe(1);
  });

  test('what is old is called so while it is fetched anew, and what is new after that', async () => {
    await ask(asking('name'));
    scene.next(65_000);
    expect(await ask(asking('name'))).toEqual(['desk.name: shown 1 STALE']);
    await scene.asked('people', 2);
    await until(() => scene.stamp('people', 2)?.answeredMs !== undefined);
    await until(async () => (await ask(asking('name')))[0] !== 'desk.name: shown 1 STALE');
    expect(await ask(asking('name'))).toEqual(['desk.name: shown 2 MEMORY']);
  });

  test('of a registry that has died old values are given as what they are, and what may not be old is missing', async () => {
    await ask(asking('name note land'));
    scene.failing.add('people');
    scene.next(200_000);
    expect(await ask(asking('name note land'))).toEqual([
      'desk.name: shown 1 STALE',
      'desk.note: missing REGISTRY_UNAVAILABLE',
      'desk.land: shown 2 SOURCE',
    ]);
  });

  test('a whole answer is to each caller what it is to him, however often it is given', async () => {
    const query = `{ citizen(personalId: "${AN}") { name land parcel { area } } }`;
    await ask(query);
    for (let time = 0; time < 3; time += 1) {
      expect(await ask(query)).toEqual([
        'citizen.name: shown 1 MEMORY',
        'citizen.land: shown 1 MEMORY',
        'citizen.parcel.area: shown 1 MEMORY',
      ]);
      expect(await ask(query, { who: 'less' })).toEqual([
        'citizen.name: masked MIDDLE 1 MEMORY',
        'citizen.land: shown 1 MEMORY',
        'citizen.parcel.area: masked MIDDLE 1 MEMORY',
      ]);
      expect(await ask(query, { who: 'two' })).toHaveLength(3);
    }
    expect([scene.timesAsked('people'), scene.timesAsked('land')]).toEqual([1, 1]);
  });

  test('of what one caller has brought another is shown less, and the entry says of each value what it is to him', async () => {
    await ask(asking('name note parcel { area }'));
    for (let time = 0; time < 3; time += 1) {
      expect(await ask(asking('name note parcel { area }'), { who: 'less' })).toEqual([
        'desk.name: masked MIDDLE 1 MEMORY',
        'desk.note: refused grant',
        'desk.parcel.area: masked MIDDLE 1 MEMORY',
      ]);
    }
  });

  test('what is forgotten between two questions is of another version, and of its registry again', async () => {
    await ask(asking('name land'));
    expect(await ask(asking('name land'))).toEqual(['desk.name: shown 1 MEMORY', 'desk.land: shown 1 MEMORY']);
    await forget(scene, AN, ['people']);
    expect(await ask(asking('name land'))).toEqual(['desk.name: shown 2 SOURCE', 'desk.land: shown 1 MEMORY']);
    expect(await ask(asking('name land'))).toEqual(['desk.name: shown 2 MEMORY', 'desk.land: shown 1 MEMORY']);
  });

  test('parts that come together are told of together, with all of each', async () => {
    const query = asking(`name ... @defer { parcel { area } land } ... @defer { parcel { soil } home }
      ... @defer { children { name ... @defer { home } } }`);
    for (let time = 0; time < 3; time += 1) {
      const fields = await ask(query, { inParts: true });
      expect(fields.map((field) => field.split(':')[0]).sort()).toEqual([
        ...['desk.children.0.home', 'desk.children.0.name', 'desk.children.1.home', 'desk.children.1.name'],
        ...['desk.home', 'desk.land', 'desk.name', 'desk.parcel.area', 'desk.parcel.soil'],
      ]);
      // As they were sent each has its own alone.
      const sent = asked.at(-1)!.answered!.text.match(/"children":\[.*?\]/g);
      expect([sent?.length, sent?.[0]?.includes('home')]).toEqual([1, false]);
      expect(new Set(fields.map((field) => field.split(' ').at(-1)))).toEqual(
        new Set([time === 0 ? 'SOURCE' : 'MEMORY']),
      );
    }
  });

  test('where one part has lost an object and another has brought some of it, both are told', async () => {
    await ask(asking('land'));
    scene.failing.add('people');
    const release = scene.hold('land');
    setTimeout(release, 200);
    const query = asking('parcel { area } ... @defer { sure } ... @defer { again: land }');
    expect((await ask(query, { inParts: true })).sort()).toEqual([
      expect.stringContaining('desk.land: shown 1 MEMORY'),
      expect.stringContaining('desk.parcel.area: shown 2 SOURCE'),
      expect.stringContaining('desk: missing REGISTRY_UNAVAILABLE'),
    ]);
    // The oracle puts all parts together, of which one says that there is nothing.
    asked = [];
  });

  test('each part that was lost is told of, also where one is of what another has lost', async () => {
    await ask(asking('children { home }'));
    scene.failing.add('people');
    const query = asking('land ... @defer { sure } ... @defer { children { home ... @defer { sure } } }');
    const fields = await ask(query, { inParts: true });
    const lost = fields.filter((field) => field.includes('missing')).map((field) => field.split(' ')[0]);
    expect(lost.sort()).toEqual(['desk.children:', 'desk:']);
    asked = [];
  });

  test('what a registry that is away should have said rests on no record of the one that was remembered', async () => {
    scene.failing.add('land');
    for (const name of ['citizen.name: shown 1 SOURCE', 'citizen.name: shown 1 MEMORY']) {
      const fields = await ask(`{ citizen(personalId: "${AN}") { name land } }`);
      expect(fields).toEqual([name, 'citizen.land: missing REGISTRY_UNAVAILABLE']);
    }
  });

  test('what is missing since the registry has died is not said to have no record, though another part has brought what it is of', async () => {
    await ask(asking('children { home }'));
    scene.failing.add('people');
    scene.next(200_000);
    const release = scene.hold('land');
    setTimeout(release, 200);
    const fields = await ask(asking('land a: children { name } ... @defer { children { home } }'), { inParts: true });
    expect(fields.filter((field) => field.includes('.name'))).toEqual([
      expect.stringContaining('desk.children.0.name: missing REGISTRY_UNAVAILABLE'),
      expect.stringContaining('desk.children.1.name: missing REGISTRY_UNAVAILABLE'),
    ]);
    expect(fields).toContain('desk.children:2.0.home: shown 1 STALE');
  });

  test('what proves an answer is not gone with a month while an entry of another month rests on it', async () => {
    scene.nowMs = Date.parse('2026-11-30T23:59:40Z');
    const query = `{ citizen(personalId: "${AN}") { name } }`;
    for (let time = 0; time < 3; time += 1) await ask(query);
    scene.nowMs = Date.parse('2026-12-01T00:00:10Z');
    await ask(query);
    const [before, after] = await Promise.all(asked.slice(-2).map(({ id }) => scene.log.ofRequest(id)));
    expect(after![0]!.entry.values).toBe(before![0]!.entry.values);
    await scene.log.sequence();
    expect(await retireMonths(scene.log.parts.database, '2026-12', { drop: true })).toHaveLength(1);
    expect(await scene.log.reader.opening(after![0]!.entry.values!)).toBeDefined();
    asked = asked.slice(-1);
  });

  test('operations of one request each have an entry, as if they had come alone', async () => {
    await ask(asking('name'));
    scene.next(1_000);
    const queries = [asking('name'), asking('home'), asking('name'), asking('name land')];
    const headers = { 'content-type': 'application/json', 'x-request-id': 'a-list' };
    const body = JSON.stringify(queries.map((query) => ({ query })));
    const answers = await (await fetch(`${scene.federation.url}/graphql`, { method: 'POST', headers, body })).json();
    const entries = await scene.log.ofRequest('a-list');
    expect(
      entries.map(({ fields }) => fields.map((each) => each.replace(/\w+\/record-of-\d+@/, '')).join()).sort(),
    ).toEqual([
      'desk.home: shown 2 SOURCE',
      'desk.name: shown 1 MEMORY',
      'desk.name: shown 1 MEMORY',
      'desk.name: shown 1 MEMORY,desk.land: shown 1 SOURCE',
    ]);
    expect((answers as { data: { desk: object } }[]).map(({ data }) => Object.keys(data.desk))).toHaveLength(4);
  });
});

describeOnRedis('over Redis', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
    scene = await startStamped({ redisUrl: redis.url });
  });
  afterAll(async () => {
    await scene?.stop();
    await redis?.stop();
  });
  beforeEach(async () => {
    await begin();
    bytesBefore = await bytesSent();
  });
  afterEach(judge);

  /** By one gateway or the other, some milliseconds later. */
  const askAt = async (gateway: number, query: string, more: { who?: string } = {}) => {
    scene.next(5);
    scene.gateway = gateway;
    const question = await put(scene, { query, gateway, ...more });
    asked.push(question);
    return shown(scene, question);
  };
  /** So much has gone to Redis. */
  const bytesSent = async () => {
    const pages = scene.urls.map(async (url) => (await fetch(`${url}/metrics`)).text());
    const lines = (await Promise.all(pages)).flatMap((text) => [...text.matchAll(WRITTEN)]);
    return lines.reduce((sum, [, bytes]) => sum + Number(bytes), 0);
  };
  let bytesBefore = 0;
  /** Until what was asked for since the last time lies in Redis: nobody waits for it. */
  const written = async () => {
    await until(async () => (await bytesSent()) > bytesBefore);
    await new Promise((resolve) => setTimeout(resolve, 100));
    bytesBefore = await bytesSent();
  };

  test('what another gateway has asked for is of Redis once, and of the process after that', async () => {
    await askAt(0, asking('name land'));
    await written();
    expect(await askAt(1, asking('name land'), { who: 'less' })).toEqual([
      'desk.name: masked MIDDLE 1 REDIS',
      'desk.land: shown 1 REDIS',
    ]);
    for (let time = 0; time < 3; time += 1) {
      expect(await askAt(1, asking('name land'))).toEqual(['desk.name: shown 1 MEMORY', 'desk.land: shown 1 MEMORY']);
    }
    expect(await askAt(0, asking('name land'))).toEqual(['desk.name: shown 1 MEMORY', 'desk.land: shown 1 MEMORY']);
  });

  test('one answer may be of the process, of Redis and of the registry, and says of each value which', async () => {
    await askAt(0, asking('name'));
    await askAt(1, asking('home'));
    await written();
    expect(await askAt(0, asking('name home visits'))).toEqual([
      'desk.name: shown 1 MEMORY',
      'desk.home: shown 2 REDIS',
      'desk.visits: shown 3 SOURCE',
    ]);
    expect(await askAt(0, asking('name home'))).toEqual(['desk.name: shown 1 MEMORY', 'desk.home: shown 2 MEMORY']);
  });

  test('that there is nobody is known to the other gateway, too', async () => {
    await askAt(0, asking('name', NOBODY));
    await written();
    expect(await askAt(1, asking('name', NOBODY))).toEqual(['desk.name: missing NO_RECORD REDIS']);
    expect(await askAt(1, asking('name', NOBODY))).toEqual(['desk.name: missing NO_RECORD MEMORY']);
  });

  test('what was forgotten by one gateway is asked for anew by the other', async () => {
    await askAt(0, asking('name'));
    await written();
    expect(await askAt(1, asking('name'))).toEqual(['desk.name: shown 1 REDIS']);
    await forget(scene, AN, ['people']);
    await until(async () => (await askAt(1, asking('name')))[0] !== 'desk.name: shown 1 MEMORY');
    expect(await askAt(1, asking('name'))).toEqual(['desk.name: shown 2 MEMORY']);
    await written();
    expect(await askAt(0, asking('name'))).toEqual(['desk.name: shown 2 REDIS']);
  });

  test('of a registry that has died what the other gateway had asked for is given as old', async () => {
    await askAt(0, asking('name note'));
    await written();
    scene.failing.add('people');
    scene.next(200_000);
    await scene.heard();
    expect(await askAt(1, asking('name'))).toEqual(['desk.name: shown 1 STALE']);
    expect(await askAt(1, asking('note'))).toEqual(['desk.note: missing REGISTRY_UNAVAILABLE']);
  });
});
