import { randomBytes } from 'node:crypto';
import type { AuditQueryable } from '../../gateway/audit/database';
import { detailHash, valuesHash } from '../../gateway/audit/entry';
import { appendBatch } from '../../gateway/audit/store/append';
import { createReader } from '../../gateway/audit/store/read';
import { type AuditStore, MARCH_MS, onEveryStore, shapeOf, TestWriter } from '../helpers/audit-store';

/** What whoever writes the log rests on, whichever database it is in. */
onEveryStore((open) => {
  let store: AuditStore;
  let writer: TestWriter;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.close());
  beforeEach(() => {
    writer = new TestWriter();
  });

  const rows = () =>
    store.db.query<{ n: number; at: string; body: string }>(
      'SELECT n, at, body FROM audit.entry WHERE writer = $1 ORDER BY n',
      [writer.id],
    );
  const append = (entries: Parameters<typeof appendBatch>[1]['entries']) =>
    appendBatch(store.db, { writer: writer.id, entries });

  it('keeps entries byte for byte, with their numbers and times', async () => {
    const entries = [
      writer.next(MARCH_MS + 1, { req: 'quotes " and \\ backslashes, \t tabs' }),
      writer.next(MARCH_MS + 999, { req: 'Đặng Thị Hoà \u{1F9D1} \\N \\n, {a,"b"}' }),
      writer.next(MARCH_MS + 123_457, { req: '' }),
    ];
    await append(entries);
    expect(await rows()).toEqual(
      entries.map(({ n, atMs, line }) => ({ n, at: new Date(atMs).toISOString(), body: line })),
    );
  });

  it('keeps an entry once, however often and in whatever pieces it comes', async () => {
    const entries = writer.some(10, MARCH_MS);
    await append(entries);
    await append(entries);
    await append(entries.slice(3, 7));
    await append([...entries.slice(8), writer.next(MARCH_MS + 50)]);
    expect((await rows()).map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it('keeps details and openings with the entries, once each', async () => {
    const one = shapeOf({ name: 'One "quoted"' });
    const values = valuesHash(Buffer.from('values of an entry'));
    const opening = { hash: values, salt: randomBytes(16), digests: randomBytes(64) };
    const batch = { writer: writer.id, entries: writer.some(2, MARCH_MS), details: [one], openings: [opening] };
    await appendBatch(store.db, batch);
    await appendBatch(store.db, { ...batch, entries: writer.some(1, MARCH_MS) });
    const reader = createReader(store.db);
    expect(await reader.details([one.hash, detailHash('another')])).toEqual(new Map([[one.hash, one.body]]));
    expect(await reader.opening(values)).toEqual({ salt: opening.salt, digests: opening.digests });
    expect(await reader.opening(valuesHash(Buffer.from('another')))).toBeUndefined();
    expect(await rows()).toHaveLength(3);
  });

  it('keeps all of a batch or nothing', async () => {
    const good = writer.next(MARCH_MS);
    const bad = { ...writer.next(MARCH_MS), line: 'two\nlines' };
    const detail = shapeOf({ name: 'of a batch that failed' });
    await expect(append([good, bad])).rejects.toThrow();
    await expect(
      appendBatch(store.db, { writer: writer.id, entries: [{ ...good, atMs: Number.NaN }], details: [detail] }),
    ).rejects.toThrow();
    expect(await rows()).toEqual([]);
    expect((await createReader(store.db).details([detail.hash])).size).toBe(0);
  });

  it('refuses a batch with a gap, and does nothing for an empty one', async () => {
    const [first, , third] = writer.some(3, MARCH_MS);
    await expect(append([first!, third!])).rejects.toThrow('follow each other');
    await append([]);
    expect(await rows()).toEqual([]);
  });

  it('puts each month into tables of its own, and makes the next ones some days before', async () => {
    const tables = async () =>
      (
        await store.db.query<{ name: string }>(
          `SELECT relname AS name FROM pg_inherits JOIN pg_class ON oid = inhrelid
            WHERE inhparent = 'audit.entry'::regclass ORDER BY relname`,
        )
      ).map(({ name }) => name);
    await append(writer.some(1, Date.UTC(2031, 4, 20)));
    expect(await tables()).toContain('entry_2031_05');
    expect(await tables()).not.toContain('entry_2031_06');
    await append([writer.next(Date.UTC(2031, 4, 29)), writer.next(Date.UTC(2031, 11, 31, 23, 59, 59, 999))]);
    expect(await tables()).toEqual(expect.arrayContaining(['entry_2031_06', 'entry_2031_12', 'entry_2032_01']));
    const other = await store.db.query('SELECT FROM audit.entry_other');
    expect(other).toEqual([]);
  });

  it('keeps entries of a month whose tables could not be made', async () => {
    const asked: string[] = [];
    const db: AuditQueryable = {
      query(text, values) {
        if (text.includes('open_month') && asked.push(text) === 1) throw new Error('somebody holds the table');
        return store.db.query(text, values);
      },
    };
    await appendBatch(db, { writer: writer.id, entries: writer.some(2, Date.UTC(2033, 1, 3)) });
    await appendBatch(db, { writer: writer.id, entries: writer.some(2, Date.UTC(2033, 1, 3, 1)) });
    expect(await rows()).toHaveLength(4);
    // Tried again after ten minutes, in vain: rows of the month lie elsewhere already, and stay there.
    expect(asked).toHaveLength(2);
    expect(await store.db.query('SELECT FROM audit.entry_other')).toHaveLength(4);
  });
});
