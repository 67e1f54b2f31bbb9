import type { Scenario } from '../../helpers/oracle-scenario.js';

const ROWS = Array.from({ length: 1_000 }, (_, at) => ({ id: `r${at}`, name: `hàng ${at}`, kind: `k${at % 7}` }));
const countOf = ({ id }: { id: string }) => (id.endsWith('9') ? null : Number(id.slice(1)) * 2);
const weightOf = ({ id }: { id: string }) => id.length * 10;
const rows = (_: unknown, { from, to }: { from: number; to: number }) => ROWS.slice(from, to);

/** A thousand rows of seven kinds: each kind is asked for once, each row once, and everything comes back to its place. */
export const scenario: Scenario = {
  about: 'lists, empty and of a thousand',
  subgraphs: {
    rows: {
      sdl: `type Query { rows(from: Int! = 0, to: Int! = 1000): [Row!]!  none: [Row!]!  nothing: [Row] }
        type Row @key(fields: "id") { id: ID!  name: String!  kind: Kind! }
        type Kind @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { rows, none: () => [], nothing: () => null },
        Row: { kind: ({ kind }: { kind: string }) => ({ id: kind }) },
      },
    },
    counts: {
      sdl: `type Row @key(fields: "id") { id: ID!  count: Int }
        type Kind @key(fields: "id") { id: ID!  weight: Int!  twins: [Kind!]! }`,
      resolvers: { Row: { count: countOf }, Kind: { weight: weightOf, twins: () => [] } },
    },
  },
  oracle: {
    Query: { rows, none: () => [], nothing: () => null },
    Row: { kind: ({ kind }: { kind: string }) => ({ id: kind }), count: countOf },
    Kind: { weight: weightOf, twins: () => [] },
  },
  questions: [
    { name: 'of a thousand entities', query: '{ rows { name count } }' },
    { name: 'of a thousand with few entities below', query: '{ rows { id kind { weight twins { weight } } } }' },
    {
      name: 'several at once',
      query: '{ a: rows(to: 400) { count kind { weight } } b: rows(from: 300, to: 600) { count id } }',
    },
    {
      name: 'that are empty',
      query: '{ none { count kind { weight } } nothing { count } rows(to: 0) { name count } }',
    },
    { name: 'with a few errors', query: '{ rows(from: 10, to: 40) { id count } }', failing: ['Row.count'] },
  ],
  // An answer names a hundred errors at most.
  needed: ['Row.count', 'Row.name', 'Row.kind', 'Kind.weight', 'Kind.twins'],
};
