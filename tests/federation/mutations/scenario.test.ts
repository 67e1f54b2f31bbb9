import { answers500 } from '../../helpers/faulty-subgraph.js';
import { type Federation, startFederation } from '../../helpers/federation.js';
import { expectStockAnswer, type StockGateway, startStockGateway } from '../../helpers/stock-gateway.js';
import { MUTATIONS } from './queries.js';
import { events, SUBGRAPHS } from './subgraphs.js';

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
beforeEach(() => {
  events.length = 0;
  federation.subgraph('posts').behave();
});

test('mutations of several subgraphs are carried out one after another, in the order of the operation', async () => {
  await federation.ask(
    'mutation { a: rename(id: "u1", name: "1") { user { name } } b: post(text: "2") { text } c: rename(id: "u1", name: "3") { user { posts { text } } } clear }',
  );
  expect(events).toEqual(['rename 1', 'post 2', 'rename 3', 'clear']);
});

describe('mutations answer what the stock gateway answers:', () => {
  for (const [name, query, variables] of MUTATIONS) {
    test(name, async () => {
      expect((await expectStockAnswer({ federation, stock }, query, variables)).data).toBeTruthy();
    });
  }
});

test('a mutation whose registry is down leaves the others to be carried out, each once', async () => {
  federation.subgraph('posts').behave(answers500);
  const { data, errors } = await federation.ask('mutation { clear rename(id: "u1", name: "still") { user { name } } }');
  expect(data).toEqual({ clear: null, rename: { user: { name: 'still' } } });
  expect(errors).toMatchObject([{ path: ['clear'], extensions: { code: 'REGISTRY_UNAVAILABLE', registry: 'posts' } }]);
  expect(events).toEqual(['rename still']);
});
