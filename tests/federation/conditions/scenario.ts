import { argumentIn, referenceIn } from '../../helpers/oracle-data.js';
import type { Question, Scenario } from '../../helpers/oracle-scenario.js';

const NODES = [
  { id: 'n1', name: 'một', size: 1, color: 'đỏ', next: 'n2' },
  { id: 'n2', name: 'hai', size: null, color: null, next: null },
];
const nextOf = ({ next }: { next: string | null }) => NODES.find(({ id }) => id === next) ?? null;

const BOTH = [
  { a: true, b: true },
  { a: true, b: false },
  { a: false, b: true },
  { a: false, b: false },
];
/** The same query for every combination of its two variables. */
const always = (name: string, query: string): Question[] =>
  BOTH.map((variables) => ({
    name: `${name}: ${JSON.stringify(variables)}`,
    query: `query ($a: Boolean!, $b: Boolean!) ${query}`,
    variables,
  }));

export const scenario: Scenario = {
  about: '@include and @skip',
  subgraphs: {
    nodes: {
      sdl: `type Query { nodes: [Node!]!  node(id: ID!): Node }
        type Node @key(fields: "id") { id: ID!  name: String!  next: Node }`,
      resolvers: {
        Query: { nodes: () => NODES, node: argumentIn(NODES, 'id') },
        Node: { __resolveReference: referenceIn(NODES, 'id'), next: nextOf },
      },
    },
    sizes: {
      sdl: 'type Node @key(fields: "id") { id: ID!  size: Int  double: Int }',
      resolvers: {
        Node: {
          __resolveReference: referenceIn(NODES, 'id'),
          double: ({ size }: { size: number }) => size && size * 2,
        },
      },
    },
    colors: {
      sdl: `type Query { colored: [Node!]! }
        type Node @key(fields: "id") { id: ID!  color: String  name: String! @external  label: String! @requires(fields: "name") }`,
      resolvers: {
        Query: { colored: () => NODES.map(({ id, color }) => ({ id, color })) },
        Node: {
          __resolveReference: (reference: { id: string; name: string }) => ({
            ...referenceIn(NODES, 'id')({ id: reference.id }),
            name: reference.name,
          }),
          label: ({ name }: { name: string }) => `<${name}>`,
        },
      },
    },
  },
  oracle: {
    Query: { nodes: () => NODES, node: argumentIn(NODES, 'id'), colored: () => NODES },
    Node: {
      next: nextOf,
      label: ({ name }: { name: string }) => `<${name}>`,
      double: ({ size }: { size: number }) => size && size * 2,
    },
  },
  questions: [
    ...always(
      'on fields',
      '{ nodes { id @skip(if: $a) name @include(if: $b) size @include(if: $a) color @skip(if: $b) } }',
    ),
    ...always(
      'on one field twice',
      '{ nodes { id name @skip(if: $a) @include(if: $b) size @skip(if: $a) @include(if: $b) } }',
    ),
    ...always(
      'on fragments',
      '{ nodes { id ...S @include(if: $a) ... on Node @skip(if: $b) { color ...S } } } fragment S on Node { size double @include(if: $b) }',
    ),
    ...always(
      'inside one another',
      '{ nodes @include(if: $a) { id ... @include(if: $b) { size next @skip(if: $a) { id } n: next @include(if: $a) { size @skip(if: $b) name } } } colored @skip(if: $a) { name } }',
    ),
    ...always('on what is required', '{ colored { label @include(if: $a) name @skip(if: $b) size @include(if: $b) } }'),
    ...always(
      'on everything in a fetch',
      '{ nodes { id size @include(if: $a) double @include(if: $b) } colored @include(if: $b) { color } }',
    ),
    ...always(
      'on one field under both',
      '{ nodes { size @include(if: $a) size @include(if: $b) next { color @skip(if: $a) } next { color @skip(if: $b) name } } }',
    ),
    {
      name: 'that are always so',
      query:
        '{ nodes { id size @include(if: true) color @skip(if: true) name @include(if: false) double @skip(if: false) } }',
    },
    {
      name: 'that leave nothing',
      query: 'query ($a: Boolean!) { nodes @skip(if: $a) { size } }',
      variables: { a: true },
    },
    {
      name: 'with defaults',
      query:
        'query ($a: Boolean = true, $b: Boolean! = false) { nodes { id size @include(if: $a) color @include(if: $b) } }',
    },
    {
      name: 'with a field that fails',
      query: 'query ($a: Boolean!) { nodes { name size @include(if: $a) color @skip(if: $a) } }',
      variables: { a: true },
      failing: ['Node.size', 'Node.color'],
    },
  ],
};
