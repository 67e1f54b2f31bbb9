import type { SubgraphOfTest } from '../../helpers/federation.js';
import { CATEGORIES, REVIEWS, SHOP } from '../shop/subgraphs.js';

const { products, reviews } = SHOP;

/** The shop, in which each registry finds its entities by the keys that it declares: what is deferred of one is asked for so. */
export const DEFERRING_SHOP = {
  ...SHOP,
  products: finding(products, 'Category', CATEGORIES),
  reviews: finding(reviews, 'Review', REVIEWS),
};

function finding({ sdl, resolvers }: SubgraphOfTest, type: string, things: readonly { id: string }[]): SubgraphOfTest {
  const __resolveReference = (reference: { id: string }) => things.find(({ id }) => id === reference.id) ?? null;
  return { sdl, resolvers: { ...resolvers, [type]: { ...resolvers?.[type], __resolveReference } } };
}

/** A graph in which one subgraph knows an interface only as an object. */
export const ROADS = {
  map: {
    sdl: `
      interface Thing @key(fields: "id") { id: ID! }
      type Road implements Thing @key(fields: "id") { id: ID!  length: Int! }
      type Tree implements Thing @key(fields: "id") { id: ID!  height: Int! }
    `,
    resolvers: {
      Thing: {
        __resolveReference: ({ id }: { id: string }) =>
          id.startsWith('r') ? { __typename: 'Road', id, length: 7 } : { __typename: 'Tree', id, height: 9 },
      },
    },
  },
  votes: {
    sdl: `
      type Query { top: [Thing!]! }
      type Thing @key(fields: "id") @interfaceObject { id: ID!  votes: Int! }
    `,
    resolvers: {
      Query: {
        top: () => [
          { id: 'r1', votes: 5 },
          { id: 't1', votes: 3 },
        ],
      },
      Thing: { __resolveReference: ({ id }: { id: string }) => ({ id, votes: 5 }) },
    },
  },
};

const personOf = ({ id }: { id: string }) => ({ id, name: 'An', area: 4 });

/** A graph with mutations. */
export const TOWN = {
  people: {
    sdl: `
      type Query { person: Person }
      type Mutation { move(to: String!): Move!  visit: Int }
      type Move { person: Person!  to: String! }
      type Person @key(fields: "id") { id: ID!  name: String! }
    `,
    resolvers: {
      Query: { person: () => personOf({ id: '1' }) },
      Mutation: {
        move: (_: unknown, { to }: { to: string }) => ({ to, person: personOf({ id: '1' }) }),
        visit: () => 1,
      },
      Person: { __resolveReference: personOf },
    },
  },
  land: {
    sdl: `
      type Mutation { register: Person }
      type Person @key(fields: "id") { id: ID!  area: Int! }
    `,
    resolvers: {
      Mutation: { register: () => personOf({ id: '1' }) },
      Person: { __resolveReference: personOf },
    },
  },
};
