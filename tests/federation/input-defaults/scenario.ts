import type { Scenario } from '../../helpers/oracle-scenario.js';

/** The argument as the resolver gets it, keys in order of the alphabet: of a default, a null and an absence each looks different. */
const shown = (value: unknown): string =>
  JSON.stringify(value, (_key, inner) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
const show = (_: unknown, given: Record<string, unknown>) => shown(given);

export const scenario: Scenario = {
  about: 'arguments, defaults and nulls as they reach a resolver',
  subgraphs: {
    show: {
      sdl: `type Query { show(a: Int = 1, in: In = { n: 5 }, list: [In!] = [{ n: 1 }, {}], level: Level = LOW): String!  thing: Thing! }
        input In { n: Int = 7  s: String  e: Level = HIGH  in: In  ids: [ID!] = ["x"]  must: Boolean! = true }
        enum Level { LOW HIGH }
        type Thing @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { show, thing: () => ({ id: 't' }) } },
    },
    other: {
      sdl: `input In { n: Int = 7  s: String  e: Level = HIGH  in: In  ids: [ID!] = ["x"]  must: Boolean! = true }
        enum Level { LOW HIGH }
        type Thing @key(fields: "id") { id: ID!  show(in: In!, level: Level, matrix: [[Int]]): String! }`,
      resolvers: { Thing: { show } },
    },
  },
  oracle: { Query: { show, thing: () => ({ id: 't' }) }, Thing: { show } },
  questions: [
    {
      name: 'defaults of arguments and of fields of inputs',
      query: '{ show n: show(in: null, a: null, list: null) e: show(in: {}, list: []) thing { show(in: {}) } }',
    },
    {
      name: 'variables that are absent',
      query:
        'query ($a: Int, $in: In, $n: Int, $l: Level) { show(a: $a, in: $in) b: show(in: { n: $n, e: $l, in: { n: $n } }, level: $l) thing { show(in: { n: $n }, level: $l) } }',
    },
    {
      name: 'variables that are null',
      query:
        'query ($a: Int, $in: In, $n: Int, $l: Level) { show(a: $a, in: $in) b: show(in: { n: $n, e: $l, in: { n: $n } }) thing { show(in: { n: $n }, level: $l) } }',
      variables: { a: null, in: null, n: null, l: null },
    },
    {
      name: 'variables with defaults of their own',
      query:
        'query ($a: Int = 9, $in: In = { n: 2, in: { s: "t" } }, $l: Level! = HIGH) { show(a: $a, in: $in, level: $l) thing { show(in: $in, level: $l) } }',
    },
    {
      name: 'variables with defaults that are null',
      query: 'query ($a: Int = 9, $in: In = { n: 2 }) { show(a: $a, in: $in) }',
      variables: { a: null, in: null },
    },
    {
      name: 'nested inputs in variables',
      query: 'query ($in: In!, $list: [In!]) { show(in: $in, list: $list) thing { show(in: $in) } }',
      variables: { in: { n: null, in: { in: { s: 'đ', ids: [] } } }, list: [{}, { e: 'LOW', ids: [1, 'b'] }] },
    },
    {
      name: 'one value for a list',
      query:
        'query ($x: [In!]) { show(in: { ids: "one" }, list: { n: 3 }) b: show(list: $x) thing { show(in: { ids: 4 }, matrix: 1) m: show(in: {}, matrix: [[1, null], null, 2]) } }',
      variables: { x: { s: 'single' } },
    },
    {
      name: 'variables of another type that fits',
      query:
        'query ($m: Boolean!, $ids: [ID!]!, $i: ID!) { show(in: { must: $m, ids: $ids }) thing { show(in: { ids: [$i, "k"] }) } }',
      variables: { m: false, ids: ['a', 2], i: 5 },
    },
    { name: 'fields that fail', query: '{ thing { show(in: {}) } }', failing: ['Thing.show'] },
  ],
};
