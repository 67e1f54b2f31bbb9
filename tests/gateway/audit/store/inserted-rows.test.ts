import { appendBatch } from '../../../../gateway/audit/store/append';
import { createReader } from '../../../../gateway/audit/store/read';
import { Sequencer } from '../../../../gateway/audit/store/sequencer';
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

/** What somebody can do who has the gateway's login: it may insert, and nothing else. */
onEveryStore((open) => {
  let store: AuditStore;
  const log = createTestLog();
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());
  beforeEach(() => emptyAudit(store.db));

  it('a writer that is said to have come further than it has is told of, since its entries are left out', async () => {
    const clock = createClock();
    clock.ms = MARCH_MS;
    const sequencer = new Sequencer({ db: store.db, clock, signer: createSigner(), log, everyMs: 1_000 });
    const writer = new TestWriter();
    const append = (count: number) =>
      appendBatch(store.db, { writer: writer.id, entries: writer.some(count, MARCH_MS) });
    await append(3);
    await sequencer.tick();
    expect(sequencer.problem).toBeUndefined();
    // It adds up, so that whoever only counts finds nothing.
    const row = 'INSERT INTO audit.progress (writer, n, skipped, at) VALUES ($1, 1000000, 999997, now())';
    await store.db.query(row, [writer.id]);
    await append(2);
    clock.ms += 3_600_001;
    await sequencer.tick();
    expect((await createReader(store.db).checkpoint())?.size).toBe(3);
    expect(sequencer.problem).toContain(writer.id);
    await store.db.query('DELETE FROM audit.progress WHERE n = 1000000');
    clock.ms += 3_600_001;
    await sequencer.tick();
    expect(sequencer.problem).toBeUndefined();
    expect((await createReader(store.db).checkpoint())?.size).toBe(5);
  });

  it('a detail that is not what its hash says is not taken for it', async () => {
    const hash = 'A'.repeat(32);
    await store.db.query('INSERT INTO audit.detail (hash, body) VALUES ($1, $2)', [hash, '{"v":1}']);
    expect([...(await createReader(store.db).details([hash])).keys()]).toEqual([]);
  });
});
