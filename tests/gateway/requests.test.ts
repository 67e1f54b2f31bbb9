import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { type Federation, startFederation, until } from '../helpers/federation.js';
import {
  CORPUS_SUBGRAPHS,
  QUERIES_THAT_ARE_NONE,
  VARIABLES_THAT_ARE_NONE,
  WRONG_DOCUMENTS,
} from '../helpers/request-corpus.js';

/** Whatever a client sends, the answer is the client's fault (4xx) or an answer: never 5xx, never a crash. */

let federation: Federation;
beforeAll(async () => {
  federation = await startFederation({ subgraphs: CORPUS_SUBGRAPHS, config: { limits: { requestReceiveMs: 400 } } });
});
afterAll(() => federation?.stop());

const JSON_TYPE = { 'content-type': 'application/json' };
interface Sent {
  status: number;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it as it likes
  json: any;
}

async function send(init: RequestInit & { path?: string }): Promise<Sent> {
  const response = await fetch(`${federation.url}${init.path ?? '/graphql'}`, {
    method: 'POST',
    headers: JSON_TYPE,
    ...init,
  });
  const text = await response.text();
  return { status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : undefined };
}
const post = (body: unknown) => send({ body: JSON.stringify(body) });
const codeOf = ({ json }: Sent) => json.errors[0].extensions.code;

/** Sends bytes as they are and resolves with what came back before the connection was closed. */
async function raw(parts: (string | Buffer)[]): Promise<string> {
  const { hostname, port } = new URL(federation.url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.on('data', (data) => {
    answer += data;
  });
  socket.on('error', () => {});
  for (const part of parts) socket.write(part);
  await once(socket, 'close');
  return answer;
}

afterEach(async () => {
  // The server is as well as it was.
  expect((await federation.ask('{ hello }')).data).toEqual({ hello: 'hello 0' });
  expect(federation.logLines.splice(0).filter((line) => line.includes('"level":"error"'))).toEqual([]);
});

describe('an operation that cannot be run is refused with 400:', () => {
  test('a mutation on a graph without mutations', async () => {
    const sent = await post({ query: 'mutation { __typename }' });
    expect([sent.status, codeOf(sent)]).toEqual([400, 'BAD_USER_INPUT']);
  });

  test('a subscription', async () => {
    expect((await post({ query: 'subscription { __typename }' })).status).toBe(400);
  });

  test('two operations without operationName', async () => {
    expect((await post({ query: 'query A { hello } query B { hello }' })).status).toBe(400);
  });

  test('an operationName that names none', async () => {
    expect((await post({ query: 'query A { hello }', operationName: 'B' })).status).toBe(400);
  });

  test('one of two operations is run when it is named', async () => {
    const query = 'query A { hello } query B { b: hello }';
    expect((await post({ query, operationName: 'B' })).json.data).toEqual({ b: 'hello 0' });
    expect((await post({ query, operationName: 'A' })).json.data).toEqual({ hello: 'hello 0' });
  });

  test('fragments in a circle', async () => {
    const query = '{ self { ...A } } fragment A on Self { self { ...B } } fragment B on Self { self { ...A } }';
    expect((await post({ query })).status).toBe(400);
  });

  test('a field that does not exist', async () => {
    const sent = await post({ query: '{ hallo }' });
    expect(sent.status).toBe(400);
    expect(sent.json.errors[0].message).toContain('Did you mean "hello"');
  });

  test('no query at all', async () => {
    expect((await post({})).status).toBe(400);
    expect((await post({ query: '' })).status).toBe(400);
  });

  test.each(QUERIES_THAT_ARE_NONE)('a query that is %j', async (query) => {
    expect((await post({ query })).status).toBe(400);
  });

  test.each(VARIABLES_THAT_ARE_NONE)('variables that are %j', async (variables) => {
    expect((await post({ query: '{ hello }', variables })).status).toBe(400);
  });

  test('a variable of the wrong type; the message does not repeat it', async () => {
    const sent = await post({ query: 'query ($n: Int!) { hello(n: $n) }', variables: { n: '048090000001' } });
    expect([sent.status, codeOf(sent)]).toEqual([400, 'BAD_USER_INPUT']);
    expect(sent.json.errors[0].message).toContain('$n');
    expect(sent.text).not.toContain('048090000001');
  });

  test('a variable that is missing', async () => {
    expect((await post({ query: 'query ($n: Int!) { hello(n: $n) }' })).status).toBe(400);
  });
});

describe('the message for a wrong document repeats no value of it:', () => {
  test.each(WRONG_DOCUMENTS)('%s', async (query) => {
    const sent = await post({ query });
    expect(sent.status).toBe(400);
    for (const value of ['5.25', 'Tran', '99999999999', '048090000001']) expect(sent.text).not.toContain(value);
  });

  test('but says what is wrong', async () => {
    const sent = await post({ query: '{ hello(n: "x") }' });
    expect(sent.json.errors[0].message).toBe('Int cannot represent non-integer value: …');
  });
});

describe('an operation that is too large is refused with 400:', () => {
  const DEEP = 100_000;

  test.each([
    ['braces', '{self'.repeat(DEEP)],
    ['braces after a comment that ends with a carriage return', `#\r${'{self'.repeat(DEEP)}`],
    ['brackets of a list in a literal', `{ hello(names: ${'['.repeat(DEEP)}`],
    ['brackets of an object in a literal', `{ hello(deep: ${'{a:'.repeat(DEEP)}`],
    ['types of a variable', `query ($x: ${'['.repeat(DEEP)}Int${']'.repeat(DEEP)}) { hello }`],
  ])('100,000 %s', async (_name, query) => {
    const sent = await post({ query });
    expect([sent.status, codeOf(sent)]).toEqual([400, 'OPERATION_TOO_LARGE']);
  });

  test('the same with GET', async () => {
    const query = encodeURIComponent('{self'.repeat(500));
    const sent = await send({
      path: `/graphql?query=${query}`,
      method: 'GET',
      headers: { 'apollo-require-preflight': '1' },
    });
    expect([sent.status, codeOf(sent)]).toEqual([400, 'OPERATION_TOO_LARGE']);
  });

  test('variables that nest 100,000 deep', async () => {
    const body = `{"query":"query ($d: JSON) { hello(deep: $d) }","variables":{"d":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}}`;
    const sent = await send({ body });
    expect([sent.status, codeOf(sent)]).toEqual([400, 'OPERATION_TOO_LARGE']);
  });

  test('20,000 aliases', async () => {
    const query = `{ ${Array.from({ length: 20_000 }, (_, index) => `a${index}: hello`).join(' ')} }`;
    expect((await post({ query })).status).toBe(400);
  });

  test('very many fields of one name, within the limit of tokens, are answered or refused in a moment', async () => {
    const begun = performance.now();
    const sent = await post({ query: `{ ${'hello '.repeat(9_900)} }` });
    expect(sent.status).toBeLessThan(500);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  test('fragments that double at each step', async () => {
    const fragments = Array.from(
      { length: 30 },
      (_, at) => `fragment F${at} on Self { a: self { ...F${at + 1} } b: self { ...F${at + 1} } }`,
    );
    const query = `{ self { ...F0 } } ${fragments.join(' ')} fragment F30 on Self { name }`;
    const sent = await post({ query });
    expect([sent.status, codeOf(sent)]).toEqual([400, 'OPERATION_TOO_LARGE']);
  });

  test('fragments that nest deeper together than each alone', async () => {
    const fragments = Array.from({ length: 800 }, (_, at) => `fragment F${at} on Self { self { ...F${at + 1} } }`);
    const sent = await post({ query: `{ self { ...F0 } } ${fragments.join(' ')} fragment F800 on Self { name }` });
    expect([sent.status, codeOf(sent)]).toEqual([400, 'OPERATION_TOO_LARGE']);
  });

  test('a list of more than listItemsMax items: in a variable, in a literal, in a fragment, below another', async () => {
    const names = Array(101).fill('x');
    const literal = JSON.stringify(names);
    for (const body of [
      { query: 'query ($n: [[String]]) { hello(names: $n) }', variables: { n: names } },
      { query: 'query ($n: [[String]]) { hello(names: $n) }', variables: { n: [names] } },
      { query: `{ hello(names: ${literal}) }` },
      { query: `{ ...F } fragment F on Query { hello(names: [${literal}]) }` },
    ]) {
      const sent = await post(body);
      expect([sent.status, codeOf(sent)]).toEqual([400, 'OPERATION_TOO_LARGE']);
    }
    const fits = await post({ query: 'query ($n: [[String]]) { hello(names: $n) }', variables: { n: names.slice(1) } });
    expect(fits.status).toBe(200);
  });

  test('a variable of nearly one megabyte is none', async () => {
    const name = 'x'.repeat(1_000_000);
    expect(
      (await post({ query: 'query ($name: String) { hello(name: $name) }', variables: { name } })).json.data,
    ).toEqual({
      hello: 'hello 1000000',
    });
  });
});

describe('a body that is no request is refused:', () => {
  test('10 MB with content-length: 413', async () => {
    const sent = await send({ body: JSON.stringify({ query: '{ hello }', x: 'x'.repeat(10_000_000) }) });
    expect([sent.status, codeOf(sent)]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  test('10 MB in chunks: 413', async () => {
    const { hostname, port } = new URL(federation.url);
    const request = httpRequest({ hostname, port, path: '/graphql', method: 'POST', headers: JSON_TYPE });
    request.on('error', () => {});
    const answered = once(request, 'response');
    for (let at = 0; at < 100; at += 1) request.write('x'.repeat(100_000));
    request.end();
    const [response] = await answered;
    expect(response.statusCode).toBe(413);
    response.resume();
  });

  test('a body in chunks that is small enough is none', async () => {
    const body = '{"query":"{ hello }"}';
    const answer = await raw([
      'POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n',
      `a\r\n${body.slice(0, 10)}\r\n`,
      `${(body.length - 10).toString(16)}\r\n${body.slice(10)}\r\n0\r\n\r\n`,
    ]);
    expect(answer).toContain('hello 0');
  });

  test.each(['', 'null', '[]', '"x"', '1', '{', '{"query":', '[{"query":"{ hello }"},{"query":"{ hello }"}]'])(
    'the body %j: 400',
    async (body) => {
      expect((await send({ body })).status).toBe(400);
    },
  );

  test('no body: 400', async () => {
    expect((await send({})).status).toBe(400);
  });

  test('broken UTF-8: 400', async () => {
    const body = Buffer.concat([
      Buffer.from('{"query":"{ hello }","x":"'),
      Buffer.from([0xc3, 0x28, 0xff]),
      Buffer.from('"}'),
    ]);
    expect((await send({ body })).status).toBe(400);
  });

  test.each([
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/x-www-form-urlencoded',
    'application/json; charset=utf-16',
    'application/graphql',
    '',
  ])('the content type %j: 415', async (type) => {
    const sent = await send({ body: '{"query":"{ hello }"}', headers: { 'content-type': type } });
    expect([sent.status, codeOf(sent)]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
  });

  test('no content type: 415', async () => {
    const body = '{"query":"{ hello }"}';
    const answer = await raw([
      `POST /graphql HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    ]);
    expect(answer).toMatch(/^HTTP\/1\.1 415/);
  });

  test.each(['application/json; charset=utf-8', 'application/json;charset="UTF-8"', 'Application/JSON'])(
    'the content type %j is none',
    async (type) => {
      expect((await send({ body: '{"query":"{ hello }"}', headers: { 'content-type': type } })).status).toBe(200);
    },
  );

  test('a compressed body: 415', async () => {
    expect((await send({ body: 'x', headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } })).status).toBe(415);
  });

  test('a body that comes too slowly is not waited for', async () => {
    const answer = await raw([
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"que',
    ]);
    expect(answer === '' || /^HTTP\/1\.1 4\d\d/.test(answer)).toBe(true);
  });

  test('a client that goes away in the middle of its body is no fault of ours', async () => {
    const { hostname, port } = new URL(federation.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"que',
    );
    await once(socket, 'connect');
    const inFlight = async () => /in_flight (\d+)/.exec(await (await fetch(`${federation.url}/metrics`)).text())?.[1];
    await until(async () => (await inFlight()) === '2');
    socket.destroy();
    await until(async () => (await inFlight()) === '1');
  });
});

describe('HTTP', () => {
  const PREFLIGHT = { 'apollo-require-preflight': 'true' };

  test('a GET without a header that a browser would ask leave for is refused: CSRF', async () => {
    expect((await send({ method: 'GET', path: '/graphql?query={hello}', headers: {} })).status).toBe(400);
  });

  test('a GET with such a header is answered', async () => {
    const sent = await send({ method: 'GET', path: '/graphql?query={hello}', headers: PREFLIGHT });
    expect(sent.json.data).toEqual({ hello: 'hello 0' });
  });

  test('a GET with variables that are no JSON: 400', async () => {
    expect((await send({ method: 'GET', path: '/graphql?query={hello}&variables={', headers: PREFLIGHT })).status).toBe(
      400,
    );
  });

  test('a mutation by GET is refused', async () => {
    const sent = await send({ method: 'GET', path: '/graphql?query=mutation{__typename}', headers: PREFLIGHT });
    expect([400, 405]).toContain(sent.status);
  });

  test.each(['PUT', 'DELETE', 'PATCH'])('%s: 405', async (method) => {
    expect((await send({ method, headers: {} })).status).toBe(405);
  });

  test('HEAD and OPTIONS are no faults', async () => {
    expect((await send({ method: 'HEAD', headers: {} })).status).toBeLessThan(500);
    expect((await send({ method: 'OPTIONS', headers: {} })).status).toBe(405);
  });

  test.each(['/nothing', '/graphql/x', '/constructor', '/__proto__', '//', '//[', '/%00'])('%s: 404', async (path) => {
    const answer = await raw([`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`]);
    expect(answer).toMatch(/^HTTP\/1\.1 404/);
  });

  test.each(['http://[', '*', 'x:y'])('the address %s is refused', async (address) => {
    const answer = await raw([`GET ${address} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`]);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d/);
  });

  test('bytes that are no HTTP: 400', async () => {
    expect(await raw(['\x16\x03\x01 this is not HTTP\r\n\r\n'])).toMatch(/^HTTP\/1\.1 400/);
  });

  test('headers that are too large: 431', async () => {
    expect((await send({ body: '{}', headers: { ...JSON_TYPE, big: 'x'.repeat(20_000) } })).status).toBe(431);
  });

  test('POST to a page that is only read: 405', async () => {
    expect((await send({ path: '/metrics' })).status).toBe(405);
  });
});

describe('names that every object has are names like others:', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'then'])(
    'the alias %s',
    async (alias) => {
      const { text } = await post({ query: `{ ${alias}: hello self { ${alias}: name } items { ${alias}: id } }` });
      const { data } = JSON.parse(text) as { data: Record<string, unknown> };
      expect(Object.entries(data)).toContainEqual([alias, 'hello 0']);
      expect(Object.entries(data.self as object)).toEqual([[alias, 'x']]);
      expect(Object.entries((data.items as object[])[0]!)).toEqual([[alias, '1']]);
    },
  );

  test.each(['__proto__', 'constructor', 'toString'])('the variable %s', async (name) => {
    const body = `{"query":"query ($${name}: String) { hello(name: $${name}) }","variables":{"${name}":"abc"}}`;
    expect((await send({ body })).json.data).toEqual({ hello: 'hello 3' });
  });

  test.each(['__proto__', 'constructor'])('the operation %s', async (name) => {
    expect((await post({ query: `query ${name} { hello }`, operationName: name })).json.data).toEqual({
      hello: 'hello 0',
    });
  });
});
