import { DEFAULTS } from '../../../gateway/config.js';
import { type Federation, startFederation } from '../../helpers/federation.js';
import { sendRaw, statusesIn } from '../../helpers/raw-http.js';
import { CORPUS_SUBGRAPHS } from '../../helpers/request-corpus.js';

/**
 * What a page of any site can have a browser send without asking leave (Fetch standard, "simple" requests: GET, HEAD, POST with a content
 * type of forms or none) never reaches an operation: not the first time, and not when the operation is known.
 */

const QUERY = '{ hello }';
const BODY = JSON.stringify({ query: QUERY });
const MULTIPART = `--x\r\ncontent-disposition: form-data; name="operations"\r\n\r\n${BODY}\r\n--x--\r\n`;
const SITE = 'origin: https://evil.example\r\nsec-fetch-site: cross-site\r\n';

let federation: Federation;
beforeAll(async () => {
  federation = await startFederation({
    subgraphs: CORPUS_SUBGRAPHS,
    config: {
      http: { corsOrigins: ['https://portal.example.vn'] },
      cache: { ...DEFAULTS.cache, token: 'token-of-a-test' },
      limits: { batchMax: 10 },
    },
  });
  // From now on it is known, and goes the short way.
  expect((await federation.ask(QUERY)).data).toEqual({ hello: 'hello 0' });
});
afterAll(() => federation?.stop());

let before = 0;
beforeEach(() => (before = federation.requestsTo('one').length));
afterEach(() => {
  expect(federation.requestsTo('one').length).toBe(before);
});

const request = (line: string, headers: string, body?: string) =>
  sendRaw(
    federation.url,
    `${line} HTTP/1.1\r\nhost: x\r\n${SITE}connection: close\r\n${headers}${body === undefined ? '' : `content-length: ${Buffer.byteLength(body)}\r\n`}\r\n${body ?? ''}`,
  );

const TYPES = [
  'text/plain',
  'text/plain;charset=UTF-8',
  'text/plain; x=application/json',
  'text/plain,application/json',
  'application/x-www-form-urlencoded',
  'application/x-www-form-urlencoded; charset=application/json',
  'multipart/form-data; boundary=x',
  'multipart/form-data; boundary=application/json',
  'application/json, text/plain',
  'application/json;charset=utf-16',
  'application/jsonp',
  ' ',
];

describe('POST', () => {
  test.each(TYPES)('as %j', async (type) => {
    for (const body of [BODY, `[${BODY}]`, `query=${encodeURIComponent(QUERY)}`, MULTIPART]) {
      expect(statusesIn(await request('POST /graphql', `content-type: ${type}\r\n`, body))).toEqual([415]);
    }
  });

  test('without a content type, with or without a body', async () => {
    expect(statusesIn(await request('POST /graphql', '', BODY))).toEqual([415]);
    expect(statusesIn(await request(`POST /graphql?query=${encodeURIComponent(QUERY)}`, '', ''))).toEqual([415]);
  });

  test('with the operation in the address', async () => {
    const answer = await request(
      `POST /graphql?query=${encodeURIComponent(QUERY)}`,
      'content-type: text/plain\r\n',
      '{}',
    );
    expect(statusesIn(answer)).toEqual([415]);
  });

  test('by another method in disguise', async () => {
    const headers = 'content-type: text/plain\r\nx-http-method-override: GET\r\napollo-require-preflight: \r\n';
    expect(statusesIn(await request('POST /graphql', headers, BODY))).toEqual([415]);
  });
});

describe('GET', () => {
  const TARGETS = [
    `/graphql?query=${encodeURIComponent(QUERY)}`,
    `/graphql?query=${encodeURIComponent('{ self { name } }')}`,
    `/graphql?documentId=Citizen`,
    `/graphql?extensions=${encodeURIComponent('{"persistedQuery":{"version":1,"sha256Hash":"x"}}')}`,
  ];

  test.each(TARGETS)('%s', async (target) => {
    for (const method of ['GET', 'HEAD']) {
      const [status] = statusesIn(await request(`${method} ${target}`, ''));
      expect([400, 405]).toContain(status);
      // For anything of the essence application/json a browser asks leave, whatever its parameters.
      for (const type of TYPES.filter((each) => !each.startsWith('application/json;'))) {
        const [typed] = statusesIn(await request(`${method} ${target}`, `content-type: ${type}\r\n`));
        expect([type, [400, 405, 415].includes(typed!) || typed]).toEqual([type, true]);
      }
    }
  });

  test('with the accept header of an image, a script, or a page', async () => {
    for (const accept of ['image/avif,image/webp,*/*;q=0.8', '*/*', 'text/html,application/xhtml+xml,*/*;q=0.8']) {
      expect(statusesIn(await request(`GET ${TARGETS[0]}`, `accept: ${accept}\r\n`))).toEqual([400]);
    }
  });
});

describe('the desk of the cache', () => {
  test.each(['invalidate', 'show'])('POST /cache/%s', async (path) => {
    const body = '{"subgraph":"one","all":true}';
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json']) {
      expect(statusesIn(await request(`POST /cache/${path}`, `content-type: ${type}\r\n`, body))).toEqual([401]);
    }
    // What a browser sends by itself is no token of ours.
    const ambient = 'cookie: token=token-of-a-test\r\nauthorization: Basic dG9rZW4tb2YtYS10ZXN0\r\n';
    expect(statusesIn(await request(`POST /cache/${path}`, ambient, body))).toEqual([401]);
    const inAddress = `POST /cache/${path}?authorization=Bearer%20token-of-a-test`;
    expect(statusesIn(await request(inAddress, '', body))).toEqual([401]);
  });
});

describe('and what a browser asks leave for is answered to who is no browser:', () => {
  afterEach(() => (before = federation.requestsTo('one').length));

  test('POST as application/json; GET with the header', async () => {
    expect(statusesIn(await request('POST /graphql', 'content-type: application/json\r\n', BODY))).toEqual([200]);
    const get = await request(`GET /graphql?query=${encodeURIComponent(QUERY)}`, 'apollo-require-preflight: 1\r\n');
    expect(statusesIn(get)).toEqual([200]);
    before = federation.requestsTo('one').length;
  });
});
