import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCallers } from '../../../gateway/access/callers.js';
import { createDemoIssuer, type DemoIssuer, openDemoIssuer } from '../../../gateway/access/demo-issuer.js';
import type { Asked } from '../../../gateway/http.js';
import { configOf, logInto } from '../../helpers/federation.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-issuer-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const NOW_MS = 1_800_000_000_000;
const tokenOf = (issuer: DemoIssuer) =>
  issuer.sign({ sub: 'somebody', role: 'auditor' }, { nowMs: NOW_MS, expiresInSeconds: 60 });

/** Who a token is of to a gateway that believes this issuer. */
async function whoIs(token: string, demoIssuer: DemoIssuer, nowMs = NOW_MS) {
  const { access } = configOf();
  const callers = createCallers({ access, demoIssuer, clock: { now: () => nowMs }, log: logInto([]) });
  return callers.identify({ headers: { authorization: `Bearer ${token}` } } as unknown as Asked);
}

test('its tokens are believed by whoever opens the same file, until they expire', async () => {
  const file = join(folder, 'made', 'for', 'it', 'demo-issuer.json');
  const token = await tokenOf(await openDemoIssuer(file));
  const again = await openDemoIssuer(file);
  expect(await whoIs(token, again)).toMatchObject({ caller: { subject: 'somebody', role: 'auditor' } });
  await expect(whoIs(token, again, NOW_MS + 90_000)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test("another machine's are not", async () => {
  const token = await tokenOf(await createDemoIssuer());
  await expect(whoIs(token, await createDemoIssuer())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test('its private key is for its owner alone, and no half-made file stays', async () => {
  const file = join(folder, 'demo-issuer.json');
  const { keys } = await openDemoIssuer(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['demo-issuer.json']);
  const { d } = JSON.parse(readFileSync(file, 'utf8'));
  expect(typeof d).toBe('string');
  expect(JSON.stringify(keys)).not.toContain(d);
});

test('all who make it at the same time get the same', async () => {
  const file = join(folder, 'demo-issuer.json');
  const issuers = await Promise.all(Array.from({ length: 20 }, () => openDemoIssuer(file)));
  expect(new Set(issuers.map(({ keys }) => JSON.stringify(keys))).size).toBe(1);
  expect(readdirSync(folder)).toEqual(['demo-issuer.json']);
});

test.each(['', '{}', 'null', '{"kty":"oct","k":"AAAA"}', '{"kty":"OKP","crv":"Ed25519","x":"AAAA"}'])(
  'a file that holds %p is left as it is, and the cure is named',
  async (text) => {
    const file = join(folder, 'demo-issuer.json');
    writeFileSync(file, text);
    await expect(openDemoIssuer(file)).rejects.toThrow(`${file} holds no key of the demo issuer: delete it`);
    expect(readFileSync(file, 'utf8')).toBe(text);
  },
);

test('a public key alone is no issuer', async () => {
  const file = join(folder, 'demo-issuer.json');
  const [key] = (await createDemoIssuer()).keys.keys;
  writeFileSync(file, JSON.stringify(key));
  await expect(openDemoIssuer(file)).rejects.toThrow(/delete it/);
  expect(existsSync(file)).toBe(true);
});
