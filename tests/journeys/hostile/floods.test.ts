import { CPU_MS_MAX, type Headers, startTarget, type Target } from '../../helpers/attacker.js';
import { DEMO } from '../../helpers/demo-people.js';

/** What is sent to keep the product busy: it is refused, or answered, and costs no more than a moment. */

let target: Target;
let officer: Headers;
let roleless: Headers;
beforeAll(async () => {
  target = await startTarget();
  officer = target.bearer(await target.product.token({ role: 'officer', procedure: '1.000894' }));
  roleless = target.bearer(await target.product.token({ role: 'officer' }));
});
afterAll(() => target?.stop());

const times = (count: number, of: (index: number) => string, by = ' ') =>
  Array.from({ length: count }, (_, at) => of(at)).join(by);
const citizen = (inside: string) => `{ citizen(personalId: "${DEMO.groom}") { ${inside} } }`;
const q = (query: string, variables?: unknown) => JSON.stringify({ query, variables });
const deep = (depth: number) => '['.repeat(depth) + ']'.repeat(depth);
const OPEN = '"query":"{ procedures { code } }"';
const BY_ID = 'query ($id: ID!) { citizen(personalId: $id) { fullName } }';
const chain = (count: number, last: string) =>
  `${times(count, (at) => `fragment F${at} on Citizen { ...F${at + 1} ...F${at + 1} }`)} fragment F${count} on Citizen { ${last} }`;

/** Bodies; `run` makes each another, so that none is known from before. */
const BODIES: Record<string, (run: number) => string> = {
  '10,000 aliases': (run) => q(citizen(times(10_000, (at) => `a${run}${at}: fullName`))),
  '40 aliases of a person': (run) =>
    q(
      `{ ${times(20, (at) => `a${run}${at}: citizen(personalId: "${100_000_000_000 + at}") { fullName birth { fullName } }`)} }`,
    ),
  '1,000 times one field': (run) => q(citizen(`a${run}: sex ${times(1_000, () => 'fullName')}`)),
  '4,000 directives': (run) => q(citizen(`a${run}: fullName ${times(4_000, () => '@include(if: true)')}`)),
  '4,000 directives that are none': (run) => q(citizen(`a${run}: fullName ${times(4_000, (at) => `@x${at}`)}`)),
  'a circle of fragments': (run) =>
    q(`${citizen(`a${run}: fullName ...A`)} fragment A on Citizen { ...B } fragment B on Citizen { ...A }`),
  'a fragment that spreads itself': (run) =>
    q(`${citizen(`a${run}: fullName ...A`)} fragment A on Citizen { birth { mother { __typename } } ...A }`),
  'fragments that double thirty times': (run) => q(`${citizen(`a${run}: fullName ...F0`)} ${chain(30, 'fullName')}`),
  'fields below one another without end': (run) =>
    q(citizen(`a${run}: ${'children { '.repeat(90)}fullName${' }'.repeat(90)}`)),
  'brackets without end': (run) => q(`query Q${run} ${'{ a '.repeat(100_000)}`),
  'lists in lists': (run) => q(`{ dossier(procedure: "x${run}", parties: ${deep(40_000)}) { coverage { total } } }`),
  'a long list': (run) =>
    q(
      `{ dossier(procedure: "x${run}", parties: [${times(2_000, () => '{role: "groom"}', ',')}]) { coverage { total } } }`,
    ),
  '50 parties to each of 20 dossiers': (run) =>
    q(
      `{ ${times(20, (at) => `a${run}${at}: dossier(procedure: "1.000894", parties: [${times(20, () => '{role: "groom", personalId: "1"}', ',')}]) { coverage { total } }`)} }`,
    ),
  '5,000 variables': (run) => q(`query Q${run}(${times(5_000, (at) => `$v${at}: ID`)}) { procedures { code } }`),
  'operations without end': (run) => q(times(1_500, (at) => `query Q${run}x${at} { procedures { code } }`)),
  'a name of 100,000 letters': (run) => q(citizen(`a${run}: ${'x'.repeat(100_000)}`)),
  '300 names that are nearly right': (run) =>
    q(citizen(`a${run}: fullName ${times(300, (at) => `permanentResidenc${at}`)}`)),
  'a number of 500,000 digits': (run) => `{"query":"${BY_ID}","variables":{"id":${run + 1}${'9'.repeat(500_000)}}}`,
  'a text of a megabyte': (run) => `{"query":"${BY_ID}","variables":{"id":"${run}${'x'.repeat(1_000_000)}"}}`,
  'a variable of brackets': () => `{${OPEN},"variables":{"a":${deep(400_000)}}}`,
  'a variable of braces': () => `{${OPEN},"variables":${'{"a":'.repeat(150_000)}0${'}'.repeat(150_000)}}`,
  'an extension of brackets': () => `{${OPEN},"extensions":{"a":${deep(400_000)}}}`,
  'a batch of brackets': () => deep(500_000),
  'brackets that are never closed': () => '['.repeat(1_000_000),
  '400,000 items that nobody asked for': () => `{${OPEN},"variables":{"a":[${times(400_000, () => '0', ',')}]}}`,
  '100,000 empty lists for a number': () =>
    `{"query":"${BY_ID}","variables":{"id":[${times(100_000, () => '[]', ',')}]}}`,
  '30,000 variables that nobody declared': () => `{${OPEN},"variables":{${times(30_000, (at) => `"k${at}":0`, ',')}}}`,
  'a batch of all there is room for': () => `[${times(250_000, () => '{}', ',')}]`,
  'a batch that guesses': (run) =>
    `[${times(5, (at) => q(BY_ID, { id: String(48_000_000_000 + run * 5 + at).padStart(12, '0') }), ',')}]`,
  'a parser’s worst of quotes': (run) => q(`query Q${run} { a(b: """${'\\"""'.repeat(100_000)}`),
};

test.each(Object.entries(BODIES))(
  '%s',
  async (_, bodyOf) => {
    let run = 0;
    const as = (who: Headers) => () => target.post(bodyOf((run += 1)), who);
    for (const who of [{}, roleless, officer]) expect(await target.wrongsOf(as(who), DEMO.groom)).toEqual([]);
    expect(await target.cpuMsOf(as({}))).toBeLessThan(CPU_MS_MAX);
    expect(await target.cpuMsOf(as(officer))).toBeLessThan(CPU_MS_MAX);
  },
  60_000,
);

test('more operations in a list than there may be are refused whole', async () => {
  const body = `[${times(6, () => q(BY_ID, { id: DEMO.groom }), ',')}]`;
  const { status, text } = await target.post(body, officer);
  expect([status, text]).toEqual([400, expect.stringContaining('At most 5 operations')]);
});

test('what costs too much would be noticed', async () => {
  const busy = async () => {
    const until = process.cpuUsage().user + 2 * CPU_MS_MAX * 1_000;
    while (process.cpuUsage().user < until);
    return target.post(`{${OPEN}}`);
  };
  expect(await target.cpuMsOf(busy)).toBeGreaterThan(CPU_MS_MAX);
});
