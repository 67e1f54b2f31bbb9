import { argumentIn, referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const DOORS = [
  { id: 'd1', width: 80, key: 'brass' },
  { id: 'd2', width: null, key: null },
];
const paint = (_: unknown, { id }: { id: string }) => ({
  door: referenceIn(DOORS, 'id')({ id }),
  query: {},
  self: { ok: true },
});

/** A payload that leads back to the root, from where everything can be asked again, in any subgraph. */
export const scenario: Scenario = {
  about: 'the root inside an answer',
  subgraphs: {
    doors: {
      sdl: `type Query { door(id: ID!): Door  query: Query!  doors: [Door!]! }
        type Mutation { paint(id: ID!): Painted! }
        type Painted { door: Door  query: Query  self: Self! }
        type Self { ok: Boolean!  root: Query }
        type Door @key(fields: "id") { id: ID!  width: Int }`,
      resolvers: {
        Query: { door: argumentIn(DOORS, 'id'), query: () => ({}), doors: () => DOORS },
        Mutation: { paint },
        Self: { root: () => ({}) },
        Door: { __resolveReference: referenceIn(DOORS, 'id') },
      },
    },
    keys: {
      sdl: `type Query { lost: [String!]!  found: Door }
        type Door @key(fields: "id") { id: ID!  key: String  house: Query! }`,
      resolvers: {
        Query: { lost: () => ['brass'], found: () => ({ id: 'd2' }) },
        Door: { __resolveReference: referenceIn(DOORS, 'id'), house: () => ({}) },
      },
    },
  },
  oracle: {
    Query: {
      door: argumentIn(DOORS, 'id'),
      query: () => ({}),
      doors: () => DOORS,
      lost: () => ['brass'],
      found: () => DOORS[1],
    },
    Mutation: { paint },
    Self: { root: () => ({}) },
    Door: { house: () => ({}) },
  },
  questions: [
    {
      name: 'fails here as it does above',
      query: '{ lost query { lost query { lost } } }',
      failing: ['Query.lost'],
    },
    {
      name: 'is asked for the same at both levels',
      query: '{ lost doors { width } query { lost doors { width } found { key } } found { key } }',
    },
    { name: 'leads to the same subgraph', query: '{ query { doors { width } } }' },
    { name: 'leads to the other subgraph', query: '{ query { lost found { key width } } }' },
    { name: 'leads on twice', query: '{ query { query { lost door(id: "d1") { key } } found { width } } }' },
    {
      name: 'is in a mutation',
      query:
        'mutation { paint(id: "d1") { door { width key } query { lost doors { key } __typename } self { ok root { found { width } } } } }',
    },
    { name: 'is below an entity in a list', query: '{ doors { id house { lost door(id: "d2") { width } } } }' },
    { name: 'has only its type', query: '{ query { __typename } doors { house { __typename } } }' },
    { name: 'has a failing field', query: '{ query { lost doors { id } } }', failing: ['Query.lost'] },
  ],
};
