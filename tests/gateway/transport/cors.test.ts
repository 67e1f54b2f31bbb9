import { readConfig } from '../../../gateway/config.js';
import { type Federation, startFederation } from '../../helpers/federation.js';
import { CORPUS_SUBGRAPHS } from '../../helpers/request-corpus.js';

/** Pages of other origins (Fetch standard, "CORS protocol"): those in the list, and no other. */

const PORTAL = 'https://portal.example.vn';
const KIOSK = 'http://localhost:3000';
const HEADERS = [
  'content-type',
  'authorization',
  'purpose',
  'provenance',
  'cost',
  'apollo-require-preflight',
  'x-request-id',
];
/** Origins that look like one of the list. */
const STRANGERS = [
  'null',
  '*',
  'https://evil.example',
  'http://portal.example.vn',
  'https://portal.example.vn:8443',
  'https://portal.example.vn.evil.example',
  'https://evil.portal.example.vn',
  'https://evilportal.example.vn',
  'https://portal.example.vn/',
  'https://PORTAL.example.vn',
  `${PORTAL}, ${KIOSK}`,
  `${PORTAL} ${KIOSK}`,
  'constructor',
  '__proto__',
];

let federation: Federation;
let closed: Federation;
beforeAll(async () => {
  federation = await startFederation({
    subgraphs: CORPUS_SUBGRAPHS,
    config: { http: { corsOrigins: [PORTAL, KIOSK] } },
  });
  closed = await startFederation({ subgraphs: CORPUS_SUBGRAPHS });
});
afterAll(async () => {
  await federation?.stop();
  await closed?.stop();
});

async function send(path: string, init: RequestInit, to = federation) {
  const { status, headers } = await fetch(to.url + path, init);
  const given = Object.fromEntries(headers);
  const names = Object.keys(given).filter((name) => name.startsWith('access-control-'));
  return { status, vary: given.vary, cors: Object.fromEntries(names.map((name) => [name, given[name]])) };
}
const preflight = (origin: string, path = '/graphql', to = federation) =>
  send(
    path,
    {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    },
    to,
  );
const post = (origin: string | undefined, body = '{"query":"{ hello }"}', path = '/graphql') =>
  send(path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...(origin && { origin }) } });

describe('a page of an origin in the list', () => {
  test.each([PORTAL, KIOSK])('%s may ask leave', async (origin) => {
    const { status, vary, cors } = await preflight(origin);
    expect([status, vary]).toEqual([200, 'Origin']);
    expect(cors['access-control-allow-origin']).toBe(origin);
    expect(cors['access-control-allow-methods']).toBe('GET, POST');
    expect(cors['access-control-allow-headers']!.split(', ')).toEqual(HEADERS);
    expect(Number(cors['access-control-max-age'])).toBeLessThanOrEqual(7_200);
    expect(cors).not.toHaveProperty('access-control-allow-credentials');
  });

  test('may read the answer, its request id, and refusals', async () => {
    for (const [body, status] of [
      ['{"query":"{ hello }"}', 200],
      ['{"query":"{ nothing }"}', 400],
      ['{', 400],
    ] as const) {
      expect(await post(PORTAL, body)).toEqual({
        status,
        vary: 'Origin',
        cors: {
          'access-control-allow-origin': PORTAL,
          'access-control-expose-headers': 'x-request-id, retry-after',
        },
      });
    }
  });

  test.each(['/health/live', '/metrics', '/cache/stats', '/', '/nothing'])('may not read %s', async (path) => {
    expect((await send(path, { headers: { origin: PORTAL } })).cors).toEqual({});
    expect((await preflight(PORTAL, path)).cors).toEqual({});
  });

  test('is not asked for by OPTIONS alone, which is a method like others', async () => {
    expect((await send('/graphql', { method: 'OPTIONS', headers: { origin: PORTAL } })).status).toBe(405);
  });
});

describe('a page of any other origin', () => {
  test.each(STRANGERS)('%s is told nothing', async (origin) => {
    expect(await preflight(origin)).toEqual({ status: 405, vary: 'Origin', cors: {} });
    expect(await post(origin)).toEqual({ status: 200, vary: 'Origin', cors: {} });
  });

  test('nor is one without an origin, but what keeps answers is told that there are several', async () => {
    expect(await post(undefined)).toEqual({ status: 200, vary: 'Origin', cors: {} });
  });
});

test('without a list there are no headers for other origins at all', async () => {
  expect(await preflight(PORTAL, '/graphql', closed)).toEqual({ status: 405, vary: undefined, cors: {} });
});

describe('CORS_ORIGINS', () => {
  test('is a list with commas', () => {
    expect(readConfig({}, { CORS_ORIGINS: ` ${PORTAL} , ${KIOSK},` }).http.corsOrigins).toEqual([PORTAL, KIOSK]);
    expect(readConfig({}, {}).http.corsOrigins).toEqual([]);
  });

  test.each([
    '*',
    'null',
    'portal.example.vn',
    `${PORTAL}/`,
    `${PORTAL}/app`,
    `${PORTAL}:443`,
    'https://PORTAL.example.vn',
    'https://*.example.vn',
    'https://user:secret@portal.example.vn',
    'file://portal',
    `${PORTAL},*`,
    'https://cổng.vn',
  ])('%s stops the start with the cure', (CORS_ORIGINS) => {
    expect(() => readConfig({}, { CORS_ORIGINS })).toThrow(
      /^CORS_ORIGINS must be origins as browsers send them.*unset it/,
    );
    expect(() => readConfig({}, { CORS_ORIGINS })).not.toThrow(/secret/);
  });
});
