import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPolicies } from '../../../gateway/access/index.js';
import { identityOf } from '../../helpers/callers.js';
import { type Federation, startFederation } from '../../helpers/federation.js';

const SDL = `
  type Query { found: [Found!]! @policy(policies: [["purpose"]]) numbers: [[String]] @policy(policies: [["purpose"]]) }
  type Mutation { found: String @policy(policies: [["purpose"]]) }
  union Found = Person | Parcel
  type Person { number: String name: String }
  type Parcel { number: String holder: Person }
`;
const RULE = `query R @grant(roles: [OFFICER], from: "2020-01-01", basis: "a test", readIn: "a test", verified: false) {
  found {
    ... on Person { number @masked(as: MIDDLE) name }
    ... on Parcel { number holder { name @masked(as: INITIALS) } }
  }
  numbers @masked(as: YEAR)
}`;

let federation: Federation;
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lien-thong-masks-'));
  writeFileSync(join(folder, 'rule.graphql'), RULE);
  federation = await startFederation({
    subgraphs: {
      one: {
        sdl: SDL,
        resolvers: {
          Mutation: { found: () => 'run' },
          Query: {
            found: () => [
              { __typename: 'Person', number: '048090000017', name: 'Trần Minh Khôi' },
              { __typename: 'Parcel', number: 'w6ugm5dppy5w', holder: { name: 'Trần Minh Khôi' } },
            ],
            numbers: () => [['1990-05-01', null], null],
          },
        },
      },
    },
    gateway: { identify: () => identityOf({}, '1'), grants: (api) => readPolicies(folder, api) },
  });
});
afterAll(async () => {
  await federation?.stop();
  rmSync(folder, { recursive: true });
});

test('of a union each type has its own masks, wherever they stand', async () => {
  const { data, errors } = await federation.ask(
    '{ found { ... on Person { number name } ... on Parcel { number holder { name } } } numbers }',
  );
  expect(errors).toBeUndefined();
  expect(data).toEqual({
    found: [
      { number: '048•••••••17', name: 'Trần Minh Khôi' },
      { number: 'w6ugm5dppy5w', holder: { name: 'T. M. K.' } },
    ],
    numbers: [['1990', null], null],
  });
});

test('what a rule says of one type it does not say of another, and of queries not of mutations', async () => {
  const { data } = await federation.ask('{ found { ... on Parcel { holder { number } } ... on Person { name } } }');
  expect(data.found).toEqual([{ name: 'Trần Minh Khôi' }, { holder: { number: null } }]);
  expect(await federation.ask('mutation { found }')).toMatchObject({ status: 403 });
});
