import { referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const ITEMS = [
  { id: 'i1', name: 'một' },
  { id: 'i2', name: 'hai' },
];
const items = (_: unknown, { first }: { first?: number | null }) => ITEMS.slice(0, first ?? 9);
const echo = ({ id }: { id: string }, { text, times }: { text?: string | null; times: number }) =>
  `${id} ${text ?? '-'}`.repeat(times);

/** Whatever a client calls its variables, the fetches of entities need a variable of their own beside them. */
export const scenario: Scenario = {
  about: 'names of variables and operations',
  subgraphs: {
    items: {
      sdl: `type Query { items(first: Int): [Item!]! }
        type Item @key(fields: "id") { id: ID!  name: String! }`,
      resolvers: { Query: { items }, Item: { __resolveReference: referenceIn(ITEMS, 'id') } },
    },
    echoes: {
      sdl: 'type Item @key(fields: "id") { id: ID!  echo(text: String, times: Int! = 1): String! }',
      resolvers: { Item: { echo } },
    },
  },
  oracle: { Query: { items }, Item: { echo } },
  questions: [
    {
      name: 'representations',
      query: 'query ($representations: Int!) { items { echo(times: $representations) } }',
      variables: { representations: 2 },
      stockDiffers: "it hands the client's variable on as its own",
    },
    {
      name: 'representations, used at the root only',
      query: 'query ($representations: Int) { items(first: $representations) { echo(text: "x") } }',
      variables: { representations: 1 },
    },
    {
      name: 'representations beside one that resembles it',
      query:
        'query ($representations: String, $representations_1: Int!) { items { echo(text: $representations, times: $representations_1) name } }',
      variables: { representations: 'r', representations_1: 2 },
      stockDiffers: "it hands the client's variable on as its own",
    },
    {
      name: 'what every object has',
      query:
        'query ($constructor: Int, $toString: String = "t", $__proto__: Int! = 2, $hasOwnProperty: Boolean!) { items(first: $constructor) { echo(text: $toString, times: $__proto__) name @include(if: $hasOwnProperty) } }',
      variables: { constructor: 1, hasOwnProperty: true },
    },
    {
      name: 'used twice, in two subgraphs',
      query:
        'query ($n: Int!) { items(first: $n) { a: echo(times: $n) b: echo(text: "b", times: $n) } again: items(first: $n) { name } }',
      variables: { n: 1 },
    },
    {
      name: 'not used at the place that is asked',
      query: 'query Items($text: String, $no: Boolean!) { items { name echo(text: $text) @skip(if: $no) } }',
      variables: { text: 'x', no: true },
    },
    {
      name: 'of an operation with odd letters',
      query: 'query __Odd_1__echoes__0($t: String) { items { echo(text: $t) } }',
      variables: { t: 'ọ' },
    },
    {
      name: 'beside variables that nobody declared',
      query: 'query ($t: String) { items { echo(text: $t) } }',
      variables: { t: 'x', other: [1, 2] },
    },
    {
      name: 'with a field that fails',
      query: 'query ($t: String) { items { name echo(text: $t) } }',
      failing: ['Item.echo'],
    },
  ],
};
