import type { AuditDatabase } from '../../../../gateway/audit/database';
import { appendBatch } from '../../../../gateway/audit/store/append';
import { createReader } from '../../../../gateway/audit/store/read';
import { Sequencer, type SequencerOptions } from '../../../../gateway/audit/store/sequencer';
import { TreeStore } from '../../../../gateway/audit/store/tree-store';
import { readCheckpoint } from '../../../../gateway/audit/verify/checkpoint';
import { leafHash, rootOf, verifyConsistency, verifyInclusion } from '../../../../gateway/audit/verify/merkle';
import {
  type AuditStore,
  createClock,
  createSigner,
  createTestLog,
  emptyAudit,
  failingAt,
  MARCH_MS,
  onEveryStore,
  TestWriter,
  type WrittenEntry,
} from '../../../helpers/audit-store';

const HOUR_MS = 3_600_000;

onEveryStore((open) => {
  let store: AuditStore;
  const signer = createSigner();
  const clock = createClock();
  const log = createTestLog();
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    await emptyAudit(store.db);
    clock.ms = MARCH_MS;
    log.lines.length = 0;
  });

  const createSequencer = (options: Partial<SequencerOptions> = {}) =>
    new Sequencer({ db: store.db, clock, signer, log, everyMs: 1_000, ...options });
  const append = (writer: TestWriter, entries: readonly WrittenEntry[]) =>
    appendBatch(store.db, { writer: writer.id, entries });

  /** The lines in the order of the tree, of which it is checked that the checkpoint, every leaf and every checkpoint before fit. */
  async function verifiedLines(): Promise<string[]> {
    const reader = createReader(store.db);
    const newest = await reader.checkpoint();
    const found = await reader.find({ order: 'oldest first', first: 1_000_000 });
    expect(found.map(({ leaf }) => leaf)).toEqual(found.map((_, index) => index));
    const lines = found.map(({ line }) => line ?? '');
    const hashes = lines.map((line) => leafHash(Buffer.from(line)));
    const { size, root } = readCheckpoint(newest?.note ?? '', signer);
    expect(size).toBe(lines.length);
    expect(root).toEqual(rootOf(hashes));
    for (const { note } of await store.db.query<{ note: string }>('SELECT note FROM audit.checkpoint')) {
      const before = readCheckpoint(note, signer);
      expect(before.root).toEqual(rootOf(hashes.slice(0, before.size)));
      const proof = await reader.consistencyProof(before.size, size);
      expect(verifyConsistency({ from: before.size, to: size, fromRoot: before.root, toRoot: root, proof })).toBe(true);
    }
    for (const index of [0, 1, 255, 256, Math.floor(size / 2), size - 1].filter((one) => one >= 0 && one < size)) {
      const proof = await reader.inclusionProof(index, size);
      expect(verifyInclusion({ index, size, leafHash: hashes[index]!, proof, root })).toBe(true);
    }
    return lines;
  }

  const linesOf = (entries: readonly WrittenEntry[]) => entries.map(({ line }) => line);

  it('puts entries into the tree in the order of each writer, and signs what it has become', async () => {
    const [one, other] = [new TestWriter(), new TestWriter()];
    const [ones, others] = [one.some(300, MARCH_MS), other.some(2, MARCH_MS, { req: 'Đặng "Hoà" \u{1F9D1}' })];
    await append(one, ones);
    await append(other, others);
    const onCheckpoint = jest.fn();
    const sequencer = createSequencer({ onCheckpoint });
    await sequencer.tick();
    const lines = await verifiedLines();
    expect(lines.filter((line) => line.includes(one.id))).toEqual(linesOf(ones));
    expect(lines.filter((line) => line.includes(other.id))).toEqual(linesOf(others));
    expect(sequencer.state).toEqual({ phase: 'leading', checkpoint: { size: 302, atMs: MARCH_MS } });
    expect(onCheckpoint).toHaveBeenCalledTimes(1);
    expect(onCheckpoint).toHaveBeenCalledWith(expect.objectContaining({ size: 302, isMine: true }));
    expect(log.at('error')).toEqual([]);
  });

  it('goes on where it was, through many small batches, over the edges of tiles', async () => {
    const writer = new TestWriter();
    const sequencer = createSequencer({ entriesMax: 97 });
    const all: WrittenEntry[] = [];
    for (const count of [1, 254, 1, 1, 700, 0, 66]) {
      const some = writer.some(count, clock.ms);
      all.push(...some);
      await append(writer, some);
      clock.ms += 1_000;
      await sequencer.tick();
    }
    expect(await verifiedLines()).toEqual(linesOf(all));
    const tiles = await store.db.query('SELECT level, n FROM audit.tile ORDER BY level, n');
    expect(tiles).toEqual(
      [0, 1, 2]
        .map((n) => ({ level: 0, n }))
        .concat([{ level: 0, n: 3 }])
        .slice(0, tiles.length),
    );
    // One that begins anew finds the same.
    await append(writer, writer.some(1, clock.ms));
    await createSequencer().tick();
    expect(await verifiedLines()).toHaveLength(1_024);
    expect(log.at('error')).toEqual([]);
  });

  it('gives each writer its share when there is more than goes into one transaction', async () => {
    const [busy, calm] = [new TestWriter(), new TestWriter()];
    await append(busy, busy.some(500, MARCH_MS));
    await append(calm, calm.some(5, MARCH_MS));
    const onCheckpoint = jest.fn();
    const sequencer = createSequencer({ entriesMax: 20, onCheckpoint });
    await sequencer.tick();
    const lines = await verifiedLines();
    expect(lines.slice(0, 20).filter((line) => line.includes(calm.id))).toHaveLength(5);
    expect(lines).toHaveLength(505);
    expect(onCheckpoint).toHaveBeenCalledTimes(26);
  });

  it('signs an empty hour, and nothing between', async () => {
    const sequencer = createSequencer();
    const sizes = async () => (await store.db.query<{ size: number }>('SELECT size FROM audit.checkpoint')).length;
    await sequencer.tick();
    expect(await sizes()).toBe(1);
    clock.ms += HOUR_MS - 1;
    await sequencer.tick();
    expect(await sizes()).toBe(1);
    clock.ms += 1;
    await sequencer.tick();
    expect(await sizes()).toBe(2);
    const checkpoint = await createReader(store.db).checkpoint();
    expect(checkpoint).toMatchObject({ size: 0, atMs: MARCH_MS + HOUR_MS });
    expect(readCheckpoint(checkpoint?.note ?? '', signer)).toMatchObject({ size: 0, atMs: MARCH_MS + HOUR_MS });
    const writer = new TestWriter();
    await append(writer, writer.some(3, clock.ms));
    await sequencer.tick();
    clock.ms += HOUR_MS;
    await sequencer.tick();
    await sequencer.tick();
    expect(await sizes()).toBe(4);
    expect(await verifiedLines()).toHaveLength(3);
  });

  it('waits for an entry that is not there yet, and for nothing else', async () => {
    const [late, other] = [new TestWriter(), new TestWriter()];
    const entries = late.some(10, MARCH_MS);
    await append(late, entries.slice(0, 3));
    await append(late, entries.slice(5));
    await append(other, other.some(4, MARCH_MS));
    const sequencer = createSequencer();
    await sequencer.tick();
    expect(await verifiedLines()).toHaveLength(7);
    expect(sequencer.problem).toBeUndefined();
    clock.ms += 61_000;
    await sequencer.tick();
    expect(sequencer.problem).toContain(`4 of writer ${late.id}`);
    expect(log.at('error')).toEqual(['an audit entry is missing, and those after it wait for it']);
    // The journal is replayed, from its beginning.
    await append(late, entries);
    await sequencer.tick();
    expect((await verifiedLines()).filter((line) => line.includes(late.id))).toEqual(linesOf(entries));
    expect(sequencer.state).toMatchObject({ phase: 'leading', checkpoint: { size: 14 } });
    expect(sequencer.problem).toBeUndefined();
  });

  it('finds entries of a journal that comes months later', async () => {
    const [old, young] = [new TestWriter(), new TestWriter()];
    await append(young, young.some(2, MARCH_MS));
    const sequencer = createSequencer();
    await sequencer.tick();
    await append(old, old.some(2, Date.UTC(2025, 7, 3)));
    await sequencer.tick();
    expect(await verifiedLines()).toHaveLength(2);
    clock.ms += HOUR_MS;
    await sequencer.tick();
    expect(await verifiedLines()).toHaveLength(4);
  });

  it('is one of two at a time, and neither puts an entry there twice', async () => {
    const writers = [new TestWriter(), new TestWriter(), new TestWriter()];
    const sequencers = [store.db, store.another(), store.another()].map((db) =>
      createSequencer({ db, entriesMax: 50 }),
    );
    const all: WrittenEntry[] = [];
    for (let round = 0; round < 12; round += 1) {
      const written = writers.map((writer) => ({ writer, entries: writer.some(30, clock.ms) }));
      all.push(...written.flatMap(({ entries }) => entries));
      clock.ms += 1_000;
      await Promise.all([
        ...written.map(({ writer, entries }) => append(writer, entries)),
        ...sequencers.map((sequencer) => sequencer.tick()),
      ]);
    }
    await sequencers[0]!.tick();
    const lines = await verifiedLines();
    expect([...lines].sort()).toEqual(linesOf(all).sort());
    for (const { id } of writers) {
      const numbers = lines.filter((line) => line.includes(id)).map((line) => JSON.parse(line).n);
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    }
    expect(log.at('error')).toEqual([]);
  });

  it('leaves the tree as it was when a statement fails, whichever, and goes on the next time', async () => {
    const writer = new TestWriter();
    const shape = { kind: 'read' as const, shape: 'A'.repeat(32) };
    let failed = 0;
    // The first makes a month's tables, without which it goes on.
    for (let failing = 1; ; failing += 1) {
      await append(writer, writer.some(260, clock.ms, shape));
      const before = await verifiedLines().catch(() => []);
      const db = failingAt(store.db, failing);
      const sequencer = createSequencer({ db });
      clock.ms += 1_000;
      await sequencer.tick();
      if (db.sent <= failing) break;
      failed += 1;
      expect(log.at('error').length).toBeGreaterThan(0);
      log.lines.length = 0;
      const isWhole = (await store.db.query('SELECT FROM audit.checkpoint')).length > 0;
      if (isWhole) expect(await verifiedLines()).toEqual(before);
      // The same process tries again, as it does at its next turn.
      clock.ms += 1_000;
      await sequencer.tick();
      expect(await verifiedLines()).toHaveLength(failing * 260);
      expect(log.at('error')).toEqual([]);
    }
    // The lock, the head, what waits, what is taken, details and what is written, at the least.
    expect(failed).toBeGreaterThanOrEqual(6);
  });

  it('puts nothing there twice when nobody heard that it was put there', async () => {
    const writer = new TestWriter();
    let isLost = true;
    const db: AuditDatabase = {
      query: (text, values) => store.db.query(text, values),
      ping: (timeoutMs) => store.db.ping(timeoutMs),
      async transaction(work) {
        const result = await store.db.transaction(work);
        if (isLost) throw new Error('the connection broke before the answer to COMMIT came');
        return result;
      },
    };
    const sequencer = createSequencer({ db });
    for (const count of [3, 300, 1]) {
      await append(writer, writer.some(count, clock.ms));
      isLost = true;
      await sequencer.tick();
      isLost = false;
      await sequencer.tick();
    }
    expect(await verifiedLines()).toHaveLength(304);
    expect(log.at('error')).toHaveLength(3);
    expect(sequencer.state).toMatchObject({ phase: 'leading', checkpoint: { size: 304 } });
  });

  it('puts a line that is no entry into the tree all the same', async () => {
    const writer = new TestWriter();
    const entries = [writer.next(MARCH_MS), { n: 2, atMs: MARCH_MS, line: '{"v":1,"about":5' }];
    const odd = { n: 3, atMs: MARCH_MS, line: '{"about":5,"who":[],"from":{}}' };
    await appendBatch(store.db, { writer: writer.id, entries: [...entries, odd] });
    await createSequencer().tick();
    expect(await verifiedLines()).toEqual([...entries, odd].map(({ line }) => line));
  });

  it('leaves it to another that signs, and takes over when that falls silent', async () => {
    const writer = new TestWriter();
    const [first, second] = [createSequencer({ everyMs: 5 }), createSequencer({ db: store.another(), everyMs: 5 })];
    await append(writer, writer.some(1, MARCH_MS));
    await first.tick();
    second.start();
    await until(() => second.state.phase === 'following');
    await append(writer, writer.some(1, MARCH_MS));
    await until(() => second.state.checkpoint?.size === 1);
    // By the clock, which stands, the other signed just now.
    expect(second.state).toEqual({ phase: 'following', checkpoint: { size: 1, atMs: MARCH_MS } });
    await first.tick();
    await until(() => second.state.checkpoint?.size === 2);
    expect(second.state.phase).toBe('following');
    await append(writer, writer.some(1, MARCH_MS));
    clock.ms += 25;
    await until(() => second.state.phase === 'leading');
    await second.stop();
    expect(await verifiedLines()).toHaveLength(3);
    expect(log.at('info')).toEqual(Array(2).fill('this process puts the audit log in order'));
  });

  it('says once that the database is away, and goes on when it is back', async () => {
    let isAway = true;
    const transaction: AuditDatabase['transaction'] = (work) =>
      isAway ? Promise.reject(new TypeError('away')) : store.db.transaction(work);
    const db = { query: store.db.query.bind(store.db), ping: store.db.ping.bind(store.db), transaction };
    const sequencer = createSequencer({ db });
    for (const away of [true, true, true, false, true]) {
      isAway = away;
      await sequencer.tick();
    }
    expect(log.at('error')).toHaveLength(2);
    expect(JSON.stringify(log.lines)).not.toContain('away"');
  });

  it('ticks by itself until it is stopped', async () => {
    const writer = new TestWriter();
    const signed = new Promise<number>((resolve) => {
      const sequencer = createSequencer({
        everyMs: 5,
        onCheckpoint: ({ size }) => size === 3 && void sequencer.stop().then(() => resolve(size)),
      });
      sequencer.start();
      sequencer.start();
    });
    await append(writer, writer.some(3, MARCH_MS));
    expect(await signed).toBe(3);
    // Nothing is asked of the database any more, which may be closed now.
    const query = jest.spyOn(store.db, 'query');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(query).not.toHaveBeenCalled();
    query.mockRestore();
    const root = await new TreeStore(store.db).root(3);
    expect(root).toHaveLength(32);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
