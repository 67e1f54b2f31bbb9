import { MemoryLog, NEW_KEY, OLD_KEY } from '../../../helpers/audit-reader-of-test.js';
import { identityOf } from '../../../helpers/callers.js';
import { DEMO } from '../../../helpers/demo-people.js';
import { askDesk } from './asked-desk.js';

const QUERY = `query ($first: Int! = 20, $after: String, $from: DateTime, $until: DateTime) {
  myDataUses(first: $first, after: $after, from: $from, until: $until) {
    edges { cursor node {
      at summary summaryEn dossier isLive count
      department { code text textEn } role { code text textEn } procedure { code text textEn }
      data { text textEn } legalBases { text verified }
    } }
    pageInfo { hasNextPage endCursor }
  }
}`;
const GROOM = identityOf({ role: 'citizen', citizen: DEMO.groom, subject: 'portal-7' }, 'self-service');
const SHOWN = [['citizen.fullName', [], 'shown']] as const;

const ask = (log: MemoryLog, variables = {}, options = {}) =>
  askDesk(log, QUERY, { variables, identity: GROOM, ...options });
type Asked = Parameters<typeof ask>;
const uses = async (...asked: Asked) => {
  const { data, errors } = await ask(...asked);
  expect(errors).toEqual([]);
  // biome-ignore lint/suspicious/noExplicitAny: whatever a test asked for
  return data.myDataUses.edges.map(({ node }: { node: any }) => node);
};

test('a citizen is told in plain words who looked, what for, at which data, on which basis', async () => {
  const log = new MemoryLog();
  log.write({
    about: [DEMO.groom, DEMO.bride],
    fields: [
      ['form groom.fullName', [0], 'shown'],
      ['form bride.fullName', [0], 'shown'],
      ['form groom.residence', [1], 'masked INITIALS'],
      ['form groom.phone', [], 'missing NO_RECORD'],
      ['form groom.ethnicity', [], 'refused scopes'],
      ['check groom.alive', [0], 'shown'],
    ],
    records: [
      { registry: 'citizen-identity', record: 'a' },
      { registry: 'citizen-identity', record: 'b' },
    ],
  });
  expect(await uses(log)).toEqual([
    {
      at: '2026-11-02T03:00:00.000Z',
      summary:
        'Lúc 10:00 ngày 02/11/2026, cán bộ một cửa (Sở Tư pháp) đã xem họ, chữ đệm, tên, nơi cư trú, bên nam còn sống' +
        ' để giải quyết: Đăng ký kết hôn, hồ sơ H48.2026.000123.',
      summaryEn:
        'At 10:00 on 2026-11-02, an officer (Department of Justice) looked at full name, residence, the groom is alive' +
        ' for: Marriage registration, dossier H48.2026.000123.',
      dossier: 'H48.2026.000123',
      isLive: true,
      count: 1,
      department: { code: 'justice', text: 'Sở Tư pháp', textEn: 'Department of Justice' },
      role: { code: 'officer', text: 'cán bộ một cửa', textEn: 'an officer' },
      procedure: { code: '1.000894', text: 'Đăng ký kết hôn', textEn: 'Marriage registration' },
      data: [
        { text: 'Họ, chữ đệm, tên', textEn: 'Full name' },
        { text: 'Nơi cư trú', textEn: 'Residence' },
        { text: 'Bên nam còn sống', textEn: 'The groom is alive' },
      ],
      legalBases: [{ text: 'Luật Căn cước 26/2023/QH15, Điều 20 khoản 3', verified: false }],
    },
  ]);
});

test('an officer is never named, nor is any number', async () => {
  const log = new MemoryLog();
  log.write({
    about: [DEMO.groom],
    fields: SHOWN,
    who: { sub: 'nguyen.van.a', role: 'officer', dept: 'tax', obo: 'tran.b' },
  });
  const told = JSON.stringify(await ask(log));
  expect(told).toContain('Cơ quan thuế');
  for (const secret of ['nguyen.van.a', 'tran.b', DEMO.groom]) expect(told).not.toContain(secret);
});

test.each([
  ['citizen.permanentResidence.address.text', 'Residence'],
  ['citizen:2.household.members.3.citizen.fullName', 'Members of the household'],
  ['citizen.marriages.0.spouse.fullName:2', 'Spouse: full name'],
  ['citizen.religion.name', 'Religion'],
  ['parcel.landRights.0.holder.name', 'Present right holders'],
  ['auditEntries.edges.0.node.id', 'The log of who read data'],
  ['something.else', 'Other data'],
])('the path %s is called: %s', async (path, textEn) => {
  const log = new MemoryLog();
  log.write({ about: [DEMO.groom], fields: [[path, [], 'shown']] });
  expect((await uses(log))[0].data).toEqual([{ text: expect.any(String), textEn }]);
});

test('whatever stands in the log under an old key is told as well, and what is about others never', async () => {
  const log = new MemoryLog();
  for (const [key, at] of [
    [OLD_KEY, '2025-01-01T03:00:00Z'],
    [NEW_KEY, '2026-01-01T03:00:00Z'],
  ] as const) {
    log.key = key;
    log.write({ about: [DEMO.groom], fields: SHOWN, at: Date.parse(at) });
    log.write({ about: [DEMO.bride], fields: SHOWN, at: Date.parse(at) });
  }
  expect((await uses(log)).map(({ at }: { at: string }) => at.slice(0, 4))).toEqual(['2026', '2025']);
  expect(await uses(log, { from: '2025-06-01' })).toHaveLength(1);
  expect(await uses(log, { until: '2024-06-01' })).toHaveLength(0);
});

test('a copy that was remembered is not live', async () => {
  const log = new MemoryLog();
  const records = [
    { registry: 'citizen-identity', record: 'a' },
    { registry: 'citizen-identity', record: 'b', cache: 'MEMORY' },
  ];
  log.write({ about: [DEMO.groom], fields: [['citizen.fullName', [0, 1], 'shown']], records });
  expect(await uses(log)).toMatchObject([{ isLive: false }]);
});

test('what gave nobody anything is no use; and neither is the citizen’s own looking at this list', async () => {
  const log = new MemoryLog();
  const about = [DEMO.groom];
  log.write({ about, kind: 'refused', code: 'NOT_PERMITTED' });
  log.write({ about, fields: [['citizen.fullName', [], 'refused grant']] });
  log.write({ about, fields: [['citizen.fullName', [], 'missing REGISTRY_UNAVAILABLE']] });
  log.write({ about, fields: [['myDataUses.edges.0.cursor', [], 'shown']], who: { sub: 'portal-7', role: 'citizen' } });
  expect(await uses(log)).toEqual([]);
  log.write({ about, fields: SHOWN, who: { sub: 'portal-7', role: 'citizen' } });
  log.write({ about, fields: [['auditEntries.edges.0.node.id', [], 'shown']], who: { sub: 'a', role: 'auditor' } });
  expect((await uses(log)).map(({ role }: { role: { code: string } }) => role.code)).toEqual(['auditor', 'citizen']);
});

test('of what is no longer kept in detail the citizen is told what is left', async () => {
  const log = new MemoryLog();
  log.write({ about: [DEMO.groom], fields: SHOWN });
  log.kept.clear();
  expect(await uses(log)).toMatchObject([{ data: [], legalBases: [], isLive: false, dossier: 'H48.2026.000123' }]);
});

describe('an embargo', () => {
  const withheld = { withholds: ({ why }: { why?: { dossier?: string } }) => why?.dossier === 'INV-1' };
  const embargo = { against: async () => withheld as never };

  /** Every second use is of the investigation. */
  const logOf = (times: number) => {
    const log = new MemoryLog();
    for (let n = 0; n < times; n += 1) {
      log.write({ about: [DEMO.groom], fields: SHOWN, why: { procedure: 'x', dossier: n % 2 ? 'INV-1' : `D-${n}` } });
    }
    return log;
  };

  test('leaves no trace: each page is as full, and ends as it would, without what is withheld', async () => {
    const bare = new MemoryLog();
    for (let n = 0; n < 10; n += 2)
      bare.write({ about: [DEMO.groom], fields: SHOWN, why: { procedure: 'x', dossier: `D-${n}` } });
    const pages = async (log: MemoryLog) => {
      const all: { dossiers: string[]; hasNextPage: boolean }[] = [];
      let after: string | undefined;
      do {
        const { data } = await ask(log, { first: 2, ...(after ? { after } : {}) }, { embargo });
        const { edges, pageInfo } = data.myDataUses;
        const dossiers = edges.map(({ node }: { node: { dossier: string } }) => node.dossier);
        all.push({ dossiers, hasNextPage: pageInfo.hasNextPage });
        after = pageInfo.hasNextPage ? pageInfo.endCursor : undefined;
      } while (after);
      return all;
    };
    expect(await pages(logOf(10))).toEqual(await pages(bare));
    expect((await pages(bare)).map(({ hasNextPage }) => hasNextPage)).toEqual([true, true, false]);
  });

  test('that is over hides nothing', async () => {
    expect(await uses(logOf(10))).toHaveLength(10);
  });

  test('that cannot be looked up lets nothing be told', async () => {
    const broken = { against: () => Promise.reject(new Error('connection refused')) };
    const { data, errors } = await ask(logOf(2), {}, { embargo: broken });
    expect(Object.values(data)).toEqual([null]);
    expect(errors).toEqual([{ code: 'AUDIT_UNAVAILABLE', message: expect.any(String) }]);
  });
});

test.each([
  ['nobody', { callerClass: '', untilMs: Number.POSITIVE_INFINITY }, 'UNAUTHENTICATED'],
  ['an auditor', identityOf({ role: 'auditor' }, 'audit'), 'NOT_PERMITTED'],
  ['an officer who is a citizen, too', identityOf({ role: 'officer', citizen: DEMO.groom }, 'x'), 'NOT_PERMITTED'],
  ['a citizen of no number', identityOf({ role: 'citizen' }, 'x'), 'NOT_PERMITTED'],
])('%s has no data of their own here', async (_who, identity, code) => {
  const log = new MemoryLog();
  log.write({ about: [DEMO.groom], fields: SHOWN });
  const { data, errors } = await ask(log, {}, { identity });
  expect(Object.values(data)).toEqual([null]);
  expect(errors).toEqual([{ code, message: expect.any(String) }]);
});
