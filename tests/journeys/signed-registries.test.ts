import { createPublicKey, verify } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BuiltProduct, buildProduct, type Command } from '../helpers/command.js';
import { ask } from '../helpers/federation.js';
import { newSigningKey } from '../helpers/product.js';

const QUERY = '{ parcel(id: "w7ce00000001") { area } }';
const START_MS = 180_000;

let product: BuiltProduct;
let folder: string;
let keyFile: string;
const running: Command[] = [];
beforeAll(() => {
  product = buildProduct();
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-signed-'));
  keyFile = join(folder, 'signing-key.pem');
  writeFileSync(keyFile, newSigningKey());
});
afterEach(async () => {
  for (const command of running.splice(0)) {
    command.child.kill('SIGTERM');
    await command.ended;
  }
});
afterAll(() => {
  product?.remove();
  rmSync(folder, { recursive: true, force: true });
});

function run(...of: Parameters<BuiltProduct['run']>): Command {
  const command = product.run(...of);
  running.push(command);
  return command;
}

const subgraph = (args: string[], env: Record<string, string> = {}) =>
  run('subgraph', { args: ['land', '--port', '0', ...args], env: { DATA_DIR: join(folder, 'data'), ...env } });

/** A gateway of the committed supergraph over this land registry; the others are not there. */
const gateway = (land: string, env: Record<string, string>) => {
  const args = [
    '--supergraph',
    require.resolve('#schema/supergraph.graphql'),
    '--port',
    '0',
    '--subgraph',
    `land=${land}`,
  ];
  // Several at a time, of which only one could open the embedded store of the audit log.
  return run('gateway', { args, env: { DATA_DIR: join(folder, 'data'), AUDIT: 'off', ...env } });
};

const post = (url: string) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: QUERY }),
  });

test(
  'a registry that stands alone is closed, and says at its start how it is opened',
  async () => {
    const land = subgraph([]);
    const [, url] = await land.wrote(/ at (http:\S+)\n/);
    await land.wrote(/closed: .*GATEWAY_PUBLIC_KEYS.*--open/);
    expect((await post(url!)).status).toBe(401);
    expect((await fetch(`${new URL(url!).origin}/changes`)).status).toBe(401);
    expect((await fetch(`${new URL(url!).origin}/health/ready`)).status).toBe(200);
  },
  START_MS,
);

test(
  '--open answers whoever comes, and not in production',
  async () => {
    const land = subgraph(['--open']);
    const [, url] = await land.wrote(/ at (http:\S+)\n/);
    await land.wrote(/open: it answers whoever/);
    expect((await post(url!)).status).toBe(200);
    for (const [args, env] of [
      [['--open'], {}],
      [[], { SUBGRAPH_OPEN: 'on' }],
    ] as const) {
      const refused = await subgraph([...args], { ...env, NODE_ENV: 'production' }).ended;
      expect(refused.code).toBe(1);
      expect(refused.output).toMatch(/NODE_ENV=production no registry is open: set GATEWAY_PUBLIC_KEYS/);
    }
    const settings = { SUBGRAPH_OPEN: 'maybe', GATEWAY_PUBLIC_KEYS: 'secret', PROOFS_DIR: '/proc/none' };
    const { output } = await subgraph([], settings).ended;
    for (const name of Object.keys(settings)) expect(output).toContain(name);
    expect(output).not.toContain('secret');
  },
  START_MS,
);

test(
  'a gateway signs, the registry answers it alone, and keeps a proof that holds by the public key',
  async () => {
    const proofs = join(folder, 'proofs');
    const [, told] = await gateway('http://127.0.0.1:1/graphql', { SIGNING_KEY_FILE: keyFile }).wrote(
      /GATEWAY_PUBLIC_KEYS=(\S+)\n/,
    );
    const land = subgraph([], { GATEWAY_PUBLIC_KEYS: told!, PROOFS_DIR: proofs });
    const [, url] = await land.wrote(/ at (http:\S+)\n/);
    const trusted = gateway(url!, { SIGNING_KEY_FILE: keyFile });
    const [, trustedUrl] = await trusted.wrote(/GraphQL at (\S+)\/graphql/);
    const args = [
      '--role',
      'officer',
      '--procedure',
      '1.013831',
      '--dossier',
      'H48.2026.000123',
      '--subject',
      'officer-7',
    ];
    const { output: token } = await run('token', { args, env: { DATA_DIR: join(folder, 'data') } }).ended;
    const headers = { authorization: `Bearer ${token.trim()}` };
    const answer = await ask(trustedUrl!, { query: QUERY }, { 'x-request-id': 'journey-1', ...headers });
    expect([answer.data, answer.errors]).toEqual([{ parcel: null }, undefined]);

    const unsigned = gateway(url!, {});
    const [, unsignedUrl] = await unsigned.wrote(/GraphQL at (\S+)\/graphql/);
    const refused = await ask(unsignedUrl!, { query: QUERY }, headers);
    expect(refused.errors?.[0]?.extensions).toMatchObject({ code: 'REGISTRY_UNAVAILABLE' });
    expect(refused.text).not.toMatch(/sign|key/i);
    await unsigned.wrote(/SIGNATURE_REQUIRED/);
    await land.wrote(/a request was refused/);

    const lines = readdirSync(proofs).flatMap((file) => readFileSync(join(proofs, file), 'utf8').trim().split('\n'));
    const proof = lines.map((line) => JSON.parse(line)).find(({ requestId }) => requestId === 'journey-1');
    expect(proof.base).toMatch(/"lien-thong-caller": role=officer, subject="officer-7"/);
    expect(proof.base).toMatch(/"lien-thong-purpose": procedure="1.013831", dossier="H48.2026.000123"/);
    const [keyid, spki] = told!.split(':');
    const publicKey = createPublicKey({ key: Buffer.from(spki!, 'base64'), format: 'der', type: 'spki' });
    expect(proof.keyid).toBe(keyid);
    expect(verify(null, Buffer.from(proof.base), publicKey, Buffer.from(proof.signature, 'base64'))).toBe(true);
    const output = [trusted, unsigned, land].map((command) => command.output()).join('');
    expect(output).not.toContain(readFileSync(keyFile, 'utf8').split('\n')[1]);
  },
  START_MS,
);
