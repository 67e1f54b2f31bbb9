import { readFileSync } from 'node:fs';
import { graphiqlPage } from '../../gateway/graphiql.js';
import { startProduct } from '../helpers/product.js';

export interface TestGateway {
  /** Where the page is. */
  url: string;
  stop: () => Promise<void>;
}

/** The real product with the page that `npm start` serves, over a small seed. */
export async function startGateway(): Promise<TestGateway> {
  const defaultQuery = readFileSync(require.resolve('#console/marriage.graphql'), 'utf8');
  const page = graphiqlPage({ endpoint: '/graphql', defaultQuery, title: 'Liên Thông' });
  const { url, stop } = await startProduct({ citizens: 100, page });
  return { url: `${url}/`, stop };
}
