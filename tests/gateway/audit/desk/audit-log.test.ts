import { logState } from '../../../../gateway/audit/desk/log-state.js';
import { MemoryLog } from '../../../helpers/audit-reader-of-test.js';
import { askDesk, CLOCK, NOW_MS } from './asked-desk.js';

const QUERY = `query ($from: DateTime, $until: DateTime) { auditLog(from: $from, until: $until) {
  size checkpoint checkpointAt lateSeconds checked isAllChecked
  missing { writer from until } missingIndexes { from until } altered { index problem }
  openWriters { writer begunAt last lastAt }
} }`;

const HOUR_MS = 3_600_000;
const ONE = 'AAAAAAAAAAAAAAAA';
const OTHER = 'BBBBBBBBBBBBBBBB';

async function stateOf(log: MemoryLog, variables = {}) {
  const { data, errors } = await askDesk(log, QUERY, { variables });
  expect(errors).toEqual([]);
  return data.auditLog;
}

/** Two writers, one of which has ended. */
function wholeLog(): MemoryLog {
  const log = new MemoryLog();
  log.checkpointAtMs = NOW_MS - 1_000;
  for (const w of [ONE, OTHER]) log.write({ w, kind: 'begin', who: undefined, at: NOW_MS - HOUR_MS });
  for (let n = 0; n < 6; n += 1) log.write({ w: n % 2 ? ONE : OTHER, at: NOW_MS - HOUR_MS + 1_000 * n });
  log.write({ w: OTHER, kind: 'end', who: undefined, at: NOW_MS - 2_000 });
  return log;
}

test('a whole log lacks nothing, and says which writers are open', async () => {
  expect(await stateOf(wholeLog())).toEqual({
    size: 9,
    checkpoint: 'test/audit\n9\n',
    checkpointAt: new Date(NOW_MS - 1_000).toISOString(),
    lateSeconds: 0,
    checked: 9,
    isAllChecked: true,
    missing: [],
    missingIndexes: [],
    altered: [],
    openWriters: [
      {
        writer: ONE,
        begunAt: new Date(NOW_MS - HOUR_MS).toISOString(),
        last: 4,
        lastAt: new Date(NOW_MS - HOUR_MS + 5_000).toISOString(),
      },
    ],
  });
});

test('an entry that was never put into the tree is missing among its writer’s', async () => {
  const log = new MemoryLog();
  log.write({ w: ONE });
  log.write({ w: OTHER });
  log.skip(ONE);
  log.skip(ONE);
  log.write({ w: ONE });
  expect(await stateOf(log)).toMatchObject({ missing: [{ writer: ONE, from: 2, until: 3 }], missingIndexes: [] });
});

test('a row that was deleted is missing at its place, and among its writer’s', async () => {
  const log = wholeLog();
  log.rows.splice(4, 1);
  expect(await stateOf(log)).toMatchObject({
    missing: [{ writer: OTHER, from: 3, until: 3 }],
    missingIndexes: [{ from: 4, until: 4 }],
  });
});

test('rows that were cut off at the end are missing below the checkpoint', async () => {
  const log = wholeLog();
  const checkpoint = (await log.checkpoint())!;
  log.checkpoint = async () => checkpoint;
  log.rows.length = 5;
  expect(await stateOf(log)).toMatchObject({ missingIndexes: [{ from: 5, until: 8 }] });
  log.rows.length = 0;
  expect(await stateOf(log)).toMatchObject({ checked: 0, missingIndexes: [{ from: 0, until: 8 }] });
});

test('a changed entry is found by the one after it, and one that is no entry by itself', async () => {
  const log = wholeLog();
  log.rows[3]!.line = log.rows[3]!.line!.replace('officer-1', 'officer-2');
  expect(await stateOf(log)).toMatchObject({
    altered: [{ index: 5, problem: expect.stringContaining('does not follow') }],
  });
  log.rows[3]!.line = 'nothing';
  expect(await stateOf(log)).toMatchObject({
    altered: [{ index: 3, problem: 'is not JSON' }],
    missing: [{ writer: ONE, from: 2, until: 2 }],
  });
});

test('an entry whose records cannot be read is told of, and is found and shown without them', async () => {
  const log = new MemoryLog();
  for (const record of ['T-1', 'T-2']) {
    log.write({ fields: [['parcel.area', [0], 'shown']], records: [{ registry: 'land', record }] });
  }
  log.rows[1]!.line = log.rows[1]!.line!.replace('T-2@1', '7 T-2@1');
  expect(await stateOf(log, { from: '2026-11-01' })).toMatchObject({
    altered: [{ index: 1, problem: 'has in from an index that got has not' }],
    missing: [],
  });
  const query = `{ auditEntries(where: { department: "justice" }, first: 9) {
    edges { node { index fields { outcome records { record } } } }
  } }`;
  const { data, errors } = await askDesk(log, query);
  expect(errors).toEqual([]);
  expect(data.auditEntries.edges.map(({ node }: { node: object }) => node)).toEqual([
    { index: 1, fields: [{ outcome: 'SHOWN', records: [] }] },
    { index: 0, fields: [{ outcome: 'SHOWN', records: [{ record: 'T-1' }] }] },
  ]);
});

test.each(['{}', 'null', 'no JSON'])('an entry whose shape is %s keeps nobody from the others', async (body) => {
  const log = new MemoryLog();
  for (const record of ['T-1', 'T-2']) {
    log.write({ fields: [['parcel.area', [0], 'shown']], records: [{ registry: 'land', record }] });
  }
  const { shape } = JSON.parse(log.rows[1]!.line!);
  log.rows[1]!.line = log.rows[1]!.line!.replace(shape, log.keep(body));
  const query = `{ auditEntries(where: { department: "justice" }, first: 9) {
    edges { node { index fields { records { record } } } }
  } }`;
  const { data, errors } = await askDesk(log, query);
  expect(errors).toEqual([]);
  expect(data.auditEntries.edges.map(({ node }: { node: object }) => node)).toEqual([
    { index: 1, fields: null },
    { index: 0, fields: [{ records: [{ record: 'T-1' }] }] },
  ]);
});

test('entries that changed places, come twice, or come after the end, are found', async () => {
  const swapped = wholeLog();
  [swapped.rows[2]!.line, swapped.rows[4]!.line] = [swapped.rows[4]!.line, swapped.rows[2]!.line];
  expect((await stateOf(swapped)).altered).toEqual(
    expect.arrayContaining([expect.objectContaining({ index: 4, problem: 'is there twice, or out of order' })]),
  );
  const after = wholeLog();
  after.write({ w: OTHER, at: NOW_MS - 1_000 });
  expect((await stateOf(after)).altered).toEqual([{ index: 9, problem: 'comes after the end of its writer' }]);
});

test('only the time that was asked for is looked through, and what lies before is not taken for missing', async () => {
  const log = wholeLog();
  const from = new Date(NOW_MS - HOUR_MS + 2_000).toISOString();
  expect(await stateOf(log, { from, until: '2026-11-03' })).toMatchObject({
    checked: 5,
    missing: [],
    missingIndexes: [],
  });
  const until = new Date(NOW_MS - HOUR_MS + 2_000).toISOString();
  expect(await stateOf(log, { from: '2026-11-01', until })).toMatchObject({
    checked: 4,
    missing: [],
    missingIndexes: [],
  });
});

test('a checkpoint that is more than an hour old is late', async () => {
  const log = wholeLog();
  log.checkpointAtMs = NOW_MS - 5 * HOUR_MS;
  expect(await stateOf(log)).toMatchObject({ lateSeconds: 4 * 3_600 });
});

test('a log without entries has nothing missing, and before the first checkpoint none', async () => {
  const log = new MemoryLog();
  expect(await stateOf(log)).toMatchObject({ size: 0, missing: [], missingIndexes: [], openWriters: [] });
  log.checkpoint = async () => undefined;
  expect(await stateOf(log)).toMatchObject({ size: 0, checkpoint: null, checkpointAt: null, lateSeconds: null });
});

test('more entries than the bound are not looked through, and that is said', async () => {
  const options = { fromMs: 0, untilMs: NOW_MS + 1, clock: CLOCK };
  expect(await logState(wholeLog(), { ...options, entriesMax: 5 })).toMatchObject({ checked: 5, isAllChecked: false });
  expect(await logState(wholeLog(), { ...options, entriesMax: 9 })).toMatchObject({ checked: 9, isAllChecked: true });
});

test('who has gone is not looked through the log for', async () => {
  const signal = AbortSignal.abort();
  await expect(logState(wholeLog(), { fromMs: 0, untilMs: NOW_MS, clock: CLOCK, signal })).rejects.toThrow('aborted');
});
