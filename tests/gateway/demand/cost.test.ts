import { estimateCost } from '../../../gateway/demand/index.js';
import { compose } from '../../../gateway/supergraph/compose.js';
import { loadSchema } from '../../../gateway/supergraph/load.js';
import { actualCost, estimatesOn, exchangeOf } from '../../helpers/costs.js';
import { schemaOf } from '../../helpers/front-door.js';

/** Worked by hand from IBM's GraphQL Cost Directives and, for how weights add up, Apollo's documents on demand control. */

describe('what nobody has weighed', () => {
  const cost = estimatesOn(`
    type Query { book: Book  books: [Book]  grid: [[Book]]  titles: [String] }
    type Mutation { add: Book }
    type Book { title: String  author: Author  publisher: Publisher }
    type Author { name: String }
    type Publisher { name: String  address: Address }
    type Address { zipCode: Int }
  `);
  const FIELDS = '{ title author { name } publisher { name address { zipCode } } }';

  test('an object costs 1, a scalar nothing', () => {
    expect(cost(`{ book ${FIELDS} }`)).toBe(4);
    expect(cost('{ titles __typename __schema { types { name } } }')).toBe(0);
  });

  test('a list is as long as the settings say', () => {
    expect(cost(`{ books ${FIELDS} }`)).toBe(40);
    expect(cost(`{ books ${FIELDS} }`, {}, { limits: { listItemsAssumed: 5 } })).toBe(20);
    expect(cost('{ grid { title } }')).toBe(100);
  });

  test('a mutation costs 10 more', () => {
    expect(cost('mutation { add { title } }')).toBe(11);
  });

  test('a field that is asked for twice costs once, under two names twice', () => {
    expect(
      cost('{ book { title } book { author { name } } ...B } fragment B on Query { book { author { name } } }'),
    ).toBe(2);
    expect(cost('{ book { title } other: book { title } }')).toBe(2);
  });

  test('what is skipped costs nothing', () => {
    const query = `query ($x: Boolean!, $y: Boolean! = true) {
      book @include(if: $x) { title } other: book @skip(if: $y) { title } ... @skip(if: true) { third: book { title } }
    }`;
    expect(cost(query, { x: true, y: false })).toBe(2);
    expect(cost(query, { x: false, y: false })).toBe(1);
    expect(cost(query, { x: false })).toBe(0);
  });
});

describe('@cost', () => {
  const cost = estimatesOn(`
    type Query {
      topProduct(filter: Filter @federation__cost(weight: 15), by: Int): String @federation__cost(weight: 5)
      mostPopularProduct(approx: Approximate @federation__cost(weight: -3)): Product @federation__cost(weight: 5)
      cheap(approx: Approximate @federation__cost(weight: -30)): Product
      find(inputs: [Plain!]): Product
      enumerated: Kind
      heavy: Heavy
      lighter: Heavy @federation__cost(weight: 2)
    }
    input Filter { approx: Approximate @federation__cost(weight: -12)  name: String }
    input Plain { a: Int @federation__cost(weight: 2)  more: Plain }
    enum Approximate { YES }
    enum Kind @federation__cost(weight: 7) { A }
    scalar Blob @federation__cost(weight: 6)
    type Product { name: String  blob: Blob }
    type Heavy @federation__cost(weight: 9) { name: String  sub: Product }
  `);

  test('of a field, and of an argument if it is given (example 10)', () => {
    expect(cost('{ topProduct }')).toBe(5);
    expect(cost('{ topProduct(by: 1) }')).toBe(5);
    expect(cost('{ topProduct(filter: { name: "x" }) }')).toBe(20);
    expect(cost('query ($f: Filter) { topProduct(filter: $f) }', { f: null })).toBe(5);
  });

  test('may be negative (example 11), but not the sum', () => {
    expect(cost('{ mostPopularProduct(approx: YES) { name } }')).toBe(2);
    expect(cost('{ cheap(approx: YES) { name } }')).toBe(0);
  });

  test('of a field of an input object (example 12)', () => {
    expect(cost('{ topProduct(filter: { approx: YES }) }')).toBe(8);
    expect(cost('query ($f: Filter) { topProduct(filter: $f) }', { f: { approx: 'YES' } })).toBe(8);
    expect(cost('query ($f: Filter = { approx: YES }) { topProduct(filter: $f) }')).toBe(8);
  });

  test('an input object counts 1 for each that is handed in', () => {
    expect(cost('{ find(inputs: [{ a: 1 }, { more: { a: 1 } }]) { name } }')).toBe(1 + 3 + 1 + 3);
    expect(cost('query ($i: [Plain!]) { find(inputs: $i) { name } }', { i: [{ a: 1 }, {}] })).toBe(1 + 3 + 1);
    expect(cost('query ($i: [Plain!]) { find(inputs: $i) { name } }', { i: 'nonsense' })).toBe(1);
  });

  test('of enums, scalars and objects; what stands at the field goes before', () => {
    expect(cost('{ enumerated }')).toBe(7);
    expect(cost('{ heavy { name sub { blob } } }')).toBe(9 + 1 + 6);
    expect(cost('{ lighter { name } }')).toBe(2);
  });
});

describe('@listSize', () => {
  const cost = estimatesOn(`
    type Query {
      users(max: Int): [User] @federation__listSize(slicingArguments: ["max"], requireOneSlicingArgument: false)
      topProducts: [User] @federation__listSize(assumedSize: 7)
      backed(first: Int, last: Int): [User]
        @federation__listSize(assumedSize: 3, slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
      films(first: Int = 4, last: Int): Films
        @federation__listSize(slicingArguments: ["first", "last"], sizedFields: ["edges"], requireOneSlicingArgument: false)
      empty: [User] @federation__listSize(assumedSize: 0)
    }
    type User { name: String  age: Int @federation__cost(weight: 2)  friends: [User] }
    type Films { edges: [Edge]  other: [Edge]  pageInfo: User }
    type Edge { node: User }
  `);

  test('a slicing argument says how many come (examples 1 and 2)', () => {
    expect(cost('{ users(max: 5) { age } }')).toBe(5 * (1 + 2));
    expect(cost('query ($n: Int) { users(max: $n) { age } }', { n: 5 })).toBe(15);
    expect(cost('query ($n: Int = 4) { users(max: $n) { age } }')).toBe(12);
    expect(cost('{ users { age } }')).toBe(30);
  });

  test('else it is the assumed size (example 16)', () => {
    expect(cost('{ topProducts { name } }')).toBe(7);
    expect(cost('{ backed { name } }')).toBe(3);
    expect(cost('{ empty { name } }')).toBe(0);
  });

  test('of several slicing arguments the largest counts; null and less than nothing say nothing', () => {
    expect(cost('{ backed(first: 2, last: 9) { name } }')).toBe(9);
    expect(cost('{ backed(first: null) { name } }')).toBe(3);
    expect(cost('{ backed(first: -5) { name } }')).toBe(3);
    expect(cost('query ($n: Int) { backed(first: $n) { name } }', { n: 'many' })).toBe(3);
  });

  test('sized fields: the list below is meant, with the default of the schema (example 18)', () => {
    expect(cost('{ films { edges { node { name } } pageInfo { name } } }')).toBe(1 + 4 * 2 + 1);
    expect(cost('{ films(last: 2) { edges { node { name } } } }')).toBe(1 + 4 * 2);
    expect(
      cost('{ films(first: 6) { ...F other { node { name } } } } fragment F on Films { edges { node { name } } }'),
    ).toBe(1 + 6 * 2 + 10 * 2);
  });

  test('nothing that a schema says makes the sum other than a number', () => {
    const { supergraphSdl } = schemaOf(`
      type Query { a: [A] @federation__listSize(assumedSize: 2147483647)  b: [A] @federation__listSize(assumedSize: 777) }
      type A @federation__cost(weight: 2147483647) {
        a: [A] @federation__listSize(assumedSize: 2147483647)  n: [A] @federation__listSize(assumedSize: 0)
        minus: Int @federation__cost(weight: -2147483648)
      }
    `);
    // Composition refuses it; another's may not.
    const schema = loadSchema(supergraphSdl.replace('assumedSize: 777', 'assumedSize: -7'));
    const lying = (query: string) => estimateCost(exchangeOf(schema, query));
    const deep = (depth: number, inner: string): string => (depth === 0 ? inner : `a { ${deep(depth - 1, inner)} }`);
    expect(lying(`{ ${deep(60, 'n { minus }')} }`)).toBe(Number.MAX_SAFE_INTEGER);
    expect(lying('{ b { minus } }')).toBe(10 * 2147483647);
  });
});

describe('types that are several', () => {
  const SDL = `
    type Query { node: Node  nodes: [Node]  any: Any }
    interface Node { id: ID  next: Node  many: [Node] }
    type A implements Node { id: ID  next: Node  many: [Node] @federation__listSize(assumedSize: 2)  a: Leaf }
    type B implements Node @federation__cost(weight: 3) { id: ID @federation__cost(weight: 4)  next: A  many: [Node]  b: Leaf  c: Leaf }
    union Any = A | B
    type Leaf { x: Int }
  `;
  const cost = estimatesOn(SDL);

  test('the dearest that it may be counts', () => {
    expect(cost('{ any { ... on A { a { x } } } }')).toBe(3);
    expect(cost('{ any { ... on A { a { x } next { ... on A { id a { x } } } } ... on B { b { x } } } }')).toBe(3 + 2);
    expect(cost('{ any { ... on A { a { x } } ... on B { b { x } c { x } } } }')).toBe(3 + 2);
  });

  test('a field of an interface costs what it costs in the dearest, and its longest list', () => {
    expect(cost('{ node { id } }')).toBe(3 + 4);
    expect(cost('{ nodes { many { __typename } } }')).toBe(10 * (3 + 10 * 3));
    expect(cost('{ node { ... on A { many { __typename } } } }')).toBe(1 + 2 * 3);
  });

  test('what never can be costs nothing', () => {
    expect(cost('{ node { next { ... on Node { ... on A { ... on B { b { x } } } } } } }')).toBe(3 + 3);
  });

  test('what came is measured with the same weights', async () => {
    const exchange = exchangeOf(
      schemaOf(SDL),
      '{ nodes { __typename id many { id } ... on A { a { x } } } none: node { id } }',
    );
    const b = { __typename: 'B', id: '1', many: [{ id: '2' }, { id: null }, null] };
    const a = { __typename: 'A', id: '3', many: [], a: { x: 1 } };
    // What is an A can be seen by nobody who doesn't look at names, so each object costs 3, each id 4.
    const expected = 3 + 4 + 2 * (3 + 4) + (3 + 4 + 0);
    const actual = await actualCost(exchange, { nodes: [b, a, null], none: null });
    expect(actual).toBeGreaterThanOrEqual(expected);
    expect(actual).toBeLessThanOrEqual(estimateCost(exchange));
  });
});

test('the directives are read under whatever names they were imported, and not under names that only look so', () => {
  const text = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.11", import: [
      "@composeDirective", { name: "@cost", as: "@weight" }, { name: "@listSize", as: "@length" }
    ])
    type Query { as: [A] @length(assumedSize: 3) @weight(weight: 2)  b: A }
    type A { x: Int }`;
  const composition = compose([{ name: 'one', url: 'http://127.0.0.1:1', file: 'one.graphql', text }]);
  if (!composition.ok) throw new Error(composition.problems.join());
  expect(composition.supergraphSdl).toContain('@weight(weight: 2)');
  const schema = loadSchema(composition.supergraphSdl);
  expect(estimateCost(exchangeOf(schema, '{ as { x } b { x } }'))).toBe(7);

  const plain = estimatesOn(
    'directive @cost(weight: Int!) on FIELD_DEFINITION type Query { a: A @cost(weight: 50) } type A { x: Int }',
  );
  expect(plain('{ a { x } }')).toBe(1);
});
