import { readRecords } from '../../../gateway/audit/entry.js';
import { DEFAULTS } from '../../../gateway/config.js';
import type { LogOfTest, ReadEntry } from '../../helpers/audit-log.js';
import { type Answer, ask } from '../../helpers/federation.js';
import { DOSSIER_QUERY, partyInputs } from '../../helpers/filled-dossier.js';
import { type Product, startProduct } from '../../helpers/product.js';

const GROOM = '048090000001';
const BRIDE = '048192000002';
const COUPLE = { procedure: '1.000894', parties: partyInputs({ groom: GROOM, bride: BRIDE }) };
const CITIZEN = `query Person($id: ID!) { nguyenVanA: citizen(personalId: $id) { fullName ethnicity { name } religion { name } card { number } } }`;

/** So few that a busy machine does not make up for them. */
const FEW = { ...DEFAULTS.budgets, requestsASecond: 1, requestsBurst: 60 };

let product: Product;
let log: LogOfTest;

beforeAll(async () => {
  product = await startProduct({ access: {}, audit: true, config: { limits: { costMax: 3_000 }, budgets: FEW } });
  log = product.audit!;
});
afterAll(() => product.stop());

async function askAs(
  claims: Record<string, unknown> | undefined,
  body: object,
  headers: Record<string, string> = {},
): Promise<{ answer: Answer; entries: ReadEntry[] }> {
  const authorization = claims ? { authorization: `Bearer ${await product.token(claims as never)}` } : {};
  const answer = await ask(product.url, body, { ...authorization, ...headers } as Record<string, string>);
  return { answer, entries: await log.ofRequest(answer.headers.get('x-request-id')!) };
}

const OFFICER = {
  role: 'officer',
  sub: 'officer-7',
  department: 'H48',
  procedure: '1.000894',
  dossier: 'H48.2026.000123',
};

test('a dossier has one entry: who, whom, what for, by which rule, and each field with its record', async () => {
  const trace = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
  const client = { ...OFFICER, client_id: 'one-stop-shop', act: { sub: 'clerk-1' }, scope: 'sensitive:ethnicity' };
  const { answer, entries } = await askAs(client, { query: DOSSIER_QUERY, variables: COUPLE }, { traceparent: trace });
  expect(answer.status).toBe(200);
  expect(entries).toHaveLength(1);
  const { entry, shape, fields } = entries[0]!;
  expect(entry).toMatchObject({
    kind: 'read',
    trace: 'ab'.repeat(16),
    who: { sub: 'clerk-1', role: 'officer', dept: 'H48', sys: 'one-stop-shop', obo: 'officer-7' },
    why: { procedure: '1.000894', dossier: 'H48.2026.000123' },
    about: ['k1', log.hashOf(GROOM), log.hashOf(BRIDE)],
  });
  expect(shape?.rules).toMatchObject([{ name: 'OfficersReadWhatTheFormNeeds', from: '2024-07-01', verified: false }]);
  expect(fields).toContain('form groom.fullName: shown civil-status/KS-1990-000001@1 SOURCE');
  expect(fields.filter((field) => field.startsWith('check '))).toHaveLength(9);
  // Each field that the answer holds, and nothing else, with what became of it.
  const { fields: shown } = answer.data.dossier as { fields: { key: string; status: string }[] };
  const inLog = fields.filter((field) => field.startsWith('form '));
  expect(inLog.map((field) => field.split(': ')[0])).toEqual(shown.map(({ key }) => `form ${key}`));
  expect(inLog.filter((field) => field.includes(': shown'))).toHaveLength(
    shown.filter(({ status }) => status === 'PREFILLED').length,
  );
  expect(inLog.filter((field) => field.includes('missing ASK_CITIZEN'))).toHaveLength(1);
  // What was compared, and stands in no field, was read as well.
  const cited = new Set(shape?.fields.flatMap(([, sources]) => sources));
  expect(shape!.registries.length).toBeGreaterThanOrEqual(cited.size);
  expect(readRecords(entry).every(({ retrievedAtMs }) => Math.abs(retrievedAtMs - product.now()) < 60_000)).toBe(true);
});

test('fields that may not be read, and masks, stand there as what they are; an alias tells nobody anything', async () => {
  const citizen = { role: 'citizen', sub: GROOM, citizen: GROOM, procedure: 'self-service' };
  const { entries } = await askAs(citizen, { query: CITIZEN, variables: { id: GROOM } });
  const { entry, fields, line, shape } = entries[0]!;
  expect(entry.who?.sub).toBe(`~${log.hashOf(GROOM)}`);
  expect(fields.find((field) => field.startsWith('citizen.fullName'))).toMatch(
    /^citizen\.fullName: shown citizen-identity\/DC-2018-000003@1 /,
  );
  expect(fields.find((field) => field.startsWith('citizen.religion'))).toMatch(
    /^citizen\.religion(\.name)?: refused scopes/,
  );
  expect(line + JSON.stringify(shape)).not.toMatch(/nguyenVanA|048090000001/);
});

test('who may read nothing of it is refused, with every field and the reason', async () => {
  const { answer, entries } = await askAs(OFFICER, { query: '{ parcel(id: "w6ugq4zbn2d1") { area } }' });
  expect(answer.status).toBe(403);
  expect(entries.map(({ entry }) => [entry.kind, entry.code])).toEqual([['refused', 'NOT_PERMITTED']]);
  expect(entries[0]!.fields).toEqual(['parcel: refused grant']);
  expect(entries[0]!.entry.about).toEqual(['k1', log.hashOf('w6ugq4zbn2d1')]);
});

interface Refused {
  claims?: Record<string, unknown>;
  body: object;
  headers?: Record<string, string>;
  code: string;
}

const REFUSED: [string, Refused][] = [
  ['no token', { body: { query: CITIZEN, variables: { id: GROOM } }, code: 'UNAUTHENTICATED' }],
  [
    'a token that is none',
    { body: { query: CITIZEN }, headers: { authorization: 'Bearer x.y.z' }, code: 'UNAUTHENTICATED' },
  ],
  [
    'no purpose',
    { claims: { role: 'officer' }, body: { query: CITIZEN, variables: { id: GROOM } }, code: 'PURPOSE_REQUIRED' },
  ],
  [
    'another purpose than the token’s',
    { claims: OFFICER, body: { query: CITIZEN }, headers: { purpose: 'procedure=other' }, code: 'PURPOSE_REQUIRED' },
  ],
  [
    'a purpose that is none',
    { claims: OFFICER, body: { query: CITIZEN }, headers: { purpose: 'x' }, code: 'BAD_REQUEST' },
  ],
  ['a syntax error', { claims: OFFICER, body: { query: '{ citizen(' }, code: 'GRAPHQL_PARSE_FAILED' }],
  [
    'an unknown field',
    {
      claims: OFFICER,
      body: { query: '{ citizen(personalId: "048090000001") { secret } }' },
      code: 'GRAPHQL_VALIDATION_FAILED',
    },
  ],
  ['variables that do not fit', { claims: OFFICER, body: { query: CITIZEN, variables: {} }, code: 'BAD_USER_INPUT' }],
  ['an unknown id', { claims: OFFICER, body: { documentId: 'sha256:00' }, code: 'UNKNOWN_OPERATION' }],
  ['a body that is no object', { claims: OFFICER, body: 'x' as never, code: 'BAD_REQUEST' }],
  ['several operations', { claims: OFFICER, body: [{ query: CITIZEN }], code: 'BAD_REQUEST' }],
  [
    'an answer that nobody can give',
    { claims: OFFICER, body: { query: CITIZEN }, headers: { accept: 'image/png' }, code: 'NOT_ACCEPTABLE' },
  ],
];

test.each(REFUSED)(
  '%s is refused, and the refusal is an entry',
  async (_name, { claims, body, headers = {}, code }) => {
    const { answer, entries } = await askAs(claims, body, headers);
    expect(answer.status === 200 || answer.status >= 400).toBe(true);
    expect(entries.map(({ entry }) => [entry.kind, entry.code])).toEqual([['refused', code]]);
    const { who } = entries[0]!.entry;
    expect(who?.sub).toBe(claims && !headers.purpose && !headers.accept ? (claims.sub ?? 'tester') : undefined);
  },
);

test('too dear, and too often, are refused with an entry each', async () => {
  const parties = JSON.stringify(COUPLE.parties).replace(/"(\w+)":/g, '$1:');
  const many = Array.from(
    { length: 20 },
    (_, n) =>
      `a${n}: dossier(procedure: "1.000894", parties: ${parties}) { fields { key value provenance { record } } }`,
  );
  const { entries } = await askAs(OFFICER, { query: `{ ${many.join(' ')} }` });
  expect(entries.map(({ entry }) => entry.kind)).toEqual(['refused']);
  expect(entries[0]!.entry.about).toHaveLength(3);
  const authorization = `Bearer ${await product.token({ ...OFFICER, role: 'officer', sub: 'spender' })}`;
  const once = () => ask(product.url, { query: CITIZEN, variables: { id: GROOM } }, { authorization });
  const answers = await Promise.all(Array.from({ length: 150 }, once));
  const spent = (await log.entries()).filter(({ entry }) => entry.who?.sub === 'spender');
  expect(spent).toHaveLength(150);
  const refused = spent.filter(({ entry }) => entry.code === 'BUDGET_SPENT');
  expect(refused.length).toBe(answers.filter(({ status }) => status === 429).length);
  expect(refused.length).toBeGreaterThan(0);
});

test('what asks for nothing that is guarded has no entry', async () => {
  for (const query of ['{ procedures { code } }', '{ __typename }', '{ __schema { queryType { name } } }']) {
    const { answer, entries } = await askAs(undefined, { query });
    expect(answer.errors).toBeUndefined();
    expect(entries).toEqual([]);
  }
});

test('what is remembered is read by each who gets it, with its tier and when it was fetched', async () => {
  const request = { query: CITIZEN, variables: { id: '048187000004' } };
  const first = await askAs(OFFICER, request);
  product.pass(200);
  const [second, third] = [await askAs(OFFICER, request), await askAs({ ...OFFICER, sub: 'officer-8' }, request)];
  const read = [first, second, third].map(({ entries }) => readRecords(entries[0]!.entry));
  expect(read[0]![0]!.cache).toBe('SOURCE');
  for (const later of read.slice(1)) {
    expect(later.map(({ cache }) => cache)).toContain('MEMORY');
    expect(later.every(({ retrievedAtMs }) => retrievedAtMs <= first.entries[0]!.entry.at)).toBe(true);
  }
  expect(third.entries[0]!.entry.who?.sub).toBe('officer-8');
  expect(new Set([first, second, third].map(({ entries }) => entries[0]!.entry.n)).size).toBe(3);
});

test('an answer in parts has an entry for each part', async () => {
  const query = `query ($id: ID!) { citizen(personalId: $id) { fullName ... @defer { card { number } } } }`;
  const token = await product.token({ ...OFFICER, role: 'officer' });
  const response = await fetch(`${product.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      accept: 'multipart/mixed; deferSpec=20220824',
    },
    body: JSON.stringify({ query, variables: { id: GROOM } }),
  });
  const text = await response.text();
  expect(text).toContain('hasNext');
  const entries = await log.ofRequest(response.headers.get('x-request-id')!);
  const paths = entries.flatMap(({ fields }) => fields.map((field) => field.split(':')[0]));
  expect(paths).toContain('citizen.fullName');
  expect(paths.some((path) => path?.startsWith('citizen.card'))).toBe(true);
  expect(paths.length).toBe(new Set(paths).size);
});

test('the log of it all holds no name, number or value of anybody', async () => {
  const people = await product.database.query<Record<string, string>>(
    'SELECT * FROM citizen_identity.person LIMIT 300',
  );
  const dump = await dumpOfLog();
  expect(people.length).toBeGreaterThan(200);
  const values = people.flatMap(({ full_name, personal_id }) => [full_name, personal_id]);
  expect(values.filter((value) => value === undefined || dump.includes(value))).toEqual([]);
  // The same search finds what is there.
  expect(dump).toContain('KS-1990-000001');
});

async function dumpOfLog(): Promise<string> {
  const texts: string[] = [];
  for (const table of ['entry', 'detail', 'opening', 'embargo']) {
    const rows = await product.database.query<object>(`SELECT * FROM audit.${table}`);
    texts.push(...rows.map((row) => JSON.stringify(row)));
  }
  return texts.join('\n');
}
