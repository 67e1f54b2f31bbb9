import { type Headers, type Request, startTarget, type Target } from '../../helpers/attacker.js';
import { DEMO } from '../../helpers/demo-people.js';
import { partyInputs } from '../../helpers/filled-dossier.js';
import { unsignedTokenOf } from '../../helpers/issuer.js';

/** OWASP: broken object level, property level and function level authorization, by every door. */

const VICTIM = DEMO.husband;
const MARRIAGE = '1.000894';
const LAND_CHANGE = '1.013831';

let target: Target;
let callers: Record<string, Headers>;
beforeAll(async () => {
  target = await startTarget();
  const { product, bearer } = target;
  const token = async (claims: Parameters<typeof product.token>[0]) => bearer(await product.token(claims));
  const [head, payload, signature] = (await product.token({ role: 'officer', procedure: MARRIAGE })).split('.');
  const claims = JSON.parse(Buffer.from(payload!, 'base64url').toString());
  const other = Buffer.from(JSON.stringify({ ...claims, sub: 'somebody-else' })).toString('base64url');
  const citizen = { role: 'citizen', citizen: DEMO.bride } as const;
  callers = {
    nobody: {},
    'nobody with a purpose': { purpose: `procedure=${MARRIAGE}` },
    'an officer without a purpose': await token({ role: 'officer' }),
    'an officer for no procedure that there is': await token({ role: 'officer', procedure: '9.999999' }),
    'an auditor': await token({ role: 'auditor', procedure: MARRIAGE }),
    'an operator': await token({ role: 'operator', procedure: LAND_CHANGE }),
    'a department that no rule names': await token({
      role: 'department-system',
      department: 'culture',
      procedure: MARRIAGE,
    }),
    'a department for the procedures of another': await token({
      role: 'department-system',
      department: 'tax',
      procedure: MARRIAGE,
    }),
    'a system of no department': await token({ role: 'department-system', procedure: LAND_CHANGE }),
    'another citizen': await token({ ...citizen, procedure: MARRIAGE }),
    'another citizen, of land': await token({ ...citizen, procedure: LAND_CHANGE }),
    'a citizen of no number': await token({ role: 'citizen', procedure: MARRIAGE }),
    'a token for another procedure than the header': {
      ...(await token({ role: 'officer', procedure: LAND_CHANGE })),
      purpose: `procedure=${MARRIAGE}`,
    },
    'two purposes in one': {
      ...(await token({ role: 'officer' })),
      purpose: `procedure=${MARRIAGE}, procedure=${LAND_CHANGE}`,
    },
    'a forged token': bearer(`${head}.${other}.${signature}`),
    'a token without a signature': bearer(unsignedTokenOf(claims, { alg: 'none', typ: 'at+jwt' })),
    'a token that was cut off': bearer(`${head}.${payload}.`),
    'a token under another scheme': { authorization: `Basic ${head}.${payload}.${signature}` },
  };
});
afterAll(() => target?.stop());

const FRAGMENTS = `fragment All on Citizen { ...Some birth { ...Record fullName } household { members { citizen { fullName } } } }
  fragment Some on Citizen { fullName personalId dateOfBirth contact { phone } card { number } landRights { holder { name } parcel { landRights(includeEnded: true) { holder { name } } } } }
  fragment Record on CivilStatusRecord { recordId signer { name } }`;

/** What is asked of somebody who is not the caller. */
const ASKED: Record<string, () => Request> = {
  'a literal': () => ({
    query: `{ citizen(personalId: "${VICTIM}") { fullName contact { phone } landRights { holder { name } } } }`,
  }),
  'a number for the id': () => ({
    query: 'query ($id: ID!) { citizen(personalId: $id) { fullName } }',
    variables: { id: Number(VICTIM) },
  }),
  'fragments, one on an interface': () => ({
    query: `query ($id: ID!) { ... on Query { ...Q } } fragment Q on Query { a: citizen(personalId: $id) { ...All } } ${FRAGMENTS}`,
    variables: { id: VICTIM },
  }),
  'aliases named like what the gateway adds': () => ({
    query: `{ citizen(personalId: "${VICTIM}") { typeOfObject: fullName typeOfObject_: dateOfBirth __typename representations: contact { phone } } }`,
  }),
  'conditions with defaults': () => ({
    query: `query ($no: Boolean = false, $yes: Boolean! = true) { citizen(personalId: "${VICTIM}") { a: fullName @skip(if: $no) b: fullName @include(if: $yes) ... @skip(if: $no) @include(if: $yes) { contact { phone } } } procedures { code } }`,
  }),
  'deferred parts': () => ({
    query: `{ procedures { code } ... @defer(label: "x") { citizen(personalId: "${VICTIM}") { fullName ... @defer { contact { phone } } } } }`,
  }),
  'one of several operations': () => ({
    query: `query Mine { citizen(personalId: "${DEMO.bride}") { __typename } } query Theirs { citizen(personalId: "${VICTIM}") { fullName } }`,
    operationName: 'Theirs',
  }),
  'a default that a variable goes against': () => ({
    query: `query ($id: ID! = "${DEMO.bride}", $x: Boolean! = true) { citizen(personalId: $id) { fullName @include(if: $x) contact { phone } } }`,
    variables: { id: VICTIM },
  }),
  'provenance and cost': () => ({
    query: `{ citizen(personalId: "${VICTIM}") { fullName landRights { id } } procedures { code } }`,
    extensions: { provenance: true, cost: true },
  }),
  'a parcel': () => ({
    query: `{ parcel(id: "${target.parcel}") { landRights(includeEnded: true) { holder { personalId name } } mortgages { mortgagee contractNo } certificate { serial } } }`,
  }),
  'the registered Citizen': () => ({ documentId: 'Citizen', variables: { personalId: VICTIM } }),
  'the registered CivilStatus': () => ({ documentId: 'CivilStatus', variables: { personalId: VICTIM } }),
  'the registered Household': () => ({ documentId: 'Household', variables: { personalId: VICTIM } }),
  'the registered ParcelWithRights': () => ({ documentId: 'ParcelWithRights', variables: { id: target.parcel } }),
  'a dossier': () => ({
    documentId: 'Dossier',
    variables: { procedure: MARRIAGE, parties: partyInputs({ groom: VICTIM, bride: DEMO.wife }) },
  }),
  'a dossier of land': () => ({
    documentId: 'Dossier',
    variables: {
      procedure: LAND_CHANGE,
      parties: partyInputs({ transferee: DEMO.groom, transferor: VICTIM, parcel: target.parcel }),
    },
  }),
};

const CALLERS = [
  'nobody',
  'nobody with a purpose',
  'an officer without a purpose',
  'an officer for no procedure that there is',
  'an auditor',
  'an operator',
  'a department that no rule names',
  'a department for the procedures of another',
  'a system of no department',
  'another citizen',
  'another citizen, of land',
  'a citizen of no number',
  'a token for another procedure than the header',
  'two purposes in one',
  'a forged token',
  'a token without a signature',
  'a token that was cut off',
  'a token under another scheme',
];

test.each(CALLERS)('%s reads nothing of anybody else, by no door', async (name) => {
  const headers = callers[name]!;
  const wrongs: string[] = [];
  for (const [what, request] of Object.entries(ASKED)) {
    for (const [door, send] of Object.entries(target.doors(request(), headers))) {
      // What they named they knew before; of themselves they may read.
      const found = await target.wrongsOf(send, `${VICTIM} ${DEMO.wife} ${DEMO.bride} ${DEMO.groom}`);
      wrongs.push(...found.map((wrong) => `${what}, by ${door}: ${wrong}`));
    }
  }
  expect(wrongs).toEqual([]);
});

test('who may read it is told the same, so that what is looked for would be found', async () => {
  const officer = target.bearer(await target.product.token({ role: 'officer', procedure: MARRIAGE }));
  const told: string[] = [];
  for (const [what, request] of Object.entries(ASKED)) {
    for (const [door, send] of Object.entries(target.doors(request(), officer))) {
      const wrongs = await target.wrongsOf(send, VICTIM);
      if (wrongs.some((wrong) => wrong.startsWith('told '))) told.push(`${what}, by ${door}`);
    }
  }
  expect(told).toEqual(
    expect.arrayContaining(['a literal, by POST', 'a literal, by GET', 'a literal, by a hash', 'a literal, by a list']),
  );
  expect(told).toEqual(
    expect.arrayContaining([
      'the registered Citizen, by GET',
      'a dossier, by POST',
      'fragments, one on an interface, by POST',
    ]),
  );
});
