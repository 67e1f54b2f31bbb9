import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuiltProduct, buildProduct, type Command } from '../helpers/command.js';
import { answers500, hangs, json } from '../helpers/faulty-subgraph.js';
import { ask, type Federation, startFederation, until } from '../helpers/federation.js';
import { prefilledBy } from '../helpers/prefilled.js';

const READY = /GraphQL at (http:\/\/[\d.]+:\d+)\/graphql/;
/** Processes start slowly while others use the same cores. */
const START_MS = 60_000;

let product: BuiltProduct;
let federation: Federation;
let folder: string;
let started: Command | undefined;
beforeAll(async () => {
  product = buildProduct();
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-workers-'));
  federation = await startFederation({
    subgraphs: { one: { sdl: 'type Query { one: Int }', resolvers: { Query: { one: () => 1 } } } },
  });
});
afterEach(async () => {
  federation.subgraph('one').behave();
  started?.child.kill('SIGKILL');
  // One that a test has stopped does not notice that its primary is gone.
  if (started) for (const pid of workersOf(started).filter(isAlive)) process.kill(pid, 'SIGKILL');
  await started?.ended;
  started = undefined;
});
afterAll(async () => {
  await federation?.stop();
  product?.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface StartOptions {
  env?: Record<string, string>;
  /** A script that runs before the command, in every one of its processes. */
  preload?: string;
}

function start(options: StartOptions = {}): Command {
  started = run(options);
  return started;
}

function run({ env = {}, preload }: StartOptions): Command {
  const file = join(folder, 'preload.js');
  if (preload) writeFileSync(file, preload);
  return product.run('gateway', {
    args: ['--supergraph', federation.supergraphFile],
    env: { PORT: '0', WORKERS: '2', ...(preload ? { NODE_OPTIONS: `--require ${file}` } : {}), ...env },
  });
}

/** A gateway of two workers, with a kept-alive connection to each of them. */
async function startTwo(env: Record<string, string> = {}): Promise<Two> {
  return connectToBoth(start({ env }));
}

interface Two {
  command: Command;
  url: string;
  first: Line;
  second: Line;
}

async function connectToBoth(command: Command): Promise<Two> {
  const url = (await command.wrote(READY))[1]!;
  const first = await openLine(command, url);
  let second = await openLine(command, url);
  while (second.pid === first.pid) {
    second.close();
    second = await openLine(command, url);
  }
  return { command, url, first, second };
}

interface Line {
  /** The worker at its other end. */
  pid: number;
  /** Asks `{ one }`. */
  ask(): Promise<{ status: number; data: unknown; connection: string | undefined }>;
  metrics(): Promise<Metrics>;
  close(): void;
}

interface Metrics {
  /** The value of a sample, by its name and labels as Prometheus writes them. */
  value(sample: string): number | undefined;
}

let asked = 0;

/** One connection to whichever worker takes it. */
async function openLine(command: Command, url: string): Promise<Line> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const send = (path: string, body?: string, headers: Record<string, string> = {}) =>
    new Promise<{ status: number; text: string; connection: string | undefined }>((resolve, reject) => {
      const sent = request(`${url}${path}`, { agent, method: body ? 'POST' : 'GET', headers }, async (response) => {
        let text = '';
        for await (const part of response.setEncoding('utf8')) text += part;
        resolve({ status: response.statusCode!, text, connection: response.headers.connection });
      });
      sent.on('error', reject).end(body);
    });
  const query = (text: string, requestId: string) =>
    send('/graphql', JSON.stringify({ query: text }), {
      'content-type': 'application/json',
      'x-request-id': requestId,
    });
  asked += 1;
  const requestId = `line-${asked}`;
  await query('{ __typename }', requestId);
  const answered = () => logLines(command).find((line) => line.requestId === requestId);
  await until(() => answered() !== undefined);
  return {
    // A gateway that is alone does not say.
    pid: answered()!.pid as number,
    async ask() {
      const { status, text, connection } = await query('{ one }', 'asks-one');
      return { status, data: JSON.parse(text).data, connection };
    },
    async metrics() {
      const { status, text } = await send('/metrics');
      expect(status).toBe(200);
      const values = new Map(text.split('\n').map((line) => line.split(' ') as [string, string]));
      const value = (sample: string) => (values.has(sample) ? Number(values.get(sample)) : undefined);
      return { value };
    },
    close: () => agent.destroy(),
  };
}

function logLines(command: Command): Record<string, unknown>[] {
  const lines = command.output().split('\n');
  return lines.filter((line) => line.startsWith('{') && line.endsWith('}')).map((line) => JSON.parse(line));
}

/** Every worker that has begun to answer, whether or not it lives. */
function workersOf(command: Command): number[] {
  return logLines(command)
    .filter(({ msg }) => msg === 'a worker answers')
    .map(({ worker }) => worker as number);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function refusesConnections(url: string): Promise<boolean> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const refused = await new Promise<boolean>((resolve) => {
    socket.on('connect', () => resolve(false));
    socket.on('error', () => resolve(true));
  });
  socket.destroy();
  return refused;
}

const OPERATIONS = 'lien_thong_operation_seconds_count{outcome="ok"}';

describe('two workers', () => {
  let two: Two;
  beforeAll(async () => {
    two = await connectToBoth(run({}));
  }, START_MS);
  afterAll(async () => {
    two?.command.child.kill('SIGKILL');
    await two?.command.ended;
  });

  test('answer on one port from two processes, and the address is said once', async () => {
    const { command, first, second } = two;
    expect(await first.ask()).toMatchObject({ status: 200, data: { one: 1 } });
    expect(await second.ask()).toMatchObject({ status: 200, data: { one: 1 } });
    expect(new Set([first.pid, second.pid])).toEqual(new Set(workersOf(command)));
    expect(workersOf(command)).not.toContain(command.child.pid);
    expect(command.output().match(/GraphQL at/g)).toHaveLength(1);
  });

  test('get as many connections the one as the other', async () => {
    const { command, url } = two;
    const lines = [];
    for (let count = 0; count < 20; count += 1) lines.push(await openLine(command, url));
    const [worker] = workersOf(command);
    const ofOne = lines.filter(({ pid }) => pid === worker).length;
    expect(ofOne).toBeGreaterThanOrEqual(9);
    expect(ofOne).toBeLessThanOrEqual(11);
    for (const line of lines) line.close();
  });

  test('tell of their metrics, whichever is asked, the sum of what all have counted', async () => {
    const { first, second } = two;
    const before = (await first.metrics()).value(OPERATIONS)!;
    await first.ask();
    await second.ask();
    await second.ask();
    for (const line of [first, second]) expect((await line.metrics()).value(OPERATIONS)).toBe(before + 3);
    expect((await first.metrics()).value('lien_thong_workers')).toBe(2);
  });

  test('add up their requests in flight', async () => {
    const { command, url, first, second } = two;
    const third = await openLine(command, url);
    const held: (() => void)[] = [];
    federation.subgraph('one').behave((request) => void held.push(() => json({ data: { one: 1 } })(request)));
    const answers = [first.ask(), second.ask()];
    await until(() => held.length === 2);
    // Beside the two that wait, the question itself.
    expect((await third.metrics()).value('lien_thong_http_requests_in_flight')).toBe(3);
    for (const answer of held) answer();
    await Promise.all(answers);
    expect((await third.metrics()).value('lien_thong_http_requests_in_flight')).toBe(1);
    third.close();
  });
});

test('WORKERS=1 is the process itself, with no other beside it', async () => {
  const command = start({ env: { WORKERS: '1' } });
  const line = await openLine(command, (await command.wrote(READY))[1]!);
  expect(line.pid).toBeUndefined();
  expect(workersOf(command)).toEqual([]);
  expect((await line.metrics()).value('lien_thong_workers')).toBeUndefined();
  line.close();
});

describe('the metrics of any worker', () => {
  test('do not add up what is a fact of each: a breaker and the supergraph', async () => {
    const { url, first, second } = await startTwo({ BREAKER_FAILURES_MAX: '1', BREAKER_OPEN_MS: '600000' });
    federation.subgraph('one').behave(answers500);
    await first.ask();
    expect((await second.metrics()).value('lien_thong_breaker_state{subgraph="one"}')).toBe(2);
    await second.ask();
    expect((await first.metrics()).value('lien_thong_breaker_state{subgraph="one"}')).toBe(2);
    const page = await (await fetch(`${url}/metrics`)).text();
    expect(page).toMatch(/lien_thong_supergraph_info\{id="\w+"\} 1\n/);
    expect(page).toMatch(/lien_thong_supergraph_refused 0\n/);
  });

  test('keep what a worker had counted that was killed, and what one says that does not answer', async () => {
    const { command, first, second } = await startTwo();
    await first.ask();
    await second.ask();
    const counted = (await second.metrics()).value(OPERATIONS)!;
    process.kill(first.pid, 'SIGSTOP');
    await second.ask();
    expect((await second.metrics()).value(OPERATIONS)).toBe(counted + 1);
    process.kill(first.pid, 'SIGKILL');
    await until(() => workersOf(command).length === 3, START_MS);
    await second.ask();
    const after = await second.metrics();
    expect(after.value(OPERATIONS)).toBe(counted + 2);
    expect(after.value('lien_thong_workers')).toBe(2);
    expect(after.value('lien_thong_workers_replaced_total')).toBe(1);
  });
});

describe('a worker that is killed', () => {
  test('costs its own requests in flight and no others, and another takes its place', async () => {
    const { command, url, first, second } = await startTwo();
    const answers = { right: 0, wrong: 0, lost: 0 };
    let loaded = true;
    const load = Array.from({ length: 8 }, async () => {
      while (loaded) {
        const answer = await ask(url, { query: '{ one }' }, { connection: 'close' }).catch(() => undefined);
        if (answer === undefined) answers.lost += 1;
        else if (answer.data?.one === 1) answers.right += 1;
        else answers.wrong += 1;
      }
    });
    await until(() => answers.right > 20);
    process.kill(first.pid, 'SIGKILL');
    const atDeath = answers.right;
    await until(() => workersOf(command).length === 3, START_MS);
    expect(answers.right).toBeGreaterThan(atDeath + 20);
    expect((await second.ask()).data).toEqual({ one: 1 });
    const next = await openLineTo(workersOf(command)[2]!, command, url);
    expect((await next.ask()).data).toEqual({ one: 1 });
    loaded = false;
    await Promise.all(load);
    expect(answers.lost).toBeLessThanOrEqual(8);
    expect(answers.wrong).toBe(0);
    next.close();
  });

  test('while it is being handed a connection does not leave the client waiting', async () => {
    const { url, first, second } = await startTwo();
    process.kill(first.pid, 'SIGSTOP');
    let ended = 0;
    const answered: string[] = [];
    for (let count = 0; count < 6; count += 1) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1').setEncoding('utf8');
      socket.write('GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
      socket.on('data', (text: string) => answered.push(text.slice(0, 12)));
      socket.on('error', () => {}).on('close', () => (ended += 1));
    }
    await until(() => ended === 5);
    expect(answered).toEqual(Array(5).fill('HTTP/1.1 200'));
    process.kill(first.pid, 'SIGKILL');
    await until(() => ended === 6);
    expect((await second.ask()).data).toEqual({ one: 1 });
  });

  test('by hand with SIGTERM finishes its requests first', async () => {
    const held: (() => void)[] = [];
    const { command, first } = await startTwo();
    federation.subgraph('one').behave((request) => void held.push(() => json({ data: { one: 11 } })(request)));
    const answer = first.ask();
    await until(() => held.length === 1);
    process.kill(first.pid, 'SIGTERM');
    process.kill(first.pid, 'SIGTERM');
    held[0]!();
    expect((await answer).data).toEqual({ one: 11 });
    await until(() => workersOf(command).length === 3, START_MS);
    expect(isAlive(first.pid)).toBe(false);
  });
});

async function openLineTo(pid: number, command: Command, url: string): Promise<Line> {
  for (;;) {
    const line = await openLine(command, url);
    if (line.pid === pid) return line;
    line.close();
  }
}

describe('SIGTERM', () => {
  test('lets the requests in flight of all workers finish, takes no new connections, and ends with 0', async () => {
    const held: (() => void)[] = [];
    const { command, url, first, second } = await startTwo();
    federation.subgraph('one').behave((request) => void held.push(() => json({ data: { one: 11 } })(request)));
    const answers = [first.ask(), second.ask()];
    await until(() => held.length === 2);
    command.child.kill('SIGTERM');
    await until(() => refusesConnections(url));
    for (const answer of held) answer();
    for (const answer of answers) expect(await answer).toMatchObject({ data: { one: 11 }, connection: 'close' });
    const { code, output } = await command.ended;
    expect(code).toBe(0);
    expect(output.match(/stopping/g)).toHaveLength(1);
    expect([first.pid, second.pid].filter(isAlive)).toEqual([]);
  });

  test('to the whole group at once, as Ctrl-C and a system do it, is no haste either', async () => {
    const held: (() => void)[] = [];
    const { command, first, second } = await startTwo();
    federation.subgraph('one').behave((request) => void held.push(() => json({ data: { one: 11 } })(request)));
    const answers = [first.ask(), second.ask()];
    await until(() => held.length === 2);
    for (const pid of [first.pid, second.pid, command.child.pid!]) process.kill(pid, 'SIGINT');
    await command.wrote(/stopping/);
    for (const answer of held) answer();
    for (const answer of answers) expect(await answer).toMatchObject({ data: { one: 11 } });
    expect((await command.ended).code).toBe(0);
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('a second signal, %s, ends all of them at once with %i', async (second, code) => {
    const env = { DRAIN_MS: '60000', FETCH_MS: '60000', REQUEST_MS: '60000' };
    const two = await startTwo(env);
    federation.subgraph('one').behave(hangs);
    const before = federation.requestsTo('one').length;
    const answer = two.first.ask().catch(() => 'cut off');
    await until(() => federation.requestsTo('one').length > before);
    two.command.child.kill('SIGTERM');
    await two.command.wrote(/stopping/);
    two.command.child.kill(second);
    expect((await two.command.ended).code).toBe(code);
    expect(await answer).toBe('cut off');
    await until(() => ![two.first.pid, two.second.pid].some(isAlive));
  });
});

test('SIGTERM before any worker answers ends with 0, and leaves none behind', async () => {
  const preload = `if (require('node:cluster').isWorker) process.stderr.write('BEGINS ' + process.pid + '\\n');`;
  const command = start({ preload });
  const pid = Number((await command.wrote(/BEGINS (\d+)/))[1]);
  command.child.kill('SIGTERM');
  const { code, output } = await command.ended;
  expect(code).toBe(0);
  expect(output).not.toMatch(/GraphQL at|\n\s+at /);
  expect(isAlive(pid)).toBe(false);
});

test('when the primary is killed its workers end', async () => {
  const { command, url, first, second } = await startTwo();
  command.child.kill('SIGKILL');
  await until(() => ![first.pid, second.pid].some(isAlive));
  expect(await refusesConnections(url)).toBe(true);
});

describe('what keeps workers from starting is said once, and ends it with 1:', () => {
  const endOf = async (options: StartOptions, said: RegExp) => {
    const { code, output } = await start(options).ended;
    expect(output.match(new RegExp(said, 'g'))).toHaveLength(1);
    expect(output).not.toMatch(/GraphQL at|\n\s+at /);
    expect(code).toBe(1);
    return output;
  };

  test.each(['0', '65', '-1', '1.5', 'two'])('WORKERS=%s', async (WORKERS) => {
    await endOf({ env: { WORKERS } }, /WORKERS must be a whole number from 1 to 64/);
  });

  test('all settings that are wrong', async () => {
    const output = await endOf({ env: { FETCH_MS: 'x', INTROSPECTION: 'x' } }, /FETCH_MS must be/);
    expect(output).toMatch(/INTROSPECTION must be/);
  });

  test('the port is taken', async () => {
    const { port } = new URL(federation.url);
    await endOf({ env: { PORT: port } }, new RegExp(`port ${port} is taken`));
  });

  test('the supergraph is unfit, which only a gateway finds out', async () => {
    const file = join(folder, 'unfit.graphql');
    writeFileSync(file, 'type Query { a: Int }');
    started = product.run('gateway', { args: ['--supergraph', file], env: { PORT: '0', WORKERS: '3' } });
    const { code, output } = await started.ended;
    expect(code).toBe(1);
    expect(
      output
        .trim()
        .split('\n')
        .filter((line) => !line.startsWith('{')),
    ).toHaveLength(1);
  });

  test('the first worker is killed before it can answer', async () => {
    const preload = `if (require('node:cluster').isWorker) process.kill(process.pid, 'SIGKILL');`;
    await endOf({ preload }, /worker \d+ ended by SIGKILL before it could answer/);
  });
});

test('workers that end again and again are given up, and all end with 1', async () => {
  const preload = `
    const { isWorker, worker } = require('node:cluster');
    if (isWorker && worker.id > 1) process.exit(7);`;
  const { code, output } = await start({ preload }).ended;
  expect(code).toBe(1);
  expect(output.match(/a worker ended and is replaced/g)).toHaveLength(4);
  expect(output.match(/worker \d+ ended with 7, and so did those before it/g)).toHaveLength(1);
  expect(output).not.toMatch(/GraphQL at|\n\s+at /);
});

describe('npm start with two workers', () => {
  /** Writes where each server of the process listens. */
  const RECORD = `
    const net = require('node:net');
    process.stderr.write('RUNS ' + process.argv.join(' ') + '\\n');
    const { listen } = net.Server.prototype;
    net.Server.prototype.listen = function (...args) {
      this.once('listening', () => {
        const { address, port } = this.address();
        process.stderr.write('LISTENS ' + address + ' ' + port + ' ' + process.pid + '\\n');
      });
      return listen.apply(this, args);
    };`;

  test('fills an empty store once, answers the marriage dossier from both, and keeps the registries to itself', async () => {
    const preload = join(folder, 'record.js');
    writeFileSync(preload, RECORD);
    const port = await freePort();
    started = product.run('start', {
      env: {
        DATA_DIR: join(folder, 'store'),
        WORKERS: '2',
        HOST: '0.0.0.0',
        PORT: String(port),
        NODE_OPTIONS: `--require ${preload}`,
      },
    });
    const [said] = await started.wrote(/GraphQL at .*/);
    expect(said).toBe(`GraphQL at http://0.0.0.0:${port}/graphql, GraphiQL at http://0.0.0.0:${port}/`);
    const url = `http://127.0.0.1:${port}`;
    const lines = [
      await openLineTo(workersOf(started)[0]!, started, url),
      await openLineTo(workersOf(started)[1]!, started, url),
    ];
    for (const line of lines) line.close();
    for (let count = 0; count < 4; count += 1) expect(await prefilledBy(started, url)).toBe(26);
    expect(started.output().match(/first start/g)).toHaveLength(1);
    expect(await (await fetch(url)).text()).toContain('1.000894');
    const listening = [...started.output().matchAll(/LISTENS (\S+) (\d+) (\d+)/g)];
    const open = listening.filter(([, address]) => address !== '127.0.0.1');
    expect(new Set(open.map(([, , at]) => Number(at)))).toEqual(new Set([port]));
    const inside = listening.filter((each) => !open.includes(each));
    expect(inside).toHaveLength(3);
    // Whoever else is on this machine finds them closed, and finds no key where all can look.
    for (const [, , at] of inside) {
      const asked = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"query":"{ __typename }"}',
      };
      expect((await fetch(`http://127.0.0.1:${at}/graphql`, asked)).status).toBe(401);
    }
    expect(started.output().match(/RUNS .*--supergraph/g)).toHaveLength(2);
    expect(started.output()).not.toContain('PRIVATE KEY');
    started.child.kill('SIGTERM');
    expect((await started.ended).code).toBe(0);
  }, 300_000);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}
