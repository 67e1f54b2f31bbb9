import { readFileSync } from 'node:fs';
import { createEmbargo } from '../../../../gateway/audit/desk/index.js';
import { identityOf } from '../../../helpers/callers.js';
import { DEMO } from '../../../helpers/demo-people.js';
import { DOSSIER_QUERY } from '../../../helpers/filled-dossier.js';
import { type Product, startProduct } from '../../../helpers/product.js';

const MARRIAGE = 'procedure=1.000894; dossier=H48.2026.000123';
const INSPECTION = 'procedure=audit; dossier=TT-7';
const PARTIES = [
  { role: 'groom', personalId: DEMO.groom },
  { role: 'bride', personalId: DEMO.bride },
];
const operation = (name: string) => readFileSync(require.resolve(`#schema/operations/${name}.graphql`), 'utf8');

let product: Product;
let officer: string;
let auditor: string;
let citizen: string;
beforeAll(async () => {
  product = await startProduct({ access: {}, audit: true });
  officer = await product.token({ role: 'officer', sub: 'officer-1', department: 'justice' });
  auditor = await product.token({ role: 'auditor', sub: 'auditor-1' });
  citizen = await product.token({ role: 'citizen', sub: 'portal-7', citizen: DEMO.groom });
  // Live, then remembered; refused, for it says not what for.
  for (let time = 0; time < 2; time += 1) {
    await ask(DOSSIER_QUERY, { procedure: '1.000894', parties: PARTIES }, { token: officer, purpose: MARRIAGE });
  }
  await ask('query Nosy($id: ID!) { citizen(personalId: $id) { fullName } }', { id: DEMO.groom }, { token: officer });
  await product.audit!.sequence();
});
afterAll(() => product?.stop());

async function ask(query: string, variables: object, { token, purpose }: { token: string; purpose?: string }) {
  const response = await fetch(`${product.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      ...(purpose ? { purpose } : {}),
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as { data?: never; errors?: never }) } as {
    status: number;
    // biome-ignore lint/suspicious/noExplicitAny: whatever a test asked for
    data?: any;
    errors?: { extensions: { code: string } }[];
  };
}

const get = (path: string, { token, ...headers }: { token: string } & Record<string, string>) =>
  fetch(`${product.url}${path}`, { headers: { authorization: `Bearer ${token}`, ...headers } });

const inspect = (name: string, variables: object, by = { token: auditor, purpose: INSPECTION }) =>
  ask(operation(name), variables, by);
// biome-ignore lint/suspicious/noExplicitAny: entries, as they are told
const entriesOf = (answer: { data?: any }): any[] => answer.data.auditEntries.edges.map(({ node }: any) => node);

test('an auditor learns who read a person, what for, by which rule, from which record, live or remembered', async () => {
  const answer = await inspect('audit-entries', { first: 10, where: { person: DEMO.bride, kind: 'READ' } });
  expect(answer.errors).toBeUndefined();
  const [second, first] = entriesOf(answer);
  for (const entry of [second, first]) {
    expect(entry).toMatchObject({
      who: { subject: 'officer-1', role: 'officer', department: 'justice' },
      purpose: { procedure: '1.000894', name: 'Đăng ký kết hôn', dossier: 'H48.2026.000123' },
      legalBases: [{ rule: 'OfficersReadWhatTheFormNeeds', verified: false, wasInForce: true }],
    });
  }
  const name = ({ fields }: typeof first) =>
    fields.find(({ path }: { path: string }) => path === 'form bride.fullName');
  const record = { registry: expect.any(String), record: expect.any(String), version: expect.any(String) };
  expect(name(first)).toMatchObject({
    outcome: 'SHOWN',
    labelEn: 'Full name',
    records: expect.arrayContaining([
      { ...record, cache: 'SOURCE', retrievedAt: expect.any(String), ageSeconds: expect.any(Number) },
    ]),
  });
  expect(name(second).records[0].cache).toBe('MEMORY');
  expect(JSON.stringify(answer)).not.toContain(DEMO.bride);
});

test('what was refused stands there as well, and nothing of whom nobody asked for', async () => {
  const refused = await inspect('audit-entries', { first: 10, where: { person: DEMO.groom, kind: 'REFUSED' } });
  expect(entriesOf(refused)).toMatchObject([{ code: 'PURPOSE_REQUIRED', operation: { name: 'Nosy' } }]);
  const none = await inspect('audit-entries', { first: 10, where: { person: DEMO.widow } });
  expect(entriesOf(none)).toEqual([]);
});

test('that the log was read is an entry itself', async () => {
  await inspect('audit-entries', { first: 1, where: { procedure: '1.000894' } });
  await product.audit!.sequence();
  const answer = await inspect('audit-entries', { first: 50, where: { readsLog: true } });
  expect(entriesOf(answer)[0]).toMatchObject({
    who: { subject: 'auditor-1' },
    purpose: { procedure: 'audit', name: 'Kiểm tra nhật ký khai thác dữ liệu', dossier: 'TT-7' },
    readsLog: true,
  });
});

test('whom the log was asked about is known of those who read it, too', async () => {
  await inspect('audit-entries', { first: 1, where: { person: DEMO.husband } });
  await product.audit!.sequence();
  const asked = async (person: string) =>
    entriesOf(await inspect('audit-entries', { first: 5, where: { person, readsLog: true } }));
  expect(await asked(DEMO.husband)).toMatchObject([
    { who: { subject: 'auditor-1' }, operation: { name: 'AuditEntries' } },
  ]);
  expect(await asked(DEMO.divorcee)).toEqual([]);
});

test('the log is whole, forms asked nothing that the state holds, and every answer says what was looked through', async () => {
  const { data } = await inspect('audit-log', {});
  expect(data.auditLog).toMatchObject({
    isAllChecked: true,
    missing: [],
    missingIndexes: [],
    altered: [],
    lateSeconds: 0,
  });
  expect(data.auditLog.openWriters).toHaveLength(1);
  const period = { from: new Date(product.now() - 3_600_000).toISOString(), until: '2026-12-01' };
  const { data: asked } = await inspect('audit-asked-although-held', period);
  expect(asked.askedAlthoughHeld).toMatchObject({ forms: 2, isWhole: true });
  const { data: unusual } = await inspect('audit-unusual-reading', period);
  expect(unusual.unusualReading).toMatchObject({ isWhole: true, findings: [] });
});

test.each([
  ['an officer', () => ({ token: officer, purpose: INSPECTION }), 'NOT_PERMITTED'],
  ['a citizen', () => ({ token: citizen, purpose: INSPECTION }), 'NOT_PERMITTED'],
  ['an auditor with another purpose', () => ({ token: auditor, purpose: MARRIAGE }), 'NOT_PERMITTED'],
  ['an auditor without one', () => ({ token: auditor, purpose: '' }), 'PURPOSE_REQUIRED'],
])('%s reads nothing of the log', async (_who, by, code) => {
  for (const name of ['audit-entries', 'audit-log']) {
    const { data, errors } = await inspect(name, { first: 1 }, by());
    expect(Object.values(data ?? {}).filter((value) => value !== null)).toEqual([]);
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual([code]);
  }
});

const uses = async (token = citizen) => {
  const { data, errors } = await ask(
    operation('my-data-uses'),
    { first: 10 },
    { token, purpose: 'procedure=self-service' },
  );
  expect(errors).toBeUndefined();
  // biome-ignore lint/suspicious/noExplicitAny: uses, as they are told
  return data.myDataUses.edges.map(({ node }: any) => node);
};

test('a citizen learns who looked at their data, and nobody’s name', async () => {
  const [inspection, second, first] = await uses();
  expect(inspection).toMatchObject({
    role: { text: 'kiểm tra viên' },
    data: [{ text: 'Nhật ký khai thác dữ liệu' }],
    dossier: 'TT-7',
  });
  expect(first).toMatchObject({
    department: { text: 'Sở Tư pháp' },
    procedure: { text: 'Đăng ký kết hôn' },
    dossier: 'H48.2026.000123',
    isLive: true,
    data: expect.arrayContaining([{ code: null, text: 'Nơi cư trú', textEn: 'Residence' }]),
  });
  expect(second.isLive).toBe(false);
  expect(JSON.stringify([first, second])).not.toMatch(/officer-1|048090000001/);
  expect(await uses(await product.token({ role: 'citizen', sub: 'portal-8', citizen: DEMO.undigitised }))).toEqual([]);
});

test('the same, as the Data Tracker asks; for another it is refused', async () => {
  const own = { token: citizen, 'x-road-userid': `VN${DEMO.groom}` };
  const answer = await get(`/findUsage?userCode=VN${DEMO.groom}`, own);
  expect(answer.status).toBe(200);
  expect(await answer.json()).toMatchObject({
    totalUsages: 3,
    usages: [
      { action: 'Kiểm tra nhật ký khai thác dữ liệu (hồ sơ TT-7)' },
      { action: 'Đăng ký kết hôn (hồ sơ H48.2026.000123)', receiverCode: 'justice' },
      {},
    ],
  });
  expect((await get(`/findUsage?userCode=VN${DEMO.bride}`, own)).status).toBe(403);
  expect((await get('/findUsage', own)).status).toBe(400);
});

test('an auditor takes the log away line by line, which is recorded; an officer does not', async () => {
  const answer = await get('/audit/export?procedure=1.000894', { token: auditor, purpose: INSPECTION });
  expect(answer.status).toBe(200);
  const lines = (await answer.text()).trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).purpose.procedure)).toEqual(['1.000894', '1.000894']);
  const refused = await get('/audit/export', { token: officer, purpose: INSPECTION });
  expect(refused.status).toBe(403);
  await product.audit!.sequence();
  const acts = entriesOf(await inspect('audit-entries', { first: 50, where: { kind: 'ACT', readsLog: true } }));
  expect(acts).toContainEqual(
    expect.objectContaining({
      who: expect.objectContaining({ subject: 'auditor-1' }),
      act: { what: 'log.export', procedure: '1.000894' },
    }),
  );
});

test('what is withheld while an investigation goes on the citizen does not see, and afterwards does', async () => {
  const investigation = { token: officer, purpose: 'procedure=1.000894; dossier=INV-1' };
  await ask(DOSSIER_QUERY, { procedure: '1.000894', parties: PARTIES }, investigation);
  await product.audit!.sequence();
  expect((await uses()).map(({ dossier }: { dossier: string }) => dossier)).toContain('INV-1');
  const act = async () => {};
  const embargo = createEmbargo({ database: product.database, act, clock: { now: product.now } });
  const operator = identityOf({ role: 'operator' });
  await embargo.set({ investigation: 'INV-1', subjects: [product.audit!.hashOf(DEMO.groom)] }, operator);
  product.pass(5_001);
  const told = (await uses()).map(({ dossier }: { dossier: string }) => dossier);
  expect(told).not.toContain('INV-1');
  expect(told).toHaveLength(3);
  await embargo.lift('INV-1', operator);
  product.pass(5_001);
  expect((await uses()).map(({ dossier }: { dossier: string }) => dossier)).toContain('INV-1');
});

test('a gateway without a log says that it cannot be read, and answers what else is asked', async () => {
  const without = await startProduct({ access: {}, citizens: 20 });
  try {
    const response = await fetch(`${without.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await without.token({ role: 'auditor' })}`,
        purpose: INSPECTION,
      },
      body: JSON.stringify({ query: '{ procedures { code } auditEntries(first: 1) { pageInfo { hasNextPage } } }' }),
    });
    const { data, errors } = (await response.json()) as { data: object; errors: object[] };
    expect(data).toEqual({ procedures: expect.arrayContaining([{ code: '1.000894' }]), auditEntries: null });
    const extensions = expect.objectContaining({ code: 'AUDIT_UNAVAILABLE' });
    expect(errors).toEqual([
      { path: ['auditEntries'], message: expect.stringContaining('cannot be read'), extensions },
    ]);
    expect((await fetch(`${without.url}/audit/export`)).status).toBe(404);
  } finally {
    await without.stop();
  }
});
