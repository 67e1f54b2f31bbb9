import { type Federation, startFederation } from '../../helpers/federation.js';
import { expectStockAnswer, type StockGateway, startStockGateway } from '../../helpers/stock-gateway.js';
import { QUERIES } from './queries.js';
import { SHOP } from './subgraphs.js';

let federation: Federation;
let stock: StockGateway;

beforeAll(async () => {
  federation = await startFederation({ subgraphs: SHOP });
  stock = await startStockGateway(federation);
});
afterAll(async () => {
  await stock?.stop();
  await federation?.stop();
});

const same = (query: string, variables?: Record<string, unknown>) =>
  expectStockAnswer({ federation, stock }, query, variables);

describe('the shop answers what the stock gateway answers:', () => {
  for (const [name, query, variables] of QUERIES) {
    test(name, async () => {
      const { data } = await same(query, variables);
      expect(data).toBeTruthy();
    });
  }
});

test('a variable of the name that entity fetches use works, with which the stock gateway fails', async () => {
  const query = `query ($representations: Int = 1, $yes: Boolean!) {
    products(first: $representations) { rating reviews(starsMin: $representations) { id stars @include(if: $yes) } }
  }`;
  const { data } = await federation.ask(query, { representations: 2, yes: true });
  expect(data.products).toEqual([
    { rating: 4.5, reviews: [{ id: 'r1', stars: 5 }] },
    { rating: 4.5, reviews: [{ id: 'r2', stars: 2 }] },
  ]);
  const skipped = 'query ($representations: Boolean!) { me { id name @include(if: $representations) reviews { id } } }';
  expect((await federation.ask(skipped, { representations: false })).data.me).not.toHaveProperty('name');
  expect((await federation.ask(skipped, { representations: true })).data.me).toHaveProperty('name');
});

describe('with @skip and @include by variables', () => {
  const CONDITIONAL = `query ($a: Boolean!, $b: Boolean = true) {
    me @include(if: $a) { name reviews @skip(if: $b) { body } }
    topRated { id ...R @include(if: $b) stock @skip(if: $a) }
    latest { author @include(if: $a) { role @skip(if: $b) badge } }
  } fragment R on Product { rating price }`;

  test.each([{ a: true }, { a: false }, { a: true, b: false }, { a: false, b: false }, { a: true, b: null }])(
    '%j',
    async (variables) => {
      if (variables.b === null) {
        // The stock gateway fails an assertion here.
        const { status } = await federation.ask(CONDITIONAL, variables);
        expect(status).toBeLessThan(500);
        return;
      }
      await same(CONDITIONAL, variables);
    },
  );

  test('a fetch whose fields are all left out is not made', async () => {
    const before = federation.requestsTo('reviews').length;
    await federation.ask('query ($a: Boolean!) { me { name reviews @include(if: $a) { body } } }', { a: false });
    expect(federation.requestsTo('reviews')).toHaveLength(before);
  });
});

describe('the subgraphs are asked for no more than is needed', () => {
  test('an entity that stands at ten places is asked for once', async () => {
    const before = federation.requestsTo('products').length;
    await federation.ask('{ latest(first: 3) { product { id price } } topRated { price } }');
    const sent = federation.requestsTo('products').slice(before);
    const keys = sent.flatMap(({ variables }) => variables.representations as { id: string }[]).map(({ id }) => id);
    expect(keys.filter((id) => id === 'p2')).toHaveLength(1);
    for (const { variables } of sent) {
      const representations = variables.representations as unknown[];
      expect(new Set(representations.map((value) => JSON.stringify(value))).size).toBe(representations.length);
    }
  });

  test('the id of the request goes to every subgraph', async () => {
    await federation.ask('{ me { reviews { id } } }', {}, { 'x-request-id': 'trace-me' });
    expect(federation.requestsTo('accounts').at(-1)?.headers['x-request-id']).toBe('trace-me');
    expect(federation.requestsTo('reviews').at(-1)?.headers['x-request-id']).toBe('trace-me');
  });
});
