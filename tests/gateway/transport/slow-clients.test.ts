import { createHttpServer } from '../../../gateway/http.js';
import { drain, listen } from '../../../gateway/listen.js';
import { configOf, logInto, until } from '../../helpers/federation.js';
import { connectRaw, type RawConnection, sendRaw, statusesIn } from '../../helpers/raw-http.js';

/** Clients that take their time, or more than their share: the server is bounded in all that they could hold of it. */

const LIMITS = {
  requestReceiveMs: 300,
  keepAliveMs: 300,
  answerTakenMs: 2_000,
  connectionsMax: 20,
  requestMs: 30_000,
  drainMs: 100,
};
/** More than the buffers of two kernels. */
const LONG_ANSWER = 'x'.repeat(32 * 1024 * 1024);

let server: ReturnType<typeof createHttpServer>;
let url: string;
const logLines: string[] = [];
let answered: number[] = [];
/** Requests whose client has not gone, as far as their work knows. */
let working = 0;
let begun = 0;
/** What ends the work of `/held`. */
let release: (() => void)[] = [];

async function* parts(): AsyncGenerator<string> {
  for (let part = 0; part < 64; part += 1) yield LONG_ANSWER.slice(0, 1024 * 1024);
}

beforeAll(async () => {
  const { limits, http } = configOf({ limits: LIMITS });
  server = createHttpServer({
    limits,
    http,
    log: logInto(logLines),
    async route(asked) {
      begun += 1;
      if (asked.path === '/long') return { status: 200, body: LONG_ANSWER };
      if (asked.path === '/parts') return { status: 200, body: parts() };
      if (asked.path === '/held') {
        working += 1;
        await new Promise<void>((resolve) => {
          release.push(resolve);
          asked.signal.addEventListener('abort', () => resolve());
        });
        working -= 1;
      }
      return { status: 200, body: asked.method === 'POST' ? await asked.text() : 'ok' };
    },
    onFault: (error, requestId) => logLines.push(`"level":"error" ${requestId} ${error}`),
    onAnswer: (status) => answered.push(status),
  });
  ({ url } = await listen(server, { host: '127.0.0.1', port: 0 }));
});
afterAll(() => drain(server, 100));

const open = () =>
  new Promise<number>((resolve, reject) => server.getConnections((e, n) => (e ? reject(e) : resolve(n))));
beforeEach(async () => {
  await until(async () => (await open()) === 0);
  logLines.length = 0;
  answered = [];
  release = [];
  begun = 0;
});
afterEach(async () => {
  expect(logLines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  await until(async () => (await open()) === 0);
  expect(working).toBe(0);
  expect(await (await fetch(url, { headers: { connection: 'close' } })).text()).toBe('ok');
});

/** Says one byte after another until the connection is closed. */
async function dribble({ socket, closed }: RawConnection, text: string): Promise<string> {
  let at = 0;
  const timer = setInterval(() => socket.writable && socket.write(text[at++ % text.length]!), 20);
  return closed().finally(() => clearInterval(timer));
}

describe('a request that comes byte by byte is cut off after requestReceiveMs:', () => {
  const HEAD = 'POST / HTTP/1.1\r\nhost: x\r\n';

  test('in its headers', async () => {
    const connection = await connectRaw(url);
    expect(statusesIn(await dribble(connection, `${HEAD}x-a: ${'a'.repeat(10_000)}`))).toEqual([408]);
    expect(connection.received()).toContain('"code":"REQUEST_TIMEOUT"');
    expect(begun).toBe(0);
  });

  test('in its body', async () => {
    const connection = await connectRaw(url);
    connection.socket.write(`${HEAD}content-length: 10000\r\n\r\n`);
    expect(statusesIn(await dribble(connection, 'a'))).toEqual([408]);
    expect(answered).toContain(408);
  });

  test('in chunks', async () => {
    const connection = await connectRaw(url);
    connection.socket.write(`${HEAD}transfer-encoding: chunked\r\n\r\n`);
    expect(statusesIn(await dribble(connection, '1\r\na\r\n'))).toEqual([408]);
  });

  test('in line ends before it', async () => {
    const connection = await connectRaw(url);
    await dribble(connection, '\r\n');
    expect(begun).toBe(0);
  });

  test('as the second of its connection', async () => {
    const connection = await connectRaw(url);
    connection.socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    await until(() => connection.received().endsWith('ok'));
    expect(statusesIn(await dribble(connection, `${HEAD}x-a: ${'a'.repeat(10_000)}`))).toEqual([200, 408]);
  });

  test('and one that comes in time, in pieces, is answered', async () => {
    const connection = await connectRaw(url);
    for (const piece of `${HEAD}connection: close\r\ncontent-length: 3\r\n\r\nabc`.match(/.{1,20}/gs)!) {
      connection.socket.write(piece);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(statusesIn(await connection.closed())).toEqual([200]);
  });
});

describe('a connection on which nothing is said is closed:', () => {
  test('from the beginning', async () => {
    expect(statusesIn(await (await connectRaw(url)).closed())).toEqual([408]);
  });

  test('after a request', async () => {
    expect(statusesIn(await sendRaw(url, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n'))).toEqual([200]);
  });
});

describe('an answer that its client does not take is not kept for it:', () => {
  test.each(['/long', '/parts'])('%s is not read at all', async (path) => {
    const { socket } = await connectRaw(url);
    socket.pause();
    socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`);
    await until(() => logLines.some((line) => line.includes('took no answers')) && answered.length === 1);
    await until(async () => (await open()) === 0);
    socket.destroy();
  });

  test('nor one that is read a little at a time', async () => {
    const { socket } = await connectRaw(url);
    socket.pause();
    socket.write('GET /long HTTP/1.1\r\nhost: x\r\n\r\n');
    let bytes = 0;
    socket.removeAllListeners('data');
    const reader = setInterval(() => (bytes += (socket.read(64 * 1024) as Buffer | null)?.length ?? 0), 50);
    await until(async () => (await open()) === 0);
    clearInterval(reader);
    expect(bytes).toBeLessThan(LONG_ANSWER.length);
    socket.destroy();
  });

  test('and one that is taken in time comes whole', async () => {
    const text = await sendRaw(url, 'GET /long HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(text.length).toBeGreaterThan(LONG_ANSWER.length);
  });

  test('one client that takes nothing does not keep others from theirs', async () => {
    const { socket } = await connectRaw(url);
    socket.pause();
    socket.write('GET /long HTTP/1.1\r\nhost: x\r\n\r\n');
    expect(statusesIn(await sendRaw(url, 'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'))).toEqual([200]);
    await until(async () => (await open()) === 0);
    socket.destroy();
  });
});

describe('CONNECTIONS_MAX', () => {
  test('connections are open at most; what comes beyond is closed at once and logged once, and later ones are taken', async () => {
    const held = await Promise.all(Array.from({ length: 20 }, () => connectRaw(url)));
    for (const { socket } of held) socket.write('GET /held HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    await until(() => working === 20);
    const refused = await Promise.all(Array.from({ length: 30 }, () => connectRaw(url)));
    for (const { socket } of refused) socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
    for (const connection of refused) expect(await connection.closed()).toBe('');
    expect(await open()).toBe(20);
    expect(logLines.filter((line) => line.includes('CONNECTIONS_MAX'))).toHaveLength(1);
    for (const resolve of release) resolve();
    for (const connection of held) expect(statusesIn(await connection.closed())).toEqual([200]);
  });
});

describe('requests that do not wait for the answers before', () => {
  const HELD = 'GET /held HTTP/1.1\r\nhost: x\r\n\r\n';

  test('are answered in their order', async () => {
    const text = await sendRaw(url, 'POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\n\r\na'.repeat(50));
    expect(statusesIn(text)).toEqual(Array(50).fill(200));
  });

  test('are 100 at most: of a flood the connection is cut, and no work goes on for it', async () => {
    const connection = await connectRaw(url);
    connection.socket.write(HELD.repeat(5_000));
    expect(await connection.closed()).toBe('');
    expect(begun).toBeLessThanOrEqual(100);
    await until(() => working === 0);
  });

  test('are all given up when their client goes', async () => {
    const connection = await connectRaw(url);
    connection.socket.write(HELD.repeat(10));
    await until(() => working === 10);
    connection.socket.destroy();
    await until(() => working === 0);
  });
});

test('a connection is closed after 10,000 requests, and what was sent beyond them is not refused as if it were a fault', async () => {
  const connection = await connectRaw(url);
  const GET = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';
  const answers = () => statusesIn(connection.received()).length;
  for (let sent = 50; sent <= 10_050 && connection.socket.writable; sent += 50) {
    connection.socket.write(GET.repeat(50));
    await until(() => answers() >= Math.min(sent, 10_000));
  }
  const statuses = statusesIn(await connection.closed());
  expect(statuses).toEqual(Array(10_000).fill(200));
  expect(connection.received().split('\r\n\r\n').at(-2)).toMatch(/connection: close/i);
}, 120_000);
