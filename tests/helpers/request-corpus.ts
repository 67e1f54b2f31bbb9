/** Requests that clients send, good and bad: to a graph that has all that they name. */

export const CORPUS_SUBGRAPHS = {
  one: {
    sdl: `
      type Query {
        hello(name: String, names: [[String]], deep: JSON, n: Int): String  self: Self  items(first: Int): [Item!]!
        fail: Int  strict: Int!
      }
      type Self @shareable { self: Self  name: String }
      scalar JSON
      type Item @key(fields: "id") { id: ID! }
    `,
    resolvers: {
      Query: {
        hello: (_: unknown, { name }: { name?: string }) => `hello ${name?.length ?? 0}`,
        self: () => ({ self: {}, name: 'x' }),
        items: (_: unknown, { first = 1 }: { first?: number }) => ['1', '2'].slice(0, first).map((id) => ({ id })),
        fail: () => {
          throw new Error('a secret of the registry');
        },
        strict: () => null,
      },
    },
  },
};

export const QUERIES_THAT_ARE_NONE = [1, true, null, [], {}, ['{ hello }']];
export const VARIABLES_THAT_ARE_NONE = [1, true, 'x', [], [{ name: 'x' }]];

/** Documents that are wrong, with values in them that no message may repeat. */
export const WRONG_DOCUMENTS = [
  '{ hello(name: 5.25) }',
  '{ hello(n: "Tran Minh Khoi") }',
  '{ hello(n: 99999999999) }',
  '{ hello(names: {a: "Tran Minh Khoi"}) }',
  '{ hello @skip(if: "Tran Minh Khoi") }',
  '{ hello @"Tran Minh Khoi" }',
  '{ hello @"""Tran Minh Khoi""" }',
  '{ hello 5.25 }',
  'query ($n: Int = "Tran Minh Khoi") { hello(n: $n) }',
  '{ hallo048090000001 }',
  'query Q048090000001 { hallo }',
];

const TWO = 'query A { hello } query B { b: hello }';
const NUMBER = 'query ($n: Int!) { hello(n: $n) }';
const BIG_LIST = Array(101).fill('x');

/** What each request is about, and its body. */
export const REQUESTS: Record<string, Record<string, unknown>> = {
  'a plain query': { query: '{ items { id } }' },
  'aliases and a fragment': { query: '{ a: items { ...P } } fragment P on Item { n: id __typename }' },
  variables: { query: 'query Q($first: Int) { items(first: $first) { id } }', variables: { first: 2 } },
  'a variable of the wrong type': { query: NUMBER, variables: { n: '048090000001' } },
  'a variable that is missing': { query: NUMBER },
  'an operation name': { query: 'query Named { items { id } }', operationName: 'Named' },
  'an operation name that names none': { query: 'query Named { items { id } }', operationName: 'Other' },
  'an operation name that is empty': { query: 'query Named { items { id } }', operationName: '' },
  'an operation name that is no text': { query: '{ hello }', operationName: { a: 1 } },
  'the first of two operations': { query: TWO, operationName: 'A' },
  'the second of two operations': { query: TWO, operationName: 'B' },
  'neither of two operations': { query: TWO },
  'neither of two operations, by a wrong name': { query: TWO, operationName: 'C' },
  'an error beside data': { query: '{ hello fail }' },
  'a null where none may be': { query: '{ strict }' },
  introspection: { query: '{ __schema { queryType { name } } }' },
  'only __typename': { query: '{ __typename }' },
  'null for everything that may be absent': {
    query: '{ hello }',
    operationName: null,
    variables: null,
    extensions: null,
  },
  'an extension that nobody knows': { query: '{ hello }', extensions: { some: { thing: 1 } } },
  'a parameter that nobody knows': { query: '{ hello }', more: true },
  'an extension that is none': { query: '{ hello }', extensions: [1] },
  provenance: { query: '{ items { id } }', extensions: { provenance: true } },
  'provenance that is not quite asked for': { query: '{ items { id } }', extensions: { provenance: 'yes' } },
  'a mutation on a graph without': { query: 'mutation { __typename }' },
  'a subscription': { query: 'subscription { __typename }' },
  'a syntax error': { query: '{ hello' },
  'an empty query': { query: '' },
  'no query': {},
  'fragments in a circle': {
    query: '{ self { ...A } } fragment A on Self { self { ...B } } fragment B on Self { self { ...A } }',
  },
  'a field that does not exist': { query: '{ hallo }' },
  'brackets too deep': { query: '{self'.repeat(500) },
  'a list too long': { query: 'query ($n: [[String]]) { hello(names: $n) }', variables: { n: BIG_LIST } },
  'a list too long in the text': { query: `{ hello(names: ${JSON.stringify(BIG_LIST)}) }` },
  'a persisted query that is none': { query: '{ hello }', extensions: { persistedQuery: {} } },
  'a persisted query of another version': {
    query: '{ hello }',
    extensions: { persistedQuery: { version: 2, sha256Hash: 'x' } },
  },
  'a persisted query whose hash is another': {
    query: '{ hello }',
    extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } },
  },
  'a persisted query that nobody knows': { extensions: { persistedQuery: { version: 1, sha256Hash: 'x' } } },
  'a documentId that nobody knows': { documentId: 'Nobody' },
  'a documentId beside a query': { documentId: 'Nobody', query: '{ hello }' },
  'a documentId that is no text': { documentId: 1 },
  ...Object.fromEntries(QUERIES_THAT_ARE_NONE.map((query) => [`the query ${JSON.stringify(query)}`, { query }])),
  ...Object.fromEntries(
    VARIABLES_THAT_ARE_NONE.map((variables) => [
      `the variables ${JSON.stringify(variables)}`,
      { query: '{ hello }', variables },
    ]),
  ),
  ...Object.fromEntries(WRONG_DOCUMENTS.map((query) => [query, { query }])),
  ...Object.fromEntries(
    ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', 'then'].map((name) => [
      `the name ${name}`,
      {
        query: `query ${name}($${name}: String) { ${name}: hello(name: $${name}) self { ${name}: name } }`,
        operationName: name,
        variables: JSON.parse(`{"${name}":"abc"}`),
      },
    ]),
  ),
};
