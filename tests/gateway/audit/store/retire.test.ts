import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entry, valuesHash } from '../../../../gateway/audit/entry';
import { markOf } from '../../../../gateway/audit/marks';
import { appendBatch } from '../../../../gateway/audit/store/append';
import { readFileIfThere } from '../../../../gateway/audit/store/checkpoint-file';
import { Publisher } from '../../../../gateway/audit/store/publish';
import { createReader } from '../../../../gateway/audit/store/read';
import { eraseOpenings, giveUpEntries, retireMonths } from '../../../../gateway/audit/store/retire';
import { Sequencer } from '../../../../gateway/audit/store/sequencer';
import { TilesFolder } from '../../../../gateway/audit/store/tiles-folder';
import { readCheckpoint } from '../../../../gateway/audit/verify/checkpoint';
import { leafHash, verifyConsistency, verifyInclusion } from '../../../../gateway/audit/verify/merkle';
import { readEntryBundle } from '../../../../gateway/audit/verify/tiles';
import { verifyLog } from '../../../../gateway/audit/verify/verify';
import {
  type AuditStore,
  createClock,
  createSigner,
  createTestLog,
  onEveryStore,
  TestWriter,
} from '../../../helpers/audit-store';

const JANUARY_MS = Date.UTC(2026, 0, 10);
const FEBRUARY_MS = Date.UTC(2026, 1, 10);
const APRIL_MS = Date.UTC(2026, 3, 10);
const person = 'person-000000001';

onEveryStore((open) => {
  let store: AuditStore;
  let writer: TestWriter;
  let tiles: string;
  const clock = createClock();
  const signer = createSigner();
  const createSequencer = () => new Sequencer({ db: store.db, clock, signer, log: createTestLog(), everyMs: 1_000 });

  beforeEach(async () => {
    store = await open();
    writer = new TestWriter();
    tiles = await mkdtemp(join(tmpdir(), 'audit-tiles-'));
  });
  afterEach(async () => {
    await rm(tiles, { recursive: true });
    await store.close();
  });

  async function grow(count: number, atMs: number, fields: Partial<Entry> = {}) {
    clock.ms = atMs;
    const digests = randomBytes(32);
    const opening = { hash: valuesHash(digests), salt: randomBytes(16), digests };
    const entries = writer.some(count, atMs, { about: ['k1', person], values: opening.hash, ...fields });
    await appendBatch(store.db, { writer: writer.id, entries, openings: [opening] });
    await createSequencer().tick();
    return { entries, opening };
  }
  const tables = async () =>
    (await store.db.query<{ name: string }>("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'audit'")).map(
      ({ name }) => name,
    );

  describe.each([false, true])('months taken out of the log (dropped: %s)', (drop) => {
    it('leave their hashes, and so every proof that was given', async () => {
      const reader = createReader(store.db);
      const january = await grow(300, JANUARY_MS);
      const before = readCheckpoint((await reader.checkpoint())!.note, signer);
      const proofs = await Promise.all([0, 299].map((index) => reader.inclusionProof(index, 300)));
      const april = await grow(300, APRIL_MS, { kind: 'act', act: { what: 'months.retire', before: '2026-04' } });
      const folder = new TilesFolder(new Publisher(store.db, signer.vkey), tiles);
      await folder.publish();
      expect(await retireMonths(store.db, '2026-04', { drop })).toEqual([{ month: '2026-01', entries: 300 }]);

      const now = readCheckpoint((await reader.checkpoint())!.note, signer);
      [0, 299].forEach((index, which) => {
        const leaf = leafHash(Buffer.from(january.entries[index]!.line));
        const old = { index, size: 300, leafHash: leaf, proof: proofs[which]!, root: before.root };
        expect(verifyInclusion(old)).toBe(true);
      });
      for (const index of [0, 120, 255, 256, 299, 300, 599]) {
        const entry = [...january.entries, ...april.entries][index]!;
        const proof = await reader.inclusionProof(index, 600);
        const inclusion = { index, size: 600, leafHash: leafHash(Buffer.from(entry.line)), proof, root: now.root };
        expect(verifyInclusion(inclusion)).toBe(true);
      }
      const proof = await reader.consistencyProof(300, 600);
      expect(verifyConsistency({ from: 300, to: 600, fromRoot: before.root, toRoot: now.root, proof })).toBe(true);
      // The bundle that is half of January has the other half.
      const publisher = new Publisher(store.db, signer.vkey);
      const report = await verifyLog({ read: (path) => publisher.read(path), vkey: signer.vkey });
      expect(report.findings.filter(({ kind }) => kind !== 'hour')).toEqual([]);
      expect(report).toMatchObject({ entries: 300, retired: [{ from: 0, until: 300 }] });
      expect(await publisher.read('tile/entries/000')).toBeUndefined();
      // The folder forgets as well, and says that it has.
      expect(await folder.forgetRetired()).toBe(2);
      expect(await folder.forgetRetired()).toBe(0);
      expect(await readdir(join(tiles, 'tile/entries'))).toEqual(['001', '002.p']);
      const inFolder = await verifyLog({ read: (path) => readFileIfThere(join(tiles, path)), vkey: signer.vkey });
      expect(inFolder).toMatchObject({ entries: 300, retired: report.retired });
      // A process that begins finds nothing wrong, and goes on.
      await grow(10, APRIL_MS + 3_600_000);
      expect(await reader.checkpoint()).toMatchObject({ size: 610 });
    });

    it('are found no more, and of their entries only that they were there is known', async () => {
      const reader = createReader(store.db);
      const { opening } = await grow(3, JANUARY_MS);
      const april = await grow(2, APRIL_MS);
      await retireMonths(store.db, '2026-02', { drop });
      const found = await reader.find({ anyOf: [[markOf('subject', person)]], order: 'oldest first', first: 10 });
      expect(found).toEqual(april.entries.map(({ line }, index) => ({ leaf: 3 + index, line })));
      expect(await reader.entry(0)).toEqual({ leaf: 0, line: undefined });
      expect((await reader.opening(opening.hash)) === undefined).toBe(drop);
      expect(await reader.opening(april.opening.hash)).toBeDefined();
      expect((await tables()).includes('entry_2026_01')).toBe(!drop);
      expect(await retireMonths(store.db, '2026-02', { drop })).toEqual([]);
    });
  });

  it('are forgotten by a folder whose last file holds nothing else', async () => {
    const folder = new TilesFolder(new Publisher(store.db, signer.vkey), tiles);
    for (const count of [2, 3]) {
      await grow(count, JANUARY_MS + count);
      await folder.publish();
    }
    expect(await readdir(join(tiles, 'tile/entries/000.p'))).toEqual(['2', '5']);
    await retireMonths(store.db, '2026-02');
    expect(await folder.forgetRetired()).toBe(1);
    expect(await readdir(join(tiles, 'tile/entries'))).toEqual([]);
    await grow(1, APRIL_MS);
    await folder.publish();
    expect(readEntryBundle(await readFile(join(tiles, 'tile/entries/000.p/6')))).toHaveLength(6);
    expect(await folder.forgetRetired()).toBe(0);
  });

  it('does not retire a month of which an entry is not in the tree', async () => {
    await grow(3, JANUARY_MS);
    await appendBatch(store.db, { writer: writer.id, entries: writer.some(1, JANUARY_MS + 60_000) });
    await expect(retireMonths(store.db, '2026-02', { drop: true })).rejects.toThrow(
      '1 entries of 2026-01 are not in the tree',
    );
    expect(await tables()).toContain('entry_2026_01');
    await createSequencer().tick();
    expect(await retireMonths(store.db, '2026-02', { drop: true })).toEqual([{ month: '2026-01', entries: 4 }]);
  });

  it('does not take a month that is none', async () => {
    await expect(retireMonths(store.db, '2026-13')).rejects.toThrow('YYYY-MM');
    await expect(retireMonths(store.db, "2026-01'; DROP")).rejects.toThrow('YYYY-MM');
  });

  it('keeps what the tree needs, and no more, of what was superseded', async () => {
    for (const count of [100, 100, 100]) await grow(count, JANUARY_MS);
    await grow(5, FEBRUARY_MS);
    await grow(7, APRIL_MS);
    const count = async (table: string) => (await store.db.query(`SELECT FROM audit.${table}`)).length;
    expect([await count('progress'), await count('leaf')]).toEqual([5, 5]);
    await retireMonths(store.db, '2026-02');
    // 312 leaves: the first full tile has 256 of them.
    expect([await count('progress'), await count('leaf')]).toEqual([1, 3]);
    await grow(1, APRIL_MS + 10_000);
    expect(await createReader(store.db).checkpoint()).toMatchObject({ size: 313 });
  });

  it('erases what proves values, and nothing else', async () => {
    const { entries, opening } = await grow(2, JANUARY_MS);
    const other = await grow(1, JANUARY_MS + 1_000);
    expect(await eraseOpenings(store.db, [opening.hash, 'A'.repeat(32)])).toBe(1);
    const reader = createReader(store.db);
    expect(await reader.opening(opening.hash)).toBeUndefined();
    expect(await reader.opening(other.opening.hash)).toBeDefined();
    expect(await reader.entry(0)).toEqual({ leaf: 0, line: entries[0]!.line });
  });

  it('gives up entries that are lost, which whoever verifies sees', async () => {
    const entries = writer.some(10, JANUARY_MS, { kind: 'begin' });
    clock.ms = JANUARY_MS;
    await appendBatch(store.db, { writer: writer.id, entries: entries.slice(0, 3) });
    await appendBatch(store.db, { writer: writer.id, entries: entries.slice(6) });
    const giveUp = () => giveUpEntries(store.db, { writer: writer.id, atMs: clock.ms });
    // What is there is no loss.
    expect(await giveUp()).toBe(0);
    await createSequencer().tick();
    expect(await createReader(store.db).checkpoint()).toMatchObject({ size: 3 });
    expect(await giveUp()).toBe(3);
    expect(await giveUp()).toBe(0);
    const sequencer = createSequencer();
    await sequencer.tick();
    expect(sequencer.state).toMatchObject({ phase: 'leading', checkpoint: { size: 7 } });
    // One that begins anew reckons with what was given up.
    await grow(1, JANUARY_MS + 20);
    expect(await createReader(store.db).checkpoint()).toMatchObject({ size: 8 });
    const publisher = new Publisher(store.db, signer.vkey);
    const { findings } = await verifyLog({ read: (path) => publisher.read(path), vkey: signer.vkey });
    expect(findings.map(({ says }) => says).join('\n')).toMatch(/4 to 6|4–6|4.*6/);
  });
});
