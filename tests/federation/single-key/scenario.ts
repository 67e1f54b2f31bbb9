import { argumentIn, referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const BOATS = [
  { id: 'b1', name: 'Hoa Mai', length: 12, berth: 4, inspected: '2024-05-01' },
  { id: 'b2', name: 'Sông Hàn', length: null, berth: null, inspected: null },
];

export const scenario: Scenario = {
  about: 'an entity with one key',
  subgraphs: {
    boats: {
      sdl: `
        type Query { boat(id: ID!): Boat  boats: [Boat!]! }
        type Boat @key(fields: "id") { id: ID!  name: String!  length: Int }
      `,
      resolvers: {
        Query: { boat: argumentIn(BOATS, 'id'), boats: () => BOATS },
        Boat: { __resolveReference: referenceIn(BOATS, 'id') },
      },
    },
    harbour: {
      sdl: `
        type Query { moored: [Boat] }
        type Boat @key(fields: "id") { id: ID!  berth: Int  inspected: String }
      `,
      resolvers: {
        Query: { moored: () => [{ id: 'b1' }, null] },
        Boat: { __resolveReference: referenceIn(BOATS, 'id'), berth: ({ id }: { id: string }) => berthOf(id) },
      },
    },
  },
  oracle: { Query: { boat: argumentIn(BOATS, 'id'), boats: () => BOATS, moored: () => [BOATS[0], null] } },
  questions: [
    { name: 'is answered from both subgraphs', query: '{ boats { id name length berth inspected } }' },
    { name: 'is answered in the order of the query', query: '{ boats { inspected name berth id length } }' },
    { name: 'is answered without its key', query: '{ boats { berth } boat(id: "b2") { inspected name } }' },
    { name: 'is null when nobody has it', query: '{ boat(id: "b9") { name berth } }' },
    { name: 'is reached from the other side', query: '{ moored { name length berth } }' },
    {
      name: 'has an error where its own field fails',
      query: '{ boats { name berth } }',
      failing: ['Boat.berth'],
    },
    {
      name: 'is nulled where a field fails that must have a value',
      query: '{ moored { berth name } }',
      failing: ['Boat.name'],
    },
  ],
};

function berthOf(id: string): number | null {
  return BOATS.find((boat) => boat.id === id)?.berth ?? null;
}
