import { request as httpsRequest } from 'node:https';
import { DEFAULTS } from '../../../gateway/config.js';
import { graphiqlPage } from '../../../gateway/graphiql.js';
import { type Authority, createAuthority, describeOverTls } from '../../helpers/certificates.js';
import { type Federation, startFederation } from '../../helpers/federation.js';
import { sendRaw } from '../../helpers/raw-http.js';
import { CORPUS_SUBGRAPHS } from '../../helpers/request-corpus.js';

const PAGE = graphiqlPage({ endpoint: '/graphql', defaultQuery: '{ hello }', title: 'a test' });
const FOR_BROWSERS = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";

let federation: Federation;
beforeAll(async () => {
  federation = await startFederation({
    subgraphs: CORPUS_SUBGRAPHS,
    config: { cache: { ...DEFAULTS.cache, token: 'token-of-a-test' }, limits: { requestBytesMax: 2_000 } },
    gateway: { page: PAGE },
  });
});
afterAll(() => federation?.stop());

const JSON_TYPE = { 'content-type': 'application/json' };
const post = (body: string, headers: Record<string, string> = JSON_TYPE) => ({ method: 'POST', body, headers });
/** An answer of each kind, with its status. */
const ANSWERS: [string, string, RequestInit, number][] = [
  ['an answer with data', '/graphql', post('{"query":"{ hello }"}'), 200],
  ['an answer in parts', '/graphql', post('{"query":"{ hello }"}', { ...JSON_TYPE, accept: 'multipart/mixed' }), 200],
  ['an answer with an error of a registry', '/graphql', post('{"query":"{ fail }"}'), 200],
  ['a refused operation', '/graphql', post('{"query":"{ nothing }"}'), 400],
  ['a body that is none', '/graphql', post('{'), 400],
  ['a form', '/graphql', post('query={hello}', { 'content-type': 'application/x-www-form-urlencoded' }), 415],
  ['a body that is too large', '/graphql', post(`{"query":"${'x'.repeat(3_000)}"}`), 413],
  ['a method that is not taken', '/graphql', { method: 'DELETE' }, 405],
  ['a refused GET', '/graphql?query={hello}', {}, 400],
  ['an accept header that takes nothing', '/graphql', { headers: { accept: 'image/png' } }, 406],
  ['no such path', '/nothing', {}, 404],
  ['the desk without a token', '/cache/stats', {}, 401],
  ['the desk with its token', '/cache/stats', { headers: { authorization: 'Bearer token-of-a-test' } }, 200],
  ['health', '/health/ready', {}, 200],
  ['metrics', '/metrics', {}, 200],
];

test.each(ANSWERS)(
  '%s carries what browsers are to know, and no HSTS without TLS',
  async (...[, path, init, status]) => {
    const { headers, ...response } = await fetch(federation.url + path, init).then((answer) => ({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
    }));
    expect(response.status).toBe(status);
    expect(headers).toMatchObject({ ...FOR_BROWSERS, 'content-security-policy': NO_PAGE });
    expect(headers['x-request-id']).toBeDefined();
    expect(headers).not.toHaveProperty('strict-transport-security');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
  },
);

test.each(ANSWERS.filter(([name]) => name !== 'metrics'))('%s is kept by nobody', async (_name, path, init) => {
  expect((await fetch(federation.url + path, init)).headers.get('cache-control')).toBe('no-store');
});

test('the page brings its own content security policy, and there is only that one', async () => {
  const { headers } = await fetch(`${federation.url}/`);
  expect(headers.get('content-security-policy')).toBe(PAGE.contentSecurityPolicy);
  expect(Object.fromEntries(headers)).toMatchObject(FOR_BROWSERS);
});

test('what is no request is refused with the same headers', async () => {
  const answer = await sendRaw(federation.url, 'NONSENSE\r\n\r\n');
  expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  for (const [name, value] of Object.entries(FOR_BROWSERS)) expect(answer).toContain(`${name}: ${value}\r\n`);
  expect(answer).toContain(`content-security-policy: ${NO_PAGE}\r\n`);
  expect(answer).toContain('cache-control: no-store\r\n');
  expect(answer).toMatch(/x-request-id: \w[\w-]{15}\r\n/);
  expect(answer).toMatch(/connection: close\r\n/);
  const [, body] = answer.split('\r\n\r\n');
  expect(JSON.parse(body!).errors[0].extensions).toEqual({ code: 'BAD_REQUEST' });
  expect(answer).toContain(`content-length: ${body!.length}\r\n`);
  expect(await (await fetch(`${federation.url}/metrics`)).text()).toMatch(
    /lien_thong_http_requests_total\{status="400"\}/,
  );
});

describeOverTls('security headers over TLS', () => {
  let authority: Authority;
  let secure: Federation;
  beforeAll(async () => {
    authority = createAuthority();
    const { cert, key } = authority.issue('server');
    secure = await startFederation({
      subgraphs: CORPUS_SUBGRAPHS,
      config: { http: { tlsCert: cert, tlsKey: key, corsOrigins: [] } },
    });
  });
  afterAll(async () => {
    await secure?.stop();
    authority?.remove();
  });

  test.each(['/health/live', '/nothing', '/graphql'])('tell a browser to come by TLS from now on: %s', async (path) => {
    const headers = await new Promise((resolve, reject) => {
      const asked = httpsRequest(`${secure.url}${path}`, { ca: authority.ca, agent: false }, (response) => {
        response.resume();
        resolve(response.headers);
      });
      asked.on('error', reject).end();
    });
    expect(headers).toMatchObject({ ...FOR_BROWSERS, 'strict-transport-security': 'max-age=31536000' });
  });
});
