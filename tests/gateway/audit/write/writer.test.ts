import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { parseEntry, shortHash } from '../../../../gateway/audit/entry.js';
import type { Batch, Store } from '../../../../gateway/audit/write/batch.js';
import { journalName, tellLeftJournals } from '../../../../gateway/audit/write/left-journals.js';
import { Writer, type WriterOptions } from '../../../../gateway/audit/write/writer.js';
import { logInto, until } from '../../../helpers/federation.js';

/** A store that keeps what it is told, as PostgreSQL does: what it has already is the same row. */
class StoreOfTest {
  readonly lines = new Map<string, string>();
  readonly batches: Batch[] = [];
  /** What happens to the next batch: kept, refused, kept and yet refused, or never answered. */
  behaves: (batch: Batch) => 'keeps' | 'fails' | 'keeps and fails' | 'hangs' = () => 'keeps';

  readonly store: Store = async (batch) => {
    const behaviour = this.behaves(batch);
    if (behaviour !== 'fails' && behaviour !== 'hangs') {
      this.batches.push(batch);
      for (const { n, atMs, line } of batch.entries) this.lines.set(`${batch.writer} ${n} ${atMs}`, line);
    }
    if (behaviour === 'hangs') return new Promise(() => {});
    if (behaviour !== 'keeps') throw new Error('the store has failed');
  };

  /** The lines of one writer, in the order of their numbers. */
  linesOf(writer: string): string[] {
    const own = [...this.lines.values()].filter((line) => parseEntry(line).w === writer);
    return own.sort((one, other) => parseEntry(one).n - parseEntry(other).n);
  }
}

let dir: string;
let kept: StoreOfTest;
const logLines: string[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'lien-thong-journal-'));
  kept = new StoreOfTest();
  logLines.length = 0;
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function writerOf(options: Partial<WriterOptions> = {}): Writer {
  const clock = { now: Date.now };
  const basics = { store: kept.store, clock, log: logInto(logLines), storeMs: 200, journalDir: dir, pid: process.pid };
  return new Writer({ ...basics, journalBytesMax: 1_000_000, retryMs: 10, ...options });
}

const read = (writer: Writer, request: string) => writer.append({ kind: 'read', members: `,"req":"${request}"` });

/** A chain without a gap, whose entries stand for these requests. */
function expectChain(lines: readonly string[], requests: readonly string[]): void {
  let before = '';
  for (const [index, line] of lines.entries()) {
    const entry = parseEntry(line);
    expect(entry.n).toBe(index + 1);
    expect(entry.p).toBe(before);
    before = shortHash(line);
  }
  expect(lines.map((line) => parseEntry(line).req)).toEqual(requests);
}

test('an entry is durable when its promise resolves; what comes together is kept together', async () => {
  const writer = writerOf();
  const requests = Array.from({ length: 50 }, (_, index) => `r${index}`);
  await Promise.all(
    requests.map(async (request) => {
      await read(writer, request);
      expect([...kept.lines.values()].some((line) => parseEntry(line).req === request)).toBe(true);
    }),
  );
  expect(kept.batches.length).toBeLessThan(3);
  expectChain(kept.linesOf(writer.id), requests);
  await writer.end();
  expect(parseEntry(kept.linesOf(writer.id).at(-1)!).kind).toBe('end');
  expect(readdirSync(dir)).toEqual([]);
});

test('more than a batch holds is several batches, and nobody is told too early', async () => {
  const writer = writerOf();
  const requests = Array.from({ length: 2_500 }, (_, index) => `r${index}`);
  let told = 0;
  kept.behaves = (batch) => {
    // Those of the batches before, and of no later one.
    expect(told).toBeLessThan(batch.entries[0]!.n);
    return 'keeps';
  };
  await Promise.all(requests.map((request) => read(writer, request).then(() => void (told += 1))));
  expect(kept.batches.map(({ entries }) => entries.length)).toEqual([1_000, 1_000, 500]);
  expectChain(kept.linesOf(writer.id), requests);
});

test.each(['fails', 'hangs', 'keeps and fails'] as const)(
  'a store that %s: the journal has it on disk, and it is told in order when the store is back',
  async (behaviour) => {
    const writer = writerOf({ storeMs: 50 });
    await read(writer, 'before');
    kept.behaves = () => behaviour;
    await Promise.all([read(writer, 'one'), read(writer, 'two')]);
    await read(writer, 'three');
    const [file] = readdirSync(dir);
    expect(file).toBe(journalName(writer.id, process.pid));
    const onDisk = readFileSync(join(dir, file!), 'utf8');
    for (const request of ['one', 'two', 'three']) expect(onDisk).toContain(`\\"req\\":\\"${request}\\"`);
    expect(writer.stats.keeps).toBe('journal');
    expect(logLines.join()).toContain('kept in its journal');

    kept.behaves = () => 'keeps';
    // The file goes a moment after its last batch was told.
    await until(() => writer.stats.keeps === 'store' && readdirSync(dir).length === 0);
    expect(writer.stats.journalBytes).toBe(0);
    await read(writer, 'after');
    expectChain(kept.linesOf(writer.id), ['before', 'one', 'two', 'three', 'after']);
    expect(readdirSync(dir)).toEqual([]);
  },
);

test('when nothing can keep it, it is refused; what was given a number is told later, so that none is missing', async () => {
  const writer = writerOf({ journalBytesMax: 0 });
  await read(writer, 'before');
  kept.behaves = () => 'fails';
  await expect(read(writer, 'lost')).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
  expect(writer.isRefusing).toBe(true);
  expect(writer.stats.keeps).toBe('nothing');
  await expect(read(writer, 'not taken')).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
  kept.behaves = () => 'keeps';
  await until(() => !writer.isRefusing);
  await read(writer, 'after');
  expectChain(kept.linesOf(writer.id), ['before', 'lost', 'after']);
});

test('a journal that cannot be written is none', async () => {
  const file = join(dir, 'a-file');
  writeFileSync(file, '');
  const writer = writerOf({ journalDir: join(file, 'below') });
  kept.behaves = () => 'fails';
  await expect(read(writer, 'one')).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
  expect(logLines.join()).toContain('nothing personal is read');
  kept.behaves = () => 'keeps';
  await until(() => !writer.isRefusing);
});

test('what a process that died had in its journal is told at the next start, without a line that was cut', async () => {
  const writer = writerOf({ retryMs: 1_000_000 });
  kept.behaves = () => 'fails';
  const opening = { hash: 'v', salt: Buffer.from('salt'), digests: Buffer.from('digests') };
  await writer.append({
    kind: 'read',
    members: ',"req":"one"',
    details: [{ hash: 'h', body: 'b' }],
    openings: [opening],
  });
  await read(writer, 'two');
  const [file] = readdirSync(dir);
  appendFileSync(join(dir, file!), '{"writer":"cut');
  kept.behaves = () => 'keeps';
  await tellLeftJournals(dir, { store: kept.store, log: logInto(logLines), pid: process.pid });
  expectChain(kept.linesOf(writer.id), ['one', 'two']);
  expect(kept.batches[0]).toMatchObject({ details: [{ hash: 'h', body: 'b' }], openings: [opening] });
  expect(readdirSync(dir)).toEqual([]);
});

test('a journal stays as long as its store is away, or its process lives', async () => {
  const line = JSON.stringify({ writer: 'a'.repeat(16), entries: [], details: [], openings: [] });
  const names = [journalName('a'.repeat(16), process.ppid), journalName('b'.repeat(16), process.pid)];
  for (const name of names) writeFileSync(join(dir, name), `${line}\n`);
  const telling = { store: kept.store, log: logInto(logLines), pid: process.pid };
  kept.behaves = () => 'fails';
  await tellLeftJournals(dir, telling);
  expect(readdirSync(dir).sort()).toEqual([...names].sort());
  expect(logLines.join()).toContain('it is kept');
  kept.behaves = () => 'keeps';
  await tellLeftJournals(dir, telling);
  expect(readdirSync(dir)).toEqual([names[0]]);
});

test('a gateway that is busy comes out of its journal again: many batches are told as one', async () => {
  const writer = writerOf({ retryMs: 50 });
  kept.behaves = () => 'fails';
  const requests = Array.from({ length: 300 }, (_, index) => `r${index}`);
  for (const request of requests) await read(writer, request);
  // An attempt that is under way has not read the last of them; the second from here has.
  let attempts = 0;
  kept.behaves = () => {
    attempts += 1;
    return 'fails';
  };
  await until(() => attempts === 2);
  kept.behaves = () => 'keeps';
  let isBusy = true;
  const busy = (async () => {
    for (let count = 0; isBusy; count += 1) {
      requests.push(`busy${count}`);
      await read(writer, `busy${count}`);
    }
  })();
  await until(() => readdirSync(dir).length === 0);
  isBusy = false;
  await busy;
  // One that was on its way into the journal may have begun another, which is as quickly told.
  await until(() => writer.stats.keeps === 'store');
  // At once, what came meanwhile, and what came then.
  const last = kept.batches.findIndex(({ entries }) => entries.length === 1);
  expect(kept.batches[0]!.entries.length).toBeGreaterThanOrEqual(300);
  expect(last).toBeGreaterThan(0);
  expect(last).toBeLessThan(10);
  expectChain(kept.linesOf(writer.id), requests);
});

test('of more than the store takes at once, each is told once', async () => {
  const writer = writerOf({ retryMs: 10 });
  kept.behaves = () => 'fails';
  const members = `,"req":"long","name":"${'x'.repeat(30_000)}"`;
  for (let count = 0; count < 20; count += 1) await writer.append({ kind: 'read', members });
  kept.batches.length = 0;
  kept.behaves = () => 'keeps';
  await until(() => writer.stats.keeps === 'store');
  expect(kept.batches.length).toBeGreaterThan(1);
  expect(kept.batches.flatMap(({ entries }) => entries.map(({ n }) => n))).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
});

test('whoever ends tells the store what is in the journal, if it is there; else the next start does', async () => {
  const [back, away] = [writerOf({ retryMs: 1_000_000 }), writerOf({ retryMs: 1_000_000 })];
  kept.behaves = () => 'fails';
  await Promise.all([read(back, 'one'), read(away, 'two')]);
  await away.end();
  kept.behaves = () => 'keeps';
  await back.end();
  expect(kept.linesOf(back.id).map((line) => parseEntry(line).kind)).toEqual(['read', 'end']);
  expect(readdirSync(dir)).toEqual([journalName(away.id, process.pid)]);
  await tellLeftJournals(dir, { store: kept.store, log: logInto(logLines), pid: process.pid });
  expect(kept.linesOf(away.id).map((line) => parseEntry(line).kind)).toEqual(['read', 'end']);
});

test('a left journal is told in few batches, and where numbers do not follow one another in more', async () => {
  const line = (n: number) => {
    const entries = [{ n, atMs: 1, line: JSON.stringify({ v: 1, w: 'a'.repeat(16), n, p: '', at: 1, kind: 'read' }) }];
    return JSON.stringify({ writer: 'a'.repeat(16), entries, details: [], openings: [] });
  };
  // Between 7 and 9 the store was there for a moment.
  const lines = [5, 6, 7, 9, 10].map(line);
  writeFileSync(join(dir, journalName('a'.repeat(16), process.pid)), `${lines.join('\n')}\n`);
  await tellLeftJournals(dir, { store: kept.store, log: logInto(logLines), pid: process.pid });
  expect(kept.batches.map(({ entries }) => entries.map(({ n }) => n))).toEqual([
    [5, 6, 7],
    [9, 10],
  ]);
});

test('whatever the store does, numbers have no gap and everybody who was told so has an entry', async () => {
  const behaviour = fc.constantFrom('keeps', 'keeps', 'fails', 'keeps and fails', 'hangs');
  await fc.assert(
    fc.asyncProperty(
      fc.array(behaviour, { maxLength: 30 }),
      fc.integer({ min: 0, max: 3_000 }),
      async (behaviours, room) => {
        kept = new StoreOfTest();
        const writer = writerOf({ storeMs: 5, retryMs: 1, journalBytesMax: room });
        let next = 0;
        kept.behaves = () => (behaviours[next++] ?? 'keeps') as 'keeps';
        const told: string[] = [];
        for (let round = 0; round < 10; round++) {
          const requests = [0, 1, 2].map((each) => `r${round}-${each}`);
          await Promise.allSettled(requests.map((each) => read(writer, each).then(() => told.push(each))));
        }
        await until(() => writer.stats.keeps === 'store');
        const lines = kept.linesOf(writer.id);
        const requests = lines.map((line) => parseEntry(line).req!);
        expectChain(lines, requests);
        expect(requests).toEqual(expect.arrayContaining(told));
      },
    ),
    { numRuns: 60 },
  );
}, 60_000);

test('nothing comes after the last entry, and one that is longer than a leaf may be is not taken', async () => {
  const writer = writerOf();
  await expect(writer.append({ kind: 'read', members: `,"about":["${'ó'.repeat(30_000)}"]` })).rejects.toThrow(
    RangeError,
  );
  await read(writer, 'one');
  const last = writer.end();
  await expect(read(writer, 'late')).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
  await last;
  expect(kept.linesOf(writer.id).map((line) => parseEntry(line).kind)).toEqual(['read', 'end']);
});
