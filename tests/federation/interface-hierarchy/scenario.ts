import type { Scenario } from '../../helpers/oracle-scenario.js';

const LAND = [
  { __typename: 'House', id: 'h1', at: '16.0', area: 80, floors: 3, tax: 5, parts: ['g1'] },
  { __typename: 'Garden', id: 'g1', at: '16.1', area: 20, trees: 4, tax: null, parts: [] },
  { __typename: 'Post', id: 'x1', at: '16.2' },
];
const placeOf = ({ id }: { id: string }) => LAND.find((place) => place.id === id) ?? null;
const resolveType = ({ __typename }: { __typename: string }) => __typename;
const partsOf = ({ parts }: { parts: string[] }) => parts.map((id) => placeOf({ id }));

/** `Place` over `Parcel` over `House` and `Garden`; `Post` is a place only. The other subgraph knows `Parcel` without `Place`. */
export const scenario: Scenario = {
  about: 'interfaces that implement interfaces',
  subgraphs: {
    land: {
      sdl: `type Query { places: [Place!]!  parcels: [Parcel!]!  place(id: ID!): Place }
        interface Place { id: ID!  at: String }
        interface Parcel implements Place { id: ID!  at: String  area: Int!  parts: [Parcel!]! }
        type House implements Parcel & Place @key(fields: "id") { id: ID!  at: String  area: Int!  parts: [Parcel!]!  floors: Int }
        type Garden implements Place & Parcel @key(fields: "id") { id: ID!  at: String  area: Int!  parts: [Parcel!]!  trees: Int }
        type Post implements Place { id: ID!  at: String }`,
      resolvers: {
        Query: {
          places: () => LAND,
          parcels: () => LAND.slice(0, 2),
          place: (_: unknown, reference: { id: string }) => placeOf(reference),
        },
        Place: { __resolveType: resolveType },
        Parcel: { __resolveType: resolveType },
        House: { __resolveReference: placeOf, parts: partsOf },
        Garden: { __resolveReference: placeOf, parts: partsOf },
      },
    },
    taxes: {
      sdl: `type Query { taxed: [Taxed!]! }
        interface Taxed { tax: Int }
        interface Parcel implements Taxed { id: ID!  tax: Int }
        type House implements Parcel & Taxed @key(fields: "id") { id: ID!  tax: Int }
        type Garden implements Parcel & Taxed @key(fields: "id") { id: ID!  tax: Int }`,
      resolvers: {
        Query: { taxed: () => [LAND[1], LAND[0]] },
        Taxed: { __resolveType: resolveType },
        Parcel: { __resolveType: resolveType },
        House: { __resolveReference: placeOf },
        Garden: { __resolveReference: placeOf },
      },
    },
  },
  oracle: {
    Query: {
      places: () => LAND,
      parcels: () => LAND.slice(0, 2),
      place: (_: unknown, reference: { id: string }) => placeOf(reference),
      taxed: () => [LAND[1], LAND[0]],
    },
    Parcel: { parts: partsOf },
  },
  questions: [
    {
      name: 'from the top down',
      query:
        '{ places { __typename id ... on Parcel { area ... on House { floors } } ... on Garden { trees } ... on Post { at } } }',
    },
    {
      name: 'from the middle to the top',
      query: '{ parcels { ... on Place { at } area ... on House { floors ... on Place { id } } } }',
    },
    { name: 'to the other subgraph', query: '{ places { ... on Parcel { tax parts { tax area } } } }' },
    {
      name: 'from the other subgraph',
      query: '{ taxed { tax ... on Place { at } ... on Parcel { area parts { id } } } }',
    },
    {
      name: 'between interfaces that meet in types only',
      query:
        '{ places { ... on Taxed { tax } } taxed { ... on Place { id ... on Taxed { tax } ... on House { floors } } } }',
    },
    {
      name: 'nobody',
      query: '{ place(id: "none") { id ... on Parcel { tax } } other: place(id: "x1") { ... on Parcel { tax } at } }',
    },
    {
      name: 'with a field that fails on one type',
      query: '{ taxed { ... on Parcel { id tax } } places { ... on House { tax } } }',
      failing: ['House.tax'],
    },
  ],
};
