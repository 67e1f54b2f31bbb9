import { type Federation, startFederation } from '../../helpers/federation.js';
import { expectStockAnswer, type StockGateway, startStockGateway } from '../../helpers/stock-gateway.js';
import { QUERIES } from './queries.js';
import { SUBGRAPHS } from './subgraphs.js';

let federation: Federation;
let stock: StockGateway;
beforeAll(async () => {
  federation = await startFederation({ subgraphs: SUBGRAPHS });
  stock = await startStockGateway(federation);
});
afterAll(async () => {
  await stock?.stop();
  await federation?.stop();
});

describe('interfaces, unions and interface objects answer what the stock gateway answers:', () => {
  for (const [name, query, variables] of QUERIES) {
    test(name, async () => {
      const { data } = await expectStockAnswer({ federation, stock }, query, variables);
      expect(data).toBeTruthy();
    });
  }
});

test('these queries are such that the planner has to rename', () => {
  const sent = federation.requestsTo('catalog').map(({ query }) => query);
  expect(sent.some((query) => /__alias_\d/.test(query))).toBe(true);
});

test('an error at a renamed field is at the name that the client gave it', async () => {
  federation.subgraph('catalog').behave(async ({ response, honest }) => {
    const { data } = await honest();
    const media = (data as { media: Record<string, unknown>[] }).media;
    const renamed = Object.keys(media[1]!).find((name) => name.includes('__alias_'))!;
    media[1]![renamed] = null;
    const errors = [{ message: 'no code', path: ['media', 1, renamed], extensions: { code: 'NOT_FOUND' } }];
    response.end(JSON.stringify({ data, errors }));
  });
  const { errors } = await federation.ask('{ media { ... on Book { code } ... on Film { code } } }');
  expect(errors).toEqual([
    { message: 'no code', path: ['media', 1, 'code'], extensions: { code: 'NOT_FOUND', registry: 'catalog' } },
  ]);
  federation.subgraph('catalog').behave();
});
