import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askGateway, baseOf } from '../../cli/cache/ask.js';
import { forgetEntities } from '../../cli/cache/changes.js';
import { describeShown, describeStats, duration } from '../../cli/cache/describe.js';
import { DEFAULTS } from '../../gateway/config.js';
import { type BuiltProduct, buildProduct } from '../helpers/command.js';
import { changed } from '../helpers/faulty-subgraph.js';
import { type Federation, startFederation, until } from '../helpers/federation.js';
import { describeOnRedis, startRedis } from '../helpers/redis-server.js';
import { KEYS } from '../helpers/redis-store.js';

const TOKEN = 'a-token-that-nobody-prints';
const DESKS = 'type Query { desk(of: ID!): Person } type Person @key(fields: "id") { id: ID! }';
const PEOPLE = `
  directive @cacheControl(maxAge: Int) on OBJECT
  type Query { now: Int }
  type Person @key(fields: "id") @cacheControl(maxAge: 60) { id: ID!  name: String }
`;

let product: BuiltProduct;
let federation: Federation;
let folder: string;
let nowMs: number;
let names: Map<string, string>;
beforeAll(() => {
  product = buildProduct();
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-cache-command-'));
});
afterAll(() => {
  product?.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function start(config: Parameters<typeof startFederation>[0]['config'] = {}): Promise<void> {
  nowMs = Date.parse('2026-11-25T00:00:00Z');
  names = new Map([
    ['1', 'Trần An'],
    ['2', 'Lê Bình'],
  ]);
  const personOf = ({ id }: { id: string }) => (names.has(id) ? { id, name: names.get(id) } : null);
  federation = await startFederation({
    subgraphs: {
      desks: { sdl: DESKS, resolvers: { Query: { desk: (_: unknown, { of }: { of: string }) => ({ id: of }) } } },
      people: { sdl: PEOPLE, resolvers: { Person: { __resolveReference: personOf } } },
    },
    config: { ...config, cache: { ...DEFAULTS.cache, token: TOKEN, ...config?.cache } },
    gateway: { clock: { now: () => nowMs } },
  });
  federation.subgraph('people').behave(
    changed((answer) => ({
      ...answer,
      extensions: {
        provenance: {
          records: [{ path: ['_entities', 0], record: 'P-1', version: '3', recordedAt: '2026-01-02T03:04:05.000Z' }],
        },
      },
    })),
  );
}

interface Told {
  env?: Record<string, string>;
  input?: string;
}

/** Runs the command to its end. */
async function cache(args: string[], { env, input }: Told = {}) {
  const { child, ended } = product.run('cache', {
    args,
    env: env ?? { GATEWAY_URL: federation.url, CACHE_TOKEN: TOKEN },
  });
  let out = '';
  child.stdout?.on('data', (text: string) => {
    out += text;
  });
  child.stdin?.end(input ?? '');
  const { code, output } = await ended;
  expect(output).not.toMatch(/\n\s+at /);
  expect(output).not.toContain(TOKEN);
  return { code, out, output };
}

const nameOf = async (id: string) => (await federation.ask(`{ desk(of: "${id}") { name } }`)).data?.desk.name;
const PERSON = ['--subgraph', 'people', '--type', 'Person'];
const HELP = /npm run cache -- invalidate --subgraph/;

describe('with a gateway', () => {
  beforeEach(() => start());
  afterEach(() => federation?.stop());

  test('an entity is forgotten, and the next query asks its registry again; others are still known', async () => {
    expect([await nameOf('1'), await nameOf('2')]).toEqual(['Trần An', 'Lê Bình']);
    for (const id of names.keys()) names.set(id, 'Phạm Chi');
    expect([await nameOf('1'), await nameOf('2')]).toEqual(['Trần An', 'Lê Bình']);
    expect(await cache(['invalidate', ...PERSON, '--key', '{"id":"1"}'])).toMatchObject({
      code: 0,
      output: '1 entity of people is forgotten: whoever asks next gets it from the registry.\n',
    });
    const before = federation.requestsTo('people').length;
    expect([await nameOf('1'), await nameOf('2')]).toEqual(['Phạm Chi', 'Lê Bình']);
    expect(federation.requestsTo('people')).toHaveLength(before + 1);
  });

  test('several keys are forgotten at once, and with --all everything', async () => {
    const both = ['--key', '{"id":"1"}', '--key', '{"id":"2"}'];
    await Promise.all([nameOf('1'), nameOf('2')]);
    for (const id of names.keys()) names.set(id, 'Phạm Chi');
    expect((await cache(['invalidate', ...PERSON, ...both])).output).toMatch(/^2 entities of people are forgotten/);
    expect([await nameOf('1'), await nameOf('2')]).toEqual(['Phạm Chi', 'Phạm Chi']);
    names.set('2', 'Lê Bình');
    // The address that a gateway says is that of its GraphQL.
    const all = await cache(['invalidate', '--subgraph', 'people', '--all', '--url', `${federation.url}/graphql`]);
    expect(all).toMatchObject({ code: 0, output: expect.stringMatching(/^Everything is forgotten/) });
    expect(await nameOf('2')).toBe('Lê Bình');
  });

  test('a long list of entities is forgotten in batches, and says how far it is', async () => {
    await nameOf('2');
    names.set('2', 'Phạm Chi');
    const lines = Array.from({ length: 25_000 }, (_, index) => `{"type":"Person","key":{"id":"${index}"}}\r\n\n`);
    const { code, out, output } = await cache(['invalidate', '--subgraph', 'people', '--file', '-'], {
      input: lines.join(''),
    });
    expect(code).toBe(0);
    expect(out).toMatch(/^25,000 entities of people are forgotten/);
    expect(output).toMatch(/^forgetting: 40 %\nforgetting: 80 %\nforgetting: 100 %\n/);
    expect(await nameOf('2')).toBe('Phạm Chi');
  });

  test('a file with a wrong line is not sent at all, and what is wrong is said without what is in it', async () => {
    await nameOf('1');
    const file = join(folder, 'changes.jsonl');
    writeFileSync(
      file,
      '\uFEFF{"type":"Person","key":{"id":"1"}}\n{"type":"Person","key":"048090000001"}\n048090000001 nobody',
    );
    const { code, output } = await cache(['invalidate', '--subgraph', 'people', '--file', file]);
    expect({ code, output }).toEqual({
      code: 2,
      output:
        'line 2 is not of the form {"type": "…", "key": {…}}\nline 3 is not of the form {"type": "…", "key": {…}}\nNothing was sent.\n',
    });
    const before = federation.requestsTo('people').length;
    await nameOf('1');
    expect(federation.requestsTo('people')).toHaveLength(before);
  });

  test('what the gateway does not know in a list is said by its line', async () => {
    const input = '\n{"type":"Person","key":{"id":"1"}}\n\n{"type":"Nobody","key":{"id":"1"}}\n';
    const { code, output } = await cache(['invalidate', '--subgraph', 'people', '--file', '-'], { input });
    expect(output).toMatch(/^Of line 4 nothing can be remembered\..*@key.*\(BAD_REQUEST\)\n$/);
    expect(code).toBe(1);
  });

  test('what is remembered is shown: when, how long and from which record, and no value', async () => {
    await nameOf('1');
    nowMs += 12_000;
    const { code, output } = await cache(['show', ...PERSON, '--key', '{"id":"1"}']);
    // A lifetime is made somewhat shorter, so that what was fetched together does not end together.
    const [, fresh] = /(\d+ s) +P-1/.exec(output) ?? [];
    expect(output).toBe(
      [
        'Person of people, in the memory of the gateway that answered:',
        '',
        '  field  age   fresh for  records',
        `  name   12 s  ${fresh}       P-1 (version 3)`,
        '',
        'In Redis: not known; there is none, or it does not answer.',
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
    nowMs += 50_000;
    expect((await cache(['show', ...PERSON, '--key', '{"id":"1"}'])).output).toMatch(/ {2}ended \d\.\d s ago {2}P-1/);
  });

  test('that there is no record is shown, and that nothing is remembered', async () => {
    await nameOf('9');
    expect((await cache(['show', ...PERSON, '--key', '{"id":"9"}'])).output).toContain('(there is no record)  0.0 s');
    expect((await cache(['show', ...PERSON, '--key', '{"id":"8"}'])).output).toMatch(
      /^Person of people: nothing is in the memory of the gateway that answered\./,
    );
  });

  test('stats say what was looked up and what is held', async () => {
    await nameOf('1');
    await nameOf('1');
    const { code, output } = await cache(['stats']);
    expect(output).toMatch(/Objects looked up:\n\n {2}subgraph +hit +stale +partial +miss +shared\n/);
    expect(output).toMatch(/\n {2}people +1 +0 +0 +1 +0\n/);
    expect(output).toMatch(/\nIn memory: .* bytes; 0 forgotten to make room\.\n/);
    expect(output).toContain('\nIn Redis: nothing; the gateway has none.\n');
    expect(code).toBe(0);
  });

  test('with --json the answers are printed as they came', async () => {
    const forgotten = await cache(['invalidate', ...PERSON, '--key', '{"id":"1"}', '--json']);
    expect(forgotten).toMatchObject({ code: 0, output: '{"forgotten":1}\n' });
    expect(JSON.parse((await cache(['stats', '--json'])).out)).toMatchObject({ memory: { entries: 0 }, lookUps: {} });
    expect(JSON.parse((await cache(['show', ...PERSON, '--key', '{"id":"1"}', '--json'])).out)).toEqual({ memory: [] });
  });

  test('another token is refused, with the cure', async () => {
    const { code, output } = await cache(['stats'], {
      env: { GATEWAY_URL: federation.url, CACHE_TOKEN: 'another-one' },
    });
    expect(output).toMatch(/\(UNAUTHENTICATED\)\nCACHE_TOKEN is another here than there\.\n$/);
    expect(output).not.toContain('another-one');
    expect(code).toBe(1);
  });

  test.each([
    [
      'no subgraph of this name',
      ['--subgraph', 'nobody', '--type', 'Person'],
      /There are: desks, people\. \(BAD_REQUEST\)/,
    ],
    [
      'no type of this name',
      ['--subgraph', 'people', '--type', 'Nobody'],
      /^Of --key nothing can be remembered\..*@key/,
    ],
  ])('there is %s: exit code 1, with what there is', async (_, of, message) => {
    const { code, output } = await cache(['invalidate', ...of, '--key', '{"id":"1"}']);
    expect(output).toMatch(message);
    expect(code).toBe(1);
    expect((await cache(['show', ...of, '--key', '{"id":"1"}'])).code).toBe(1);
  });

  test('a gateway that takes less at once is sent less at once', async () => {
    await federation.stop();
    await start({ limits: { requestBytesMax: 4_096 } });
    const entities = Array.from({ length: 500 }, (_, index) => {
      return { json: `{"type":"Person","key":{"id":"${index}"}}`, from: `line ${index + 1}` };
    });
    const done: number[] = [];
    const ask = askGateway({ base: federation.url, token: TOKEN });
    const onProgress = (each: number) => done.push(each);
    const answers = await forgetEntities(entities, { subgraph: 'people', ask, onProgress });
    expect(answers.map((answer) => JSON.parse(answer).forgotten).reduce((sum, each) => sum + each)).toBe(500);
    expect(done.at(-1)).toBe(500);
    // How far it came is said as well.
    entities.push({ json: '{"type":"Nobody","key":{}}', from: 'line 501' });
    const failing = forgetEntities(entities, { subgraph: 'people', ask, onProgress });
    await expect(failing).rejects.toThrow(/^Of line 501 .*\nBefore that \d+ of 501 were forgotten; to send all again/s);
  });
});

test('a gateway without a token of its own says that it is closed', async () => {
  await start({ cache: { ...DEFAULTS.cache, token: undefined } });
  try {
    const { code, output } = await cache(['stats']);
    expect(output).toMatch(/set CACHE_TOKEN at the gateway.*\(FORBIDDEN\)\n$/);
    expect(code).toBe(1);
  } finally {
    await federation.stop();
  }
});

describeOnRedis('with a gateway that has Redis', () => {
  test('show says how much lies there', async () => {
    const server = await startRedis();
    try {
      await start({ cache: { ...DEFAULTS.cache, redisUrl: server.url, keys: KEYS.one, redisMs: 2_000, token: TOKEN } });
      const ask = askGateway({ base: federation.url, token: TOKEN });
      let id = '';
      // What is fetched before Redis is connected is not written to it.
      await until(async () => {
        id = String(names.size + 1);
        names.set(id, 'Phạm Chi');
        await nameOf(id);
        const entity = { subgraph: 'people', type: 'Person', key: { id } };
        return JSON.parse(await ask('/cache/show', JSON.stringify(entity))).redis?.values > 0;
      });
      const { code, output } = await cache(['show', ...PERSON, '--key', JSON.stringify({ id })]);
      expect(output).toMatch(/\nIn Redis: \d+ values?, \d+ bytes, which lives? .* more\.\n$/);
      expect(code).toBe(0);
      expect((await cache(['stats'])).output).toMatch(/Redis: \d+ failures?, 0 values .* It is in use\./);
    } finally {
      await federation?.stop();
      await server.stop();
    }
  });
});

describe('without a gateway', () => {
  const servers: Server[] = [];
  const listen = async (listener: RequestListener) => {
    const server = createServer(listener).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });
  const envOf = (url: string) => ({ GATEWAY_URL: url, CACHE_TOKEN: TOKEN });

  test('the command says where it looked, and to start one or to name another place', async () => {
    const url = await listen(() => {});
    const closed = once(servers[0]!, 'close');
    servers[0]!.close();
    await closed;
    const { code, output } = await cache(['stats'], { env: envOf(url) });
    expect(output).toBe(
      `${url} cannot be reached (ECONNREFUSED): is a gateway running there? Start one, or set --url (or GATEWAY_URL) to where it is.\n`,
    );
    expect(code).toBe(1);
  });

  test.each([
    ['a page', 200, '<html>secret</html>'],
    ['another error', 404, '{"error":"secret"}'],
    ['a number', 200, '1'],
    ['a redirect', 302, ''],
  ])('what answers %s is said to be none', async (_, status, body) => {
    const url = await listen((_request, response) => {
      response.writeHead(status, { location: '/elsewhere' }).end(body);
    });
    const asked = askGateway({ base: url, token: TOKEN })('/cache/stats');
    await expect(asked).rejects.toThrow(`What answers at ${url} is no gateway with a cache to ask (status ${status})`);
  });

  test('JSON of another form is said to be so', async () => {
    const url = await listen((_request, response) => void response.end('{}'));
    expect(await cache(['stats'], { env: envOf(url) })).toMatchObject({
      code: 1,
      output: 'The gateway answered otherwise than this command knows; --json prints it as it is.\n',
    });
  });

  test('one that does not answer is not waited for longer than its time', async () => {
    const url = await listen(() => {});
    const asked = askGateway({ base: url, token: TOKEN, timeoutMs: 50 })('/cache/stats');
    await expect(asked).rejects.toThrow(`${url} did not answer within 0.05 seconds`);
  });

  test('the token is neither missing nor such as cannot be sent, nor said', async () => {
    const missing = await cache(['stats'], { env: {} });
    expect(missing).toMatchObject({ code: 2, output: expect.stringMatching(/^CACHE_TOKEN is not set: .*environment/) });
    const { code, output } = await cache(['stats'], { env: { CACHE_TOKEN: 'broken\nin two' } });
    expect(output).toMatch(/^CACHE_TOKEN cannot be sent: /);
    expect(output).not.toContain('in two');
    expect(code).toBe(2);
  });
});

describe('the command line', () => {
  const env = { CACHE_TOKEN: TOKEN };

  test.each([[['--help']], [['invalidate', '-h']], [['show', '--help']], [['stats', '--help']]])(
    '%j says how it is used',
    async (args) => {
      const { code, output } = await cache(args, { env: {} });
      expect(output).toMatch(HELP);
      expect(output).toContain('CACHE_TOKEN');
      expect(code).toBe(0);
    },
  );

  test.each([
    [[], 'name one of invalidate, show, stats'],
    [['forget'], 'name one of invalidate, show, stats'],
    [['toString'], 'name one of invalidate, show, stats'],
    [['stats', 'show'], 'name one of invalidate, show, stats'],
    [['stats', '--token', 'x'], '--token'],
    [['stats', '--type', 'Person'], 'stats takes no --type'],
    [['show', '--subgraph', 'people', '--all'], 'show takes no --all'],
    [['show', ...PERSON], '--key JSON'],
    [['show', ...PERSON, '--key', '{}', '--key', '{}'], 'show takes one --key'],
    [['invalidate', '--type', 'Person', '--key', '{}'], '--subgraph NAME is missing'],
    [['invalidate', '--subgraph', 'people'], 'either --type with --key, or --file, or --all'],
    [['invalidate', ...PERSON, '--key', '{}', '--all'], 'either --type with --key, or --file, or --all'],
    [['invalidate', '--subgraph', 'people', '--key', '{}'], '--type TYPE'],
    [['invalidate', ...PERSON, '--key', '{id:048090000001'], '--key is not a JSON object'],
    [['invalidate', ...PERSON, '--key', '{}', '--key', '["048090000001"]'], '--key number 2 is not a JSON object'],
    [['stats', '--url', 'http://me:048090000001@127.0.0.1'], '--url (or GATEWAY_URL) takes http://host:port'],
  ])('%j is refused with the cure, the help and exit code 2', async (args, message) => {
    const { code, out, output } = await cache(args, { env });
    expect(output).toContain(message);
    expect(output).toMatch(HELP);
    expect(output).not.toContain('048090000001');
    expect({ code, out }).toEqual({ code: 2, out: '' });
  });

  test('a file that is not there is refused, and one that is empty or is no text', async () => {
    const of = (file: string, input?: Told) =>
      cache(['invalidate', '--subgraph', 'people', '--file', file], { env, ...input });
    expect(await of(join(folder, 'none'))).toMatchObject({ code: 2, output: expect.stringContaining('(ENOENT)') });
    expect(await of('-')).toMatchObject({ code: 2, output: expect.stringContaining('there is no line') });
    const file = join(folder, 'latin.jsonl');
    writeFileSync(file, Buffer.from('{"type":"Person","key":{"id":"\xe9"}}', 'latin1'));
    expect(await of(file)).toMatchObject({ code: 2, output: expect.stringContaining('it is not UTF-8') });
  });

  test.each([
    ['http://127.0.0.1:4000/', 'http://127.0.0.1:4000'],
    ['https://lien-thong.example/api/graphql', 'https://lien-thong.example/api'],
    ['127.0.0.1:4000', undefined],
    ['ftp://127.0.0.1', undefined],
    ['http://127.0.0.1/?token=1', undefined],
  ])('of %s the paths begin with %s', (url, base) => {
    expect(baseOf(url)).toBe(base);
  });
});

describe('in sentences', () => {
  const stats = {
    lookUps: {},
    memory: { entries: 1, bytes: 12_345, evicted: 2, bytesBySubgraph: { land: 12_000, '': 345 } },
    heard: {},
  };

  test('stats say of Redis, of changes and of what was compared', () => {
    const text = describeStats({
      ...stats,
      redis: { failures: 1, unreadable: 0, open: true, bytes: { land: { read: 1_000, written: 20 } } },
      heard: { land: true, '': false },
      shadow: { same: 1_000, different: 1, failed: 0 },
    });
    expect(text).toBe(
      [
        'Nothing was looked up.',
        '',
        'In memory: 1 entity or answer, 12,345 bytes; 2 forgotten to make room.',
        '',
        '  subgraph    bytes',
        '  land       12,000',
        '  (answers)     345',
        '',
        'Redis: 1 failure, 0 values that could not be opened. It is left alone for now, because it failed.',
        '',
        '  subgraph  bytes read  bytes written',
        '  land           1,000             20',
        '',
        'Changes of whom are heard:',
        '',
        '  land                  yes',
        '  (the other gateways)  no: what is remembered is trusted for a few seconds only',
        '',
        'Compared with the registries: 1,000 the same, 1 different, 0 failed.',
        '',
      ].join('\n'),
    );
    expect(describeStats(stats)).toContain('CACHE_SHADOW_PERCENT is 0');
  });

  test('what is in Redis is shown beside what is not in memory', () => {
    const redis = { values: 1, bytes: 1_204, livesSeconds: 3_700 };
    expect(describeShown({ memory: [], redis }, 'Parcel of land')).toBe(
      'Parcel of land: nothing is in the memory of the gateway that answered.\nIn Redis: 1 value, 1,204 bytes, which lives 1 h 1 min more.\n',
    );
    expect(describeShown({ memory: [], redis: { ...redis, values: 0 } }, '')).toContain('In Redis: nothing.');
  });

  test.each([
    [0, '0.0 s'],
    [9.96, '9.9 s'],
    [59.9, '59 s'],
    [60, '1 min 0 s'],
    [3_599, '59 min 59 s'],
    [86_399, '23 h 59 min'],
    [200_000, '2 d 7 h'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});
