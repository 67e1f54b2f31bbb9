import { referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const STONES = [
  { id: 's1', kind: 'đá cẩm thạch', mass: 3.25, sold: true, price: { dong: 90_000 } },
  { id: 's2', kind: null, mass: null, sold: null, price: null },
];

/** Only one subgraph has a root field; two add to the entity, and the fourth only to what a third subgraph reaches. */
export const scenario: Scenario = {
  about: 'subgraphs without a root',
  subgraphs: {
    stones: {
      sdl: `type Query { stones: [Stone!]! }
        type Stone @key(fields: "id") { id: ID!  kind: String }`,
      resolvers: { Query: { stones: () => STONES }, Stone: { __resolveReference: referenceIn(STONES, 'id') } },
    },
    scales: {
      sdl: 'type Stone @key(fields: "id") { id: ID!  mass: Float }',
      resolvers: { Stone: { __resolveReference: referenceIn(STONES, 'id') } },
    },
    market: {
      sdl: `type Stone @key(fields: "id") { id: ID!  sold: Boolean  price: Price  buyer: Buyer! }
        type Price { dong: Int! }
        type Buyer @key(fields: "id") { id: ID! }`,
      resolvers: { Stone: { __resolveReference: referenceIn(STONES, 'id'), buyer: () => ({ id: 'b' }) } },
    },
    buyers: {
      sdl: 'type Buyer @key(fields: "id") { id: ID!  name: String  stones: [Stone]!  }  type Stone @key(fields: "id", resolvable: false) { id: ID! }',
      resolvers: { Buyer: { name: () => 'Vy', stones: () => [{ id: 's2' }, null] } },
    },
  },
  oracle: {
    Query: { stones: () => STONES },
    Stone: { buyer: () => ({ id: 'b' }) },
    Buyer: { name: () => 'Vy', stones: () => [STONES[1], null] },
  },
  questions: [
    { name: 'add to an entity side by side', query: '{ stones { kind mass sold price { dong } } }' },
    { name: 'are reached one through the other', query: '{ stones { buyer { name stones { kind mass } } } }' },
    { name: 'are asked alone', query: '{ stones { mass } }' },
    { name: 'are asked in any order', query: '{ stones { price { dong } buyer { stones { sold id } } mass kind } }' },
    { name: 'fail one without the other', query: '{ stones { mass sold kind } }', failing: ['Stone.mass'] },
    { name: 'fail at the end of the way', query: '{ stones { buyer { name id } mass } }', failing: ['Buyer.name'] },
  ],
};
