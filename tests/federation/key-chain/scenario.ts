import { referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const PARTS = [
  { a: 'a1', b: 'b1', c: 'c1', d: 'd1', name: 'bánh răng', weight: 2.5, stock: 7, maker: { code: 'm1', land: 'VN' } },
  { a: 'a2', b: 'b2', c: 'c2', d: 'd2', name: 'trục', weight: null, stock: null, maker: null },
];
const byAny =
  (...keys: string[]) =>
  (reference: Record<string, unknown>) =>
    referenceIn(PARTS, ...keys.filter((key) => key in reference))(reference);

/** Four subgraphs in a row: each knows its own key and its neighbour's. From the first to the last it takes three steps. */
export const scenario: Scenario = {
  about: 'a chain of keys over four subgraphs',
  subgraphs: {
    first: {
      sdl: `type Query { parts: [Part!]!  part: Part }
        type Part @key(fields: "a") { a: ID! }`,
      resolvers: {
        Query: { parts: () => PARTS.map(({ a }) => ({ a })), part: () => ({ a: 'a2' }) },
        Part: { __resolveReference: byAny('a') },
      },
    },
    second: {
      sdl: 'type Part @key(fields: "a") @key(fields: "b") { a: ID!  b: ID!  name: String }',
      resolvers: { Part: { __resolveReference: byAny('a', 'b') } },
    },
    third: {
      sdl: 'type Part @key(fields: "b") @key(fields: "c d") { b: ID!  c: ID!  d: ID!  weight: Float }',
      resolvers: { Part: { __resolveReference: byAny('b', 'c', 'd') } },
    },
    fourth: {
      sdl: `type Part @key(fields: "c d") { c: ID!  d: ID!  stock: Int  maker: Maker }
        type Maker { code: ID!  land: String }`,
      resolvers: { Part: { __resolveReference: byAny('c', 'd') } },
    },
  },
  oracle: { Query: { parts: () => PARTS, part: () => PARTS[1] } },
  questions: [
    { name: 'goes to the end', query: '{ parts { stock } }' },
    { name: 'goes to the end for an object', query: '{ parts { maker { land code } } part { maker { code } stock } }' },
    { name: 'collects something at every step', query: '{ parts { stock weight name a } }' },
    { name: 'answers the keys in the middle', query: '{ parts { d c b a } }' },
    {
      name: 'goes to the end only where it is wanted',
      query:
        'query ($far: Boolean!) { parts { name ... @include(if: $far) { stock } } part { weight @skip(if: $far) } }',
      variables: { far: false },
    },
    {
      name: 'goes to the end where it is wanted',
      query:
        'query ($far: Boolean!) { parts { name ... @include(if: $far) { stock } } part { weight @skip(if: $far) } }',
      variables: { far: true },
    },
    {
      name: 'keeps the steps before the one that fails',
      query: '{ parts { name weight stock } }',
      failing: ['Part.stock'],
    },
  ],
};
