import { type Entry, shortHash } from '../../../../gateway/audit/entry.js';
import { checkpointText, signCheckpoint } from '../../../../gateway/audit/verify/checkpoint.js';
import { leafHash, rootOf } from '../../../../gateway/audit/verify/merkle.js';
import { readEntryBundle, writeEntryBundle } from '../../../../gateway/audit/verify/tiles.js';
import { type VerifyLog, verifyLog } from '../../../../gateway/audit/verify/verify.js';
import { A, AuditLogOfTest, B, type Folder, readOf, signerOf } from '../../../helpers/audit-log-of-test.js';

/** A log of 700 entries: two full files and one that isn't, a tile above them, and a checkpoint at 300, 301, 500 and 700. */
const LOG = new AuditLogOfTest();
for (const size of [300, 301, 500, 700]) LOG.fill(size).sign();
const { vkey } = LOG.signer;
const [AT_300, , AT_500, AT_700] = LOG.checkpoints as [string, string, string, string];
const LAST_FILE = 'tile/entries/002.p/188';

async function findings(files: Folder, more: Partial<VerifyLog> = {}) {
  const report = await verifyLog({ read: readOf(files), vkey, ...more });
  expect(report.isWhole).toBe(report.findings.length === 0);
  return report.findings;
}

const said = async (files: Folder, more: Partial<VerifyLog> = {}) =>
  (await findings(files, more)).map(({ says }) => says);

/** Changes the entries of one file of the log. */
function withEntries(path: string, change: (entries: Uint8Array[]) => Uint8Array[]): Folder {
  const files = LOG.publish();
  return files.set(path, writeEntryBundle(change(readEntryBundle(files.get(path)!))));
}

/** The log as somebody with all rights on the database, and without the log's key, would leave it: files made anew from other entries. */
function rewritten(change: (lines: string[]) => string[]): Folder {
  const log = LOG.copy();
  log.lines.splice(0, log.lines.length, ...change([...log.lines]));
  return log.publish();
}

/** The same, by somebody who has the log's key too. */
function signedAnew(change: (lines: string[]) => string[]): Folder {
  const log = LOG.copy();
  log.lines.splice(0, log.lines.length, ...change([...log.lines]));
  log.checkpoints.splice(0);
  log.sign();
  return log.publish();
}

const swap = <Item>(items: readonly Item[], a: number, b: number) => items.with(a, items[b]!).with(b, items[a]!);
const edit = (line: string) => line.replace('officer-17', 'officer-18');
const editBytes = (bytes: Uint8Array) => Buffer.from(edit(Buffer.from(bytes).toString()));

test('nobody touched it: it is whole', async () => {
  const report = await verifyLog({ read: readOf(LOG.publish()), vkey, kept: [AT_300], others: [AT_500, AT_700] });
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({
    isWhole: true,
    entries: 700,
    retired: [],
    writers: 2,
    openWriters: 2,
    moreFindings: 0,
  });
  expect(report.details).toEqual({ fitting: 1, absent: 0 });
  expect(report.checkpoint).toMatchObject({ origin: 'audit.example/da-nang', size: 700, root: LOG.root() });
});

describe("an entry's bytes", () => {
  test('one byte of one entry', async () => {
    const files = withEntries('tile/entries/001', (entries) => entries.with(44, editBytes(entries[44]!)));
    const { w: writer, n } = JSON.parse(LOG.lines[300]!);
    expect(await findings(files)).toEqual([
      {
        kind: 'changed',
        leaf: 300,
        writer,
        n,
        says: `Leaf 300 (entry ${n} of writer ${writer}): the entry was changed: what stands in the file does not fit the hash that the tree has of it.`,
      },
    ]);
  });

  test('an entry that no longer says whose it is: the gap in its writer tells', async () => {
    const { w: writer, n } = JSON.parse(LOG.lines[300]!);
    const files = withEntries('tile/entries/001', (entries) => entries.with(44, Buffer.from('{}')));
    expect(await findings(files)).toMatchObject([{ kind: 'changed', leaf: 300, writer, n }]);
  });

  test("a writer's last entry: what stands there says what it is, and is not believed more than that", async () => {
    const { w: writer, n } = JSON.parse(LOG.lines[699]!);
    const files = withEntries(LAST_FILE, (entries) => entries.with(-1, editBytes(entries.at(-1)!)));
    expect(await findings(files)).toEqual([
      {
        kind: 'changed',
        leaf: 699,
        says: `Leaf 699: the entry was changed: what stands in the file does not fit the hash that the tree has of it. It says now that it is entry ${n} of writer ${writer}.`,
      },
    ]);
  });

  test("several entries of both writers, some under the other's name", async () => {
    const files = withEntries('tile/entries/001', (entries) =>
      entries.map((entry, index) => {
        if (index === 44 || index === 46) return Buffer.from(Buffer.from(entry).toString().replace(A, B));
        return index === 45 || index === 48 ? editBytes(entry) : entry;
      }),
    );
    const found = await findings(files);
    const leaves = found.filter(({ kind }) => kind === 'changed').map(({ leaf }) => leaf);
    expect(leaves).toEqual([300, 301, 302, 304]);
    for (const { leaf, writer, n } of found) {
      const entry = LOG.lines
        .map((line) => JSON.parse(line))
        .findIndex(({ w, n: number }) => w === writer && number === n);
      if (writer !== undefined) expect(leaves).toContain(entry);
      if (writer !== undefined && leaf !== undefined) expect(entry).toBe(leaf);
    }
    // Which of the three between are the two that writer A lacks can't be told, as they no longer say so.
    expect(found.filter(({ kind }) => kind === 'missing')).toMatchObject([{ writer: A, n: 201 }]);
    expect(found.find(({ leaf }) => leaf === 301)).toMatchObject({ writer: B });
  });

  test('an entry and its hash in the tile', async () => {
    const files = rewritten((lines) => lines.with(300, edit(lines[300]!)));
    const whole = LOG.publish();
    for (const path of whole.keys()) if (/^tile\/(1|0\/002)/.test(path)) files.set(path, whole.get(path)!);
    const { w: writer, n } = JSON.parse(LOG.lines[300]!);
    const next = LOG.lines.findIndex((line) => JSON.parse(line).w === writer && JSON.parse(line).n === n + 1);
    expect(await said(files)).toEqual([
      'The file tile/0/001, the hashes of leaves 256 to 511, was rewritten together with one or more of its entries: neither fits the tree.',
      `Leaf ${next} (entry ${n + 1} of writer ${writer}): it names another entry before it than the one in leaf 300: entry ${n} was changed or replaced before it came into the tree.`,
    ]);
  });

  test('an entry and all of the tree, but for the signature: the checkpoints before say where, the writer which', async () => {
    const { n } = JSON.parse(LOG.lines[300]!);
    const files = rewritten((lines) => lines.with(300, edit(lines[300]!)));
    expect(await said(files)).toEqual([
      expect.stringContaining(`entry ${n} was changed or replaced before it came into the tree`),
      "The checkpoint's root for 700 entries is not that of the tree that is here: leaf 300 (those before fit the checkpoint of 300) was changed, moved, put in or left out.",
    ]);
  });
});

describe('their order', () => {
  test('two entries beside each other', async () => {
    const files = withEntries('tile/entries/001', (entries) => swap(entries, 44, 45));
    const { w: writer, n } = JSON.parse(LOG.lines[300]!);
    expect(await findings(files)).toEqual([
      {
        kind: 'order',
        leaf: 300,
        writer,
        n,
        says: `Leaf 300 (entry ${n} of writer ${writer}): the order was changed: it and leaf 301 stand in each other's place.`,
      },
    ]);
  });

  test('more of them', async () => {
    const files = withEntries('tile/entries/001', (entries) => [
      ...entries.slice(0, 10),
      ...entries.slice(10, 20).reverse(),
      ...entries.slice(20),
    ]);
    expect(await said(files)).toEqual([
      expect.stringContaining(
        'the order was changed: the entries of leaves 266 to 275 stand in another order than in the tree.',
      ),
    ]);
  });

  test('before they came into the tree: a writer counts', async () => {
    const files = signedAnew((lines) => swap(lines, 300, 302));
    const first = JSON.parse(LOG.lines[300]!);
    expect(JSON.parse(LOG.lines[302]!)).toMatchObject({ w: first.w, n: first.n + 1 });
    expect(await said(files)).toEqual([
      `Entry ${first.n} of writer ${first.w}: it is missing between the writer's in leaf 299 and in leaf 300.`,
      `Leaf 302 (entry ${first.n} of writer ${first.w}): the writer's entries had come to ${first.n + 1} before (leaf 300): it is in the tree a second time, or too late.`,
    ]);
  });
});

describe('entries that are gone', () => {
  test('a deleted row', async () => {
    const files = withEntries('tile/entries/001', (entries) => entries.toSpliced(44, 1));
    const { w: writer, n } = JSON.parse(LOG.lines[300]!);
    expect(await findings(files)).toEqual([
      {
        kind: 'missing',
        leaf: 300,
        writer,
        n,
        says: `Leaf 300 (entry ${n} of writer ${writer}): the entry is missing; the tree still has its hash.`,
      },
    ]);
  });

  test('several deleted rows, of both writers', async () => {
    const files = withEntries('tile/entries/001', (entries) =>
      entries.filter((_, index) => ![44, 45, 60].includes(index)),
    );
    const found = await findings(files);
    expect(found.filter(({ leaf }) => leaf !== undefined).map(({ kind, leaf }) => [kind, leaf])).toEqual([
      ['missing', 300],
      ['missing', 301],
      ['missing', 316],
    ]);
    const lost = [300, 301, 316].map((leaf) => JSON.parse(LOG.lines[leaf]!));
    for (const { w, n } of lost)
      expect(found).toContainEqual(expect.objectContaining({ writer: w, n, kind: 'missing' }));
  });

  test('the table truncated: the last rows', async () => {
    const files = withEntries(LAST_FILE, (entries) => entries.slice(0, 100));
    expect(await findings(files)).toEqual([
      {
        kind: 'truncated',
        leaf: 612,
        says: 'Leaf 612: its entry and all to leaf 699, the last, are missing: the table or its file was cut off. The tree still has their hashes.',
      },
    ]);
  });

  test('a file cut off within an entry', async () => {
    const files = LOG.publish();
    const bytes = files.get(LAST_FILE)!;
    const entries = readEntryBundle(bytes);
    const until = writeEntryBundle(entries.slice(0, 100)).length + 50;
    expect(await said(files.set(LAST_FILE, bytes.subarray(0, until)))).toEqual([
      expect.stringMatching(/^Leaf 612: the entry was changed/),
      expect.stringMatching(
        /^Leaf 613: its entry and all to leaf 699, the last, are missing: the table or its file was cut off/,
      ),
    ]);
  });

  test('the last files', async () => {
    const files = LOG.publish();
    files.delete(LAST_FILE);
    files.delete('tile/entries/001');
    expect(await said(files)).toEqual([
      'Leaf 256: its entry and all to leaf 699, the last, are missing: the table or its file was cut off. The tree still has their hashes.',
    ]);
  });

  test("left out before it came into the tree: the writer's next names it", async () => {
    const { w: writer, n } = JSON.parse(LOG.lines[300]!);
    expect(await findings(signedAnew((lines) => lines.toSpliced(300, 1)))).toEqual([
      {
        kind: 'missing',
        writer,
        n,
        says: `Entry ${n} of writer ${writer}: it is missing between the writer's in leaf 299 and in leaf 301.`,
      },
    ]);
  });

  test("a writer's first, left out before it came into the tree", async () => {
    expect(await said(signedAnew((lines) => lines.slice(3)))).toEqual([
      `Entry 1 of writer ${A}: it and those to 2 are missing before the writer's first in leaf 0.`,
      `Entry 1 of writer ${B}: it is missing before the writer's first in leaf 1.`,
    ]);
  });

  describe('a month that was retired', () => {
    const log = LOG.copy();
    log.atMs = Date.UTC(2026, 11, 2);
    log.write(A, 'act', { act: { what: 'months.retire', before: '2026-12', drop: false } });
    log.sign(0);
    log.checkpoints.splice(0, log.checkpoints.length - 1);
    const retired = (before: number) => {
      const files = log.publish();
      files.delete('tile/entries/000');
      const entries = readEntryBundle(files.get('tile/entries/001')!);
      const kept = entries.map((entry, index) => (256 + index < before ? new Uint8Array() : entry));
      return files.set('tile/entries/001', writeEntryBundle(kept));
    };

    test('is none that is gone, and the report says so', async () => {
      const report = await verifyLog({ read: readOf(retired(266)), vkey, kept: [AT_300] });
      expect(report.findings).toEqual([]);
      expect(report).toMatchObject({ entries: 701 - 266, retired: [{ from: 0, until: 266 }] });
    });

    test('is one that is gone where the log does not say that it was retired', async () => {
      const files = LOG.publish();
      files.delete('tile/entries/000');
      expect(await said(files)).toEqual([
        'Leaf 0: its entry and those to leaf 255 are missing; the tree still has its hash. By its own account the log retired nothing.',
      ]);
    });

    test("does not take an entry from between a writer's", async () => {
      const files = retired(266);
      const entries = readEntryBundle(files.get('tile/entries/001')!);
      files.set('tile/entries/001', writeEntryBundle(entries.with(44, new Uint8Array())));
      const { w: writer, n } = JSON.parse(log.lines[300]!);
      expect(await findings(files)).toMatchObject([{ kind: 'missing', leaf: 300, writer, n }]);
    });

    test("does not take a writer's last from among what was written later", async () => {
      const late = log.copy();
      const writer = 'gateway-c0000000';
      late.write(writer, 'begin');
      late.atMs = Date.UTC(2026, 11, 5);
      late.read(A);
      late.read(writer);
      late.read(A);
      late.sign(0);
      late.checkpoints.splice(0, late.checkpoints.length - 1);
      const files = late.publish();
      const last = 'tile/entries/002.p/193';
      const entries = readEntryBundle(files.get(last)!);
      expect(await said(files)).toEqual([]);
      files.set(last, writeEntryBundle(entries.with(703 - 512, new Uint8Array())));
      expect(await said(files)).toEqual([
        'Leaf 703: the entry is missing; the tree still has its hash. By its own account the log retired only what is from before 2026-12-01T00:00:00.000Z.',
      ]);
    });
  });

  test('a deleted row that the server has put nothing in the place of: an empty entry', async () => {
    const files = withEntries('tile/entries/001', (entries) => entries.with(44, new Uint8Array()));
    const { w: writer, n } = JSON.parse(LOG.lines[300]!);
    expect(await said(files)).toEqual([
      `Leaf 300 (entry ${n} of writer ${writer}): the entry is missing; the tree still has its hash.`,
    ]);
  });

  test('the whole table truncated', async () => {
    const files = LOG.publish();
    for (const path of files.keys()) if (path.startsWith('tile/entries/')) files.delete(path);
    expect(await said(files)).toEqual([
      'Leaf 0: its entry and all to leaf 699, the last, are missing: the table or its file was cut off. The tree still has their hashes.',
    ]);
    // Who may not see entries can still check the tree.
    const report = await verifyLog({ read: readOf(files), vkey, isTreeOnly: true, kept: [AT_300] });
    expect(report).toMatchObject({ isWhole: true, entries: 0, retired: [] });
    expect(
      await said(files, {
        isTreeOnly: true,
        kept: [
          signedAnew((lines) => lines.with(5, edit(lines[5]!)))
            .get('checkpoint')!
            .toString(),
        ],
      }),
    ).toEqual([expect.stringMatching(/^Fork: the checkpoint of 700 entries/)]);
  });

  test('an export of a part is whole without the rest, and not without its own', async () => {
    const files = LOG.publish();
    files.delete('tile/entries/000');
    files.delete('tile/0/000');
    const range = { from: 256, until: 700 };
    expect(await said(files, { range })).toEqual([]);
    expect(await verifyLog({ read: readOf(files), vkey, range })).toMatchObject({ entries: 444, retired: [] });
    expect(await said(files, { range: { from: 255, until: 700 } })).toEqual([
      'The file tile/0/000, the hashes of leaves 0 to 255, is missing.',
    ]);
    files.delete(LAST_FILE);
    expect(await said(files, { range })).toEqual([
      'Leaf 512: its entry and all to leaf 699, the last, are missing: the table or its file was cut off. The tree still has their hashes.',
    ]);
    expect(await said(files, { range: { from: 256, until: 512 } })).toEqual([]);
  });
});

describe('entries that are too many', () => {
  test('an entry twice in the file', async () => {
    const files = withEntries('tile/entries/001', (entries) => entries.toSpliced(44, 0, entries[44]!));
    const { w: writer, n } = JSON.parse(LOG.lines[300]!);
    expect(await said(files)).toEqual([
      `Leaf 300 (entry ${n} of writer ${writer}): the entry stands in the file twice, and in the tree once.`,
    ]);
  });

  test('an entry twice in the tree', async () => {
    const { w: writer, n } = JSON.parse(LOG.lines[300]!);
    expect(await said(signedAnew((lines) => lines.toSpliced(301, 0, lines[300]!)))).toEqual([
      `Leaf 301 (entry ${n} of writer ${writer}): the writer's entries had come to ${n} before (leaf 300): it is in the tree a second time, or too late.`,
    ]);
  });

  test('an entry that is not in the tree', async () => {
    const files = withEntries(LAST_FILE, (entries) => [...entries, Buffer.from('{"v":1}')]);
    expect(await said(files)).toEqual(['Leaf 700: an entry stands here that is not in the tree.']);
  });

  test('what is no entry', async () => {
    expect(await said(signedAnew((lines) => [...lines, '{"v":2}', 'not JSON']))).toEqual([
      'Leaf 700: what stands here is of another version of the format.',
      'Leaf 701: what stands here is not JSON.',
    ]);
  });

  test("another's entry under a writer's name, before it came into the tree", async () => {
    const log = LOG.copy();
    log.write(A, 'end');
    const line = JSON.stringify({ ...JSON.parse(log.read(A)), p: shortHash('another') });
    log.lines.splice(-1, 1, line);
    log.sign();
    const n = JSON.parse(line).n;
    expect(await said(log.publish())).toEqual([
      `Leaf 701 (entry ${n} of writer ${A}): the writer had ended before, with its entry ${n - 1} (leaf 700).`,
      `Leaf 701 (entry ${n} of writer ${A}): it names another entry before it than the one in leaf 700: entry ${n - 1} was changed or replaced before it came into the tree.`,
    ]);
  });

  test('times that run backwards, or ahead of the checkpoint', async () => {
    const log = LOG.copy();
    log.read(A);
    log.atMs -= 3 * 3_600_000;
    log.read(A);
    log.atMs += 6 * 3_600_000;
    log.read(A);
    log.atMs -= 3 * 3_600_000;
    log.sign(1);
    expect((await findings(log.publish())).map(({ kind, leaf }) => [kind, leaf])).toEqual([
      ['time', 701],
      ['time', 702],
    ]);
  });
});

describe('the tree', () => {
  test('a hash in a tile, at each level', async () => {
    const flip = (path: string) => {
      const files = LOG.publish();
      const bytes = Buffer.from(files.get(path)!);
      bytes[40]! ^= 1;
      return files.set(path, bytes);
    };
    expect(await said(flip('tile/0/001'))).toEqual([
      'The file tile/0/001, the hashes of leaves 256 to 511, was changed (its hash 1); what stands below it fits the tree.',
    ]);
    expect(await said(flip('tile/0/002.p/188'))).toEqual([
      'The file tile/0/002.p/188, the hashes of leaves 512 to 699, was changed (its hash 1); what stands below it fits the tree.',
    ]);
    expect(await said(flip('tile/1/000.p/2'))).toEqual([
      'The file tile/1/000.p/2, the hashes of leaves 0 to 699, was changed (its hash 1); what stands below it fits the tree.',
    ]);
  });

  test('two tiles swapped', async () => {
    const files = LOG.publish();
    const [first, second] = [files.get('tile/0/000')!, files.get('tile/0/001')!];
    files.set('tile/0/000', second).set('tile/0/001', first);
    expect(await said(files)).toEqual([
      'The file tile/0/000, the hashes of leaves 0 to 255, was changed: it holds what belongs in tile/0/001; what stands below it fits the tree.',
      'The file tile/0/001, the hashes of leaves 256 to 511, was changed: it holds what belongs in tile/0/000; what stands below it fits the tree.',
    ]);
  });

  test('a tile that is missing, or cut off', async () => {
    const files = LOG.publish();
    files.delete('tile/0/001');
    expect(await said(files)).toEqual([
      'The file tile/0/001, the hashes of leaves 256 to 511, is missing; what stands below it fits the tree.',
    ]);
    files.delete('tile/entries/001');
    expect(await said(files)).toEqual([
      'The file tile/0/001, the hashes of leaves 256 to 511, is missing.',
      `Entry 172 of writer ${A}: it and those to 341 are missing between the writer's in leaf 255 and in leaf 512.`,
      `Entry 86 of writer ${B}: it and those to 171 are missing between the writer's in leaf 253 and in leaf 514.`,
      'Leaf 256: its entry and those to leaf 511 are missing; the tree still has its hash. By its own account the log retired nothing.',
    ]);
    const cut = LOG.publish();
    cut.set('tile/0/002.p/188', cut.get('tile/0/002.p/188')!.subarray(0, 1000));
    expect(await said(cut)).toEqual([
      'The file tile/0/002.p/188, the hashes of leaves 512 to 699, is missing; what stands below it was taken instead.',
    ]);
  });
});

describe('details', () => {
  const [path] = [...LOG.publish().keys()].filter((one) => one.startsWith('details/'));

  test('changed', async () => {
    const files = LOG.publish();
    files.set(path!, Buffer.from(Buffer.from(files.get(path!)!).toString().replace('shown', 'masked LAST_4')));
    expect(await said(files)).toEqual([`Leaf 2: its details were changed: what stands in ${path} has another hash.`]);
  });

  test('missing, where others are there; where none is, the log was handed over without', async () => {
    const log = LOG.copy();
    const other = log.detail(JSON.stringify({ v: 1, op: shortHash('other'), rules: [], registries: [], fields: [] }));
    log.write(A, 'read', { shape: other });
    log.sign();
    const files = log.publish();
    files.delete(`details/${other}`);
    expect(await said(files)).toEqual([`Leaf 700: its details are missing: there is no details/${other}.`]);
    files.delete(path!);
    const report = await verifyLog({ read: readOf(files), vkey });
    expect(report).toMatchObject({ isWhole: true, details: { fitting: 0, absent: 2 } });
  });

  test('of another number of records than the entry', async () => {
    const log = LOG.copy();
    log.write(A, 'read', { shape: path!.slice('details/'.length) });
    log.sign();
    const n = JSON.parse(log.lines[700]!).n;
    expect(await said(log.publish())).toEqual([
      `Leaf 700 (entry ${n} of writer ${A}): it names 0 records, and its shape 1.`,
    ]);
  });

  const shape = path!.slice('details/'.length);
  const at = [1793588406226];
  test.each<[string, Pick<Entry, 'from' | 'got'>, string]>([
    ['more records than its shape', { from: 'a@1 b@1', got: at }, 'names 2 records, and its shape 1'],
    ['fewer', { from: '', got: [] }, 'names 0 records, and its shape 1'],
    ['an index that got has not', { from: '1 a@1', got: at }, 'has in from an index that got has not'],
    ['a record, and no time', { from: 'a@1', got: [] }, 'has in from an index that got has not'],
    ['an index that is none', { from: '-1 a@1', got: at }, 'has in from what is neither a record nor an index'],
    ['a record of three parts', { from: 'a@1@2', got: at }, 'has in from what is neither a record nor an index'],
    ['two spaces', { from: 'a@1  b@1', got: at }, 'has in from what is neither a record nor an index'],
    ['a list of records', { from: ['a', '1', 0] as never, got: at }, 'names its records (from) by no text'],
    ['times that are no list', { from: 'a@1', got: 0 as never }, 'has no list of times (got)'],
    ['a tier first', { from: 'a@1', got: ['MEMORY', 5] }, 'has times (got) that begin with no number'],
    ['a time of no number', { from: 'a@1', got: [null as never] }, 'has times (got) that begin with no number'],
    ['half a millisecond', { from: 'a@1', got: [5, 0.5] }, 'has in got what is neither a time nor the tier of one'],
    [
      'a time that no calendar has',
      { from: 'a@1', got: [8.64e15, 1] },
      'has in got what is neither a time nor the tier of one',
    ],
    ['an unknown tier', { from: 'a@1', got: [5, 'DISK'] }, 'has in got what is neither a time nor the tier of one'],
    [
      'two words of one tier',
      { from: 'a@1', got: [5, 'SOURCE', 'SOURCE'] },
      'has in got what is neither a time nor the tier of one',
    ],
    ['two tiers', { from: 'a@1', got: [5, 'REDIS', 'STALE'] }, 'has in got what is neither a time nor the tier of one'],
  ])('with %s', async (_what, records, problem) => {
    const log = LOG.copy();
    log.write(A, 'read', { shape, ...records });
    // Whoever comes after it is not accused.
    log.read(A);
    log.sign();
    const { n } = JSON.parse(log.lines[700]!);
    expect(await said(log.publish())).toEqual([`Leaf 700 (entry ${n} of writer ${A}): it ${problem}.`]);
  });

  test.each([
    ['a shape for its records', { fromIn: shape }, 'names 0 records, and its shape 1'],
    ['a list of records for its shape', { shape: 'list' }, 'is no shape'],
  ])('with %s', async (_what, members, problem) => {
    const log = LOG.copy();
    const list = log.detail(JSON.stringify({ from: 'a@1', got: at }));
    log.write(A, 'read', { shape, fromIn: list, ...members, ...('shape' in members ? { shape: list } : {}) });
    log.sign();
    expect((await said(log.publish())).join()).toContain(problem);
  });

  test('with records that cannot be read in the details that it names', async () => {
    const log = LOG.copy();
    const fromIn = log.detail(JSON.stringify({ from: '1 a@1', got: at }));
    log.write(A, 'read', { shape, fromIn });
    log.sign();
    expect(await said(log.publish())).toEqual([
      `Leaf 700: what stands in details/${fromIn} has in from an index that got has not.`,
    ]);
  });
});

describe('the checkpoint', () => {
  const forge = (note: string) =>
    LOG.publish().set('checkpoint', Buffer.from(note)).set('checkpoints', Buffer.from(''));

  test('forged with another key, over the tree as it is', async () => {
    const forged = signCheckpoint({ size: 700, root: LOG.root() }, signerOf(LOG.signer.name, 9), LOG.atMs);
    expect(await said(forge(forged))).toEqual([
      'The checkpoint is forged or damaged: it is not signed by the key of audit.example/da-nang.',
    ]);
  });

  test('forged with the signature of another: over a tree without the entry, all else fitting', async () => {
    const log = LOG.copy();
    log.lines.splice(300, 1);
    const text = checkpointText({ origin: LOG.signer.name, size: 699, root: log.root() });
    log.checkpoints.push(text + AT_700.slice(AT_700.indexOf('\n\n') + 1));
    const files = log.publish().set('checkpoints', Buffer.from(''));
    expect(await said(files)).toEqual([
      'The checkpoint is forged or damaged: the signature of audit.example/da-nang does not fit its text.',
      expect.stringMatching(
        /^Entry \d+ of writer gateway-a0000000: it is missing between the writer's in leaf 299 and in leaf 301/,
      ),
    ]);
  });

  test('of another log, of no log, and none', async () => {
    const other = signerOf('audit.example/hue', 7);
    const forged = signCheckpoint({ size: 700, root: LOG.root() }, other, LOG.atMs);
    expect(await said(forge(forged))).toEqual([
      'The checkpoint is forged or damaged: it is not signed by the key of audit.example/da-nang.',
    ]);
    expect(await said(forge('nothing'))).toEqual(['The checkpoint is forged or damaged: it is not a signed note.']);
    const files = LOG.publish();
    files.delete('checkpoint');
    expect(await said(files)).toEqual(['The log has no checkpoint: nothing can be verified.']);
  });

  test('forged, with a size that nothing is there of: it is not counted to the end', async () => {
    const text = checkpointText({ origin: LOG.signer.name, size: Number.MAX_SAFE_INTEGER, root: LOG.root() });
    expect(await said(forge(`${text}\n${LOG.signer.sign('another text\n')}`))).toEqual([
      'The checkpoint is forged or damaged: the signature of audit.example/da-nang does not fit its text.',
      expect.stringMatching(
        /^The file tile\/6\/0\d\d\.p\/\d+, the hashes of leaves .* is missing, and nothing tells its hashes\.$/,
      ),
    ]);
  });

  test('that the log did sign, over another tree', async () => {
    const root = rootOf(LOG.lines.slice(0, 699).map((line) => leafHash(Buffer.from(edit(line)))));
    expect(await said(forge(signCheckpoint({ size: 700, root }, LOG.signer, LOG.atMs)))).toEqual([
      "The checkpoint's root for 700 entries is not that of the tree that is here: one of leaves 0 to 699 was changed, moved, put in or left out.",
    ]);
  });

  test('an hour without one, and one that does not say when', async () => {
    const log = LOG.copy();
    log.sign(60);
    log.sign(125);
    expect(await said(log.publish())).toEqual([
      expect.stringMatching(
        /^No checkpoint was signed between 2026-11-02T02:\d\d:\d\d.000Z and 2026-11-02T04:\d\d:\d\d.000Z: the log stood still or was switched off, or checkpoints were taken away.$/,
      ),
    ]);
    const [text] = AT_700.split('\n\n');
    const untimed = `${text}\n\n${LOG.signer.sign(`${text}\n`)}`;
    expect(await said(LOG.publish().set('checkpoint', Buffer.from(untimed)))).toEqual([
      'The checkpoint of 700 entries does not say when it was signed.',
    ]);
  });

  test('not cosigned by as many as were asked for', async () => {
    const witness = signerOf('witness.example/inspectorate', 3);
    const keys = { witnesses: [witness.cosignerVkey, signerOf('witness.example/other', 4).cosignerVkey], quorum: 1 };
    expect(await said(LOG.publish(), keys)).toEqual(['The checkpoint is cosigned by 0 of the 1 witnesses asked for.']);
    const [text] = AT_700.split('\n\n');
    const cosigned = AT_700 + witness.cosign(`${text}\n`, LOG.atMs);
    const files = LOG.publish().set('checkpoint', Buffer.from(cosigned));
    expect(await said(files, keys)).toEqual([]);
    expect(await said(files, { ...keys, quorum: 2 })).toEqual([
      'The checkpoint is cosigned by 1 of the 2 witnesses asked for.',
    ]);
    expect(await said(files, { ...keys, witnesses: [signerOf(witness.name, 3).vkey] })).toEqual([
      'The checkpoint is cosigned by 0 of the 1 witnesses asked for.',
    ]);
  });
});

describe('an older state, and two histories', () => {
  const old = new AuditLogOfTest().fill(300);
  old.sign();

  test('a backup put back', async () => {
    expect(await said(old.publish())).toEqual([]);
    expect(await said(old.publish(), { kept: [AT_700] })).toEqual([
      'The log has 300 entries, and had 700 by the checkpoint that was kept from before: an older state was put back, and leaves 300 to 699 are gone.',
    ]);
    const later = LOG.copy();
    later.sign(120);
    const mixed = old.publish().set('checkpoints', later.publish().get('checkpoints')!);
    expect(await said(mixed)).toEqual([
      'The log has 300 entries, and had 700 by the checkpoint in the list of checkpoints: an older state was put back, and leaves 300 to 699 are gone.',
    ]);
    // However short a time ago it was signed: the list is read before the newest.
    expect(await said(old.publish().set('checkpoints', LOG.publish().get('checkpoints')!))).toEqual([
      'The log has 300 entries, and had 700 by the checkpoint in the list of checkpoints: an older state was put back, and leaves 300 to 699 are gone.',
    ]);
    expect(await said(old.publish(), { nowMs: old.atMs + 3_600_000 })).toEqual([]);
    expect(await said(old.publish(), { nowMs: old.atMs + 4_000_000 })).toEqual([
      expect.stringMatching(
        /^The newest checkpoint is of .*, more than an hour ago: the log stands still, or an older state of it is shown\.$/,
      ),
    ]);
  });

  test('a backup put back, of which only the table of entries', async () => {
    const files = LOG.publish();
    const from = old.publish();
    for (const path of files.keys()) if (path.startsWith('tile/entries/')) files.delete(path);
    for (const path of from.keys()) if (path.startsWith('tile/entries/')) files.set(path, from.get(path)!);
    expect(await said(files)).toEqual([
      'Leaf 256: its entry and all to leaf 699, the last, are missing: the table or its file was cut off. The tree still has their hashes.',
    ]);
  });

  test('a backup put back that went on', async () => {
    const log = old.copy();
    log.atMs += 3_600_000;
    log.fill(750).sign();
    expect(await said(log.publish())).toEqual([expect.stringMatching(/^No checkpoint was signed between/)]);
    const [fork, ...others] = await said(log.publish().set('checkpoints', Buffer.from('')), { kept: [AT_300, AT_500] });
    expect(others).toEqual([]);
    expect(fork).toMatch(
      /^Fork: the checkpoint of 500 entries, signed 2026-11-02T01:\d\d:\d\d.000Z, that was kept from before is no earlier state of the log of 750 entries\. The log's key signed both/,
    );
    expect(fork).toMatch(/they differ in one of leaves 300 to 499 \(those before fit the checkpoint of 300\)\.$/);
  });

  test('a fork shown to two auditors', async () => {
    const other = old.copy();
    other.fill(699);
    other.read(A, 'H48.19-261102-9999');
    other.sign();
    expect(await said(LOG.publish(), { others: [other.checkpoints.at(-1)!] })).toEqual([
      expect.stringMatching(
        /^Fork: the checkpoint of 700 entries, signed .*, that another auditor was shown has another root \(.{44}\) than the newest \(.{44}\)\. The log's key signed both.* they differ in one of leaves 500 to 699 \(those before fit the checkpoint of 500\)\.$/,
      ),
    ]);
    const larger = old.copy();
    larger.atMs = LOG.atMs;
    larger.fill(800).sign();
    expect(await said(LOG.publish(), { others: larger.checkpoints.slice(-1) })).toEqual([
      'The checkpoint that another auditor was shown is of 800 entries, of which 700 are here: compare them there, where both are.',
    ]);
    expect(
      (await findings(larger.publish().set('checkpoints', Buffer.from('')), { others: [AT_700] })).map(
        ({ kind }) => kind,
      ),
    ).toEqual(['fork']);
  });

  test('what was kept proves nothing unless the log signed it', async () => {
    const forged = signCheckpoint({ size: 900, root: LOG.root() }, signerOf(LOG.signer.name, 9), LOG.atMs);
    expect(await said(LOG.publish(), { kept: [forged, AT_300] })).toEqual([
      'The checkpoint 1 that was kept from before proves nothing: it is not signed by the key of audit.example/da-nang.',
    ]);
  });

  test('hashes that would tell are missing: it is not said to be a fork', async () => {
    const files = LOG.publish();
    files.delete('tile/0/001');
    files.delete('tile/entries/001');
    const found = await said(files, { kept: [AT_300] });
    expect(found).toContain(
      "Whether the checkpoint of 300 entries that was kept from before is an earlier state can't be told: hashes are missing or changed.",
    );
    expect(found.filter((says) => says.startsWith('Fork'))).toEqual([]);
  });
});
