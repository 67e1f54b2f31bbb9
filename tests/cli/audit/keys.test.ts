import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readAuditKeys, readSigner, readSubjectKeys } from '../../../cli/audit-keys.js';
import { type Config, ConfigError, DEFAULTS } from '../../../gateway/config.js';
import { buildProduct } from '../../helpers/command.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-audit-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PEM = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const KEY = randomBytes(32).toString('base64');

const configOf = (audit: Partial<Config['audit']> = {}, production = false): Config => ({
  ...DEFAULTS,
  production,
  audit: { ...DEFAULTS.audit, ...audit },
});

function problemsOf(config: Config, read = () => void readAuditKeys(config, folder)): readonly string[] {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
  return [];
}

test('this machine’s keys are made once, and nobody else may read them', () => {
  const first = readAuditKeys(configOf(), folder);
  expect(readAuditKeys(configOf(), folder)).toEqual(first);
  expect(first).toMatchObject({
    signer: { name: DEFAULTS.audit.origin, privateKeyPem: expect.stringMatching(/^-----BEGIN PRIVATE KEY-----\n/) },
    subjectKeys: [{ id: expect.stringMatching(/^[\da-f]{8}$/), key: expect.any(Buffer) }],
  });
  expect(readdirSync(folder).sort()).toEqual(['audit-key.pem', 'audit-subject-keys']);
  for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
});

test('another folder has other keys', () => {
  const other = join(folder, 'other');
  expect(readAuditKeys(configOf(), other)).not.toEqual(readAuditKeys(configOf(), folder));
});

test('processes that make them at the same time use the same', async () => {
  const product = buildProduct();
  try {
    // Nothing but the one function, each in a process of its own: a command would do more before and after.
    const preload = join(folder, 'preload.cjs');
    writeFileSync(
      preload,
      `process.once('beforeExit', () => {
         const command = require('node:module').createRequire(process.argv[1]);
         const { DEFAULTS } = command('../gateway/settings.js');
         const { signer, subjectKeys } = command('./audit-keys.js').readAuditKeys(DEFAULTS, ${JSON.stringify(folder)});
         console.log(JSON.stringify([signer, subjectKeys]));
       });`,
    );
    const env = { NODE_OPTIONS: `--require ${preload}` };
    const ended = await Promise.all(Array.from({ length: 6 }, () => product.run('audit-keys', { env }).ended));
    const { signer, subjectKeys } = readAuditKeys(configOf(), folder);
    const expected = `${JSON.stringify([signer, subjectKeys])}\n`;
    for (const { code, output } of ended) expect({ code, output }).toEqual({ code: 0, output: expected });
  } finally {
    product.remove();
  }
});

test('what the configuration says goes before, and nothing is made', () => {
  const list = `new:${KEY}, old:${randomBytes(32).toString('base64')}`;
  const keys = readAuditKeys(configOf({ signingKey: PEM, subjectKeys: list, origin: 'a.example/audit' }, true), folder);
  expect(keys.signer).toEqual({ name: 'a.example/audit', privateKeyPem: PEM });
  expect(keys.subjectKeys.map(({ id }) => id)).toEqual(['new', 'old']);
  expect(keys.subjectKeys[0]?.key.toString('base64')).toBe(KEY);
  expect(readdirSync(folder)).toEqual([]);
});

test('in production none is made, and the message names what to set', () => {
  expect(problemsOf(configOf({}, true))).toEqual([
    expect.stringContaining('set AUDIT_SIGNING_KEY, or AUDIT_SIGNING_KEY_FILE'),
    expect.stringContaining('set AUDIT_SUBJECT_KEYS, or AUDIT_SUBJECT_KEYS_FILE'),
  ]);
  expect(readdirSync(folder)).toEqual([]);
});

test('who may not make keys is told where they come from', () => {
  const where = { config: configOf(), dataDir: folder, make: false };
  const cure = /is not there: .*DATA_DIR/;
  expect(problemsOf(where.config, () => void readSigner(where))).toEqual([expect.stringMatching(cure)]);
  expect(problemsOf(where.config, () => void readSubjectKeys(where))).toEqual([expect.stringMatching(cure)]);
  expect(readdirSync(folder)).toEqual([]);
  const { signer, subjectKeys } = readAuditKeys(where.config, folder);
  expect([readSigner(where), readSubjectKeys(where)]).toEqual([signer, subjectKeys]);
});

test.each([
  ['no PEM', { signingKey: 'secret' }, /^AUDIT_SIGNING_KEY must be an Ed25519 private key in PEM/],
  ['no name of a key', { origin: 'two words' }, /^AUDIT_ORIGIN must be a name/],
  ['no base64', { subjectKeys: 'a:secret!' }, /^AUDIT_SUBJECT_KEYS must be NAME:KEY/],
  ['a short key', { subjectKeys: `a:${randomBytes(16).toString('base64')}` }, /^AUDIT_SUBJECT_KEYS must be NAME:KEY/],
  ['a name twice', { subjectKeys: `a:${KEY},a:${KEY}` }, /^AUDIT_SUBJECT_KEYS must give each key a name of its own/],
])('%s is refused with the cure, and without what it holds', (_, audit, message) => {
  const problems = problemsOf(configOf({ signingKey: PEM, subjectKeys: `a:${KEY}`, ...audit }));
  expect(problems).toEqual([expect.stringMatching(message)]);
  expect(problems.join()).not.toMatch(/secret/);
  expect(problems.join()).not.toContain(KEY);
});

test.each(['audit-key.pem', 'audit-subject-keys'])('a file %s that holds something else is named', (name) => {
  readAuditKeys(configOf(), folder);
  writeFileSync(join(folder, name), '');
  expect(problemsOf(configOf())).toEqual([expect.stringContaining(join(folder, name))]);
  expect(readFileSync(join(folder, name), 'utf8')).toBe('');
});
