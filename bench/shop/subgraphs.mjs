import { readFileSync } from 'node:fs';
import { inMemorySubgraph } from '../in-memory-subgraph.mjs';
import * as data from './data.mjs';

export const NAMES = ['accounts', 'inventory', 'products', 'reviews'];

const sdlOf = (name) => readFileSync(new URL(`${name}.graphql`, import.meta.url), 'utf8');
const user = ({ id }) => data.users.find((each) => each.id === id);
const product = ({ upc }) => data.products.find((each) => each.upc === upc);
const writtenIn = ({ id, author, product: upc, body }) => ({
  id,
  body,
  product: { upc },
  author: { id: author, username: user({ id: author }).username },
});
const writtenBy = (of) => data.reviews.filter(of).map(writtenIn);
const GRAMS_A_STEP = 500;

export const accounts = inMemorySubgraph(
  sdlOf('accounts'),
  { Query: { user: (_, args) => user(args), users: () => data.users } },
  { User: user },
);

export const products = inMemorySubgraph(
  sdlOf('products'),
  { Query: { product: (_, args) => product(args), topProducts: (_, { first }) => data.products.slice(0, first) } },
  { Product: product },
);

export const inventory = inMemorySubgraph(
  sdlOf('inventory'),
  {
    Query: { warehouses: () => ['Hải Châu', 'Liên Chiểu'] },
    Product: {
      shippingEstimate: ({ price, weight }) => (price > 1_000 ? 0 : 10 + Math.ceil(weight / GRAMS_A_STEP) * 5),
    },
  },
  { Product: (representation) => ({ ...representation, inStock: product(representation).inStock }) },
);

export const reviews = inMemorySubgraph(
  sdlOf('reviews'),
  {
    Query: { latestReviews: (_, { first }) => data.reviews.slice(-first).map(writtenIn) },
    User: { reviews: ({ id }) => writtenBy(({ author }) => author === id) },
    Product: { reviews: ({ upc }) => writtenBy((review) => review.product === upc) },
  },
  { Review: ({ id }) => writtenIn(data.reviews.find((each) => each.id === id)) },
);
