/** What each query is about, the query, and what its variables are. */
export const QUERIES: [name: string, query: string, variables?: Record<string, unknown>][] = [
  ['one field', '{ me { name } }'],
  ['fields of several roots', '{ me { id } topRated { id rating } products { id } warehouses { code } }'],
  [
    'lists below entities below lists, several subgraphs deep',
    '{ users { name reviews { body product { name price stock reviews { stars author { role reviews { id } } } } } } }',
  ],
  ['a field that requires fields of another subgraph', '{ topRated { shipping volume } products { shipping volume } }'],
  ['arguments on a field that requires', '{ products { a: shipping b: shipping(express: true) weight } }'],
  ['required fields that the client did not ask for', '{ warehouses { holds { volume keeper { badge } } } }'],
  ['a provided field', '{ latest { author { name } writer { name } } }'],
  ['an overridden field', '{ products { name } topRated { name } }'],
  ['a composite key', '{ warehouses { code region { name } holds { name reviews { body } } } }'],
  [
    'aliases of entities, of fields and of arguments',
    '{ x: product(id: "p1") { y: name z: reviews { w: author { v: role } } } p: product(id: "p2") { y: stock } }',
  ],
  [
    'one field twice under two aliases with other arguments',
    '{ product(id: "p1") { all: reviews { id } good: reviews(starsMin: 3) { id } } }',
  ],
  [
    'the same entity at several places',
    '{ a: product(id: "p1") { rating } b: product(id: "p1") { rating stock } latest { product { rating } } }',
  ],
  ['an entity that the other subgraph does not know', '{ products { keeper { id name role } } }'],
  [
    'a null entity and a null item of a list',
    '{ product(id: "none") { rating } products { related { id rating category { title } } } }',
  ],
  ['lists of lists of entities', '{ grid { id rating stock category { title products { rating } } } }'],
  ['lists of lists of scalars, enums and a custom scalar', '{ users { tags role joined } }'],
  ['null objects', '{ users(ids: ["u1", "u2", "u3"]) { settings { theme } } }'],
  ['a union', '{ search { __typename ... on Product { name rating } ... on Category { title products { stock } } } }'],
  [
    'an interface',
    '{ a: node(id: "p1") { id ... on Product { rating reviews { body } } } b: node(id: "c1") { __typename id ... on Category { title } } c: node(id: "none") { id } }',
  ],
  [
    '__typename everywhere',
    '{ __typename me { __typename t: __typename reviews { __typename product { __typename related { __typename } } } } search { __typename } }',
  ],
  ['only __typename', '{ a: __typename __typename }'],
  [
    'named fragments',
    'query Q { products { ...P related { ...P } } } fragment P on Product { id ...R } fragment R on Product { rating reviews { author { ...U } } } fragment U on User { name badge }',
  ],
  [
    'fields merged from several selections',
    '{ me { reviews { body } } me { reviews { stars product { id } } name } ... on Query { me { role } } }',
  ],
  [
    'variables with defaults that are not given',
    'query ($first: Int = 2, $express: Boolean = true) { products(first: $first) { shipping(express: $express) } }',
  ],
  [
    'variables that are given',
    'query ($first: Int = 2, $f: Filter) { products(first: $first, filter: $f) { id rating } }',
    { first: 1, f: { priceMax: 100 } },
  ],
  ['a variable that is null', 'query ($f: Filter) { products(filter: $f) { id } }', { f: null }],
  [
    'an input object in a literal, with defaults in it',
    '{ products(filter: { ids: ["p1", "p3"], nested: { priceMax: 1 } }) { id } }',
  ],
  [
    'an enum as an argument',
    'query ($u: Unit!) { me { a: age(unit: MONTHS) b: age(unit: $u) c: age } }',
    { u: 'MONTHS' },
  ],
  ['an error of a resolver beside data', '{ broken me { name } }'],
  ['an error of a resolver in an entity of a list', '{ latest(first: 3) { id author { name secret } } }'],
  [
    'introspection beside data',
    '{ __schema { queryType { name fields { name } } } __type(name: "Product") { fields { name type { name kind } } } me { id } }',
  ],
  [
    'variables called like what every object has',
    'query ($constructor: Int, $toString: Boolean = true, $__proto__: Int = 1) { products(first: $constructor) { id rating @include(if: $toString) } me { id } topRated { reviews(starsMin: $__proto__) { id } } }',
    { constructor: 1 },
  ],
];
