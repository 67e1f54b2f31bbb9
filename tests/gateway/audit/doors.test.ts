import { createHash } from 'node:crypto';
import type { LogOfTest, ReadEntry } from '../../helpers/audit-log.js';
import { DEMO } from '../../helpers/demo-people.js';
import { DOSSIER_QUERY, partyInputs } from '../../helpers/filled-dossier.js';
import { type Product, startProduct } from '../../helpers/product.js';

const OFFICER = { role: 'officer', sub: 'officer-7', procedure: '1.000894' } as const;
const QUERY = `query Q($id: ID!) { citizen(personalId: $id) { fullName dateOfBirth } }`;
const VARIABLES = { id: DEMO.groom };
const HASH = createHash('sha256').update(QUERY).digest('hex');
const FIELDS = ['citizen.fullName: shown', 'citizen.dateOfBirth: shown'];

let product: Product;
let log: LogOfTest;
let authorization: string;

beforeAll(async () => {
  product = await startProduct({ access: {}, audit: true, config: { limits: { batchMax: 5 } } });
  log = product.audit!;
  authorization = `Bearer ${await product.token(OFFICER)}`;
});
afterAll(() => product.stop());

async function send(
  method: string,
  search: string,
  { body, headers = {} }: { body?: unknown; headers?: Record<string, string> } = {},
) {
  const response = await fetch(`${product.url}/graphql${search}`, {
    method,
    headers: { authorization, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text, entries: await log.ofRequest(response.headers.get('x-request-id')!) };
}

const outcomes = ({ fields }: ReadEntry) => fields.map((field) => field.split(' ').slice(0, 2).join(' '));
const search = (of: Record<string, unknown>) =>
  `?${Object.entries(of)
    .map(([name, value]) => `${name}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`)
    .join('&')}`;
const APQ = { persistedQuery: { version: 1, sha256Hash: HASH } };
const PREFLIGHTED = { 'apollo-require-preflight': '1' };

test.each([
  ['POST', () => send('POST', '', { body: { query: QUERY, variables: VARIABLES } }), 1],
  ['GET', () => send('GET', search({ query: QUERY, variables: VARIABLES }), { headers: PREFLIGHTED }), 1],
  ['a hash by POST', () => send('POST', '', { body: { extensions: APQ, variables: VARIABLES } }), 1],
  ['a hash by GET', () => send('GET', search({ extensions: APQ, variables: VARIABLES }), { headers: PREFLIGHTED }), 1],
  ['a list', () => send('POST', '', { body: [1, 2, 3].map(() => ({ query: QUERY, variables: VARIABLES })) }), 3],
])('who asks by %s has an entry for each operation, with all that came', async (_name, ask, count) => {
  const { status, text, entries } = await ask();
  expect(status).toBe(200);
  expect(text.split('fullName').length - 1).toBe(count);
  expect(entries.map(outcomes)).toEqual(Array.from({ length: count }, () => FIELDS));
  expect(entries.map(({ entry }) => entry.about?.[1])).toEqual(
    Array.from({ length: count }, () => log.hashOf(DEMO.groom)),
  );
});

test.each([
  ['HEAD', () => send('HEAD', search({ query: QUERY, variables: VARIABLES }), { headers: PREFLIGHTED })],
  ['DELETE', () => send('DELETE', search({ query: QUERY, variables: VARIABLES }))],
  ['a page of another site', () => send('GET', search({ query: QUERY, variables: VARIABLES }))],
  ['a mutation', () => send('POST', '', { body: { query: 'mutation { x }' } })],
  ['a subscription', () => send('POST', '', { body: { query: 'subscription { x }' } })],
  ['a list that is too long', () => send('POST', '', { body: Array.from({ length: 6 }, () => ({ query: QUERY })) })],
])('who asks by %s gets nothing, and has an entry that says so', async (_name, ask) => {
  const { status, text, entries } = await ask();
  expect(status).toBeGreaterThanOrEqual(400);
  expect(text).not.toContain('fullName":');
  expect(entries.map(({ entry }) => entry.kind)).toEqual(['refused']);
});

test('a registered operation is in the log by the hash of its text, by which it was registered', async () => {
  const parties = partyInputs({ groom: DEMO.groom, bride: DEMO.bride });
  const { entries } = await send('POST', '', {
    body: { documentId: 'Dossier', variables: { procedure: '1.000894', parties } },
  });
  expect(entries.map(({ shape }) => shape?.op)).toEqual([
    createHash('sha256').update(DOSSIER_QUERY).digest('base64url'),
  ]);
});

describe('dossiers', () => {
  const parties = (groom: string, bride: string) =>
    `parties: [{ role: "groom", personalId: "${groom}" }, { role: "bride", personalId: "${bride}" }]`;
  const valuesIn = (text: string) => text.match(/"status":"(PREFILLED|CONFLICT)"/g)?.length ?? 0;

  test('two in one operation have all fields of both, and name all four', async () => {
    const query = `{ a: dossier(procedure: "1.000894", ${parties(DEMO.groom, DEMO.bride)}) { fields { key value status } }
      b: dossier(procedure: "1.000894", ${parties(DEMO.undigitised, DEMO.divorcee)}) { fields { key value status } } }`;
    const { text, entries } = await send('POST', '', { body: { query } });
    expect(valuesIn(text)).toBeGreaterThan(10);
    expect(entries).toHaveLength(1);
    expect(entries[0]!.fields.filter((field) => /^form .*: shown/.test(field))).toHaveLength(valuesIn(text));
    for (const id of [DEMO.groom, DEMO.bride, DEMO.undigitised, DEMO.divorcee]) {
      expect(entries[0]!.entry.about).toContain(log.hashOf(id));
    }
  });

  test('what is deferred of one is written down once', async () => {
    const accept = 'multipart/mixed; deferSpec=20220824';
    const query = `{ a: dossier(procedure: "1.000894", ${parties(DEMO.groom, DEMO.bride)}) { procedure { code } ... @defer { fields { key value status } } } }`;
    const { text, entries } = await send('POST', '', { body: { query }, headers: { accept } });
    expect(valuesIn(text)).toBeGreaterThan(10);
    const shown = entries.flatMap(({ fields }) => fields).filter((field) => /^form .*: shown/.test(field));
    expect(shown).toHaveLength(valuesIn(text));
  });

  test('one that comes as a part of its own is in the entry of that part', async () => {
    const accept = 'multipart/mixed; deferSpec=20220824';
    const query = `{ citizen(personalId: "${DEMO.groom}") { fullName } ... @defer { a: dossier(procedure: "1.000894", ${parties(DEMO.groom, DEMO.bride)}) { fields { key value status } } } }`;
    const { text, entries } = await send('POST', '', { body: { query }, headers: { accept } });
    const shown = entries.flatMap(({ fields }) => fields).filter((field) => /^form .*: shown/.test(field));
    expect(valuesIn(text)).toBeGreaterThan(10);
    expect(shown).toHaveLength(valuesIn(text));
    expect(
      entries.flatMap(({ fields }) => fields).filter((field) => field.startsWith('citizen.fullName')),
    ).toHaveLength(1);
  });

  test('of which only the counts are asked, no value is said to have been shown', async () => {
    const query = `{ dossier(procedure: "1.000894", ${parties(DEMO.groom, DEMO.bride)}) { coverage { total } fields { key status } } }`;
    const { entries } = await send('POST', '', { body: { query } });
    const outcomesOfForm = new Set(
      entries[0]!.fields
        .filter((field) => field.startsWith('form '))
        .map((field) => field.split(': ')[1]!.split(' ').slice(0, 2).join(' ')),
    );
    expect([...outcomesOfForm].some((outcome) => outcome.startsWith('shown'))).toBe(false);
    expect([...outcomesOfForm]).toContain('masked STATUS');
  });
});
