import { GraphQLError } from 'graphql';
import type { SubgraphOfTest } from '../../helpers/federation.js';

/** Four subgraphs of a shop, with the kinds of dependency between entities that a planner has to solve. */

export const USERS = [
  { id: 'u1', name: 'Ada', role: 'ADMIN', joined: '1990-01-01', tags: [['a', 'b'], []], settings: { theme: 'dark' } },
  { id: 'u2', name: 'Bao', role: 'BUYER', joined: null, tags: [], settings: null },
  { id: 'u3', name: 'Chi', role: 'BUYER', joined: '2001-02', tags: [['c']], settings: { theme: null } },
];

const accounts: SubgraphOfTest = {
  sdl: `
    type Query { me: User  users(ids: [ID!] = ["u1", "u2"]): [User!]!  user(id: ID!): User  broken: Int }
    type User @key(fields: "id") {
      id: ID!  name: String! @shareable  role: Role!  joined: Date  tags: [[String!]!]!  settings: Settings
      age(unit: Unit = YEARS): Int  secret: String
    }
    type Settings { theme: String }
    enum Role { ADMIN BUYER }
    enum Unit { YEARS MONTHS }
    scalar Date
  `,
  resolvers: {
    Query: {
      me: () => USERS[0],
      users: (_: unknown, { ids }: { ids: string[] }) => USERS.filter(({ id }) => ids.includes(id)),
      user: (_: unknown, { id }: { id: string }) => USERS.find((user) => user.id === id) ?? null,
      broken: () => {
        throw new GraphQLError('this one is broken', { extensions: { code: 'BROKEN' } });
      },
    },
    User: {
      __resolveReference: ({ id }: { id: string }) => USERS.find((user) => user.id === id) ?? null,
      age: (_: unknown, { unit }: { unit: string }) => (unit === 'YEARS' ? 30 : 360),
      secret: ({ id }: { id: string }) => {
        if (id === 'u2') throw new GraphQLError('not this one', { extensions: { code: 'NOT_THIS_ONE' } });
        return `secret of ${id}`;
      },
    },
  },
};

export const PRODUCTS = [
  {
    id: 'p1',
    name: 'Lamp',
    weight: 3,
    price: 10,
    size: { width: 2, height: 4 },
    related: ['p2', 'p3'],
    category: 'c1',
  },
  {
    id: 'p2',
    name: 'Desk',
    weight: 40,
    price: 200,
    size: { width: 9, height: 5 },
    related: ['p1', 'gone'],
    category: 'c1',
  },
  { id: 'p3', name: 'Book', weight: null, price: 5, size: null, related: [], category: null },
];
export const CATEGORIES = [{ id: 'c1', title: 'Home', __typename: 'Category' }];
const productOf = (id: string) => PRODUCTS.find((product) => product.id === id) ?? null;

const products: SubgraphOfTest = {
  sdl: `
    type Query {
      product(id: ID!): Product
      products(filter: Filter, first: Int = 3): [Product!]!
      search(text: String): [Hit!]!
      node(id: ID!): Node
      grid: [[Product]]
    }
    input Filter { priceMax: Int = 1000  ids: [ID!]  nested: Filter }
    interface Node { id: ID! }
    type Product implements Node @key(fields: "id") {
      id: ID!  name: String!  weight: Int  price: Int  size: Size  category: Category  related: [Product]
    }
    type Size @shareable { width: Int!  height: Int! }
    type Category implements Node @key(fields: "id") { id: ID!  title: String!  products: [Product!]! }
    union Hit = Product | Category
  `,
  resolvers: {
    Query: {
      product: (_: unknown, { id }: { id: string }) => productOf(id),
      products: (_: unknown, { filter, first }: { filter?: { priceMax: number; ids?: string[] }; first: number }) =>
        PRODUCTS.filter(
          ({ id, price }) => price <= (filter?.priceMax ?? 1000) && (filter?.ids?.includes(id) ?? true),
        ).slice(0, first),
      search: () => [{ __typename: 'Product', ...PRODUCTS[0] }, CATEGORIES[0]],
      node: (_: unknown, { id }: { id: string }) => {
        const product = productOf(id);
        return product ? { __typename: 'Product', ...product } : CATEGORIES.find((category) => category.id === id);
      },
      grid: () => [[PRODUCTS[0], null], [], [PRODUCTS[1], PRODUCTS[0]], null],
    },
    Product: {
      __resolveReference: ({ id }: { id: string }) => productOf(id),
      related: ({ related }: { related: string[] }) => related.map(productOf),
      category: ({ category }: { category: string }) => CATEGORIES.find(({ id }) => id === category) ?? null,
    },
    Category: { products: () => PRODUCTS.slice(0, 2) },
  },
};

const inventory: SubgraphOfTest = {
  sdl: `
    type Query { warehouses: [Warehouse!]! }
    type Warehouse @key(fields: "code region { name }") { code: ID!  region: Region!  holds: [Product!]! }
    type Region { name: String! }
    type Product @key(fields: "id") {
      id: ID!
      weight: Int @external
      price: Int @external
      size: Size @external
      name: String! @override(from: "products")
      stock: Int
      shipping(express: Boolean = false): Int @requires(fields: "weight price")
      volume: Int @requires(fields: "size { width height }")
      keeper: User
    }
    type Size @shareable { width: Int!  height: Int! }
    type User @key(fields: "id") { id: ID!  name: String! @external  badge: String @requires(fields: "name") }
  `,
  resolvers: {
    Query: {
      warehouses: () => [
        { code: 'w1', region: { name: 'North' }, holds: [{ id: 'p1' }, { id: 'p2' }] },
        { code: 'w1', region: { name: 'South' }, holds: [] },
      ],
    },
    Product: {
      __resolveReference: (reference: { id: string }) => (reference.id === 'gone' ? null : reference),
      name: ({ id }: { id: string }) => `${productOf(id)?.name} (in stock)`,
      stock: ({ id }: { id: string }) => ({ p1: 7, p2: 0 })[id] ?? null,
      shipping: ({ weight, price }: { weight: number; price: number }, { express }: { express: boolean }) =>
        weight === null ? null : weight * price * (express ? 2 : 1),
      volume: ({ size }: { size?: { width: number; height: number } }) => (size ? size.width * size.height : null),
      keeper: ({ id }: { id: string }) => (id === 'p3' ? null : { id: id === 'p1' ? 'u1' : 'unknown' }),
    },
    User: {
      __resolveReference: (reference: unknown) => reference,
      badge: ({ name }: { name: string }) => `badge of ${name}`,
    },
  },
};

export const REVIEWS = [
  { id: 'r1', body: 'bright', stars: 5, author: 'u1', product: 'p1' },
  { id: 'r2', body: 'heavy', stars: 2, author: 'u2', product: 'p2' },
  { id: 'r3', body: 'dim', stars: 1, author: 'u2', product: 'p1' },
];

const reviews: SubgraphOfTest = {
  sdl: `
    type Query { latest(first: Int! = 2): [Review!]!  topRated: Product }
    type Review @key(fields: "id") {
      id: ID!  body: String!  stars: Int!
      author: User! @provides(fields: "name")
      writer: User!
      product: Product!
    }
    type User @key(fields: "id") { id: ID!  name: String! @external  reviews: [Review!]! }
    type Product @key(fields: "id") { id: ID!  reviews(starsMin: Int = 0): [Review!]!  rating: Float }
  `,
  resolvers: {
    Query: {
      latest: (_: unknown, { first }: { first: number }) => REVIEWS.slice(0, first),
      topRated: () => ({ id: 'p1' }),
    },
    Review: {
      author: ({ author }: { author: string }) => ({ id: author, name: USERS.find(({ id }) => id === author)?.name }),
      writer: ({ author }: { author: string }) => ({ id: author }),
      product: ({ product }: { product: string }) => ({ id: product }),
    },
    User: { reviews: ({ id }: { id: string }) => REVIEWS.filter(({ author }) => author === id) },
    Product: {
      reviews: ({ id }: { id: string }, { starsMin }: { starsMin: number }) =>
        REVIEWS.filter(({ product, stars }) => product === id && stars >= starsMin),
      rating: () => 4.5,
    },
  },
};

export const SHOP = { accounts, products, inventory, reviews };
