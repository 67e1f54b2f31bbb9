import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { readPermissions } from '../../../cli/permissions.js';
import { PoliciesError, readPolicies } from '../../../gateway/access/index.js';
import { masked } from '../../../gateway/access/masks.js';
import { standingOf } from '../../../gateway/access/standing.js';
import { identityOf } from '../../helpers/callers.js';

const API = buildSchema(
  'type Query { citizen(personalId: ID!): Citizen } type Citizen { personalId: ID! fullName: String }',
);
const RULE = 'from: "2026-01-01", basis: "b", readIn: "r", verified: false';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function folderWith(texts: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-policies-'));
  folders.push(folder);
  for (const [file, text] of Object.entries(texts)) writeFileSync(join(folder, file), text);
  return folder;
}

test('a rule is read with all that it says', () => {
  const folder = folderWith({
    'a.graphql': `query A @grant(roles: [DEPARTMENT_SYSTEM], departments: ["tax"], procedures: ["1"], until: "2027-01-01", ${RULE}) {
      citizen { fullName personalId @masked(as: MIDDLE) }
    }`,
  });
  const [grant] = readPolicies(folder, API);
  expect(grant).toMatchObject({
    name: 'A',
    roles: ['department-system'],
    departments: ['tax'],
    procedures: ['1'],
    reads: 'SELECTION',
    subjects: 'PARTIES',
    from: '2026-01-01',
    until: '2027-01-01',
    verified: false,
  });
});

test.each([
  [
    'a field that is not there',
    'query A @grant(roles: [OFFICER], RULE) { citizen { age } }',
    /a\.graphql:1: Cannot query field "age"/,
  ],
  ['a role that is none', 'query A @grant(roles: [KING], RULE) { citizen { fullName } }', /KING/],
  ['a mask that is none', 'query A @grant(roles: [OFFICER], RULE) { citizen { fullName @masked(as: HALF) } }', /HALF/],
  [
    'a mask that is forgotten',
    'query A @grant(roles: [OFFICER], RULE) { citizen { fullName @masked } }',
    /a\.graphql:1: A: @masked says as/,
  ],
  [
    'a variable',
    'query A($m: GrantMask! = MIDDLE) @grant(roles: [OFFICER], RULE) { citizen { fullName @masked(as: $m) } }',
    /A: a rule has no variables/,
  ],
  ['no @grant', 'query A { citizen { fullName } }', /A has no @grant/],
  [
    'no basis',
    'query A @grant(roles: [OFFICER], from: "2026-01-01", readIn: "r", verified: true) { citizen { fullName } }',
    /basis/,
  ],
  ['no name', 'query @grant(roles: [OFFICER], RULE) { citizen { fullName } }', /query with a name/],
  [
    'a day that is none',
    'query A @grant(roles: [OFFICER], from: "2026-13-01", basis: "b", readIn: "r", verified: false) { citizen { fullName } }',
    /YYYY-MM-DD/,
  ],
  [
    'an end before its beginning',
    'query A @grant(roles: [OFFICER], until: "2025-01-01", RULE) { citizen { fullName } }',
    /ends before it begins/,
  ],
  [
    'a fragment',
    'query A @grant(roles: [OFFICER], RULE) { ...F } fragment F on Query { citizen { fullName } }',
    /no fragments/,
  ],
  [
    'what EVERYTHING would be',
    'query A @grant(roles: [OFFICER], reads: EVERYTHING, RULE) { citizen { fullName } }',
    /EVERYTHING/,
  ],
  ['no GraphQL', 'query A @grant(', /Syntax Error/],
])('a rule with %s is refused, and it is said where and why', (_what, text, problem) => {
  const folder = folderWith({ 'a.graphql': text.replace('RULE', RULE) });
  expect(() => readPolicies(folder, API)).toThrow(PoliciesError);
  expect(() => readPolicies(folder, API)).toThrow(problem);
});

test('every mistake of every file is said at once, and two rules of one name are one too many', () => {
  const good = `query A @grant(roles: [OFFICER], ${RULE}) { citizen { fullName } }`;
  const folder = folderWith({ 'a.graphql': good, 'b.graphql': good, 'c.graphql': '{ nothing }' });
  expect(() => readPolicies(folder, API)).toThrow(/b\.graphql:1: two rules are called A[\s\S]*c\.graphql/);
});

test('a rule holds from its first day to its last', () => {
  const folder = folderWith({
    'a.graphql': `query A @grant(roles: [OFFICER], until: "2026-06-30", ${RULE}) { citizen { fullName } }`,
  });
  const by = { grants: readPolicies(folder, API), formReads: () => undefined, schema: API };
  const rulesOn = (day: string) => [...standingOf({ identity: identityOf({}, '1'), day }, by).rules];
  expect(rulesOn('2025-12-31')).toEqual([]);
  expect(rulesOn('2026-01-01')).toEqual(['A']);
  expect(rulesOn('2026-06-30')).toEqual(['A']);
  expect(rulesOn('2026-07-01')).toEqual([]);
});

test('every committed rule says what it rests on and where that was read', () => {
  const { grants } = readPermissions();
  expect(grants.length).toBeGreaterThan(5);
  for (const { basis, readIn, verified } of grants) {
    expect(basis.length).toBeGreaterThan(10);
    expect(readIn.length).toBeGreaterThan(5);
    // Nobody competent has confirmed any.
    expect(verified).toBe(false);
  }
});

test.each([
  ['048090000017', 'MIDDLE', '048•••••••17'],
  ['1234567', 'MIDDLE', '•••••••'],
  ['Trần Minh Khôi', 'INITIALS', 'T. M. K.'],
  ['1990-05-01', 'YEAR', '1990'],
  ['unknown', 'YEAR', '••••'],
  [17, 'MIDDLE', null],
  [['048090000017', 3], 'MIDDLE', ['048•••••••17', null]],
] as const)('%j masked as %s is %j', (value, mask, shown) => {
  expect(masked(value, mask)).toEqual(shown);
});
