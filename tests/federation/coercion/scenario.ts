import type { Scenario } from '../../helpers/oracle-scenario.js';

const VALUES = { id: 7, whole: 3, float: 2, text: 12, flag: 1, kind: 'B', other: '0012' };
const show = (_: unknown, given: Record<string, unknown>) =>
  Object.keys(given)
    .sort()
    .map((name) => `${name}=${JSON.stringify(given[name])}`)
    .join();
const keyed = ({ id, kind }: { id: unknown; kind: unknown }) =>
  String(id) === '7' && kind === 'B' ? { id, kind } : null;

/** Numbers for IDs, whole numbers for floats, enum values in keys: what comes out of one subgraph must go into the other. */
export const scenario: Scenario = {
  about: 'coercion of scalars and enums',
  subgraphs: {
    values: {
      sdl: `type Query { value: Value  values(ids: [ID!], kinds: [Kind!] = [A], f: Float, i: Int, s: String, b: Boolean, id: ID, kind: Kind): String! }
        enum Kind { A B }
        type Value @key(fields: "id kind") { id: ID!  kind: Kind!  whole: Int  float: Float!  text: String  flag: Boolean }`,
      resolvers: { Query: { value: () => VALUES, values: show }, Value: { __resolveReference: () => VALUES } },
    },
    others: {
      sdl: `enum Kind { A B }
        type Value @key(fields: "id kind") { id: ID!  kind: Kind!  other: ID!  show(f: Float, id: ID, kind: Kind, kinds: [[Kind]]): String! }`,
      resolvers: { Value: { __resolveReference: keyed, other: () => '0012', show } },
    },
  },
  oracle: { Query: { value: () => VALUES, values: show }, Value: { show } },
  questions: [
    { name: 'of answers', query: '{ value { id whole float text flag kind other } }' },
    { name: 'of keys', query: '{ value { other } }' },
    {
      name: 'of literals',
      query:
        '{ values(ids: [1, "b"], f: 3, i: 4, s: "5", b: false, id: 6, kind: B) value { show(f: 1, id: 2, kind: A, kinds: [[A, null], null]) } }',
    },
    {
      name: 'of variables',
      query:
        'query ($ids: [ID!], $f: Float, $i: Int, $id: ID, $k: Kind, $ks: [[Kind]]) { values(ids: $ids, f: $f, i: $i, id: $id, kind: $k) value { show(f: $f, id: $id, kind: $k, kinds: $ks) } }',
      variables: { ids: [1, '2'], f: 3, i: 4, id: 12, k: 'A', ks: ['B', [null, 'A']] },
    },
    {
      name: 'of one value for a list',
      query:
        'query ($ids: [ID!], $ks: [[Kind]]) { values(ids: $ids, kinds: B) value { show(kinds: $ks) } b: values(ids: 3) }',
      variables: { ids: 9, ks: 'A' },
    },
    {
      name: 'of exponents and negatives',
      query:
        'query ($f: Float) { a: values(f: 1e3, i: -5) b: values(f: -0.5) c: values(f: $f) value { show(f: 2.5e-3) } }',
      variables: { f: 1e21 },
    },
    {
      name: 'of enums in lists with defaults',
      query: 'query ($k: [Kind!] = [B, A]) { values(kinds: $k) b: values c: values(kinds: []) d: values(kinds: null) }',
    },
    { name: 'of a field that fails', query: '{ value { whole other } }', failing: ['Value.other'] },
  ],
};
