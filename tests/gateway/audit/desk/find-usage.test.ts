import { dataTrackerRoutes } from '../../../../gateway/audit/desk/index.js';
import { MemoryLog } from '../../../helpers/audit-reader-of-test.js';
import { identityOf } from '../../../helpers/callers.js';
import { DEMO } from '../../../helpers/demo-people.js';
import { asking, routeParts, textOf } from './desk-http.js';

const GROOM = identityOf({ role: 'citizen', citizen: DEMO.groom });
const SHOWN = [['citizen.fullName', [], 'shown']] as const;
const HEADERS = { 'x-road-userid': `VN${DEMO.groom}` };
const OWN = `/findUsage?userCode=VN${DEMO.groom}`;

const logOf = (times: number) => {
  const log = new MemoryLog();
  for (let n = 0; n < times; n += 1) {
    const at = Date.parse('2026-11-02T03:00:00Z') + n * 60_000;
    log.write({ about: [DEMO.groom], fields: SHOWN, at, why: { procedure: '1.000894', dossier: `D-${n}` } });
  }
  log.write({ about: [DEMO.bride], fields: SHOWN });
  return log;
};

const find = async (log: MemoryLog | undefined, address: string, { headers = HEADERS, identity = GROOM } = {}) => {
  const { acts, parts } = routeParts(log, identity);
  const answer = await asking(dataTrackerRoutes(parts), address, { headers });
  return { acts, status: answer.status, told: JSON.parse(await textOf(answer)) };
};

test('the uses of the citizen come as the Data Tracker has them, the newest first', async () => {
  const { status, told } = await find(logOf(2), OWN);
  expect(status).toBe(200);
  const use = { receiverCode: 'justice', receiverName: 'Sở Tư pháp', receiverSystem: 'one-stop' };
  expect(told).toEqual({
    totalUsages: 2,
    usages: [
      { ...use, logtime: '2026-11-02T03:01:00.000Z', action: 'Đăng ký kết hôn (hồ sơ D-1)' },
      { ...use, logtime: '2026-11-02T03:00:00.000Z', action: 'Đăng ký kết hôn (hồ sơ D-0)' },
    ],
  });
});

test('limit and offset page through them, as SQL has it, and the total stays', async () => {
  const log = logOf(5);
  const dossiers = async (query: string) => {
    const { told } = await find(log, `${OWN}&${query}`);
    return [told.totalUsages, ...told.usages.map(({ action }: { action: string }) => action.at(-2))];
  };
  expect(await dossiers('limit=2')).toEqual([5, '4', '3']);
  expect(await dossiers('limit=2&offset=2')).toEqual([5, '2', '1']);
  expect(await dossiers('limit=2&offset=4')).toEqual([5, '0']);
  expect(await dossiers('offset=5')).toEqual([5]);
});

test('a period is kept to; one without an offset is Viet Nam’s', async () => {
  const total = async (query: string) => (await find(logOf(5), `${OWN}&${query}`)).told.totalUsages;
  expect(await total('periodStart=2026-11-02T10:02:00')).toBe(3);
  expect(await total('periodStart=2026-11-02T03:02:00Z')).toBe(3);
  expect(await total('periodEnd=2026-11-02T10:02:00')).toBe(2);
  expect(await total('periodStart=2026-11-03T00:00:00Z')).toBe(0);
});

test('that the citizen looked is recorded first, by their hashes', async () => {
  const { acts } = await find(logOf(1), OWN);
  expect(acts).toEqual([
    {
      what: 'log.find-usage',
      details: { subject: expect.stringMatching(/^[\w-]{16} [\w-]{16}$/) },
      identity: { ...GROOM, requestId: 'r' },
    },
  ]);
  const { parts } = routeParts(logOf(1), GROOM);
  const act = () => Promise.reject(new Error('the log is away'));
  await expect(asking(dataTrackerRoutes({ ...parts, act }), OWN, { headers: HEADERS })).rejects.toThrow(
    'the log is away',
  );
});

test.each<[string, { address: string; headers: Record<string, string> }, string]>([
  ['another in the header', { address: OWN, headers: { 'x-road-userid': `VN${DEMO.bride}` } }, 'NOT_PERMITTED'],
  ['another in the address', { address: `/findUsage?userCode=${DEMO.bride}`, headers: HEADERS }, 'NOT_PERMITTED'],
  ['no header', { address: OWN, headers: {} }, 'BAD_REQUEST'],
  ['no userCode', { address: '/findUsage', headers: HEADERS }, 'BAD_REQUEST'],
  ['a citizen of another country', { address: '/findUsage?userCode=EE12345678901', headers: HEADERS }, 'BAD_REQUEST'],
  ['a limit of nothing', { address: `${OWN}&limit=0`, headers: HEADERS }, 'BAD_REQUEST'],
  ['too high a limit', { address: `${OWN}&limit=10001`, headers: HEADERS }, 'BAD_REQUEST'],
  ['an offset below nothing', { address: `${OWN}&offset=-1`, headers: HEADERS }, 'BAD_REQUEST'],
  ['a period that is none', { address: `${OWN}&periodStart=yesterday`, headers: HEADERS }, 'BAD_USER_INPUT'],
  ['what there is not', { address: `${OWN}&usercode=1`, headers: HEADERS }, 'BAD_REQUEST'],
])('%s is refused', async (_what, { address, headers }, code) => {
  const refused = find(logOf(1), address, { headers: headers as never });
  await expect(refused).rejects.toMatchObject({ code });
  await expect(refused).rejects.not.toThrow(DEMO.bride);
});

test.each([
  ['nobody', { callerClass: '', untilMs: Number.POSITIVE_INFINITY }, 'UNAUTHENTICATED'],
  ['an officer', identityOf({ role: 'officer', citizen: DEMO.groom }), 'NOT_PERMITTED'],
])('%s is refused', async (_who, identity, code) => {
  await expect(find(logOf(1), OWN, { identity: identity as never })).rejects.toMatchObject({ code });
});

test('the period for which there is something, and whether it can be asked now, are told', async () => {
  expect(await find(logOf(1), '/usagePeriod')).toMatchObject({ told: { periodStart: '2026-11-02T03:00:00.000Z' } });
  expect(await find(logOf(1), '/heartbeat')).toMatchObject({ status: 200, told: { status: 'OK' } });
  const log = logOf(1);
  log.isDown = true;
  expect(await find(log, '/heartbeat')).toMatchObject({ status: 503, told: { status: 'FAIL' } });
  await expect(find(log, OWN)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
  await expect(find(undefined, OWN)).rejects.toMatchObject({ code: 'AUDIT_UNAVAILABLE' });
});
