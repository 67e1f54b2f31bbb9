import { connect } from 'node:net';
import { type Federation, startFederation, until } from '../../helpers/federation.js';
import { connectRaw, sendRaw, statusesIn } from '../../helpers/raw-http.js';
import { CORPUS_SUBGRAPHS } from '../../helpers/request-corpus.js';

/** What no honest client sends has a clear end: an answer that says whose fault it is (4xx), or a closed connection. */

let federation: Federation;
beforeAll(async () => {
  federation = await startFederation({ subgraphs: CORPUS_SUBGRAPHS, config: { limits: { requestReceiveMs: 400 } } });
});
afterAll(() => federation?.stop());

const BODY = '{"query":"{ hello }"}';
const HEAD = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
const WHOLE = `${HEAD}content-length: ${BODY.length}\r\n\r\n${BODY}`;
const LAST = `${HEAD}connection: close\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

afterEach(async () => {
  const inFlight = async () => /in_flight (\d+)/.exec(await (await fetch(`${federation.url}/metrics`)).text())?.[1];
  await until(async () => (await inFlight()) === '1');
  expect((await federation.ask('{ hello }')).data).toEqual({ hello: 'hello 0' });
  expect(federation.logLines.splice(0).filter((line) => line.includes('"level":"error"'))).toEqual([]);
});

describe('a request that two servers could read in two ways is refused with 400, and the connection closed:', () => {
  const SMUGGLED = 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n';

  test.each([
    ['both content-length and transfer-encoding', `content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['both, the other way round', `transfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\n`],
    ['two lengths', `content-length: ${BODY.length}\r\ncontent-length: 3\r\n\r\n${BODY}`],
    ['two lengths in one', `content-length: 3, ${BODY.length}\r\n\r\n${BODY}`],
    ['a length with a sign', `content-length: +${BODY.length}\r\n\r\n${BODY}`],
    ['a negative length', `content-length: -1\r\n\r\n${BODY}`],
    ['a length in hexadecimal', `content-length: 0x15\r\n\r\n${BODY}`],
    ['a length beyond all numbers', `content-length: 99999999999999999999999\r\n\r\n${BODY}`],
    ['an encoding of a strange name', `transfer-encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['an encoding that is not chunked at its end', `transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n`],
    ['two encodings in two headers', `transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n\r\n0\r\n\r\n`],
    ['a space before the colon', `transfer-encoding : chunked\r\n\r\n0\r\n\r\n`],
    ['a header that is folded', `transfer-encoding:\r\n chunked\r\n\r\n0\r\n\r\n`],
    ['a chunk whose size is none', `transfer-encoding: chunked\r\n\r\nzz\r\n\r\n`],
    ['a chunk that is longer than it says', `transfer-encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n`],
    ['two hosts', `host: y\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`],
    ['a NUL in a header', `x-a: a\0b\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`],
    ['a carriage return in a header', `x-a: a\rb\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`],
    ['a header without a name', `: a\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`],
    ['a header without a colon', `x-a\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`],
  ])('%s', async (name, rest) => {
    const before = federation.requestsTo('one').length;
    const answer = await sendRaw(federation.url, HEAD + rest, SMUGGLED);
    // Two hosts are a request that can be read to its end, so that what comes behind it is another.
    expect(statusesIn(answer)[0]).toBe(400);
    if (name !== 'two hosts') expect(statusesIn(answer)).toEqual([400]);
    expect(answer).toContain('"code":"BAD_REQUEST"');
    expect(federation.requestsTo('one').length).toBe(before);
  });

  test('and the same request without any of it is answered', async () => {
    expect(statusesIn(await sendRaw(federation.url, LAST))).toEqual([200]);
  });
});

describe('what is no request of HTTP/1.1 is refused with 400:', () => {
  test.each([
    ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['the hello of a TLS client', Buffer.from('16030100f8010000f40303', 'hex')],
    ['no version', 'GET /health/live\r\n\r\n'],
    ['another version', 'GET /health/live HTTP/3.7\r\nhost: x\r\n\r\n'],
    ['a method that there is not', 'HELO /graphql HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['a line feed in the method', 'GE\nT / HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['a space in the address', 'GET /a b HTTP/1.1\r\nhost: x\r\n\r\n'],
    ['no host', 'GET /health/live HTTP/1.1\r\n\r\n'],
  ])('%s', async (_name, bytes) => {
    expect(statusesIn(await sendRaw(federation.url, bytes))).toEqual([400]);
  });
});

describe('the target', () => {
  const get = (target: string, version = '1.1') =>
    sendRaw(federation.url, `GET ${target} HTTP/${version}\r\nhost: x\r\nconnection: close\r\n\r\n`);

  test('in absolute form is taken, as RFC 9112 demands', async () => {
    expect(statusesIn(await get('http://elsewhere.example/health/live'))).toEqual([200]);
    expect(statusesIn(await get('http://elsewhere.example/nothing'))).toEqual([404]);
  });

  test('is no way to have the gateway ask elsewhere', async () => {
    const answer = await sendRaw(federation.url, 'CONNECT 127.0.0.1:22 HTTP/1.1\r\nhost: 127.0.0.1:22\r\n\r\n');
    expect(answer).toBe('');
  });

  test.each([
    '127.0.0.1:22',
    '*',
    'file:///etc/passwd',
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '//a.example/',
  ])('%s is refused', async (target) => {
    expect([400, 404]).toContain(statusesIn(await get(target))[0]);
  });

  test('that is too long is refused with 431, as headers are that are too long together', async () => {
    const answer = await get(`/graphql?query=${'x'.repeat(17_000)}`);
    expect(statusesIn(answer)).toEqual([431]);
    expect(answer).toContain('"code":"HEADERS_TOO_LARGE"');
  });
});

describe('headers', () => {
  const withHeaders = (count: number) =>
    `GET /health/live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n${Array.from({ length: count - 2 }, (_, at) => `x-${at}: a\r\n`).join('')}\r\n`;

  test('of 100 in number are taken, of 101 refused with 431: none is left out silently', async () => {
    expect(statusesIn(await sendRaw(federation.url, withHeaders(100)))).toEqual([200]);
    const answer = await sendRaw(federation.url, withHeaders(101));
    expect(statusesIn(answer)).toEqual([431]);
    expect(answer).toContain('"code":"HEADERS_TOO_LARGE"');
    expect(statusesIn(await sendRaw(federation.url, withHeaders(1_500)))).toEqual([431]);
  });

  test('after the body do not become headers of the request', async () => {
    const chunked = `${HEAD}connection: close\r\ntransfer-encoding: chunked\r\ntrailer: content-type\r\n\r\n`;
    const trailer = 'content-type: text/plain\r\nauthorization: Bearer x\r\n';
    const answer = await sendRaw(
      federation.url,
      `${chunked}${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n${trailer}\r\n`,
    );
    expect(statusesIn(answer)).toEqual([200]);
  });

  test('that come twice are neither the first nor the second', async () => {
    const twice = `${HEAD}content-type: text/plain\r\nconnection: close\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;
    expect(statusesIn(await sendRaw(federation.url, twice))).toEqual([415]);
  });
});

describe('expect', () => {
  test('100-continue is answered before the body', async () => {
    const connection = await connectRaw(federation.url);
    connection.socket.write(
      `${HEAD}connection: close\r\nexpect: 100-continue\r\ncontent-length: ${BODY.length}\r\n\r\n`,
    );
    await until(() => connection.received() === 'HTTP/1.1 100 Continue\r\n\r\n');
    connection.socket.write(BODY);
    expect(statusesIn(await connection.closed())).toEqual([100, 200]);
  });

  test('100-continue with a body that never comes is not waited for', async () => {
    const answer = await sendRaw(federation.url, `${HEAD}expect: 100-continue\r\ncontent-length: 21\r\n\r\n`);
    expect(statusesIn(answer)).toEqual([100, 408]);
  });

  test('anything else: 417', async () => {
    const answer = await sendRaw(
      federation.url,
      `${HEAD}connection: close\r\nexpect: money\r\ncontent-length: 0\r\n\r\n`,
    );
    expect(statusesIn(answer)).toEqual([417]);
  });
});

describe('upgrade', () => {
  test.each([
    ['h2c', 'upgrade: h2c\r\nhttp2-settings: AAMAAABkAARAAAAAAAIAAAAA\r\nconnection: upgrade, http2-settings\r\n'],
    [
      'websocket',
      'upgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-key: eA==\r\nsec-websocket-version: 13\r\n',
    ],
  ])('to %s is not taken: the request is answered as any other', async (_name, headers) => {
    const connection = await connectRaw(federation.url);
    connection.socket.write(`GET /health/live HTTP/1.1\r\nhost: x\r\n${headers}\r\n`);
    await until(() => connection.received().includes('{"status":"live"}'));
    expect(statusesIn(connection.received())).toEqual([200]);
    connection.socket.write('GET /graphql?query={hello} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    // Whatever is said next, it is HTTP/1.1 or nothing.
    expect([[200], [200, 400]]).toContainEqual(statusesIn(await connection.closed()));
  });
});

describe('HTTP/1.0', () => {
  test('is answered, and the connection closed', async () => {
    expect(statusesIn(await sendRaw(federation.url, 'GET /health/live HTTP/1.0\r\n\r\n'))).toEqual([200]);
  });

  test('with chunks, which it does not have, is no way around', async () => {
    const head = 'POST /graphql HTTP/1.0\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n';
    const answer = await sendRaw(
      federation.url,
      `${head}${BODY.length.toString(16)}\r\n${BODY}\r\n0\r\n\r\nGET /metrics HTTP/1.0\r\n\r\n`,
    );
    expect([[], [200], [400]]).toContainEqual(statusesIn(answer));
    expect(answer).not.toContain('lien_thong');
  });
});

test('the answer to what is broken is not taken for that of the good request before it', async () => {
  const answer = await sendRaw(federation.url, `${WHOLE}NONSENSE\r\n\r\n`);
  expect([[], [200]]).toContainEqual(statusesIn(answer));
});

test('clients that go away at once leave nothing behind', async () => {
  const { hostname, port } = new URL(federation.url);
  for (let count = 0; count < 200; count += 1) {
    const socket = connect(Number(port), hostname, () => {
      socket.write(WHOLE);
      socket.destroy();
    });
    socket.on('error', () => {});
  }
  const connection = await connectRaw(federation.url);
  connection.socket.write(LAST);
  expect(statusesIn(await connection.closed())).toEqual([200]);
});
