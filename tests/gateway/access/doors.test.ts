import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO } from '../../helpers/demo-people.js';
import { type Product, startProduct } from '../../helpers/product.js';

/** One operation, of which an officer who registers marriages may read all but the religion. */
const QUERY = `# owner: a test
# purpose: any
query Person($id: ID!) { citizen(personalId: $id) { fullName religion { name } } }
`;
const variables = { id: DEMO.groom };
const sha256Hash = createHash('sha256').update(QUERY).digest('hex');
const persistedQuery = { version: 1, sha256Hash };

let product: Product;
let operationsFolder: string;
let officer: string;
beforeAll(async () => {
  operationsFolder = mkdtempSync(join(tmpdir(), 'lien-thong-doors-'));
  writeFileSync(join(operationsFolder, 'person.graphql'), QUERY);
  product = await startProduct({ access: {}, operationsFolder, config: { limits: { batchMax: 2 } } });
  officer = await product.token({ role: 'officer', scope: 'sensitive:religion' });
});
afterAll(async () => {
  await product?.stop();
  rmSync(operationsFolder, { recursive: true, force: true });
});

type Headers = Record<string, string>;
const post = (body: unknown, headers: Headers) =>
  fetch(`${product.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify(body),
  });
const get = (search: Record<string, unknown>, headers: Headers) => {
  const texts = Object.entries(search).map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  const address = `${product.url}/graphql?${new URLSearchParams(texts)}`;
  return fetch(address, { headers: { 'apollo-require-preflight': 'true', ...headers } });
};

const DOORS: Record<string, (headers: Headers) => Promise<Response>> = {
  POST: (headers) => post({ query: QUERY, variables }, headers),
  GET: (headers) => get({ query: QUERY, variables }, headers),
  'the name of a registered operation': (headers) => post({ documentId: 'Person', variables }, headers),
  'the hash of a registered operation, by GET': (headers) =>
    get({ documentId: `sha256:${sha256Hash}`, variables }, headers),
  'a persisted query’s hash': (headers) => post({ extensions: { persistedQuery }, variables }, headers),
  'a list': (headers) => post([{ query: QUERY, variables }], headers),
};

async function answerAt(door: string, headers: Headers) {
  const response = await DOORS[door]!(headers);
  const body = await response.json();
  // The items of a list are answered under one 200.
  return { status: response.status, headers: response.headers, ...(Array.isArray(body) ? body[0] : body) };
}

describe.each(Object.keys(DOORS))('by %s', (door) => {
  const isList = door === 'a list';
  test('what a rule lets be read is answered, and the rest refused in its place', async () => {
    const headers = { authorization: `Bearer ${officer}`, purpose: 'procedure=1.000894; dossier=H48.2026.000123' };
    const { status, data, errors } = await answerAt(door, headers);
    expect(status).toBe(200);
    expect(data.citizen).toEqual({ fullName: expect.stringMatching(/./), religion: null });
    expect(errors).toEqual([
      {
        message: expect.any(String),
        path: ['citizen', 'religion'],
        extensions: { code: 'NOT_PERMITTED', rule: 'grant' },
      },
    ]);
  });
  test('who does not say who asks reads nothing', async () => {
    const answer = await answerAt(door, { purpose: 'procedure=1.000894' });
    expect(answer.data?.citizen ?? null).toBeNull();
    expect(answer.errors[0].extensions.code).toBe('UNAUTHENTICATED');
    if (isList) return;
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
  });
  test('who does not say what for reads nothing', async () => {
    const answer = await answerAt(door, { authorization: `Bearer ${officer}` });
    expect(answer.data?.citizen ?? null).toBeNull();
    expect(answer.errors[0].extensions.code).toBe('PURPOSE_REQUIRED');
    if (!isList) expect(answer.status).toBe(403);
  });
  test('a purpose that is none, or a token that is none, is refused', async () => {
    const authorization = `Bearer ${officer}`;
    expect((await DOORS[door]!({ authorization, purpose: 'because' })).status).toBe(400);
    expect((await DOORS[door]!({ authorization: `${authorization}x`, purpose: 'procedure=1.000894' })).status).toBe(
      401,
    );
  });
  test('a token for one purpose serves no other', async () => {
    const token = await product.token({ role: 'officer', procedure: '1.000894' });
    const headers = { authorization: `Bearer ${token}`, purpose: 'procedure=1.000656' };
    expect((await DOORS[door]!(headers)).status).toBe(403);
    expect((await answerAt(door, { authorization: `Bearer ${token}` })).data.citizen.fullName).toMatch(/./);
  });
});
