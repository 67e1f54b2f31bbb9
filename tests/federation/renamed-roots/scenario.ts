import { referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const WELLS = [
  { id: 'w1', depth: 12, water: 'trong' },
  { id: 'w2', depth: null, water: null },
];
const dig = (_: unknown, { depth }: { depth: number }) => ({ id: 'w1', depth });

/** The subgraphs call their root types as they like; clients see `Query` and `Mutation`, also inside answers. */
export const scenario: Scenario = {
  about: 'root types of other names',
  subgraphs: {
    wells: {
      sdl: `schema { query: Ask  mutation: Change }
        type Ask { wells: [Well!]!  self: Ask! }
        type Change { dig(depth: Int!): Dug! }
        type Dug { well: Well!  ask: Ask }
        type Well @key(fields: "id") { id: ID!  depth: Int }`,
      resolvers: {
        Ask: { wells: () => WELLS, self: () => ({}) },
        Change: { dig: (_: unknown, given: { depth: number }) => ({ well: dig(_, given), ask: {} }) },
        Well: { __resolveReference: referenceIn(WELLS, 'id') },
      },
    },
    water: {
      sdl: `schema { query: RootQuery }
        type RootQuery { clear: Well  home: RootQuery }
        type Well @key(fields: "id") { id: ID!  water: String }`,
      resolvers: {
        RootQuery: { clear: () => WELLS[0], home: () => ({}) },
        Well: { __resolveReference: referenceIn(WELLS, 'id') },
      },
    },
    plain: { sdl: 'type Query { plain: Int }', resolvers: { Query: { plain: () => 1 } } },
  },
  oracle: {
    Query: { wells: () => WELLS, self: () => ({}), clear: () => WELLS[0], home: () => ({}), plain: () => 1 },
    Mutation: { dig: (_: unknown, given: { depth: number }) => ({ well: { ...WELLS[0], ...dig(_, given) }, ask: {} }) },
  },
  questions: [
    {
      name: 'fail on both levels when asked on both',
      stockDiffers: 'it asks a subgraph for a root type of a name that is not its own',
      query: '{ plain self { plain } }',
      failing: ['Query.plain'],
    },
    {
      name: 'fail on both levels when asked through a fragment',
      stockDiffers: 'it asks a subgraph for a root type of a name that is not its own',
      query: '{ ...Q self { ...Q } } fragment Q on Query { plain }',
      failing: ['Query.plain'],
    },
    { name: 'are one root', query: '{ wells { depth water } clear { depth } plain }' },
    {
      name: 'have the name that clients know',
      stockDiffers: 'it asks a subgraph for a root type of a name that is not its own',
      query: '{ __typename self { __typename home { __typename plain } } home { __typename } }',
    },
    {
      name: 'are found in fragments',
      stockDiffers: 'it asks a subgraph for a root type of a name that is not its own',
      query: '{ ...Q self { ...Q } } fragment Q on Query { plain wells { id } clear { id } }',
    },
    {
      name: 'change things',
      stockDiffers: 'it asks a subgraph for a root type of a name that is not its own',
      query: 'mutation { __typename dig(depth: 5) { well { depth water } ask { __typename plain clear { water } } } }',
    },
    {
      name: 'are introspected under their known names',
      query: '{ __schema { queryType { name } mutationType { name } } __type(name: "Ask") { name } }',
    },
    { name: 'have fields that fail', query: '{ wells { id water } }', failing: ['Well.water'] },
  ],
};
