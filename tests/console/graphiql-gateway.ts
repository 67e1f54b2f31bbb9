import { readFileSync } from 'node:fs';
import { createDemoIssuer } from '../../gateway/access/demo-issuer.js';
import { graphiqlPage } from '../../gateway/graphiql.js';
import { startProduct } from '../helpers/product.js';

export interface TestGateway {
  /** What the page's headers hold when it opens. */
  token: string;
  /** Where the page is. */
  url: string;
  stop: () => Promise<void>;
}

/** The real product with the page that `npm start` serves, over a small seed. */
export async function startGateway(): Promise<TestGateway> {
  const defaultQuery = readFileSync(require.resolve('#console/marriage.graphql'), 'utf8');
  const demoIssuer = await createDemoIssuer();
  // Good until long after the product's day.
  const claims = { sub: 'officer', role: 'officer', procedure: '1.000894', scope: 'sensitive:ethnicity' };
  const token = await demoIssuer.sign(claims, { nowMs: Date.now(), expiresInSeconds: 10 * 365 * 86_400 });
  const headers = { authorization: `Bearer ${token}` };
  const page = graphiqlPage({ endpoint: '/graphql', defaultQuery, title: 'Liên Thông', headers });
  const { url, stop } = await startProduct({ citizens: 100, page, demoIssuer, access: {} });
  return { url: `${url}/`, token, stop };
}
