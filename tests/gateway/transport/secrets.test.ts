import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuiltProduct, buildProduct, type Command } from '../../helpers/command.js';
import { type Federation, startFederation, until } from '../../helpers/federation.js';
import { sendRaw } from '../../helpers/raw-http.js';

/** Secrets come by the environment or by files, and go nowhere: whatever is wrong with a setting or with what it names. */

const MARK = 'MARK0fASecret';
/** 32 bytes in base64, among them the mark. */
const KEY = Buffer.from(`${MARK}-and-more-to-be-32-byt`.padEnd(32, 'x').slice(0, 32)).toString('base64');
const NO_KEY = `-----BEGIN PRIVATE KEY-----\n${MARK}\n-----END PRIVATE KEY-----`;
const SIGNING_KEY = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const GOOD: Record<string, string> = {
  SIGNING_KEY,
  REDIS_URL: `redis://user:${MARK}@127.0.0.1:1/0`,
  CACHE_KEYS: `one:${KEY}`,
  CACHE_TOKEN: `${MARK}-token`,
};

let product: BuiltProduct;
let federation: Federation;
let folder: string;
let started: Command | undefined;
beforeAll(async () => {
  product = buildProduct();
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-secrets-'));
  federation = await startFederation({
    subgraphs: { one: { sdl: 'type Query { one: Int }', resolvers: { Query: { one: () => 1 } } } },
  });
});
afterEach(async () => {
  started?.child.kill('SIGKILL');
  await started?.ended;
});
afterAll(async () => {
  await federation?.stop();
  product?.remove();
  rmSync(folder, { recursive: true, force: true });
});

const gateway = (env: Record<string, string>) => {
  started = product.run('gateway', { args: ['--supergraph', federation.supergraphFile], env: { PORT: '0', ...env } });
  return started;
};
function expectNoSecret(text: string): void {
  expect(text).not.toContain(MARK);
  expect(text).not.toContain(KEY);
  expect(text).not.toContain(KEY.slice(0, 12));
  expect(text).not.toContain('PRIVATE KEY');
  expect(text).not.toContain(SIGNING_KEY.split('\n')[1]);
}

describe('a setting that is wrong does not print its value, nor that of any other:', () => {
  test.each<[string, Record<string, string>]>([
    ['numbers and switches beside secrets that are right', { FETCH_MS: 'x', INTROSPECTION: 'x', WORKERS: '0' }],
    ['numbers that are secrets in the wrong place', { PORT: MARK, WORKERS: MARK, CACHE_TTL: MARK, REQUEST_MS: MARK }],
    ['switches and lists likewise', { INTROSPECTION: MARK, OPERATIONS: MARK, FORWARD_HEADERS: `${MARK} x` }],
    ['CACHE_KEYS that are none', { CACHE_KEYS: `one:${MARK}` }],
    ['CACHE_KEYS without a name', { CACHE_KEYS: KEY }],
    ['REDIS_URL that is none', { REDIS_URL: `user:${MARK}@127.0.0.1` }],
    ['REDIS_URL of another scheme', { REDIS_URL: `http://user:${MARK}@127.0.0.1/` }],
    ['TLS_KEY that is none', { TLS_CERT: MARK, TLS_KEY: NO_KEY }],
    ['TLS_KEY without a certificate', { TLS_KEY: NO_KEY }],
    ['TLS_CLIENT_CA that is none', { TLS_CLIENT_CA: MARK }],
    ['CORS_ORIGINS with a password', { CORS_ORIGINS: `https://user:${MARK}@portal.example.vn` }],
    ['a file that is a secret', { CACHE_TOKEN: '', CACHE_TOKEN_FILE: `/nowhere/${MARK}` }],
  ])('%s', async (_name, env) => {
    const { code, output } = await gateway({ ...GOOD, ...env }).ended;
    expect(code).not.toBe(0);
    expect(output.trim()).not.toBe('');
    expectNoSecret(output);
  });

  test.each([
    'not-a-url',
    'postgres://user:MARK@:bad/x',
    'mysql://user:MARK@127.0.0.1/x',
    'postgres://user:MARK@127.0.0.1:1/x',
  ])('a database at %s', async (url) => {
    const env = { CIVIL_STATUS_DATABASE_URL: url.replace('MARK', MARK), DATA_DIR: join(folder, 'data'), PORT: '0' };
    started = product.run('subgraph', { args: ['civil-status'], env });
    const { code, output } = await started.ended;
    expect(code).not.toBe(0);
    expect(output.trim()).not.toBe('');
    expectNoSecret(output);
  });

  test('TLS_KEY_FILE and TLS_CERT_FILE that are no pair', async () => {
    const file = join(folder, 'key.pem');
    writeFileSync(file, NO_KEY);
    const { code, output } = await gateway({ ...GOOD, TLS_KEY_FILE: file, TLS_CERT_FILE: file }).ended;
    expect(code).toBe(1);
    expect(output).toContain('TLS_CERT is no certificate');
    expectNoSecret(output);
  });
});

test('a gateway that serves, with a Redis that it cannot reach, tells none in its log, metrics, health or errors', async () => {
  const command = gateway(GOOD);
  const url = (await command.wrote(/GraphQL at (\S+)\/graphql/))[1]!;
  const said: string[] = [];
  const ask = async (path: string, init?: RequestInit) => {
    const response = await fetch(url + path, init);
    said.push(JSON.stringify([...response.headers]), await response.text());
    return response.status;
  };
  const json = { 'content-type': 'application/json' };
  const wrong = { ...json, authorization: 'Bearer wrong' };
  const right = { ...json, authorization: `Bearer ${GOOD.CACHE_TOKEN}` };
  expect(await ask('/graphql', { method: 'POST', headers: json, body: '{"query":"{ one }"}' })).toBe(200);
  expect(await ask('/graphql', { method: 'POST', headers: right, body: '{"query":"{ two }"}' })).toBe(400);
  expect(await ask('/graphql', { method: 'POST', headers: right, body: '{' })).toBe(400);
  expect(await ask('/cache/invalidate', { method: 'POST', headers: wrong, body: '{}' })).toBe(401);
  expect(
    await ask('/cache/invalidate', { method: 'POST', headers: right, body: '{"subgraph":"one","all":true}' }),
  ).toBe(503);
  expect(await ask('/cache/stats', { headers: right })).toBe(200);
  for (const path of ['/health/live', '/health/ready', '/metrics', '/nothing']) await ask(path);
  said.push(await sendRaw(url, `GET / HTTP/1.1\r\nauthorization: Bearer ${GOOD.CACHE_TOKEN}\r\nx: \0\r\n\r\n`));
  said.push(await sendRaw(url, `GET /${MARK} HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n`));
  await federation.subgraph('one').stop();
  expect(await ask('/graphql', { method: 'POST', headers: json, body: '{"query":"{ one }"}' })).toBe(200);
  command.child.kill('SIGTERM');
  await until(() => command.output().includes('stopping'));
  const { code, output } = await command.ended;
  expect(code).toBe(0);
  expect(output).toMatch(/"msg":"operation"/);
  for (const text of [...said, output]) expectNoSecret(text);
});
