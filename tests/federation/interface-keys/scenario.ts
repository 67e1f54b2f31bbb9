import type { Scenario } from '../../helpers/oracle-scenario.js';

const OFFICES = [
  {
    __typename: 'Ward',
    code: '20194',
    name: 'Hải Châu',
    people: 130_000,
    head: { code: '20195' },
    seal: 'red',
    visits: 12,
  },
  { __typename: 'Commune', code: '20195', name: 'Hòa Vang', area: 55.5, head: null, seal: null, visits: null },
];
const officeOf = ({ code }: { code: string }) => OFFICES.find((office) => office.code === code) ?? null;
const resolveType = ({ __typename }: { __typename: string }) => __typename;

/** Both subgraphs know the interface with its types; each adds fields to the types and to the interface. */
export const scenario: Scenario = {
  about: 'an interface whose types are entities in several subgraphs',
  subgraphs: {
    units: {
      sdl: `type Query { offices: [Office!]!  office(code: ID!): Office }
        interface Office { code: ID!  name: String!  head: Office }
        type Ward implements Office @key(fields: "code") { code: ID!  name: String!  head: Office  people: Int }
        type Commune implements Office @key(fields: "code") { code: ID!  name: String!  head: Office  area: Float }`,
      resolvers: {
        Query: { offices: () => OFFICES, office: (_: unknown, reference: { code: string }) => officeOf(reference) },
        Office: { __resolveType: resolveType },
        Ward: { __resolveReference: officeOf, head: ({ head }: { head: { code: string } }) => head && officeOf(head) },
        Commune: { __resolveReference: officeOf },
      },
    },
    desks: {
      sdl: `type Query { busiest: Office  open: [Office]! }
        interface Office { code: ID!  visits: Int }
        type Ward implements Office @key(fields: "code") { code: ID!  visits: Int  seal: String }
        type Commune implements Office @key(fields: "code") { code: ID!  visits: Int  seal: String }`,
      resolvers: {
        Query: { busiest: () => OFFICES[0], open: () => [OFFICES[1], null, OFFICES[0]] },
        Office: { __resolveType: resolveType },
        Ward: { __resolveReference: officeOf },
        Commune: { __resolveReference: officeOf },
      },
    },
  },
  oracle: {
    Query: {
      offices: () => OFFICES,
      office: (_: unknown, reference: { code: string }) => officeOf(reference),
      busiest: () => OFFICES[0],
      open: () => [OFFICES[1], null, OFFICES[0]],
    },
    Office: { head: ({ head }: { head: { code: string } | null }) => head && officeOf(head) },
  },
  questions: [
    { name: 'has fields that lie in different subgraphs', query: '{ offices { name visits } }' },
    { name: 'has them from the other side', query: '{ open { visits name } busiest { name code } }' },
    { name: 'has them on one type only', query: '{ open { ... on Ward { people seal } ... on Commune { area } } }' },
    {
      name: 'has them in the interface below',
      query: '{ offices { head { __typename name visits ... on Commune { area seal } } } }',
    },
    {
      name: 'has the same field in the interface and in a type',
      query: '{ open { name ... on Ward { name seal } ... on Commune { seal visits } } }',
    },
    { name: 'is null for nobody', query: '{ office(code: "1") { name visits } }' },
    {
      name: 'fails on one type only',
      query: '{ open { code ... on Ward { seal people } ... on Commune { seal } } }',
      failing: ['Ward.seal'],
    },
  ],
};
