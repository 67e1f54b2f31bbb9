import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { appendBatch } from '../../../../gateway/audit/store/append';
import { CheckpointFile } from '../../../../gateway/audit/store/checkpoint-file';
import { Sequencer, type SequencerOptions } from '../../../../gateway/audit/store/sequencer';
import { signCheckpoint } from '../../../../gateway/audit/verify/checkpoint';
import type { Signer } from '../../../../gateway/audit/verify/note';
import {
  type AuditStore,
  createClock,
  createSigner,
  createTestLog,
  emptyAudit,
  MARCH_MS,
  onEveryStore,
  TestWriter,
} from '../../../helpers/audit-store';

/** What is not whole MUST NOT be signed over. */
onEveryStore((open) => {
  let store: AuditStore;
  let folder: string;
  let writer: TestWriter;
  let signer: Signer;
  const clock = createClock();
  const log = createTestLog();

  beforeAll(async () => {
    store = await open();
    folder = await mkdtemp(join(tmpdir(), 'audit-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await store.close();
  });
  beforeEach(async () => {
    await emptyAudit(store.db);
    writer = new TestWriter();
    signer = createSigner();
    clock.ms = MARCH_MS;
    log.lines.length = 0;
  });

  const createSequencer = (options: Partial<SequencerOptions> = {}) =>
    new Sequencer({ db: store.db, clock, signer, log, everyMs: 1_000, ...options });
  const append = (count: number) => appendBatch(store.db, { writer: writer.id, entries: writer.some(count, clock.ms) });
  const checkpoints = async () => (await store.db.query('SELECT FROM audit.checkpoint')).length;

  /** Whatever a new process, and the one that signed, find then. */
  async function expectRefused(message: RegExp, sequencers: Sequencer[]): Promise<void> {
    const before = await checkpoints();
    for (const sequencer of sequencers) {
      log.lines.length = 0;
      clock.ms += 3_600_000;
      await sequencer.tick();
      await sequencer.tick();
      expect(sequencer.state.phase).toBe('refusing');
      expect(sequencer.problem).toMatch(message);
      expect(log.at('error')).toEqual([sequencer.problem]);
    }
    expect(await checkpoints()).toBe(before);
  }

  it.each([
    [
      'a deleted run of leaves',
      'DELETE FROM audit.leaf WHERE first_index = 600',
      /over 610 entries, and audit\.leaf has the hashes of 600/,
    ],
    ['the leaves emptied', 'TRUNCATE audit.leaf', /audit\.leaf has the hashes of 0/],
    [
      'a changed leaf',
      "UPDATE audit.leaf SET hashes = decode(repeat('00', 32 * 10), 'hex') WHERE first_index = 600",
      /not those that the last checkpoint/,
    ],
    ['a deleted tile', 'DELETE FROM audit.tile WHERE n = 0', /rows of audit\.tile/],
    [
      'a changed root of a tile',
      "UPDATE audit.tile SET root = decode(repeat('00', 32), 'hex') WHERE n = 1",
      /not those that the last/,
    ],
    [
      'a deleted checkpoint',
      'DELETE FROM audit.checkpoint WHERE size = 610',
      /over 600 entries, and audit\.leaf has the hashes of 610/,
    ],
    ['all checkpoints deleted', 'TRUNCATE audit.checkpoint', /over 0 entries, and audit\.leaf/],
    [
      'a checkpoint of another size',
      'UPDATE audit.checkpoint SET size = 609 WHERE size = 610',
      /over 610 entries, and its row says 609/,
    ],
    [
      'a changed note',
      "UPDATE audit.checkpoint SET note = replace(note, E'\\n610\\n', E'\\n611\\n') WHERE size = 610",
      /does not fit its text.*forged/,
    ],
    ['no note', "UPDATE audit.checkpoint SET note = 'nothing' WHERE size = 610", /is no checkpoint/],
    ['progress forgotten', 'DELETE FROM audit.progress WHERE n = 610', /audit\.progress counts 600 entries/],
  ])('is refused by a process that begins: %s', async (_name, tampering, message) => {
    await append(600);
    const sequencer = createSequencer();
    await sequencer.tick();
    await append(10);
    await sequencer.tick();
    await store.db.script(tampering);
    await append(5);
    await expectRefused(message, [createSequencer()]);
    expect(createSequencer().problem).toBeUndefined();
  });

  it('signs on over what is whole, as the same process and as another', async () => {
    await append(600);
    await createSequencer().tick();
    await append(10);
    const sequencer = createSequencer();
    await sequencer.tick();
    expect(sequencer.state).toEqual({ phase: 'leading', checkpoint: { size: 610, atMs: MARCH_MS } });
    expect(log.at('error')).toEqual([]);
  });

  it('refuses a backup that is older than what it has signed itself, or was signed from here before', async () => {
    const memory = new CheckpointFile(join(folder, 'a', 'checkpoint'));
    const sequencer = createSequencer({ memory });
    await append(300);
    await sequencer.tick();
    await append(7);
    await sequencer.tick();
    await expect(readWhenThere(memory.path, '307')).resolves.toContain('\n307\n');
    // The state as it was over 300 entries, whole in itself.
    await store.db.script(`DELETE FROM audit.checkpoint WHERE size = 307; DELETE FROM audit.leaf WHERE first_index = 300;
      DELETE FROM audit.lookup WHERE leaf_index >= 300; DELETE FROM audit.progress WHERE n = 307; DELETE FROM audit.entry WHERE n > 300;`);
    await expectRefused(/over 307 entries was signed, and the database's last is over 300/, [
      sequencer,
      createSequencer({ memory }),
    ]);
    // Who remembers nothing cannot know.
    const other = createSequencer();
    await other.tick();
    expect(other.state.phase).toBe('leading');
  });

  it('refuses another history of the same length', async () => {
    const memory = new CheckpointFile(join(folder, 'b', 'checkpoint'));
    await append(5);
    const sequencer = createSequencer({ memory });
    await sequencer.tick();
    await readWhenThere(memory.path, '5');
    await emptyAudit(store.db);
    writer = new TestWriter();
    await append(6);
    // Somebody with the key signs other entries.
    await createSequencer().tick();
    await expectRefused(/first 5 entries are not those/, [sequencer, createSequencer({ memory })]);
  });

  it('takes what it remembers of another log for nothing, and refuses what is no checkpoint', async () => {
    const memory = new CheckpointFile(join(folder, 'c'));
    const other = createSigner('another.test/log');
    await memory.write(signCheckpoint({ size: 900, root: randomBytes(32) }, other, MARCH_MS));
    const sequencer = createSequencer({ memory });
    await append(1);
    await sequencer.tick();
    expect(sequencer.state.phase).toBe('leading');
    await readWhenThere(memory.path, '1');
    await writeFile(memory.path, 'half a fi');
    await expectRefused(/Delete the file/, [createSequencer({ memory })]);
  });

  it('refuses a log of another name, and one that was begun with another key', async () => {
    await append(2);
    await createSequencer().tick();
    await expectRefused(/is example\.test\/audit, and this gateway writes other\.test\/audit\. Set AUDIT_ORIGIN/, [
      createSequencer({ signer: createSigner('other.test/audit') }),
    ]);
    await expectRefused(/same AUDIT_SIGNING_KEY/, [createSequencer({ signer: createSigner() })]);
  });

  it('goes on when it has been repaired', async () => {
    await append(20);
    await createSequencer().tick();
    await store.db.script('CREATE TABLE saved AS SELECT * FROM audit.leaf; TRUNCATE audit.leaf;');
    const sequencer = createSequencer();
    await append(2);
    await sequencer.tick();
    expect(sequencer.state.phase).toBe('refusing');
    await store.db.script('INSERT INTO audit.leaf SELECT * FROM saved; DROP TABLE saved;');
    await sequencer.tick();
    expect(sequencer.state).toMatchObject({ phase: 'leading', checkpoint: { size: 22 } });
    expect(sequencer.problem).toBeUndefined();
  });
});

/** What was passed on is not waited for, so it may come a moment later. */
async function readWhenThere(path: string, size: string): Promise<string> {
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text.includes(`\n${size}\n`)) return text;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
