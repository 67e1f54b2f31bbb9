import type { Scenario } from '../../helpers/oracle-scenario.js';

const BIRDS = ['sếu', 'vạc', 'cò'].map((name, at) => ({
  id: `b${at}`,
  name,
  nest: at === 1 ? null : { place: 'Bàn Cờ' },
}));
const KNOWN: Record<string, { weight: number | null; ring: string }> = { b0: { weight: 7, ring: 'VN-1' } };
const known =
  (field: 'weight' | 'ring') =>
  ({ id }: { id: string }) =>
    KNOWN[id]?.[field] ?? null;

/** What a subgraph has no record of is null where it may be null, and nulls its object where it must not, with an error. */
export const scenario: Scenario = {
  about: 'entities that a subgraph does not know',
  subgraphs: {
    birds: {
      sdl: `type Query { birds: [Bird]!  bird(id: ID!): Bird  strict: [Bird!] }
        type Bird @key(fields: "id") { id: ID!  name: String!  nest: Nest }
        type Nest { place: String! }`,
      resolvers: {
        Query: { birds: () => BIRDS, bird: birdOf, strict: () => BIRDS },
        Bird: { __resolveReference: (reference: { id: string }) => birdOf(null, reference) },
      },
    },
    rings: {
      sdl: `type Query { ringed: [Bird!]! }
        type Bird @key(fields: "id") { id: ID!  weight: Int  ring: String! }`,
      resolvers: {
        Query: { ringed: () => [{ id: 'b0' }, { id: 'b9' }] },
        Bird: {
          __resolveReference: ({ id }: { id: string }) => (KNOWN[id] ? { id } : null),
          weight: known('weight'),
          ring: known('ring'),
        },
      },
    },
    diets: {
      sdl: `type Bird @key(fields: "id") { id: ID!  weight: Int @external  diet: String @requires(fields: "weight") }`,
      resolvers: { Bird: { diet: ({ weight }: { weight?: number | null }) => `for ${weight ?? 'any'}` } },
    },
  },
  oracle: {
    Query: {
      birds: () => BIRDS,
      bird: birdOf,
      strict: () => BIRDS,
      ringed: () => [birdOf(null, { id: 'b0' }), { id: 'b9' }],
    },
    Bird: {
      weight: known('weight'),
      ring: known('ring'),
      // Without a record of the bird there is no weight to hand on, so nobody can be asked for its diet.
      diet: ({ id }: { id: string }) => (KNOWN[id] ? `for ${KNOWN[id].weight}` : null),
    },
  },
  questions: [
    { name: 'leave fields empty that may be', query: '{ birds { name weight } }' },
    { name: 'empty the object whose field must be', query: '{ birds { name ring } }', errors: 2 },
    {
      name: 'empty the list whose object must be',
      query: '{ strict { name ring } bird(id: "b0") { ring } }',
      errors: 1,
    },
    {
      name: 'leave the rest alone',
      query: '{ birds { name weight nest { place } } bird(id: "b2") { weight nest { place } } }',
    },
    { name: 'cannot be asked for what rests on them', query: '{ birds { name diet } }' },
    { name: 'begin where only the key is known', query: '{ ringed { id nest { place } } }' },
    { name: 'may fail besides', query: '{ birds { id weight nest { place } } }', failing: ['Bird.nest'] },
  ],
  // A resolver that is never reached cannot fail.
  needed: ['Bird.weight', 'Bird.ring', 'Bird.diet', 'Bird.nest'],
};

function birdOf(_: unknown, { id }: { id: string }) {
  return BIRDS.find((bird) => bird.id === id) ?? null;
}
