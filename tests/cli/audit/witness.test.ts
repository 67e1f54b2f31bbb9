import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readCheckpoint, signCheckpoint } from '../../../gateway/audit/verify/checkpoint.js';
import { leafHash, rootOf } from '../../../gateway/audit/verify/merkle.js';
import { openSigner } from '../../../gateway/audit/verify/note.js';
import { TILE_WIDTH, tilePath, tileWidth } from '../../../gateway/audit/verify/tiles.js';
import { type BuiltProduct, buildProduct } from '../../helpers/command.js';

const newPem = () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const LOG = openSigner('gateway.example/audit', newPem());
const ANOTHER = openSigner('gateway.example/audit', newPem());
const WITNESS_PEM = newPem();
const WITNESS = openSigner('witness.example/danang', WITNESS_PEM);

let product: BuiltProduct;
let folder: string;
let state: string;
beforeAll(() => {
  product = buildProduct();
});
afterAll(() => product?.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-witness-'));
  state = join(folder, 'state');
  writeFileSync(join(folder, 'witness.pem'), WITNESS_PEM);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Publishes a log of entries as its tiles, in the folder that the command is pointed at. */
function publish(entries: readonly string[], { signer = LOG, signed = entries } = {}): void {
  const files = join(folder, 'log');
  rmSync(files, { recursive: true, force: true });
  const put = (path: string, content: string | Buffer) => {
    mkdirSync(dirname(join(files, path)), { recursive: true });
    writeFileSync(join(files, path), content);
  };
  let hashes = entries.map((entry) => leafHash(Buffer.from(entry)));
  for (let level = 0; hashes.length > 0; level += 1) {
    const above: Buffer[] = [];
    for (let n = 0; n * TILE_WIDTH < hashes.length; n += 1) {
      const tile = hashes.slice(n * TILE_WIDTH, (n + 1) * TILE_WIDTH);
      put(tilePath(level, n, tileWidth(level, n, entries.length)), Buffer.concat(tile));
      if (tile.length === TILE_WIDTH) above.push(rootOf(tile));
    }
    hashes = above;
  }
  const root = rootOf(signed.map((entry) => leafHash(Buffer.from(entry))));
  put('checkpoint', signCheckpoint({ size: signed.length, root }, signer, Date.parse('2026-11-26T00:00:00Z')));
}

const entries = (count: number, of = 'entry') => Array.from({ length: count }, (_, index) => `${of} ${index}`);

async function witness(...args: string[]) {
  const given = {
    '--dir': join(folder, 'log'),
    '--key': LOG.vkey,
    '--state': state,
    '--witness-key': join(folder, 'witness.pem'),
    '--name': WITNESS.name,
  };
  const rest = Object.entries(given).filter(
    ([name]) => !args.includes(name) && !(name === '--dir' && args.includes('--url')),
  );
  const { code, output } = await product.run('audit', { args: ['witness', ...rest.flat(), ...args] }).ended;
  expect(output).not.toMatch(/\n\s+at /);
  return { code, output };
}

const cosigned = (note: string) => readCheckpoint(note, { vkey: LOG.vkey, witnesses: [WITNESS.cosignerVkey] });

test('a log that is seen for the first time is cosigned, and what was seen is kept', async () => {
  publish(entries(3));
  const out = join(folder, 'cosigned');
  const { code, output } = await witness('--out', out);
  expect(output).toMatch(
    /\ngateway\.example\/audit: seen for the first time, with 3 entries\. From now on it can only grow\.\n/,
  );
  expect(output).toContain(`The key of this witness: ${WITNESS.cosignerVkey}\n`);
  expect(code).toBe(0);
  expect(cosigned(readFileSync(out, 'utf8'))).toMatchObject({ size: 3, witnesses: [{ name: WITNESS.name }] });
  expect(readFileSync(state, 'utf8')).toBe(readFileSync(out, 'utf8'));
});

test.each([
  [3, 5],
  [3, 256],
  [255, 700],
  [256, 512],
  [700, 66_000],
])('a log that grew from %d to %d entries is cosigned', async (from, to) => {
  publish(entries(from));
  expect((await witness()).code).toBe(0);
  publish(entries(to));
  const { code, output } = await witness('--json');
  expect(JSON.parse(output)).toMatchObject({ origin: LOG.name, size: to, sizeBefore: from });
  expect(cosigned(JSON.parse(output).note)).toMatchObject({ size: to, witnesses: [{ name: WITNESS.name }] });
  expect(code).toBe(0);
  expect((await witness()).output).toContain(`unchanged, ${to} entries`);
});

test.each([
  [
    'signs another tree of the same size',
    entries(5, 'other'),
    /NOT COSIGNED: .*two roots for the same 5 entries.*had 5 entries/,
  ],
  [
    'does not continue what it was',
    [...entries(4), 'another', ...entries(3)],
    /NOT COSIGNED: .*had 5 entries when it was last seen and shows 8 now/,
  ],
  ['has become shorter', entries(4), /NOT COSIGNED: .*from 5 to 4 entries.*had 5 entries/],
])('a log that %s is not cosigned, and what was seen stays', async (_, now, message) => {
  publish(entries(5));
  expect((await witness()).code).toBe(0);
  const before = readFileSync(state, 'utf8');
  publish(now);
  const out = join(folder, 'cosigned');
  const { code, output } = await witness('--out', out);
  expect(output).toMatch(message);
  expect(output).not.toContain(`— ${WITNESS.name}`);
  expect(code).toBe(1);
  expect(existsSync(out)).toBe(false);
  expect(readFileSync(state, 'utf8')).toBe(before);
  publish(entries(6));
  expect((await witness()).code).toBe(0);
});

test('tiles that do not fit what was signed are no proof', async () => {
  publish(entries(5));
  expect((await witness()).code).toBe(0);
  publish([...entries(5), 'a'], { signed: [...entries(5), 'b'] });
  expect(await witness()).toMatchObject({ code: 1, output: expect.stringMatching(/^NOT COSIGNED: /) });
  rmSync(join(folder, 'log', 'tile'), { recursive: true });
  expect(await witness()).toMatchObject({
    code: 1,
    output: expect.stringMatching(/NOT COSIGNED: tile\/0\/000\.p\/6 is not there/),
  });
});

test('a checkpoint of another key is refused, and a state of another log', async () => {
  publish(entries(2), { signer: ANOTHER });
  expect(await witness()).toMatchObject({
    code: 1,
    output: expect.stringMatching(/^The checkpoint of .* is refused: it is not signed/),
  });
  expect(existsSync(state)).toBe(false);
  expect((await witness('--key', ANOTHER.vkey)).code).toBe(0);
  publish(entries(3));
  expect(await witness()).toMatchObject({ code: 1, output: expect.stringMatching(/holds no checkpoint of this log/) });
});

test('of two that begin together with one state, none cosigns what the other did not see', async () => {
  publish(entries(4));
  await witness();
  publish(entries(6));
  const both = await Promise.all([witness('--json'), witness('--json')]);
  for (const { code, output } of both) {
    if (code !== 0) expect(output).toMatch(/--state .* cannot be taken/);
  }
  expect(both.some(({ code }) => code === 0)).toBe(true);
  expect(cosigned(readFileSync(state, 'utf8')).size).toBe(6);
});

test('a log is read by HTTP, and one that is not there is said to be so', async () => {
  publish(entries(9));
  const server = createServer((request, response) => {
    const file = join(folder, 'log', (request.url ?? '').replace('/audit/log/', ''));
    if (existsSync(file)) response.end(readFileSync(file));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    expect((await witness('--url', `${url}/audit/log`)).code).toBe(0);
    publish(entries(12));
    expect((await witness('--url', `${url}/audit/log/`)).output).toContain('has only grown, from 9 to 12 entries');
    const { code, output } = await witness('--url', `${url}/elsewhere`);
    expect(output).toBe(`${url}/elsewhere has no checkpoint: is a log there, and has it signed one?\n`);
    expect(code).toBe(1);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  const gone = await witness('--url', `${url}/audit/log`);
  expect(gone.output).toBe(
    `${url}/audit/log cannot be read (ECONNREFUSED): is the log there? Set --url to what its paths begin with.\n`,
  );
  expect(gone.code).toBe(1);
});

test.each([
  [['--witness-key', 'nowhere'], /^--witness-key nowhere cannot be read \(ENOENT\)/],
  [['--key', 'nonsense'], /^--key nonsense cannot be read/],
  [['--key', `${LOG.name}+00000000+${LOG.vkey.split('+')[2]}`], /^--key: the key is not written as name\+id\+base64/],
  [['--name', 'two words'], /--name no space/],
  [['--dir', 'nowhere'], /^--dir nowhere cannot be read/],
  [['--url', 'ftp://x'], /^--url takes http/],
])('%j is refused as a wrong command line', async (args, message) => {
  publish(entries(1));
  const { code, output } = await witness(...args);
  expect(output).toMatch(message);
  expect(code).toBe(2);
});
