import { argumentIn, referenceIn, rowsOf } from '../../helpers/oracle-data.js';
import type { Question, Scenario } from '../../helpers/oracle-scenario.js';
import { QUERIES } from './queries.js';
import { CATEGORIES, PRODUCTS, REVIEWS, SHOP, USERS } from './subgraphs.js';

type Product = (typeof PRODUCTS)[number];
const userOf = (id: string) => referenceIn(USERS, 'id')({ id });
const productOf = (id: string) => referenceIn(PRODUCTS, 'id')({ id });

const query = {
  me: () => USERS[0],
  user: argumentIn(USERS, 'id'),
  users: (_: unknown, { ids }: { ids: string[] }) => USERS.filter(({ id }) => ids.includes(id)),
  broken: () => {
    throw new Error('this one is broken');
  },
  product: argumentIn(PRODUCTS, 'id'),
  products: (_: unknown, { filter, first }: { filter?: { priceMax: number; ids?: string[] } | null; first: number }) =>
    PRODUCTS.filter(
      ({ id, price }) => price <= (filter?.priceMax ?? 1000) && (filter?.ids?.includes(id) ?? true),
    ).slice(0, first),
  search: () => [{ __typename: 'Product', ...PRODUCTS[0] }, CATEGORIES[0]],
  node: (_: unknown, { id }: { id: string }) => {
    const product = productOf(id);
    return product ? { __typename: 'Product', ...product } : CATEGORIES.find((category) => category.id === id);
  },
  grid: () => [[PRODUCTS[0], null], [], [PRODUCTS[1], PRODUCTS[0]], null],
  warehouses: () => [
    { code: 'w1', region: { name: 'North' }, holds: [PRODUCTS[0], PRODUCTS[1]] },
    { code: 'w1', region: { name: 'South' }, holds: [] },
  ],
  latest: (_: unknown, { first }: { first: number }) => REVIEWS.slice(0, first),
  topRated: () => PRODUCTS[0],
};

const product = {
  name: ({ name }: Product) => `${name} (in stock)`,
  related: ({ related }: Product) => related.map(productOf),
  category: ({ category }: Product) => CATEGORIES.find(({ id }) => id === category) ?? null,
  stock: ({ id }: Product) => ({ p1: 7, p2: 0 })[id] ?? null,
  shipping: ({ weight, price }: Product, { express }: { express: boolean }) =>
    weight === null ? null : weight * price * (express ? 2 : 1),
  volume: ({ size }: Product) => (size ? size.width * size.height : null),
  // The inventory names a keeper whom the accounts do not know: there is nothing of him but what the key tells.
  keeper: ({ id }: Product) => (id === 'p3' ? null : id === 'p1' ? USERS[0] : { id: 'unknown' }),
  reviews: ({ id }: Product, { starsMin }: { starsMin: number }) =>
    REVIEWS.filter((review) => review.product === id && review.stars >= starsMin),
  rating: () => 4.5,
};

/** The queries that end with errors of their own, and how many. */
const ERRORS: Record<string, number> = {
  'an entity that the other subgraph does not know': 1,
  'an error of a resolver beside data': 1,
  'an error of a resolver in an entity of a list': 2,
};

const questions: Question[] = [
  ...QUERIES.map(([name, text, variables]) => ({ name, query: text, variables, errors: ERRORS[name] })),
  {
    name: 'a rating that fails, beside what is required',
    query: '{ products { shipping rating } }',
    failing: ['Product.rating'],
  },
  {
    name: 'a keeper that fails',
    query: '{ warehouses { holds { name keeper { name } } } }',
    failing: ['Product.keeper'],
  },
];

/** The four subgraphs of `subgraphs.ts`, whose queries the stock gateway is asked, too, held against the oracle. */
export const scenario: Scenario = {
  about: 'the shop',
  subgraphs: SHOP,
  oracle: {
    Query: query,
    User: {
      age: (_: unknown, { unit }: { unit: string }) => (unit === 'YEARS' ? 30 : 360),
      secret: ({ id }: { id: string }) => {
        if (id === 'u2') throw new Error('not this one');
        return `secret of ${id}`;
      },
      badge: ({ name }: { name?: string }) => (name === undefined ? null : `badge of ${name}`),
      reviews: rowsOf(REVIEWS, 'author'),
    },
    Product: product,
    Category: { products: () => PRODUCTS.slice(0, 2) },
    Review: {
      author: ({ author }: { author: string }) => userOf(author),
      writer: ({ author }: { author: string }) => userOf(author),
      product: (review: { product: string }) => productOf(review.product),
    },
  },
  questions,
  // The keeper whom nobody knows reaches no resolver.
  needed: ['User.role', 'User.badge'],
};
