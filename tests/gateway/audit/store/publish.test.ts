import { mkdtemp, readdir, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendBatch } from '../../../../gateway/audit/store/append';
import { Publisher } from '../../../../gateway/audit/store/publish';
import { Sequencer } from '../../../../gateway/audit/store/sequencer';
import { TilesFolder } from '../../../../gateway/audit/store/tiles-folder';
import { readCheckpoint, splitNotes } from '../../../../gateway/audit/verify/checkpoint';
import { readEntryBundle } from '../../../../gateway/audit/verify/tiles';
import { verifyLog } from '../../../../gateway/audit/verify/verify';
import {
  type AuditStore,
  createClock,
  createSigner,
  createTestLog,
  emptyAudit,
  MARCH_MS,
  onEveryStore,
  shapeOf,
  TestWriter,
} from '../../../helpers/audit-store';

const HOUR_MS = 3_600_000;

onEveryStore((open) => {
  let store: AuditStore;
  let folder: string;
  let writer: TestWriter;
  let sequencer: Sequencer;
  let publisher: Publisher;
  const clock = createClock();
  const signer = createSigner();
  const shape = shapeOf({ name: 'Marriage' });

  beforeAll(async () => {
    store = await open();
    publisher = new Publisher(store.db, signer.vkey);
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await emptyAudit(store.db);
    folder = await mkdtemp(join(tmpdir(), 'audit-tiles-'));
    clock.ms = MARCH_MS;
    writer = new TestWriter();
    sequencer = new Sequencer({ db: store.db, clock, signer, log: createTestLog(), everyMs: 1_000 });
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Entries as of one gateway, in the tree. */
  async function grow(count: number): Promise<void> {
    const entries = Array.from({ length: count }, (_, index) => {
      const isFirst = writer.isFresh;
      return writer.next(clock.ms + index, isFirst ? { kind: 'begin' } : { kind: 'read', shape: shape.hash });
    });
    await appendBatch(store.db, { writer: writer.id, entries, details: [shape] });
    clock.ms += count;
    await sequencer.tick();
  }

  const fromFolder = (path: string) => readFile(join(folder, path)).catch(() => undefined);
  const verified = (read: (path: string) => Promise<Buffer | undefined>) =>
    verifyLog({ read, vkey: signer.vkey, nowMs: clock.ms });

  it('gives what the verifier accepts, at every size', async () => {
    const tiles = new TilesFolder(publisher, folder);
    let size = 0;
    for (const count of [1, 2, 252, 1, 1, 255, 300]) {
      await grow(count);
      await tiles.publish();
      size += count;
      for (const read of [fromFolder, (path: string) => publisher.read(path)]) {
        const report = await verified(read);
        expect(report.findings).toEqual([]);
        expect(report).toMatchObject({ isWhole: true, entries: size, writers: 1, details: { absent: 0 } });
      }
    }
    expect(await publisher.read('log.pub')).toEqual(Buffer.from(`${signer.vkey}\n`));
  });

  it('has the bytes of each path, and nothing at others', async () => {
    await grow(600);
    const whole = await publisher.read('tile/0/001');
    expect(whole).toHaveLength(8192);
    expect(await publisher.read('tile/0/001.p/7')).toEqual(whole?.subarray(0, 7 * 32));
    expect(await publisher.read('tile/0/002.p/88')).toHaveLength(88 * 32);
    expect(await publisher.read('tile/1/000.p/2')).toHaveLength(64);
    expect(readEntryBundle((await publisher.read('tile/entries/002.p/88'))!)).toHaveLength(88);
    expect((await publisher.read(`details/${shape.hash}`))?.toString()).toBe(shape.body);
    const nothing = ['tile/0/002', 'tile/0/002.p/89', 'tile/0/003.p/1', 'tile/1/000.p/3', 'tile/2/000.p/1'];
    const wrong = ['tile/0/2', 'tile/0/001.p/0', '../log.pub', 'details/x', 'tile/entries/003', '', 'details/'];
    for (const path of [...nothing, ...wrong]) expect(await publisher.read(path)).toBeUndefined();
  });

  it('lists the first and the last checkpoint of each hour, and all of the last', async () => {
    const seen: number[] = [];
    const everyTenMinutes = async (hours: number) => {
      for (let count = 0; count < hours * 6; count += 1) {
        await grow(1);
        seen.push(clock.ms - 1);
        clock.ms += 600_000 - 1;
      }
    };
    await everyTenMinutes(3);
    const notes = splitNotes((await publisher.read('checkpoints'))!.toString()).map((note) =>
      readCheckpoint(note, signer),
    );
    const tenMinutes = notes.map(({ atMs }) => Math.round((atMs! - MARCH_MS) / 600_000));
    expect(tenMinutes).toEqual([0, 5, 6, 11, 12, 13, 14, 15, 16, 17]);
    expect((await verified((path) => publisher.read(path))).findings).toEqual([]);
    clock.ms += HOUR_MS;
    expect((await verified((path) => publisher.read(path))).findings).toMatchObject([{ kind: 'hour' }]);
  });

  it('catches up in a folder, writes nothing twice, and clears away what full tiles make needless', async () => {
    await grow(100);
    await new TilesFolder(publisher, folder).publish();
    expect(await readdir(join(folder, 'tile/entries/000.p'))).toEqual(['100']);
    await writeFile(join(folder, 'tile/entries/000.p/100'), 'as it was');
    await new TilesFolder(publisher, folder).publish();
    await grow(30);
    await new TilesFolder(publisher, folder).publish();
    expect(await fromFolder('tile/entries/000.p/100')).toEqual(Buffer.from('as it was'));
    await grow(500);
    // Several ask at the same time, as several processes.
    const [one, other] = [new TilesFolder(publisher, folder), new TilesFolder(publisher, folder)];
    await Promise.all([one.publish(), one.publish(), other.publish()]);
    expect((await verified(fromFolder)).findings).toEqual([]);
    expect((await readdir(join(folder, 'tile/0'))).sort()).toEqual(['000', '001', '002.p']);
    expect(await readdir(join(folder, 'tile/0/002.p'))).toEqual(['118']);
  });

  it('goes on after it died in the middle, with the checkpoint last', async () => {
    await grow(300);
    await new TilesFolder(publisher, folder).publish();
    await grow(300);
    const cut = { read: publisher.read.bind(publisher), root: publisher.root.bind(publisher), asked: 0 };
    const dying = Object.assign(Object.create(publisher) as Publisher, {
      ...{ read: cut.read, root: cut.root },
      tile: (name: Parameters<Publisher['tile']>[0]) => {
        cut.asked += 1;
        return cut.asked > 3 ? Promise.reject(new Error('it died')) : publisher.tile(name);
      },
    });
    await expect(new TilesFolder(dying, folder).publish()).rejects.toThrow('it died');
    const between = await verified(fromFolder);
    expect(between).toMatchObject({ findings: [], entries: 300 });
    await new TilesFolder(publisher, folder).publish();
    expect(await verified(fromFolder)).toMatchObject({ findings: [], entries: 600 });
  });

  it('refuses to make a folder say something else than it said', async () => {
    await grow(10);
    await new TilesFolder(publisher, folder).publish();
    const said = await fromFolder('checkpoint');
    await emptyAudit(store.db);
    writer = new TestWriter();
    sequencer = new Sequencer({ db: store.db, clock, signer, log: createTestLog(), everyMs: 1_000 });
    await grow(5);
    const message = 'which the log in the database, example.test/audit with 5, does not continue';
    await expect(new TilesFolder(publisher, folder).publish()).rejects.toThrow(message);
    await grow(15);
    await expect(new TilesFolder(publisher, folder).publish()).rejects.toThrow('does not continue');
    expect(await fromFolder('checkpoint')).toEqual(said);
    await unlink(join(folder, 'checkpoint'));
  });
});
