import { referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const INTS = [0, -0, 1, -1, 2_147_483_647, -2_147_483_648];
const FLOATS = [0.1, -1e-308, 5e-324, 1.7976931348623157e308, 9_007_199_254_740_992, 123_456_789.98765, 1e21, -0];
const NUMBERS = INTS.map((int, at) => ({
  id: String(int),
  int,
  float: FLOATS[at],
  big: '90071992547409931',
  flag: at % 2 === 0,
}));
const sum = (_: unknown, { ints, floats }: { ints?: number[]; floats?: number[] }) =>
  [...(ints ?? []), ...(floats ?? [])].reduce((total, value) => total + value, 0);

export const scenario: Scenario = {
  about: 'numbers at their limits',
  subgraphs: {
    numbers: {
      sdl: `type Query { numbers: [Number!]!  floats: [Float!]!  sum(ints: [Int!], floats: [Float!]): Float! }
        type Number @key(fields: "int float") { id: ID!  int: Int!  float: Float }`,
      resolvers: {
        Query: { numbers: () => NUMBERS, floats: () => FLOATS, sum },
        Number: { __resolveReference: referenceIn(NUMBERS, 'int', 'float') },
      },
    },
    bigs: {
      sdl: 'type Number @key(fields: "int float") { int: Int!  float: Float  big: ID  flag: Boolean!  sum(ints: [Int!], floats: [Float!]): Float! }',
      resolvers: { Number: { __resolveReference: referenceIn(NUMBERS, 'int', 'float'), sum } },
    },
  },
  oracle: { Query: { numbers: () => NUMBERS, floats: () => FLOATS, sum }, Number: { sum } },
  questions: [
    { name: 'in answers', query: '{ numbers { int float id } floats }' },
    { name: 'in keys', query: '{ numbers { big flag } }' },
    {
      name: 'in literals',
      query:
        '{ a: sum(ints: [2147483647, -2147483648, 0]) b: sum(floats: [1e308, 0.1, -5e-324, 123456789012345678]) numbers { sum(floats: [1.5e300, 2]) } }',
    },
    {
      name: 'in variables',
      query: 'query ($i: [Int!], $f: [Float!]) { sum(ints: $i, floats: $f) numbers { sum(ints: $i, floats: $f) } }',
      variables: { i: [2_147_483_647, 1], f: [1e-7, 9_007_199_254_740_992] },
    },
    { name: 'beside a field that fails', query: '{ numbers { int flag } }', failing: ['Number.flag'] },
  ],
};
