import type { Scenario } from '../../helpers/oracle-scenario.js';

const HOUSE = {
  id: 'h1',
  door: { color: 'xanh' },
  guests: [
    { __typename: 'Human', id: 'p1' },
    { __typename: 'Ghost', id: 'g1' },
  ],
};
const NAMES = { p1: 'Thu', g1: 'Bóng' } as Record<string, string>;

export const scenario: Scenario = {
  about: '__typename at every level',
  subgraphs: {
    houses: {
      sdl: `type Query { house: House  doors: [[Door]] }
        type Mutation { open: Door }
        type House @key(fields: "id") { id: ID!  door: Door!  guests: [Guest!]! }
        type Door @shareable { color: String }
        union Guest = Human | Ghost
        type Human @key(fields: "id") { id: ID! }
        type Ghost @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { house: () => HOUSE, doors: () => [[HOUSE.door, null], null, []] },
        Mutation: { open: () => HOUSE.door },
        House: { __resolveReference: () => HOUSE },
      },
    },
    names: {
      sdl: `type Human @key(fields: "id") { id: ID!  name: String }
        type Ghost @key(fields: "id") { id: ID!  name: String }
        type House @key(fields: "id") { id: ID!  back: Door }
        type Door @shareable { color: String }`,
      resolvers: { Human: { name: nameOf }, Ghost: { name: nameOf }, House: { back: () => ({ color: null }) } },
    },
  },
  oracle: {
    Query: { house: () => HOUSE, doors: () => [[HOUSE.door, null], null, []] },
    Mutation: { open: () => HOUSE.door },
    Human: { name: nameOf },
    Ghost: { name: nameOf },
    House: { back: () => ({ color: null }) },
  },
  questions: [
    { name: 'of a query alone', query: '{ __typename }' },
    {
      name: 'of a query, several times',
      query: '{ a: __typename ... on Query { b: __typename } ...Q } fragment Q on Query { __typename c: __typename }',
    },
    { name: 'of a mutation alone', query: 'mutation { __typename }' },
    {
      name: 'of a mutation around what it does',
      query: 'mutation { a: __typename open { __typename color } b: __typename }',
    },
    {
      name: 'and nothing else',
      query:
        '{ __typename house { __typename door { __typename } guests { __typename } back { __typename } } doors { __typename } }',
    },
    {
      name: 'between other fields',
      query:
        '{ house { id __typename back { color __typename } guests { ... on Human { name __typename } ... on Ghost { t: __typename name } __typename } } __typename }',
    },
    {
      name: 'under conditions',
      query:
        'query ($a: Boolean!) { __typename @skip(if: $a) house { __typename @include(if: $a) back { __typename @skip(if: $a) color } } }',
      variables: { a: true },
    },
    {
      name: 'beside a field that fails',
      query: '{ __typename house { __typename back { __typename } } }',
      failing: ['House.back'],
    },
  ],
};

function nameOf({ id }: { id: string }): string | undefined {
  return NAMES[id];
}
