/** What is deferred, the query, the parts (label and path, in any order), and what its variables are. */
export const QUERIES: [name: string, query: string, parts: string[], variables?: Record<string, unknown>][] = [
  ['fields of an entity', '{ me { id ... @defer(label: "a") { name reviews { body } } } }', ['a me']],
  ['without a label', '{ me { id ... @defer { name } } }', [' me']],
  [
    'fields of the items of a list',
    '{ products { id ... @defer(label: "a") { shipping reviews { body author { name } } } } }',
    ['a products.0', 'a products.1', 'a products.2'],
  ],
  [
    'in lists below lists, in some of which is null',
    '{ grid { id ... @defer(label: "a") { rating stock category { title } } } }',
    ['a grid.0.0', 'a grid.2.0', 'a grid.2.1'],
  ],
  ['at the root', '{ me { id } ... @defer(label: "a") { warehouses { code holds { stock } } } }', ['a ']],
  ['of the registry that answers the rest', '{ me { id } ... @defer(label: "a") { user(id: "u2") { name } } }', ['a ']],
  ['everything', '{ ... @defer(label: "a") { me { name reviews { id } } } }', ['a ']],
  [
    'what comes in the same fetch as the rest',
    '{ product(id: "p1") { id size { width ... @defer(label: "a") { height } } } }',
    ['a product.size'],
  ],
  ['nothing but a key', '{ me { name ... @defer(label: "a") { id } } }', ['a me']],
  ['nothing but __typename', '{ me { name ... @defer(label: "a") { __typename t: __typename } } }', ['a me']],
  [
    'in what is deferred',
    '{ me { id ... @defer(label: "a") { name reviews { body ... @defer(label: "b") { product { name stock } } } } } }',
    ['a me', 'b me.reviews.0'],
  ],
  [
    'right in what is deferred',
    '{ me { id ... @defer(label: "a") { name ... @defer(label: "b") { reviews { id } ... @defer { badge } } } } }',
    ['a me', 'b me', ' me'],
  ],
  [
    'three levels deep below lists',
    `{ users { ... @defer(label: "a") { reviews { id ... @defer(label: "b") {
      product { id ... @defer(label: "c") { related { id name } } }
    } } } } }`,
    ['a users.0', 'a users.1', 'b users.0.reviews.0', 'b users.1.reviews.0', 'b users.1.reviews.1'].concat(
      ['users.0.reviews.0', 'users.1.reviews.0', 'users.1.reviews.1'].map((path) => `c ${path}.product`),
    ),
  ],
  [
    'twice, one part beside the other',
    '{ me { id ... @defer(label: "a") { reviews { id } } ... @defer(label: "b") { reviews { id stars } } } }',
    ['a me', 'b me'],
  ],
  [
    'what is asked for at once, too',
    '{ me { name reviews { id } ... @defer(label: "a") { name reviews { id body } } } }',
    ['a me'],
  ],
  [
    'a named fragment, at two places under other names',
    `query { x: me { ...F @defer(label: "a") } y: user(id: "u2") { z: id ...F @defer(label: "a") } }
     fragment F on User { n: name r: reviews { b: body p: product { s: stock } } }`,
    ['a x', 'a y'],
  ],
  [
    'in a named fragment, at two places',
    `{ one: product(id: "p1") { ...P } topRated { id ...P } }
     fragment P on Product { weight ... @defer(label: "a") { rating name } }`,
    ['a one', 'a topRated'],
  ],
  [
    'of one type of a union, and below another',
    `{ search { ... on Product @defer(label: "a") { name rating }
       ... on Category { title ... @defer(label: "b") { products { name } } } } }`,
    ['a search.0', 'b search.1'],
  ],
  [
    'of an interface',
    `{ a: node(id: "p1") { ...N } b: node(id: "c1") { ...N } c: node(id: "none") { ...N } }
     fragment N on Node { ... @defer(label: "a") { id ... on Product { stock } ... on Category { products { id } } } }`,
    ['a a', 'a b'],
  ],
  [
    'fields with arguments, under aliases',
    `query ($stars: Int!) { product(id: "p1") { all: reviews { id } ... @defer(label: "a") {
       good: reviews(starsMin: $stars) { id body } express: shipping(express: true) shipping } } }`,
    ['a product'],
    { stars: 3 },
  ],
  [
    'what requires fields of another registry',
    '{ warehouses { code holds { id ... @defer(label: "a") { volume keeper { id } } } } }',
    ['a warehouses.0.holds.0', 'a warehouses.0.holds.1'],
  ],
  [
    'with variables that the rest does not have',
    'query ($first: Int = 1, $ids: [ID!]) { me { id } ... @defer(label: "a") { latest(first: $first) { id } users(ids: $ids) { id } } }',
    ['a '],
    { ids: ['u3'] },
  ],
  [
    'if a variable says so',
    'query ($yes: Boolean!, $no: Boolean = false) { me { id tags @include(if: $yes) age @skip(if: $no) ... @defer(if: $yes, label: "a") { name } ... @defer(if: $no, label: "b") { role } } }',
    ['a me'],
    { yes: true },
  ],
  [
    'beside and below conditions',
    `query ($yes: Boolean!, $no: Boolean!) { me { id ... @defer(label: "a") @include(if: $yes) { name role @skip(if: $yes) }
       ... @defer(label: "b") @skip(if: $yes) { tags } ... @defer(label: "c") { age @include(if: $no) } } }`,
    ['a me', 'c me'],
    { yes: true, no: false },
  ],
  [
    'what asks about the schema',
    '{ me { id } ... @defer(label: "a") { __schema { queryType { name } } me { name } } }',
    ['a '],
  ],
  [
    'nothing but what asks about the schema',
    '{ me { id } ... @defer { __type(name: "User") { kind } __typename } }',
    [' '],
  ],
  [
    'below what is null',
    '{ users(ids: ["u1", "u2"]) { id settings { ... @defer(label: "a") { theme } } } }',
    ['a users.0.settings'],
  ],
];
