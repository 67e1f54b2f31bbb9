import { answerJson, answers500, type Fault, hangs } from '../../helpers/faulty-subgraph.js';
import {
  type ConfigOfTest,
  type Federation,
  type SubgraphOfTest,
  startFederation,
  until,
} from '../../helpers/federation.js';
import { CATEGORIES, REVIEWS, SHOP } from '../shop/subgraphs.js';
import { applied, askInParts, type Incremental, type Whole } from './parts.js';
import { QUERIES } from './queries.js';

/** What is deferred of an entity is asked for by its key, so each registry answers for every key that it declares. */
const byId = (things: readonly { id: string }[]) => (reference: { id: string }) =>
  things.find(({ id }) => id === reference.id) ?? null;
const { reviews, products } = SHOP;
const SUBGRAPHS = {
  ...SHOP,
  products: { ...products, resolvers: withReference(products, 'Category', CATEGORIES) },
  reviews: { ...reviews, resolvers: withReference(reviews, 'Review', REVIEWS) },
};
function withReference({ resolvers }: SubgraphOfTest, type: string, things: readonly { id: string }[]) {
  return { ...resolvers, [type]: { ...resolvers?.[type], __resolveReference: byId(things) } };
}

let federation: Federation;
const start = async (config: ConfigOfTest = {}) => {
  federation = await startFederation({ subgraphs: SUBGRAPHS, config });
};
afterEach(() => {
  for (const name of Object.keys(SHOP)) federation.subgraph(name).behave();
});

const inParts = async (query: string, variables?: Record<string, unknown>): Promise<Whole> => {
  const reader = await askInParts(federation.url, { query, variables });
  return applied(await reader.rest());
};
const withoutDefer = (query: string) => query.replaceAll(/@defer(\([^)]*\))?/g, '');
const named = ({ label = '', path }: Incremental) => `${label} ${path.join('.')}`;

/** Answers honestly once `open` has been called. */
function gate(): { fault: Fault; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    open: () => open(),
    fault: async ({ response, honest }) => {
      await opened;
      answerJson(response, await honest());
    },
  };
}

describe('all parts together are the answer of the operation without @defer, when it defers', () => {
  beforeAll(() => start());
  afterAll(() => federation.stop());

  test.each(QUERIES)('%s', async (...[, query, parts, variables]) => {
    const plain = await federation.ask(withoutDefer(query), variables);
    expect(plain.errors).toBeUndefined();
    // The first time it is planned, the second time the plan is there.
    for (let time = 0; time < 2; time += 1) {
      const { data, errors, entries } = await inParts(query, variables);
      expect(data).toEqual(plain.data);
      expect(errors).toEqual([]);
      expect(entries.map(named).sort()).toEqual([...parts].sort());
    }
    const whole = await federation.ask(query, variables);
    expect(whole.text).toBe(plain.text);
  });
});
