import { answerJson, answers500, type Fault, hangs } from '../../helpers/faulty-subgraph.js';
import { type ConfigOfTest, type Federation, startFederation, until } from '../../helpers/federation.js';
import { SHOP } from '../shop/subgraphs.js';
import { applied, askInParts, type Incremental, type Whole } from './parts.js';
import { QUERIES } from './queries.js';

let federation: Federation;
const start = async (config: ConfigOfTest = {}) => {
  federation = await startFederation({ subgraphs: SHOP, config });
};
afterAll(() => federation?.stop());
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

  test.each(QUERIES)('%s', async (_, query, parts, variables) => {
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
