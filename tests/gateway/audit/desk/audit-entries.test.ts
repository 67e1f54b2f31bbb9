import { MemoryLog, NEW_KEY, OLD_KEY, RULE_OF_TEST } from '../../../helpers/audit-reader-of-test.js';
import { DEMO } from '../../../helpers/demo-people.js';
import { askDesk } from './asked-desk.js';

const IDS = `query ($where: AuditFilter, $first: Int! = 50, $after: String) {
  auditEntries(where: $where, first: $first, after: $after) {
    edges { cursor node { index } }
    pageInfo { hasNextPage endCursor }
  }
}`;

const indexesOf = ({ data }: Awaited<ReturnType<typeof askDesk>>) =>
  data.auditEntries.edges.map(({ node }: { node: { index: number } }) => node.index);

const found = async (log: MemoryLog, where: object) => {
  const told = await askDesk(log, IDS, { variables: { where } });
  expect(told.errors).toEqual([]);
  return indexesOf(told);
};

const FIELDS = [
  ['citizen.fullName', [0], 'shown'],
  ['citizen.card.number', [0], 'masked MIDDLE'],
  ['citizen.religion', [], 'refused NOT_PERMITTED'],
  ['citizen.birth.recordNo', [1], 'missing NO_RECORD'],
] as const;
const RECORDS = [
  { registry: 'citizen-identity', record: 'ci-7', version: '3', cache: 'SOURCE' },
  { registry: 'civil-status', record: 'B-9', version: '1', cache: 'REDIS', ageMs: 90_000 },
];

describe('an entry', () => {
  const WHOLE = `query ($where: AuditFilter) { auditEntries(where: $where, first: 1) { edges { node {
    index id at kind requestId trace readsLog subjects count code act
    who { subject role department system onBehalfOf }
    purpose { procedure name nameEn dossier }
    legalBases { rule text verified from until version wasInForce }
    operation { hash name }
    fields { path label labelEn outcome why maskedAs records { registry record version retrievedAt cache ageSeconds } }
  } } } }`;
  const first = async (log: MemoryLog) => {
    const { data, errors } = await askDesk(log, WHOLE);
    expect(errors).toEqual([]);
    return data.auditEntries.edges[0].node;
  };

  test.each([false, true])(
    'says who, what for, by which rule, from which record, and what they saw (long: %s)',
    async (isLong) => {
      const log = new MemoryLog();
      log.write({ about: [DEMO.groom], fields: FIELDS, records: RECORDS, name: 'Citizen', isLong });
      const entry = await first(log);
      expect(entry).toMatchObject({
        index: 0,
        id: 'WWWWWWWWWWWWWWWW/1',
        at: '2026-11-02T03:00:00.000Z',
        kind: 'READ',
        who: { subject: 'officer-1', role: 'officer', department: 'justice', system: 'one-stop', onBehalfOf: null },
        purpose: { procedure: '1.000894', name: 'Đăng ký kết hôn', nameEn: 'Marriage registration' },
        legalBases: [{ rule: RULE_OF_TEST.name, text: RULE_OF_TEST.basis, verified: false, wasInForce: true }],
        operation: { name: 'Citizen' },
        count: 1,
        readsLog: false,
      });
      const [name, card, religion, birth] = entry.fields;
      expect(name).toMatchObject({
        outcome: 'SHOWN',
        labelEn: 'Full name',
        records: [{ registry: 'citizen-identity', record: 'ci-7', version: '3', cache: 'SOURCE', ageSeconds: 0 }],
      });
      expect(card).toMatchObject({ outcome: 'MASKED', maskedAs: 'MIDDLE', why: null });
      expect(religion).toMatchObject({ outcome: 'REFUSED', why: 'NOT_PERMITTED', maskedAs: null, records: [] });
      expect(birth).toMatchObject({
        outcome: 'MISSING',
        why: 'NO_RECORD',
        records: [{ cache: 'REDIS', ageSeconds: 90, retrievedAt: '2026-11-02T02:58:30.000Z' }],
      });
      expect(JSON.stringify(entry)).not.toContain(DEMO.groom);
    },
  );

  test('says of a rule that it was not in force, before its first day and after its last', async () => {
    const log = new MemoryLog();
    const rules = [
      { ...RULE_OF_TEST, name: 'Early', until: '2026-11-01' },
      { ...RULE_OF_TEST, name: 'Late', from: '2026-11-03' },
      // It is already the second in Viet Nam when it is still the first by UTC.
      { ...RULE_OF_TEST, name: 'OnTheDay', from: '2026-11-02', until: '2026-11-02' },
    ];
    log.write({ fields: FIELDS, rules, at: Date.parse('2026-11-01T18:00:00Z') });
    const { legalBases } = await first(log);
    expect(legalBases.map(({ wasInForce }: { wasInForce: boolean }) => wasInForce)).toEqual([false, false, true]);
  });

  test('whose details are no longer kept says that they are not, and is found still', async () => {
    const log = new MemoryLog();
    log.write({ about: [DEMO.groom], fields: FIELDS, records: RECORDS });
    log.kept.clear();
    expect(await first(log)).toMatchObject({ fields: null, legalBases: null, kind: 'READ' });
    expect(await found(log, { outcome: 'MASKED' })).toEqual([0]);
  });

  test('of something refused says the code and how often', async () => {
    const log = new MemoryLog();
    log.write({ kind: 'refused', code: 'UNAUTHENTICATED', who: undefined, why: undefined, count: 12 });
    expect(await first(log)).toMatchObject({
      kind: 'REFUSED',
      code: 'UNAUTHENTICATED',
      count: 12,
      who: null,
      fields: [],
    });
  });
});

describe('looking for entries', () => {
  const log = new MemoryLog();
  log.key = OLD_KEY;
  const oldKey = log.write({ about: [DEMO.groom], at: Date.parse('2026-10-01T03:00:00Z') });
  log.key = NEW_KEY;
  const newKey = log.write({ about: [DEMO.groom, DEMO.bride], fields: FIELDS, records: RECORDS, name: 'Citizen' });
  const parcel = log.write({
    about: ['w6ugqx1z9d3k'],
    who: { sub: 'taxes', role: 'department-system', dept: 'tax', sys: 'tax-1' },
    why: { procedure: '1.013831', dossier: 'H48.2026.000777' },
  });
  const refused = log.write({ kind: 'refused', code: 'PURPOSE_REQUIRED', why: undefined, about: [] });
  const ofLog = log.write({
    who: { sub: 'auditor-1', role: 'auditor' },
    why: { procedure: 'audit' },
    about: [DEMO.groom],
    fields: [['auditEntries.edges.node.id', [], 'shown']],
  });
  const exported = log.write({
    kind: 'act',
    who: { sub: 'auditor-1', role: 'auditor' },
    why: undefined,
    act: { what: 'log.export' },
  });

  test.each<[string, object, number[]]>([
    ['a person under every key', { person: DEMO.groom }, [ofLog, newKey, oldKey]],
    ['nobody who was not read', { person: DEMO.undigitised }, []],
    ['a parcel', { parcel: 'w6ugqx1z9d3k' }, [parcel]],
    ['two things at once', { person: DEMO.groom, department: 'justice' }, [newKey, oldKey]],
    ['a record', { record: { registry: 'civil-status', record: 'B-9' } }, [newKey]],
    ['not the same record of another registry', { record: { registry: 'land', record: 'B-9' } }, []],
    ['a department', { department: 'tax' }, [parcel]],
    ['a system', { system: 'tax-1' }, [parcel]],
    ['a role', { role: 'auditor' }, [exported, ofLog]],
    ['a caller', { actor: 'taxes' }, [parcel]],
    ['a procedure', { procedure: '1.013831' }, [parcel]],
    ['a dossier', { dossier: 'H48.2026.000777' }, [parcel]],
    ['something masked', { outcome: 'MASKED' }, [newKey]],
    ['something refused, in part or wholly', { outcome: 'REFUSED' }, [refused, newKey]],
    ['a kind', { kind: 'REFUSED' }, [refused]],
    ['a code', { code: 'PURPOSE_REQUIRED' }, [refused]],
    ['another code', { code: 'OPERATION_TOO_DEAR' }, []],
    ['an operation', { operation: 'Citizen' }, [newKey]],
    ['a request', { request: 'request-2' }, [parcel]],
    ['who read the log, by whatever door', { readsLog: true }, [exported, ofLog]],
    ['a time', { until: '2026-10-02' }, [oldKey]],
    ['another time', { from: '2026-11-03T00:00:00+07:00' }, []],
    ['everything', {}, [exported, ofLog, refused, parcel, newKey, oldKey]],
  ])('finds %s', async (_what, where, expected) => {
    expect(await found(log, where)).toEqual(expected);
  });

  test('finds a caller whose token names them by their personal number, under every key', async () => {
    const own = new MemoryLog();
    for (const key of [OLD_KEY, NEW_KEY]) {
      own.key = key;
      own.write({ who: { sub: `~${hashUnder(key, DEMO.husband)}`, role: 'citizen' } });
    }
    own.write({ who: { sub: 'officer-1', role: 'officer' } });
    expect(await found(own, { actor: DEMO.husband })).toEqual([1, 0]);
  });

  test('takes no mark for what it stands for: another text may have the same', async () => {
    const mistaken = new MemoryLog();
    mistaken.write({ about: [DEMO.groom], fields: FIELDS, records: RECORDS });
    // As if the mark of every filter were that of this entry.
    mistaken.rows[0] = { ...mistaken.rows[0]!, marks: { has: () => true } as never };
    for (const where of [
      { person: DEMO.bride },
      { parcel: 'w6ugqx1z9d3k' },
      { department: 'tax' },
      { outcome: 'MISSING', procedure: '1.013831' },
      { record: { registry: 'land', record: 'x' } },
      { kind: 'ACT' },
      { readsLog: true },
      { operation: 'Other' },
      { actor: DEMO.bride },
    ]) {
      expect([where, await found(mistaken, where)]).toEqual([where, []]);
    }
    expect(await found(mistaken, { person: DEMO.groom })).toEqual([0]);
  });

  test.each<[string, object]>([
    ['a person of eleven digits', { person: '04809000000' }],
    ['a time that is none', { from: 'yesterday' }],
    ['a day that is none', { until: '2026-13-01' }],
  ])('refuses %s, and repeats nothing of it', async (_what, where) => {
    const { data, errors } = await askDesk(log, IDS, { variables: { where } });
    expect(Object.values(data)).toEqual([null]);
    expect(errors).toEqual([{ code: 'BAD_USER_INPUT', message: expect.any(String) }]);
    expect(errors[0]!.message).not.toContain(Object.values(where)[0]);
  });

  test('goes page by page, to the end and no further', async () => {
    const seen: number[] = [];
    let after: string | undefined;
    for (let page = 0; page < 10; page += 1) {
      const told = await askDesk(log, IDS, { variables: { first: 2, ...(after ? { after } : {}) } });
      seen.push(...indexesOf(told));
      const { hasNextPage, endCursor } = told.data.auditEntries.pageInfo;
      if (!hasNextPage) break;
      after = endCursor;
    }
    expect(seen).toEqual([exported, ofLog, refused, parcel, newKey, oldKey]);
  });

  test.each([{ first: 0 }, { first: 201 }, { first: 1, after: 'nonsense' }])(
    'refuses the page %j',
    async (variables) => {
      const { errors } = await askDesk(log, IDS, { variables });
      expect(errors).toEqual([{ code: 'BAD_USER_INPUT', message: expect.any(String) }]);
    },
  );
});

describe('one entry', () => {
  const ONE = 'query ($index: Float!) { auditEntry(index: $index) { index id } }';
  const log = new MemoryLog();
  for (let n = 0; n < 4; n += 1) log.write({});
  log.rows[1]!.line = undefined;
  log.rows[2]!.line = '{"v":1,"changed":true}';

  test('is read by its place', async () => {
    expect(await askDesk(log, ONE, { variables: { index: 3 } })).toMatchObject({
      data: { auditEntry: { index: 3, id: 'WWWWWWWWWWWWWWWW/4' } },
    });
  });

  test('is null beyond the end', async () => {
    expect(await askDesk(log, ONE, { variables: { index: 4 } })).toMatchObject({
      data: { auditEntry: null },
      errors: [],
    });
  });

  test('whose month is retired, or that was changed, is said to be so', async () => {
    const [retired, changed] = [1, 2].map((index) => askDesk(log, ONE, { variables: { index } }));
    expect((await retired)!.errors).toEqual([{ code: 'NOT_FOUND', message: expect.stringContaining('retired') }]);
    expect((await changed)!.errors).toEqual([{ code: 'NOT_FOUND', message: expect.stringContaining('changed') }]);
  });

  test('that was changed does not keep the others from being read', async () => {
    expect(indexesOf(await askDesk(log, IDS))).toEqual([3, 0]);
  });
});

describe('without a log', () => {
  test('the fields say that it cannot be read', async () => {
    const { data, errors } = await askDesk(undefined, IDS);
    expect(Object.values(data)).toEqual([null]);
    expect(errors).toEqual([{ code: 'AUDIT_UNAVAILABLE', message: expect.stringContaining('cannot be read') }]);
  });

  test('that answers, the fault is told to who keeps the gateway, and not to who asks', async () => {
    const log = new MemoryLog();
    log.isDown = true;
    const { errors, faults } = await askDesk(log, IDS);
    expect(errors).toEqual([{ code: 'AUDIT_UNAVAILABLE', message: expect.not.stringContaining('10.0.0.7') }]);
    expect(faults).toEqual([expect.objectContaining({ message: expect.stringContaining('10.0.0.7') })]);
  });
});

function hashUnder(key: typeof OLD_KEY, id: string): string {
  const log = new MemoryLog();
  log.key = key;
  log.write({ about: [id] });
  return JSON.parse(log.rows[0]!.line!).about[1];
}
