import { referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const DEEDS = [
  { id: 'd1', signed: '2024-02-29', any: { a: [1, { b: null }], __proto: 'x' }, map: [[1.5, 2], []], money: '12.50' },
  { id: 'd2', signed: null, any: [], map: null, money: '0.00' },
  { id: 'd3', signed: '1975-04', any: false, map: [], money: null },
];
const echo = (_: unknown, { value }: { value: unknown }) => value;

/** What a scalar of the subgraph's own means is the subgraph's business: it goes through as it comes, at any depth. */
export const scenario: Scenario = {
  about: 'scalars of the subgraphs own',
  subgraphs: {
    deeds: {
      sdl: `scalar JSON  scalar Date @specifiedBy(url: "https://example.vn/date")  scalar Money
        type Query { deeds(since: Date): [Deed!]!  echo(value: JSON): JSON  echoes(value: [JSON!]): [JSON] }
        type Deed @key(fields: "id signed") { id: ID!  signed: Date  any: JSON }`,
      resolvers: {
        Query: { deeds: deedsSince, echo, echoes: echo },
        Deed: { __resolveReference: referenceIn(DEEDS, 'id', 'signed') },
      },
    },
    values: {
      sdl: `scalar JSON  scalar Date  scalar Money
        type Deed @key(fields: "id signed") { id: ID!  signed: Date  map: JSON  money(plus: Money = "0.00"): Money }`,
      resolvers: {
        Deed: {
          __resolveReference: referenceIn(DEEDS, 'id', 'signed'),
          money: ({ money }: { money: string | null }, { plus }: { plus: string | null }) =>
            money && `${money}+${plus}`,
        },
      },
    },
  },
  oracle: {
    Query: { deeds: deedsSince, echo, echoes: echo },
    Deed: {
      money: ({ money }: { money: string | null }, { plus }: { plus: string | null }) => money && `${money}+${plus}`,
    },
  },
  questions: [
    { name: 'go through as they are', query: '{ deeds { any signed } }' },
    { name: 'are parts of keys, null or not', query: '{ deeds { map money } }' },
    {
      name: 'go in as literals',
      query:
        '{ a: echo(value: { x: [1, "b", { y: null, z: true }], w: 1.5e3 }) b: echo(value: []) c: echo(value: null) d: deeds(since: "2000-01-01") { id } }',
    },
    {
      name: 'go in as variables',
      query:
        'query ($v: JSON, $l: [JSON!], $d: Date, $m: Money) { echo(value: $v) echoes(value: $l) deeds(since: $d) { money(plus: $m) } }',
      variables: {
        v: { deep: { er: [{ constructor: 1, toString: null }] } },
        l: [1, 'two', { three: 3 }],
        d: '1980-01-01',
        m: '7',
      },
    },
    {
      name: 'go in as literals with variables in them',
      query: 'query ($v: JSON, $w: JSON) { echo(value: { in: [$v, { w: $w }] }) }',
      variables: { v: 3, w: { k: [] } },
    },
    {
      name: 'have defaults',
      query: 'query ($m: Money = "5") { deeds { a: money b: money(plus: $m) c: money(plus: null) } }',
    },
    { name: 'fail like others', query: '{ deeds { id map } }', failing: ['Deed.map'] },
  ],
};

function deedsSince(_: unknown, { since }: { since?: string | null }) {
  return DEEDS.filter(({ signed }) => !since || (signed !== null && signed >= since));
}
