import { exportRoute } from '../../../../gateway/audit/desk/index.js';
import { MemoryLog } from '../../../helpers/audit-reader-of-test.js';
import { identityOf } from '../../../helpers/callers.js';
import { DEMO } from '../../../helpers/demo-people.js';
import { AUDITOR, NOW_MS } from './asked-desk.js';
import { asking, routeParts, textOf } from './desk-http.js';

const FIELDS = [
  ['citizen.fullName', [0], 'shown'],
  ['citizen.card.number', [0], 'masked MIDDLE'],
] as const;
const RECORDS = [{ registry: 'citizen-identity', record: 'ci-7' }];

const logOf = (times: number) => {
  const log = new MemoryLog();
  for (let n = 0; n < times; n += 1) {
    log.write({ about: [n % 3 ? DEMO.bride : DEMO.groom], fields: FIELDS, records: RECORDS });
  }
  return log;
};

const exported = async (log: MemoryLog | undefined, address = '/audit/export', identity = AUDITOR) => {
  const { acts, parts } = routeParts(log, identity);
  const answer = await asking(exportRoute(parts), address);
  const text = await textOf(answer);
  const lines = text.split('\n').slice(0, -1);
  return { acts, answer, text, entries: lines.map((line) => JSON.parse(line)) };
};

test('one entry a line, the oldest first, each with its place and all that is known of it', async () => {
  const { answer, text, entries } = await exported(logOf(450));
  expect(answer.headers?.['content-type']).toBe('application/x-ndjson; charset=utf-8');
  expect(entries.map(({ index }) => index)).toEqual(Array.from({ length: 450 }, (_, index) => index));
  expect(entries[449]).toMatchObject({
    id: 'WWWWWWWWWWWWWWWW/450',
    purpose: { procedure: '1.000894', nameEn: 'Marriage registration' },
    legalBases: [{ wasInForce: true }],
    records: [{ registry: 'citizen-identity', record: 'ci-7', cache: 'SOURCE', ageSeconds: 0 }],
    fields: [
      { path: 'citizen.fullName', outcome: 'SHOWN', why: null, maskedAs: null, records: [0] },
      { path: 'citizen.card.number', outcome: 'MASKED', why: null, maskedAs: 'MIDDLE', records: [0] },
    ],
  });
  expect(text).not.toContain(DEMO.groom);
});

test('an entry without details has no fields, and of one whose details are gone that is said', async () => {
  const log = logOf(1);
  log.write({ kind: 'begin' });
  log.kept.clear();
  expect((await exported(log)).entries).toMatchObject([
    { fields: null, records: null, legalBases: null },
    { fields: [], records: [], legalBases: [] },
  ]);
});

test('filters are those of auditEntries', async () => {
  const indexes = async (query: string) =>
    (await exported(logOf(9), `/audit/export?${query}`)).entries.map(({ index }) => index);
  expect(await indexes(`person=${DEMO.groom}`)).toEqual([0, 3, 6]);
  expect(await indexes('outcome=MASKED&department=tax')).toEqual([]);
  expect(await indexes('registry=citizen-identity&record=ci-7')).toHaveLength(9);
  expect(await indexes('registry=land&record=ci-7')).toEqual([]);
  expect(await indexes('readsLog=true')).toEqual([]);
  expect(await indexes('readsLog=false')).toHaveLength(9);
  expect(await indexes('from=2026-11-03')).toEqual([]);
});

test('that somebody exports is recorded before anything is given, by hashes', async () => {
  const { acts } = await exported(
    logOf(1),
    `/audit/export?person=${DEMO.groom}&actor=${DEMO.bride}&from=2026-11-01&readsLog=false`,
  );
  expect(acts).toEqual([
    {
      what: 'log.export',
      details: {
        from: '2026-11-01',
        actor: expect.stringMatching(/^~[\w-]{16}$/),
        subject: expect.stringMatching(/^[\w-]{16} [\w-]{16}$/),
      },
      identity: { ...AUDITOR, requestId: 'r' },
    },
  ]);
  const log = logOf(1);
  const { parts } = routeParts(log, AUDITOR);
  const act = () => Promise.reject(new Error('the log is away'));
  await expect(asking(exportRoute({ ...parts, act }), '/audit/export')).rejects.toThrow('the log is away');
  expect(log.asked).toEqual([]);
});

test('nothing is read ahead of who takes it, and in pages of 1,000 at most', async () => {
  const log = logOf(2_000);
  const { parts } = routeParts(log, AUDITOR);
  const { body } = await asking(exportRoute(parts), '/audit/export');
  expect(log.asked).toHaveLength(0);
  const lines = (body as AsyncIterable<string>)[Symbol.asyncIterator]();
  await lines.next();
  expect(log.asked).toHaveLength(1);
  await lines.return?.();
  for (const { first } of log.asked) expect(first).toBeLessThanOrEqual(1_000);
});

test('who has gone is not read for', async () => {
  const log = logOf(2_000);
  const { parts } = routeParts(log, AUDITOR);
  const gone = new AbortController();
  const answer = await asking(exportRoute(parts), '/audit/export', { signal: gone.signal });
  gone.abort();
  await expect(textOf(answer)).rejects.toThrow('aborted');
  expect(log.asked).toHaveLength(0);
});

test('it breaks off when the token expires', async () => {
  const { parts } = routeParts(logOf(600), { ...AUDITOR, untilMs: NOW_MS + 10 });
  let nowMs = NOW_MS;
  const answer = await asking(exportRoute({ ...parts, clock: { now: () => nowMs } }), '/audit/export');
  const lines = (answer.body as AsyncIterable<string>)[Symbol.asyncIterator]();
  expect((await lines.next()).value).toContain('"index":0');
  nowMs += 11;
  await expect(
    (async () => {
      while (!(await lines.next()).done);
    })(),
  ).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
});

test.each([
  ['nobody', { callerClass: '', untilMs: Number.POSITIVE_INFINITY }, 'UNAUTHENTICATED'],
  ['an officer', identityOf({ role: 'officer' }, 'audit'), 'NOT_PERMITTED'],
  ['an operator', identityOf({ role: 'operator' }, 'audit'), 'NOT_PERMITTED'],
  ['an auditor without a purpose', identityOf({ role: 'auditor' }), 'PURPOSE_REQUIRED'],
  ['an auditor with another purpose', identityOf({ role: 'auditor' }, '1.000894'), 'NOT_PERMITTED'],
])('%s gets nothing, and nothing is read', async (_who, identity, code) => {
  const log = logOf(3);
  await expect(exported(log, '/audit/export', identity)).rejects.toMatchObject({ code });
  expect(log.asked).toEqual([]);
});

test.each([
  'persons=048090000001',
  'person=048090000001&person=048192000002',
  'registry=land',
  'record=x',
  'readsLog=yes',
])('the filter %s is refused: it would give all', async (query) => {
  await expect(exported(logOf(1), `/audit/export?${query}`)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

test('without a log, or when it fails, it says so', async () => {
  await expect(exported(undefined)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
  const log = logOf(1);
  log.isDown = true;
  await expect(exported(log)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
});

test('a HEAD tells that it may be had, and gives nothing', async () => {
  const log = logOf(1);
  const { acts, parts } = routeParts(log, AUDITOR);
  expect(await asking(exportRoute(parts), '/audit/export', { method: 'HEAD' })).toMatchObject({
    status: 200,
    body: '',
  });
  expect([acts, log.asked]).toEqual([[], []]);
});
