import { DEMO, NOBODY } from '../helpers/demo-people.js';
import { ask } from '../helpers/federation.js';
import { DOSSIER_QUERY, partyInputs } from '../helpers/filled-dossier.js';
import { type Product, startProduct } from '../helpers/product.js';
import { readSecrets } from '../helpers/secrets.js';

const PEOPLE = 40;
const NAME = 'Trần Minh Khôi';
const PHONE = '0110000001';
/** What identifies a request, not a person; its digits are chance. */
const REQUEST_ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

let product: Product;
let secrets: string[];
beforeAll(async () => {
  product = await startProduct({
    registries: 'http',
    defectsPercent: 20,
    config: { breaker: { failuresMax: 1_000, openMs: 10 } },
  });
  secrets = await readSecrets(product.database);
});
afterAll(() => product?.stop());

const CITIZEN = `query ($id: ID!) { citizen(personalId: $id) {
  fullName dateOfBirth permanentResidence { address { text } } household { members { citizen { fullName } } } card { number }
  contact { phone email } birth { fullName mother { fullName } } marriages { spouse { fullName } } landRights { holder { name } }
} }`;

/** Requests that are wrong in a way that has a person's value in it, each with the status that it deserves. */
const WRONG: [status: number, query: string, variables?: Record<string, unknown>][] = [
  [400, `{ citizen(personalId: "${DEMO.groom}") { fulName } }`],
  [400, `{ citizen(personalId: "${DEMO.groom}", name: "${NAME}") { fullName } }`],
  [400, `{ citizen(personalId: "${DEMO.groom}) { fullName } }`],
  [400, `{ citizen(personalId: "${DEMO.groom}") { fullName @"${NAME}" } }`],
  [400, `{ citizen(personalId: "${DEMO.groom}") { landRights(includeEnded: "${NAME}") { id } } }`],
  [400, `{ citizen(personalId: "${DEMO.groom}") { fullName @skip(if: "${PHONE}") } }`],
  [400, `{ dossier(procedure: "1.000894", parties: ["${NAME}"]) { coverage { total } } }`],
  [400, `{ dossier(procedure: "1.000894", parties: [{ role: "groom", personalId: 1.5 }]) { coverage { total } } }`],
  [400, `query Q${DEMO.groom} { nothing }`],
  [400, CITIZEN, { id: { name: NAME } }],
  [400, CITIZEN, { ids: DEMO.groom }],
  [400, `query A { procedures { code } } query B { procedures { code } }`],
  [400, `mutation { marry(groom: "${DEMO.groom}") }`],
  [200, CITIZEN, { id: `${DEMO.groom}0` }],
  [200, CITIZEN, { id: NAME }],
  [200, DOSSIER_QUERY, { procedure: NAME, parties: partyInputs({ groom: DEMO.groom }) }],
  [200, DOSSIER_QUERY, { procedure: '1.000894', parties: [{ role: NAME, personalId: PHONE }] }],
  [200, '{ parcel(id: "Trần Minh Khôi") { id } }'],
  [200, `query Q${DEMO.groom} { procedures { code } }`],
];

async function load(): Promise<void> {
  const rows = await product.database.query<{ personal_id: string }>(
    'select personal_id from citizen_identity.person where replaced_at is null order by record_id limit $1',
    [PEOPLE],
  );
  for (const personalId of [...rows.map((row) => row.personal_id), NOBODY]) {
    await product.ask(CITIZEN, { id: personalId }, { provenance: true });
    const parties = partyInputs({ groom: personalId, bride: DEMO.bride });
    await product.ask(DOSSIER_QUERY, { procedure: '1.000894', parties });
  }
}

const loggedSecrets = (lines: readonly string[]) =>
  lines.filter(
    (line) => secrets.some((secret) => line.includes(secret)) || /\d{12}/.test(line.replace(REQUEST_ID, '')),
  );

test('good requests leave no personal value in the log', async () => {
  await load();
  expect(product.logLines.length).toBeGreaterThan(2 * PEOPLE);
  expect(loggedSecrets(product.logLines)).toEqual([]);
});

test('a personal value in the log would be noticed', () => {
  expect(secrets).toEqual(expect.arrayContaining([NAME, PHONE]));
  expect(loggedSecrets([`{"msg":"${NAME}"}`, `{"id":"${DEMO.groom}"}`, '{"msg":"operation"}'])).toHaveLength(2);
});

test.each(WRONG.map((wrong) => [wrong]))('a wrong request repeats nothing: %j', async ([status, query, variables]) => {
  const before = product.logLines.length;
  const answer = await product.ask(query, variables);
  expect(answer.status).toBe(status);
  const messages = (answer.errors ?? []).map(({ message }) => message).join('\n');
  for (const value of [NAME, 'Trần', PHONE, DEMO.groom, '1.5']) expect(messages).not.toContain(value);
  const logged = product.logLines.slice(before);
  expect(loggedSecrets(logged)).toEqual([]);
  expect(logged.filter((line) => line.includes('\\n    at '))).toEqual([]);
});

test.each(['name', 'number'])(
  'an unknown operation name that is a person’s %s is refused, and not repeated',
  async (kind) => {
    const operationName = kind === 'name' ? NAME : DEMO.groom;
    const before = product.logLines.length;
    const answer = await ask(product.url, { query: 'query A { procedures { code } }', operationName });
    expect({ status: answer.status, code: answer.errors?.[0]?.extensions?.code }).toMatchObject({ status: 400 });
    expect(answer.text).not.toContain(operationName);
    const logged = product.logLines.slice(before);
    expect(loggedSecrets(logged)).toEqual([]);
    expect(logged.filter((line) => line.includes('\\n    at '))).toEqual([]);
  },
);

test('a registry that is lost leaves no personal value in the log either', async () => {
  const before = product.logLines.length;
  for (const registry of Object.values(product.registries)) {
    const sinceKilled = product.logLines.length;
    await registry.kill();
    // What is remembered is trusted for some seconds more.
    do await load();
    while (!product.logLines.slice(sinceKilled).some((line) => line.includes('fetch failed')));
    await registry.restart();
  }
  expect(loggedSecrets(product.logLines.slice(before))).toEqual([]);
});

test('a registry whose table is lost leaves no personal value in the log either', async () => {
  const before = product.logLines.length;
  await product.database.script('alter table citizen_identity.person rename to lost');
  const broken = await product.ask(CITIZEN, { id: DEMO.groom });
  await product.database.script('alter table citizen_identity.lost rename to person');
  expect(broken.errors?.[0]?.extensions).toMatchObject({ registry: 'citizen-identity' });
  expect(broken.text).not.toMatch(/relation|person"|\d{12}/);
  expect(product.logLines.length).toBeGreaterThan(before);
  expect(loggedSecrets(product.logLines.slice(before))).toEqual([]);
});
