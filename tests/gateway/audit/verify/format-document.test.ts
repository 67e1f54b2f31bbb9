import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ed25519 } from '@noble/curves/ed25519';
import { KINDS } from '../../../../gateway/audit/entry.js';
import { verifyProof } from '../../../../gateway/audit/verify/proof.js';
import { entriesPath, tilePath, writeEntryBundle } from '../../../../gateway/audit/verify/tiles.js';
import { verifyLog } from '../../../../gateway/audit/verify/verify.js';
import { readOf } from '../../../helpers/audit-log-of-test.js';

// A small verifier, written from docs/AUDIT-FORMAT.md alone and by nothing of ours: if the text were wrong, it would find so.

const DOCUMENT = readFileSync(join(__dirname, '../../../../docs/AUDIT-FORMAT.md'), 'utf8');

/** What stands in the block of the document that has this name. */
function block(name: string): string {
  const found = new RegExp(`^\`\`\`\\w+ ${name}\\n([^]*?)^\`\`\`$`, 'm').exec(DOCUMENT);
  if (!found) throw new Error(`the document has no block ${name}`);
  return found[1]!;
}

const sha256 = (...parts: (string | Uint8Array)[]) =>
  parts.reduce((sum, part) => sum.update(part), createHash('sha256')).digest();
const short = (text: string) => sha256(text).subarray(0, 12).toString('base64url');
const long = (text: string) => sha256(text).subarray(0, 24).toString('base64url');

const SHAPE = block('shape').trimEnd();
const LINES = block('entries').trimEnd().split('\n');
const ENTRIES = LINES.map((line) => JSON.parse(line));
const NOTE = block('checkpoint');
const KEY = block('key').trimEnd();
const HASHES = LINES.map((line) => sha256(Buffer.from([0]), line));
const ROOT = sha256(Buffer.from([1]), sha256(Buffer.from([1]), HASHES[0]!, HASHES[1]!), HASHES[2]!);

test('entries: a writer and its chain', () => {
  let before = '';
  for (const [index, entry] of ENTRIES.entries()) {
    expect(entry).toMatchObject({ v: 1, w: ENTRIES[0].w, n: index + 1, p: before });
    before = short(LINES[index]!);
  }
  expect(ENTRIES.map(({ kind }) => kind)).toEqual(['begin', 'read', 'end']);
  expect(Buffer.from(ENTRIES[0].w, 'base64url')).toHaveLength(12);
  for (const kind of KINDS) expect(DOCUMENT).toContain(`\`${kind}\``);
});

test('records: each with when and from where it came', () => {
  const { from, got } = ENTRIES[1];
  const times: [number, string][] = [];
  let tier = 'SOURCE';
  for (const each of got) {
    if (typeof each === 'number') times.push([each + (times.at(-1)?.[0] ?? 0), tier]);
    else times.at(-1)![1] = tier = each;
  }
  let time = 0;
  const records = from.split(' ').flatMap((token: string) => {
    if (!token.includes('@')) time = Number(token);
    return token.includes('@') ? [[...token.split('@').map(decodeURIComponent), ...times[time]!]] : [];
  });
  const [now, before] = [1793581201480, 1793581196320];
  expect(records).toEqual([
    ['birth/1990/17', '3', now, 'SOURCE'],
    ['DC-2018-000017', '1', before, 'MEMORY'],
  ]);
  for (const ms of [now, before]) expect(DOCUMENT).toMatch(new RegExp(`two records[^#]* ${ms}`));
  expect(JSON.parse(SHAPE).registries).toHaveLength(records.length);
});

test('details: the shape has its hash, and its operation that of its text', () => {
  const hash = long(SHAPE);
  expect(DOCUMENT).toContain(`The example's shape, ${Buffer.byteLength(SHAPE)} bytes; its hash is \`${hash}\``);
  expect(ENTRIES[1].shape).toBe(hash);
  const { op, registries, fields } = JSON.parse(SHAPE);
  expect(op).toBe(sha256(/^`(query .+)`:$/m.exec(DOCUMENT)![1]!).toString('base64url'));
  for (const [, sources] of fields) for (const source of sources) expect(source).toBeLessThan(registries.length);
});

test('values: keys, digests, and the hash of all', () => {
  const salt = Buffer.from(/salt `([\da-f]{32})`/.exec(DOCUMENT)![1]!, 'hex');
  const rows = [...DOCUMENT.matchAll(/^\| `([\w.]+)` \| `(.+?)` \| `([\da-f]{32})` \| `([\da-f]{32})` \|$/gm)];
  expect(rows.map(([, path]) => path)).toEqual(JSON.parse(SHAPE).fields.map(([path]: [string]) => path));
  const digests = rows.map(([, path, json, key, digest]) => {
    const made = createHmac('sha256', salt).update(path!).digest().subarray(0, 16);
    expect(made.toString('hex')).toBe(key);
    const value = sha256(made, json!).subarray(0, 16);
    expect(value.toString('hex')).toBe(digest);
    return value;
  });
  const values = sha256(...digests)
    .subarray(0, 16)
    .toString('base64url');
  expect(DOCUMENT).toContain(`and \`values\` is \`${values}\``);
  expect(ENTRIES[1].values).toBe(values);
});

test('the tree', () => {
  for (const [leaf, hash] of HASHES.entries()) expect(DOCUMENT).toContain(`| ${leaf} | \`${hash.toString('hex')}\` |`);
  expect(DOCUMENT).toContain(`the root of the three is \`${ROOT.toString('hex')}\``);
});

test('the checkpoint: its text, and both signatures', () => {
  const [text = '', signatures = ''] = NOTE.split(/(?<=\n)\n/);
  expect(text).toBe(`audit.example/da-nang\n3\n${ROOT.toString('base64')}\n`);
  const [, name, id, base64] = /^([^+]+)\+([\da-f]{8})\+(.+)$/.exec(KEY)!;
  const publicKey = Buffer.from(base64!, 'base64').subarray(1);
  const keyId = (type: number) => sha256(`${name}\n`, Buffer.from([type]), publicKey).subarray(0, 4);
  expect(keyId(1).toString('hex')).toBe(id);
  const [plain, timed] = signatures
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [dash, by, bytes] = line.split(' ');
      expect([dash, by]).toEqual(['—', name]);
      return Buffer.from(bytes!, 'base64');
    });
  expect([plain!.subarray(0, 4), timed!.subarray(0, 4)]).toEqual([keyId(1), keyId(4)]);
  expect(ed25519.verify(plain!.subarray(4), Buffer.from(text), publicKey)).toBe(true);
  const seconds = timed!.readBigUInt64BE(4);
  expect(Number(seconds) * 1000).toBe(ENTRIES[0].at + 60_000);
  const message = Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`);
  expect(ed25519.verify(timed!.subarray(12), message, publicKey)).toBe(true);
  expect(ed25519.verify(timed!.subarray(12), Buffer.from(`${message}.`), publicKey)).toBe(false);
});

test('the proof of the second entry', () => {
  const [first, extra, index, ...rest] = block('proof').split('\n');
  expect([first, index]).toEqual(['c2sp.org/tlog-proof@v1', 'index 1']);
  expect(Buffer.from(extra!.split(' ')[1]!, 'base64').toString()).toBe(`${LINES[1]}\n${SHAPE}`);
  const [left, right] = rest.slice(0, 2).map((line) => Buffer.from(line, 'base64'));
  const one = Buffer.from([1]);
  expect(sha256(one, sha256(one, left!, HASHES[1]!), right!)).toEqual(ROOT);
  expect(rest.slice(2).join('\n')).toBe(`\n${NOTE}`);
});

test('our verifier says the same of the example, and not of another', async () => {
  const files = new Map<string, Uint8Array>([
    ['checkpoint', Buffer.from(NOTE)],
    [tilePath(0, 0, 3), Buffer.concat(HASHES)],
    [entriesPath(0, 3), writeEntryBundle(LINES.map((line) => Buffer.from(line)))],
    [`details/${ENTRIES[1].shape}`, Buffer.from(SHAPE)],
  ]);
  const report = await verifyLog({ read: readOf(files), vkey: KEY });
  expect(report).toMatchObject({ isWhole: true, entries: 3, writers: 1, openWriters: 0, details: { fitting: 1 } });
  expect(verifyProof(block('proof'), { vkey: KEY }).entry).toEqual(ENTRIES[1]);
  const other = block('proof').replace('index 1', 'index 2');
  expect(() => verifyProof(other, { vkey: KEY })).toThrow('is not leaf 2');
});
