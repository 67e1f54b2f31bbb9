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
