import type { Scenario } from '../../helpers/oracle-scenario.js';

const ROWS = {
  Citizen: [{ id: 'c1', name: 'Trần Chi', since: 1990 }],
  Firm: [{ id: 'f1', title: 'Công ty Sao', tax: '0400' }],
  Ship: [{ id: 's1', call: 'XV-1', tons: 800 }],
};
type Kind = keyof typeof ROWS;
const rowOf = (kind: Kind, id: string) => {
  const row = ROWS[kind].find((candidate) => candidate.id === id);
  return row ? { __typename: kind, ...row } : null;
};
const referenceOf = (kind: Kind) => (reference: { id: string }) => rowOf(kind, reference.id);
const [CITIZEN, FIRM, SHIP] = [rowOf('Citizen', 'c1'), rowOf('Firm', 'f1'), rowOf('Ship', 's1')];

/** The union has two members in each subgraph and three in all; one of `ships` is a type that `people` has never heard of. */
export const scenario: Scenario = {
  about: 'a union whose members differ between subgraphs',
  subgraphs: {
    people: {
      sdl: `type Query { owners: [Owner!]!  parties: [Party]! }
        union Owner = Citizen | Firm
        type Party { role: String!  owner: Owner }
        type Citizen @key(fields: "id") { id: ID!  name: String!  since: Int }
        type Firm @key(fields: "id") { id: ID!  title: String! }`,
      resolvers: {
        Query: {
          owners: () => [FIRM, CITIZEN],
          parties: () => [{ role: 'buyer', owner: CITIZEN }, { role: 'seller', owner: null }, null],
        },
        Citizen: { __resolveReference: referenceOf('Citizen') },
        Firm: { __resolveReference: referenceOf('Firm') },
      },
    },
    ships: {
      sdl: `type Query { entered: [Owner]  holder: Owner }
        union Owner = Firm | Ship
        type Firm @key(fields: "id") { id: ID!  tax: String  ships: [Ship!]! }
        type Ship @key(fields: "id") { id: ID!  call: String!  tons: Int  owner: Owner }`,
      resolvers: {
        Query: { entered: () => [SHIP, null, FIRM], holder: () => SHIP },
        Firm: { __resolveReference: referenceOf('Firm'), ships: () => [SHIP] },
        Ship: { __resolveReference: referenceOf('Ship'), owner: () => FIRM },
      },
    },
  },
  oracle: {
    Query: {
      owners: () => [FIRM, CITIZEN],
      parties: () => [{ role: 'buyer', owner: CITIZEN }, { role: 'seller', owner: null }, null],
      entered: () => [SHIP, null, FIRM],
      holder: () => SHIP,
    },
    Firm: { ships: () => [SHIP] },
    Ship: { owner: () => FIRM },
  },
  questions: [
    {
      name: 'is asked for all of them everywhere',
      query:
        '{ owners { ...O } entered { ...O } holder { ...O } } fragment O on Owner { __typename ... on Citizen { name } ... on Firm { title tax } ... on Ship { call } }',
    },
    {
      name: 'is asked only for a member that is never there',
      query: '{ owners { ... on Ship { tons } } entered { ... on Citizen { name } } }',
    },
    {
      name: 'is asked for nothing but its type',
      query: '{ owners { __typename } entered { __typename } parties { owner { __typename } } }',
    },
    {
      name: 'leads from one subgraph to the other',
      query: '{ owners { ... on Firm { ships { call owner { ... on Firm { title } } } } } }',
    },
    {
      name: 'has members under aliases',
      query: '{ entered { ... on Firm { label: title } ... on Ship { label: call } } }',
    },
    {
      name: 'is below an object',
      query: '{ parties { role owner { ... on Citizen { since id } ... on Firm { tax } } } }',
    },
    {
      name: 'fails in one member',
      query: '{ entered { ... on Firm { tax title } ... on Ship { tons } } }',
      failing: ['Firm.title'],
    },
  ],
};
