import { createHash } from 'node:crypto';
import { request } from 'node:http';
import type { LogOfTest, ReadEntry } from '../../helpers/audit-log.js';
import { DEMO } from '../../helpers/demo-people.js';
import { type Answer, ask } from '../../helpers/federation.js';
import { type Product, startProduct } from '../../helpers/product.js';

const OFFICER = { role: 'officer', sub: 'officer-7', procedure: '1.000894' } as const;
const CITIZEN = { role: 'citizen', sub: DEMO.husband, citizen: DEMO.husband, procedure: 'self-service' } as const;
const AUDITOR = { role: 'auditor', sub: 'auditor-1', procedure: 'audit' } as const;

let product: Product;
let log: LogOfTest;

beforeAll(async () => {
  product = await startProduct({ access: {}, audit: true });
  log = product.audit!;
});
afterAll(() => product.stop());

type Claims = Parameters<Product['token']>[0];

async function bearer(claims: Claims | undefined): Promise<Record<string, string>> {
  return claims ? { authorization: `Bearer ${await product.token(claims)}` } : {};
}

async function askAs(
  claims: Claims | undefined,
  body: object,
  headers: Record<string, string> = {},
): Promise<{ answer: Answer; entries: ReadEntry[] }> {
  const answer = await ask(product.url, body, { ...(await bearer(claims)), ...headers });
  return { answer, entries: await log.ofRequest(answer.headers.get('x-request-id')!) };
}

/** The objects of an answer in parts, the first and those that came later. */
async function askInParts(claims: Claims, query: string) {
  const response = await fetch(`${product.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'multipart/mixed; deferSpec=20220824',
      ...(await bearer(claims)),
    },
    body: JSON.stringify({ query }),
  });
  const text = await response.text();
  return { text, entries: await log.ofRequest(response.headers.get('x-request-id')!) };
}

describe('an officer who wants to read without an entry', () => {
  test.each(['__proto__', 'constructor', 'toString'])(
    'what comes later under the name %s has its entry, and changes nothing of the process',
    async (alias) => {
      const query = `{ ${alias}: citizen(personalId: "${DEMO.groom}") { dateOfBirth ... @defer { fullName } } }`;
      const before = Object.getOwnPropertyNames(Object.prototype).length + Object.getOwnPropertyNames(Object).length;
      const { text, entries } = await askInParts(OFFICER, query);
      expect(text).toContain('"fullName"');
      const fields = entries.flatMap((entry) => entry.fields.map((field) => field.split(/[@:]/)[0]));
      const after = Object.getOwnPropertyNames(Object.prototype).length + Object.getOwnPropertyNames(Object).length;
      expect(after).toBe(before);
      expect(fields).toContain('citizen.fullName');
    },
  );

  test('entries say of each answer what was refused in it, whatever was remembered of another', async () => {
    const query = `query ($with: Boolean!) { citizen(personalId: "${DEMO.husband}") { fullName boo: mother @include(if: $with) { fullName } } }`;
    const fieldsWith = async (is: boolean) => {
      const { answer, entries } = await askAs(CITIZEN, { query, variables: { with: is } });
      return {
        asked: Object.keys(answer.data.citizen).sort(),
        fields: entries[0]!.shape!.fields.map(([path]) => path),
      };
    };
    // Remembered from the third time on.
    for (let time = 0; time < 3; time += 1) await fieldsWith(false);
    expect(await fieldsWith(true)).toEqual({
      asked: ['boo', 'fullName'],
      fields: ['citizen.fullName', 'citizen.mother'],
    });
    expect(await fieldsWith(false)).toEqual({ asked: ['fullName'], fields: ['citizen.fullName'] });
  });

  test('those reached by way of another are named as well, though nobody asked for their numbers', async () => {
    const query = `{ citizen(personalId: "${DEMO.husband}") { household { members { citizen { fullName } } } } }`;
    for (let time = 0; time < 3; time += 1) {
      const { answer, entries } = await askAs(CITIZEN, { query });
      const { members } = answer.data.citizen.household;
      expect(members.length).toBeGreaterThan(1);
      expect(entries[0]!.entry.about).toEqual(expect.arrayContaining([log.hashOf(DEMO.wife), log.hashOf(DEMO.child)]));
    }
  });

  test('those whose number is masked are named as well', async () => {
    const TAX = { role: 'department-system', sub: 'tax', department: 'tax', procedure: '1.013831' } as const;
    const [right] = await product.database.query<{ parcel: string; holder: string }>(
      'SELECT parcel_id AS parcel, holder_id AS holder FROM land.land_right WHERE holder_id IS NOT NULL AND replaced_at IS NULL LIMIT 1',
    );
    const parcel = right?.parcel ?? '';
    const { answer, entries } = await askAs(TAX, {
      query: `{ parcel(id: "${parcel}") { id landRights { holder { personalId } } } }`,
    });
    expect(answer.data.parcel.landRights[0].holder.personalId).not.toMatch(/^\d{12}$/);
    expect(entries[0]!.entry.about).toContain(log.hashOf(right!.holder));
  });
});

describe('a stranger who wants to fill the disk', () => {
  test('without a token no more is kept than 20 entries a second, and no details', async () => {
    const count = async () => {
      const [row] = await product.database.query<{ entries: number; details: number; openings: number }>(
        `SELECT (SELECT count(*) FROM audit.entry)::int AS entries, (SELECT count(*) FROM audit.detail)::int AS details,
          (SELECT count(*) FROM audit.opening)::int AS openings`,
      );
      return row!;
    };
    const before = await count();
    const beganMs = performance.now();
    const queries = Array.from(
      { length: 200 },
      (_, n) => `{ a${n}: citizen(personalId: "${DEMO.groom}") { fullName } }`,
    );
    const answers = await Promise.all(queries.map((query) => ask(product.url, { query })));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([401]));
    const after = await count();
    expect(after.details - before.details).toBe(0);
    expect(after.openings - before.openings).toBe(0);
    const seconds = 2 + (performance.now() - beganMs) / 1_000;
    // And one for how many more there were.
    expect(after.entries - before.entries).toBeLessThan(Math.min(200, 21 * seconds));
    expect(after.entries - before.entries).toBeGreaterThan(0);
  });

  test('no request makes an entry that is too long for a leaf', async () => {
    const parties = Array.from({ length: 15_000 }, (_, n) => ({
      role: 'groom',
      personalId: String(10 ** 10 + n).padStart(12, '0'),
    }));
    const query =
      'query ($parties: [PartyInput!]!) { dossier(procedure: "1.000894", parties: $parties) { fields { key } } }';
    const { answer, entries } = await askAs(OFFICER, { query, variables: { parties } });
    expect(answer.errors?.[0]?.extensions?.code).toBe('OPERATION_TOO_LARGE');
    expect(entries).toHaveLength(1);
    expect(Buffer.byteLength(entries[0]!.line)).toBeLessThan(60_000);
    expect(entries[0]!.entry.about!.length).toBeGreaterThan(500);
  });
});

describe('somebody who has a copy of the log, and no key', () => {
  test('cannot find out by guessing whom an operation named in its text', async () => {
    const query = `{ citizen(personalId: "${DEMO.groom}") { fullName } }`;
    const { entries } = await askAs(OFFICER, { query });
    const guess = createHash('sha256').update(query).digest('base64url');
    expect(JSON.stringify(entries)).not.toContain(guess);
    const broken = await askAs(OFFICER, { query: `${query} }` });
    expect(broken.entries[0]!.line).not.toContain(createHash('sha256').update(`${query} }`).digest('base64url'));
    // What names nobody is found by the hash of its text.
    const registered = 'query ($id: ID!) { citizen(personalId: $id) { fullName } }';
    const other = await askAs(OFFICER, { query: registered, variables: { id: DEMO.groom } });
    expect(other.entries[0]!.shape!.op).toBe(createHash('sha256').update(registered).digest('base64url'));
  });

  test('finds no number in what clients may choose', async () => {
    const { entries } = await askAs(
      { ...OFFICER, dossier: `H48.${DEMO.bride}` },
      { query: `query q${DEMO.bride} { citizen(personalId: "${DEMO.groom}") { fullName } }` },
      { traceparent: `00-${DEMO.bride.padStart(32, '0')}-${'cd'.repeat(8)}-01`, 'x-request-id': `r-${DEMO.bride}` },
    );
    expect(JSON.stringify(entries)).not.toContain(DEMO.bride);
    expect(entries).toHaveLength(1);
  });
});

describe('an auditor who reads the log past GraphQL', () => {
  const get = async (path: string, claims?: Claims, headers: Record<string, string> = {}) =>
    fetch(`${product.url}${path}`, { headers: { ...(await bearer(claims)), ...headers } });

  test('has an entry for what they read of the published log', async () => {
    await log.sequence();
    const size = Number((await (await get('/audit/log/checkpoint')).text()).split('\n')[1]);
    const path = size >= 256 ? '/audit/log/tile/entries/000' : `/audit/log/tile/entries/000.p/${size}`;
    const read = await get(path, AUDITOR);
    expect(read.status).toBe(200);
    const acts = (await log.ofRequest(read.headers.get('x-request-id')!)).map(({ entry }) => [
      entry.kind,
      entry.act?.what,
      entry.who?.sub,
    ]);
    expect(acts).toEqual([['act', 'log.published', 'auditor-1']]);
  });

  test('reads it for an inspection only, and what they are refused has an entry', async () => {
    const refused = async (path: string, claims?: Claims) => {
      const answer = await get(path, claims);
      const entries = await log.ofRequest(answer.headers.get('x-request-id')!);
      return [answer.status, ...entries.map(({ entry }) => [entry.kind, entry.code, entry.who?.sub])];
    };
    const other = { ...AUDITOR, procedure: '1.000894' };
    // Of strangers so many in a second have an entry each, and other tests were strangers, too.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    for (const path of ['/audit/log/tile/entries/000', '/audit/log/details/x', '/audit/export']) {
      expect(await refused(path, other)).toEqual([403, ['refused', 'NOT_PERMITTED', 'auditor-1']]);
      expect(await refused(path, OFFICER)).toEqual([403, ['refused', 'NOT_PERMITTED', 'officer-7']]);
      expect(await refused(path)).toEqual([401, ['refused', 'UNAUTHENTICATED', undefined]]);
    }
    expect(await refused('/findUsage', OFFICER)).toEqual([403, ['refused', 'NOT_PERMITTED', 'officer-7']]);
  });

  test.each([
    '/audit/log/',
    '/audit/log/../../health',
    '/audit/log/tile/0/../entries/000',
    '/audit/log/tile/0/%2e%2e/entries/000',
    '/audit/log/tile%2Fentries%2F000',
    '/audit/log/tile/entries/000?x=tile/0/000',
    '/audit/log/tile/0/000/../../entries/000.p/1',
    '/audit/log//tile/entries/000',
    '/audit/log/tile/0/x999/x999/x999/x999/x999/x999/999',
    '/audit/log/tile/-1/000',
    '/audit/log/tile/0/-01',
    '/audit/log/tile/99/000.p/0',
    '/audit/log/details/../entries',
    "/audit/log/checkpoint'",
  ])('%s shows nobody an entry', async (path) => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const { hostname, port } = new URL(product.url);
      const asked = request({ hostname, port, path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject).end();
    });
    expect([401, 404]).toContain(status);
  });
});
