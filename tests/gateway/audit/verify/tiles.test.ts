import fc from 'fast-check';
import {
  checkpointText,
  parseCheckpoint,
  readCheckpoint,
  signCheckpoint,
  splitNotes,
} from '../../../../gateway/audit/verify/checkpoint.js';
import {
  leafHash,
  rootOf,
  subtreesOf,
  verifyConsistency,
  verifyInclusion,
} from '../../../../gateway/audit/verify/merkle.js';
import { TileReader } from '../../../../gateway/audit/verify/tile-reader.js';
import {
  entriesPath,
  parseTilePath,
  readEntryBundle,
  readTile,
  tileOf,
  tilePath,
  tileWidth,
  writeEntryBundle,
} from '../../../../gateway/audit/verify/tiles.js';
import { AuditLogOfTest, readOf, signerOf } from '../../../helpers/audit-log-of-test.js';

describe('paths', () => {
  test.each([
    ['tile/0/000', { level: 0, n: 0, width: 256 }],
    ['tile/0/x001/x234/067', { level: 0, n: 1_234_067, width: 256 }],
    ['tile/3/999', { level: 3, n: 999, width: 256 }],
    ['tile/1/x001/000.p/17', { level: 1, n: 1000, width: 17 }],
    ['tile/63/000.p/1', { level: 63, n: 0, width: 1 }],
  ])('%s', (path, { level, n, width }) => {
    expect(tilePath(level, n, width)).toBe(path);
    expect(parseTilePath(path)).toEqual({ level, n, width });
  });

  test('entries have theirs beside', () => {
    expect(entriesPath(70_000)).toBe('tile/entries/x070/000');
    expect(entriesPath(273, 112)).toBe('tile/entries/273.p/112');
    expect(parseTilePath('tile/entries/273.p/112')).toEqual({ level: 'entries', n: 273, width: 112 });
  });

  test('every path that is written is read as what it was written for', () => {
    const level = fc.oneof(fc.constant('entries' as const), fc.integer({ min: 0, max: 63 }));
    fc.assert(
      fc.property(level, fc.maxSafeNat(), fc.integer({ min: 1, max: 256 }), (at, n, width) => {
        const path = at === 'entries' ? entriesPath(n, width) : tilePath(at, n, width);
        expect(parseTilePath(path)).toEqual({ level: at, n, width });
      }),
    );
  });

  test.each([
    'tile/0/0',
    'tile/0/x000/001',
    'tile/0/x01/234',
    'tile/0/001/234',
    'tile/00/001',
    'tile/64/001',
    'tile/0/001.p/0',
    'tile/0/001.p/256',
    'tile/0/001.p/007',
    'tile/0/001.p/300',
    'tile/-1/001',
    'tile/data/001',
    'tile/0/../../log.pem',
    'tile/0/001/',
    '/tile/0/001',
    'tile/0/x999/x999/x999/x999/x999/999',
  ])('%s is none', (path) => {
    expect(parseTilePath(path)).toBeUndefined();
  });

  test('no tile is wider than 256, or empty', () => {
    for (const width of [0, 257, 1.5, -1]) expect(() => tilePath(0, 0, width)).toThrow(RangeError);
  });

  test('the example of the specification: the tiles of a tree of 70,000', () => {
    const widths = (level: number, count: number) =>
      Array.from({ length: count }, (_, n) => tileWidth(level, n, 70_000));
    expect(widths(0, 275)).toEqual([...new Array(273).fill(256), 112, 0]);
    expect(widths(1, 3)).toEqual([256, 17, 0]);
    expect(widths(2, 2)).toEqual([1, 0]);
    expect(widths(3, 1)).toEqual([0]);
    expect([tileWidth(0, 0, 256), tileWidth(1, 0, 256), tileWidth(0, 1, 256)]).toEqual([256, 1, 0]);
  });
});

describe('files', () => {
  test('a bundle is the entries, each after its length in two bytes', () => {
    const bundle = writeEntryBundle([Buffer.from('ab'), Buffer.alloc(300, 1), Buffer.alloc(0)]);
    expect(bundle.subarray(0, 6).toString('hex')).toBe('00026162012c');
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 700 }), { maxLength: 20 }), (entries) => {
        expect(readEntryBundle(writeEntryBundle(entries)).map((one) => [...one])).toEqual(
          entries.map((one) => [...one]),
        );
      }),
    );
  });

  test('a bundle that ends within an entry', () => {
    const bundle = writeEntryBundle([Buffer.from('abc'), Buffer.from('def')]);
    expect(() => readEntryBundle(bundle.subarray(0, -1))).toThrow('it ends within its entry 2');
    expect(() => readEntryBundle(bundle.subarray(0, 6))).toThrow('it ends within its entry 2');
    expect(readEntryBundle(bundle.subarray(0, -1), { isCutKept: true }).map(String)).toEqual(['abc', 'de']);
    expect(() => writeEntryBundle([Buffer.alloc(65_536)])).toThrow(RangeError);
  });

  test('a tile of another length than its hashes have', () => {
    expect(readTile(Buffer.alloc(64, 1), 2)).toEqual([Buffer.alloc(32, 1), Buffer.alloc(32, 1)]);
    expect(() => readTile(Buffer.alloc(63), 2)).toThrow('it has 63 bytes, where 2 hashes have 64');
  });
});

describe('a tree in tiles', () => {
  const SIZE = 70_000;
  const hashes = Array.from({ length: SIZE }, (_, i) => leafHash(Buffer.from(`${i}`)));
  const tiles = new Map<string, Uint8Array>();
  let level: Buffer[] = hashes;
  for (let at = 0; level.length > 0; at += 1) {
    for (let n = 0; n * 256 < level.length; n += 1) {
      const tile = level.slice(n * 256, (n + 1) * 256);
      tiles.set(tilePath(at, n, tile.length), Buffer.concat(tile));
    }
    level = Array.from({ length: Math.floor(level.length / 256) }, (_, n) =>
      rootOf(level.slice(n * 256, (n + 1) * 256)),
    );
  }
  const root = rootOf(hashes);

  test('a subtree is the root of a part of one tile', () => {
    expect(tileOf({ level: 0, index: 300 })).toEqual({ level: 0, n: 1, from: 44, until: 45 });
    expect(tileOf({ level: 7, index: 3 })).toEqual({ level: 0, n: 1, from: 128, until: 256 });
    expect(tileOf({ level: 8, index: 272 })).toEqual({ level: 1, n: 1, from: 16, until: 17 });
    expect(subtreesOf(65_536, SIZE).map(tileOf)).toMatchObject([
      { level: 1, n: 1, from: 0, until: 16 },
      { level: 1, n: 1, from: 16, until: 17 },
      { level: 0, n: 273, from: 0, until: 64 },
      { level: 0, n: 273, from: 64, until: 96 },
      { level: 0, n: 273, from: 96, until: 112 },
    ]);
  });

  test('roots and proofs come out of the tiles', async () => {
    const reader = new TileReader(readOf(tiles), SIZE);
    expect(await reader.rootAt(SIZE)).toEqual(root);
    for (const index of [0, 255, 256, 65_535, 65_536, 69_999]) {
      const proof = await reader.inclusionProof(index);
      expect(verifyInclusion({ index, size: SIZE, leafHash: hashes[index]!, proof, root })).toBe(true);
    }
    for (const from of [1, 256, 300, 65_536, 69_999, SIZE]) {
      const fromRoot = await reader.rootAt(from);
      expect(fromRoot).toEqual(rootOf(hashes.slice(0, from)));
      const proof = await reader.consistencyProof(from);
      expect(verifyConsistency({ from, to: SIZE, fromRoot, toRoot: root, proof })).toBe(true);
    }
  });

  test('of a log that has grown meanwhile, the full tile is as good', async () => {
    const reader = new TileReader(readOf(tiles), 1000);
    expect(await reader.rootAt(1000)).toEqual(rootOf(hashes.slice(0, 1000)));
  });

  test('a tile that is not there is named', async () => {
    const reader = new TileReader(readOf(new Map()), 300);
    await expect(reader.rootAt(300)).rejects.toThrow('tile/1/000.p/1 is not there');
  });
});

describe('checkpoints', () => {
  // The example of c2sp.org/tlog-checkpoint.
  const TEXT = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';

  test('the example of the specification', () => {
    const root = Buffer.from('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=', 'base64');
    expect(parseCheckpoint(TEXT)).toEqual({ origin: 'example.com/behind-the-sofa', size: 20_852_163, root });
    expect(checkpointText(parseCheckpoint(TEXT))).toBe(TEXT);
    expect(parseCheckpoint(`${TEXT}an extension\n`).size).toBe(20_852_163);
  });

  test.each([
    ['without a name', TEXT.slice('example.com/behind-the-sofa'.length)],
    ['with a size that begins with 0', TEXT.replace('20852163', '020852163')],
    ['with a size below 0', TEXT.replace('20852163', '-1')],
    ['with a size that cannot be counted', TEXT.replace('20852163', '9007199254740993')],
    ['with a root that is too short', TEXT.replace('CsUY', '')],
    ['with a root that is no base64', TEXT.replace('CsUY', 'CsU-')],
    ['without its last line end', TEXT.slice(0, -1)],
    ['with an empty line of extension', `${TEXT}\nmore\n`],
  ])('%s it is none', (_, text) => {
    expect(() => parseCheckpoint(text)).toThrow('it does not say the name, the size and the root of a log');
  });

  test('signed twice by the log, read back with its time; notes one after another', () => {
    const signer = signerOf('log.example', 1);
    const note = signCheckpoint({ size: 3, root: Buffer.alloc(32, 5) }, signer, 1_790_000_000_999);
    const checkpoint = readCheckpoint(note, signer);
    expect(checkpoint).toMatchObject({ origin: 'log.example', size: 3, atMs: 1_790_000_000_000, witnesses: [], note });
    expect(splitNotes(note + note)).toEqual([note, note]);
    expect(splitNotes(`${note}something`)).toEqual([note, 'something']);
    expect(splitNotes('')).toEqual([]);
    expect(() => readCheckpoint(note, signerOf('log.example', 2))).toThrow(
      'it is not signed by the key of log.example',
    );
    const other = `${checkpointText({ ...checkpoint, origin: 'other.example' })}`;
    expect(() => readCheckpoint(`${other}\n${signer.sign(other)}`, signer)).toThrow(
      'it is of another log than log.example',
    );
  });

  test('the log of the tests is the one that its checkpoint is of', () => {
    const log = new AuditLogOfTest().fill(5);
    expect(readCheckpoint(log.sign(), log.signer).root).toEqual(log.root());
  });
});
