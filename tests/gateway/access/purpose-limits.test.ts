import type { Identity } from '../../../gateway/identity.js';
import { NOBODY } from '../../../gateway/identity.js';
import { identityOf } from '../../helpers/callers.js';
import { DEMO } from '../../helpers/demo-people.js';
import type { Answer } from '../../helpers/federation.js';
import { DOSSIER_QUERY, partyInputs } from '../../helpers/filled-dossier.js';
import { type Product, startProduct } from '../../helpers/product.js';

const MARRIAGE = '1.000894';
const TRANSFER = '1.013831';

let product: Product;
let identity: Identity;
/** How often a registry was asked. */
let asked = 0;
beforeAll(async () => {
  product = await startProduct({ access: { identify: () => identity }, onAsked: () => void (asked += 1) });
});
afterAll(() => product?.stop());

async function as(who: Identity, query: string, variables?: Record<string, unknown>): Promise<Answer> {
  identity = who;
  return product.ask(query, variables);
}

const OFFICER = identityOf({ role: 'officer' }, MARRIAGE);
const GROOM = identityOf({ role: 'citizen', citizen: DEMO.groom, scopes: [] }, MARRIAGE);
const CITIZEN = (fields: string) => `{ citizen(personalId: "${DEMO.groom}") { ${fields} } }`;
const refusedAt = ({ errors = [] }: Answer) =>
  errors.map(({ path, extensions }) => [path?.join('.'), extensions?.code]);

describe('who says nothing', () => {
  test('reads no personal data, and is told how to say who asks', async () => {
    const answer = await as(NOBODY, CITIZEN('fullName'));
    expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(answer.data).toBeUndefined();
    expect(answer.errors?.[0]?.message).toMatch(/bearer token/);
  });
  test('reads what is no personal data', async () => {
    const answer = await as(NOBODY, '{ procedures { code } }');
    expect(answer.errors).toBeUndefined();
    expect(answer.data.procedures.length).toBeGreaterThan(5);
  });
  test('gets the rest of an operation', async () => {
    const answer = await as(NOBODY, `{ procedures { code } citizen(personalId: "${DEMO.groom}") { fullName } }`);
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.data)).toEqual(['procedures', 'citizen']);
    expect(answer.data.citizen).toBeNull();
    expect(refusedAt(answer)).toEqual([['citizen', 'NOT_PERMITTED']]);
  });
  test('fills no dossier', async () => {
    const answer = await as(NOBODY, DOSSIER_QUERY, {
      procedure: MARRIAGE,
      parties: partyInputs({ groom: DEMO.groom }),
    });
    expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
  });
});

test('who does not say what for reads nothing', async () => {
  const answer = await as(identityOf({ role: 'officer' }), CITIZEN('fullName'));
  expect(answer).toMatchObject({ status: 403, errors: [{ extensions: { code: 'PURPOSE_REQUIRED' } }] });
  expect(answer.errors?.[0]?.message).toMatch(/purpose: procedure=/);
});

describe('an officer', () => {
  test('reads what the form needs, under any alias and by any fragment', async () => {
    const plain = await as(OFFICER, CITIZEN('fullName dateOfBirth maritalStatus'));
    expect(plain.errors).toBeUndefined();
    const other = await as(
      OFFICER,
      `query ($id: ID!) { a: citizen(personalId: $id) { ...F ... on Citizen { m: maritalStatus } } }
       fragment F on Citizen { n: fullName dateOfBirth }`,
      { id: DEMO.groom },
    );
    expect(other.data.a).toEqual({
      n: plain.data.citizen.fullName,
      dateOfBirth: plain.data.citizen.dateOfBirth,
      m: plain.data.citizen.maritalStatus,
    });
  });
  test('reads nothing else, and gets the rest in its place', async () => {
    const answer = await as(OFFICER, CITIZEN('fullName religion { name } dateOfBirth relatives { fullName }'));
    expect(answer.status).toBe(200);
    expect(Object.entries(answer.data.citizen)).toEqual([
      ['fullName', expect.any(String)],
      ['religion', null],
      ['dateOfBirth', expect.any(String)],
      ['relatives', null],
    ]);
    expect(refusedAt(answer)).toEqual([
      ['citizen.religion', 'NOT_PERMITTED'],
      ['citizen.relatives', 'NOT_PERMITTED'],
    ]);
  });
  test.each([
    ['an alias', 'x: religion { name }', 'x'],
    ['a fragment', '...R', 'religion'],
    ['an inline fragment', '... on Citizen { ... { religion { name } } }', 'religion'],
    ['@include', 'religion @include(if: true) { name }', 'religion'],
    ['@skip', 'religion @skip(if: false) { name }', 'religion'],
    ['the name of a permitted field', 'fullName: religion { name }', 'fullName'],
    ['a field in two parts', 'religion { name } ... { religion { code } }', 'religion'],
  ])('does not get around it by %s', async (_way, fields, key) => {
    const fragment = fields.includes('...R') ? ' fragment R on Citizen { religion { name } }' : '';
    const answer = await as(OFFICER, CITIZEN(`personalId ${fields}`) + fragment);
    expect(answer.data.citizen).toEqual({ personalId: DEMO.groom, [key]: null });
    expect(refusedAt(answer)).toEqual([[`citizen.${key}`, 'NOT_PERMITTED']]);
  });
  test('is refused nothing that was not asked for in the end', async () => {
    const answer = await as(OFFICER, CITIZEN('personalId religion @skip(if: true) { name }'));
    expect(answer.errors).toBeUndefined();
    expect(answer.data.citizen).toEqual({ personalId: DEMO.groom });
  });
  test('cannot read on from a person of the form into what the form does not need of others', async () => {
    const query = `{ citizen(personalId: "${DEMO.husband}") { marriages { recordNo spouse { fullName citizen { contact { phone } } } } } }`;
    const answer = await as(OFFICER, query);
    expect(answer.text).not.toMatch(/"phone":"/);
    expect(refusedAt(answer)).toContainEqual(['citizen.marriages.0.spouse', 'NOT_PERMITTED']);
  });
  test('of another procedure reads what that one needs', async () => {
    const parcel = 'parcel(id: "w6vhj2k8m4np") { id landRights { holder { name } } }';
    expect(await as(OFFICER, `{ ${parcel} }`)).toMatchObject({ status: 403 });
    expect(await as(identityOf({}, TRANSFER), `{ ${parcel} }`)).toMatchObject({ status: 200 });
  });
  test('fills the form of the declared procedure and no other', async () => {
    const parties = partyInputs({ groom: DEMO.groom, bride: DEMO.bride });
    const mine = await as(OFFICER, DOSSIER_QUERY, { procedure: MARRIAGE, parties });
    expect(mine.data.dossier.coverage.prefilled).toBeGreaterThan(20);
    expect(mine.data.dossier.coverage.withheld).toBe(0);
    const other = await as(OFFICER, DOSSIER_QUERY, { procedure: '1.004873', parties });
    expect(other).toMatchObject({ status: 403, errors: [{ extensions: { code: 'NOT_PERMITTED' } }] });
    expect(other.errors?.[0]?.message).toMatch(/another procedure/);
    const variable =
      'query ($p: ID = "1.004873", $parties: [PartyInput!]!) { dossier(procedure: $p, parties: $parties) { coverage { total } } }';
    expect(await as(OFFICER, variable, { parties })).toMatchObject({ status: 403 });
  });
  test('without the scope sees the sensitive fields of the form withheld', async () => {
    const answer = await as(identityOf({ scopes: [] }, MARRIAGE), DOSSIER_QUERY, {
      procedure: MARRIAGE,
      parties: partyInputs({ groom: DEMO.groom, bride: DEMO.bride }),
    });
    const withheld = answer.data.dossier.fields.filter(({ status }: { status: string }) => status === 'WITHHELD');
    expect(withheld.map(({ key }: { key: string }) => key)).toEqual(['groom.ethnicity', 'bride.ethnicity']);
    expect(withheld[0]).toMatchObject({ value: null, reason: 'NOT_PERMITTED' });
  });
});

describe('a citizen', () => {
  test('reads their own record, and of nobody else', async () => {
    const own = await as(GROOM, 'query ($id: ID!) { citizen(personalId: $id) { fullName contact { phone } } }', {
      id: DEMO.groom,
    });
    expect(own.errors).toBeUndefined();
    const other = await as(GROOM, 'query ($id: ID!) { citizen(personalId: $id) { fullName contact { phone } } }', {
      id: DEMO.bride,
    });
    expect(other).toMatchObject({ status: 403 });
    const both = await as(
      GROOM,
      `{ me: citizen(personalId: "${DEMO.groom}") { fullName } other: citizen(personalId: "${DEMO.bride}") { fullName } }`,
    );
    expect(both.data).toEqual({ me: { fullName: expect.any(String) }, other: null });
  });
  test('still needs the scope for what is sensitive', async () => {
    const answer = await as(GROOM, CITIZEN('fullName religion { name }'));
    expect(answer.data.citizen).toEqual({ fullName: expect.any(String), religion: null });
    expect(answer.errors?.[0]?.extensions).toMatchObject({ rule: 'scopes' });
  });
  test('pre-fills their own part of a form, and the other’s is withheld', async () => {
    const parties = partyInputs({ groom: DEMO.groom, bride: DEMO.bride });
    const { data } = await as(GROOM, DOSSIER_QUERY, { procedure: MARRIAGE, parties });
    const status = (key: string) => data.dossier.fields.find((field: { key: string }) => field.key === key).status;
    expect([status('groom.fullName'), status('bride.fullName')]).toEqual(['PREFILLED', 'WITHHELD']);
  });
});

test('what the policy says masked is shown masked', async () => {
  const id = await parcelWithAPerson();
  const query = `{ parcel(id: "${id}") { landRights { holder { name personalId } } } }`;
  const tax = await as(identityOf({ role: 'department-system', department: 'tax' }, TRANSFER), query);
  expect(tax.errors).toBeUndefined();
  const [right] = tax.data.parcel.landRights;
  expect(right.holder.personalId).toMatch(/^\d{3}•••••••\d{2}$/);
  expect(tax.text).not.toMatch(/\d{12}/);
  const other = await as(identityOf({ role: 'department-system', department: 'justice' }, TRANSFER), query);
  expect(other).toMatchObject({ status: 403 });
});

test.each(['auditor', 'operator'] as const)('no rule lets an %s read the registries', async (role) => {
  expect(await as(identityOf({ role }, MARRIAGE), CITIZEN('fullName'))).toMatchObject({
    status: 403,
    errors: [{ extensions: { code: 'NOT_PERMITTED' } }],
  });
});

test('permission does not live in the cache: what one has read is not another’s', async () => {
  const query = CITIZEN('fullName religion { name } contact { phone }');
  const own = await as(identityOf({ role: 'citizen', citizen: DEMO.groom }, MARRIAGE), query);
  expect(own.errors).toBeUndefined();
  const { data } = await as(OFFICER, query);
  expect(data.citizen.religion).toBeNull();
});

test('provenance tells of no record that the caller may not read', async () => {
  identity = OFFICER;
  const answer = await product.ask(CITIZEN('fullName landRights { id }'), {}, { provenance: true });
  expect(JSON.stringify(answer.extensions)).not.toMatch(/land/);
  expect(answer.data.citizen.landRights).toBeNull();
});

describe('what is refused tells nothing of itself', () => {
  const asOfficer = (query: string, extensions?: Record<string, unknown>) => {
    identity = OFFICER;
    return product.ask(query, {}, extensions);
  };
  test('by the cost: it is that of an answer without it, however long the list would be', async () => {
    const query = (id: string) => `{ citizen(personalId: "${id}") { personalId relatives { fullName } } }`;
    const costs = [];
    for (const id of [DEMO.groom, DEMO.husband, DEMO.deceased]) {
      costs.push((await asOfficer(query(id), { cost: true })).extensions?.cost);
    }
    expect(new Set(costs.map((cost) => JSON.stringify(cost))).size).toBe(1);
  });
  test('by an error: whether its registry would have answered is not said', async () => {
    const query = `{ citizen(personalId: "${DEMO.widow}") { personalId landRights { id } } }`;
    const well = await asOfficer(query);
    await product.database.script('alter table land.land_right rename to lost');
    const broken = await asOfficer(query).finally(() =>
      product.database.script('alter table land.lost rename to land_right'),
    );
    expect(broken.errors).toEqual(well.errors);
    expect(refusedAt(broken)).toEqual([['citizen.landRights', 'NOT_PERMITTED']]);
  });
  test('by whether there is anybody: of who is not there it says the same', async () => {
    const query = (id: string) => `{ citizen(personalId: "${id}") { religion { name } } }`;
    const [there, not] = [await asOfficer(query(DEMO.groom)), await asOfficer(query('048090999999'))];
    expect(not.errors).toEqual(there.errors);
  });
  test('by introspection: it knows types, not people', async () => {
    const answer = await as(NOBODY, '{ __type(name: "Citizen") { fields { name } } __schema { queryType { name } } }');
    expect(answer.data.__type.fields.length).toBeGreaterThan(20);
    const both = await as(NOBODY, `{ __typename citizen(personalId: "${DEMO.groom}") { __typename } }`);
    expect(both.data).toEqual({ __typename: 'Query', citizen: null });
  });
  test('by time: nothing is asked of anybody for what is refused whole', async () => {
    const before = asked;
    expect(await as(NOBODY, CITIZEN('fullName'))).toMatchObject({ status: 401 });
    expect(await asOfficer(`{ parcel(id: "w6vhj2k8m4np") { id } }`)).toMatchObject({ status: 403 });
    expect(asked).toBe(before);
  });
});

test('a token that expires while the request is under way ends it', async () => {
  const answer = await as({ ...OFFICER, untilMs: product.now() - 1 }, CITIZEN('fullName'));
  expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
});

async function parcelWithAPerson(): Promise<string> {
  const rights = await product.database.query<{ parcel_id: string }>(
    "select parcel_id from land.land_right where holder_id ~ '^[0-9]{12}$' and until is null and replaced_at is null limit 1",
  );
  return rights[0]!.parcel_id;
}
