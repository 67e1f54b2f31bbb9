import { answerJson, answers500, type Fault, hangs } from '../../helpers/faulty-subgraph.js';
import { type ConfigOfTest, type Federation, startFederation, until } from '../../helpers/federation.js';
import { applied, askInParts } from './parts.js';
import { DEFERRING_SHOP } from './subgraphs.js';

let federation: Federation;
const start = async (limits: ConfigOfTest['limits'] = {}) => {
  federation = await startFederation({
    subgraphs: DEFERRING_SHOP,
    config: { limits: { fetchMs: 30_000, ...limits }, retry: { budgetPercent: 0 } },
  });
};
afterEach(() => federation?.stop());

/** Answers honestly: to what holds a word once `open` has been called, to all else at once. */
function gate(word = ''): { fault: Fault; open(): void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return {
    open: () => open(),
    fault: async ({ received, response, honest }) => {
      if (received.query.includes(word)) await opened;
      answerJson(response, await honest());
    },
  };
}

const ask = (query: string, signal?: AbortSignal) => askInParts(federation.url, { query }, signal);
const inParts = async (query: string) => applied(await (await ask(query)).rest());
const pathsOf = (errors: readonly { path?: readonly unknown[] }[] = []) => errors.map(({ path }) => path?.join('.'));

describe('nobody waits for what they need not wait for', () => {
  beforeEach(() => start());

  test('the first part comes before a registry answers that only what is deferred is of', async () => {
    const slow = gate();
    federation.subgraph('reviews').behave(slow.fault);
    const reader = await ask('{ me { name ... @defer { reviews { id } } } }');
    expect(await reader.next()).toEqual({ data: { me: { name: 'Ada' } }, hasNext: true });
    slow.open();
    expect((await reader.rest())[0]?.incremental).toEqual([{ path: ['me'], data: { reviews: [{ id: 'r1' }] } }]);
  });

  test('it does not wait for what is deferred of a registry that it asks itself', async () => {
    const slow = gate('shipping');
    federation.subgraph('inventory').behave(slow.fault);
    const reader = await ask('{ products(first: 1) { stock ... @defer { shipping } } }');
    expect((await reader.next())?.data).toEqual({ products: [{ stock: 7 }] });
    slow.open();
    expect((await reader.rest())[0]?.incremental).toEqual([{ path: ['products', 0], data: { shipping: 30 } }]);
  });

  test('a part does not wait for one beside it', async () => {
    const slow = gate();
    federation.subgraph('reviews').behave(slow.fault);
    const reader = await ask(
      '{ me { id ... @defer(label: "slow") { reviews { id } } ... @defer(label: "fast") { badge } } }',
    );
    await reader.next();
    expect((await reader.next())?.incremental?.map(({ label }) => label)).toEqual(['fast']);
    slow.open();
    expect((await reader.next())?.incremental?.map(({ label }) => label)).toEqual(['slow']);
  });

  test('what is deferred is asked for before the first part is there, when it needs nothing of that', async () => {
    const slow = gate();
    federation.subgraph('accounts').behave(slow.fault);
    const asked = ask('{ me { id } ... @defer(label: "a") { warehouses { code } } }');
    await until(() => federation.requestsTo('inventory').length === 1);
    slow.open();
    const [first, second] = await (await asked).rest();
    expect(first?.data).toEqual({ me: { id: 'u1' } });
    expect(second?.incremental).toHaveLength(1);
  });
});

describe('a registry that fails costs only the parts that ask it:', () => {
  beforeEach(() => start());

  test('the errors come with their part, at paths from the root', async () => {
    federation.subgraph('inventory').behave(answers500);
    const pieces = await (await ask('{ products(first: 2) { id ... @defer { price stock } } }')).rest();
    expect(pieces[0]?.errors).toBeUndefined();
    const { data, entries } = applied(pieces);
    expect(data).toEqual({
      products: [
        { id: 'p1', price: 10, stock: null },
        { id: 'p2', price: 200, stock: null },
      ],
    });
    expect(entries.map(({ errors }) => pathsOf(errors))).toEqual([['products.0.stock'], ['products.1.stock']]);
    expect(entries[0]?.errors?.[0]?.extensions).toEqual({
      code: 'REGISTRY_UNAVAILABLE',
      registry: 'inventory',
      reason: 'SOURCE_DOWN',
    });
  });

  test('an error of one object comes with its part alone', async () => {
    const { entries } = await inParts('{ users { id ... @defer { secret name } } }');
    expect(entries).toEqual([
      { path: ['users', 0], data: { secret: 'secret of u1', name: 'Ada' } },
      {
        path: ['users', 1],
        data: { secret: null, name: 'Bao' },
        errors: [expect.objectContaining({ path: ['users', 1, 'secret'] })],
      },
    ]);
  });

  test('what must not be null makes its fragment null and nothing above, and what is deferred in that does not come', async () => {
    federation.subgraph('reviews').behave(answers500);
    const query = '{ me { id ... @defer { name reviews { id ... @defer { stars } } ... @defer { role } } } }';
    const pieces = await (await ask(query)).rest();
    expect(pieces[0]).toEqual({ data: { me: { id: 'u1' } }, hasNext: true });
    const { data, entries } = applied(pieces);
    expect(data).toEqual({ me: { id: 'u1' } });
    expect(entries).toEqual([
      { path: ['me'], data: null, errors: [expect.objectContaining({ path: ['me', 'reviews'] })] },
    ]);
  });

  test('what it made null in the first part has nothing deferred below it', async () => {
    federation.subgraph('reviews').behave(answers500);
    const reader = await ask('{ topRated { id ... @defer { name } } me { id ... @defer(label: "me") { name } } }');
    const pieces = await reader.rest();
    expect(pieces[0]?.data).toEqual({ topRated: null, me: { id: 'u1' } });
    expect(pathsOf(pieces[0]?.errors)).toEqual(['topRated']);
    expect(applied(pieces).entries.map(({ label }) => label)).toEqual(['me']);
  });

  test('an error of a fetch that serves both is told with the part that asked for the field', async () => {
    federation.subgraph('products').behave(async ({ response, honest }) => {
      const answer = JSON.parse(JSON.stringify(await honest())) as { data: { product: { size: { height: unknown } } } };
      answer.data.product.size.height = 'wrong';
      answerJson(response, answer);
    });
    const pieces = await (await ask('{ product(id: "p1") { size { width ... @defer { height } } } }')).rest();
    expect(pieces[0]).toEqual({ data: { product: { size: { width: 2 } } }, hasNext: true });
    expect(pieces[1]?.incremental).toEqual([
      {
        path: ['product', 'size'],
        data: null,
        errors: [expect.objectContaining({ path: ['product', 'size', 'height'] })],
      },
    ]);
  });

  test('a value that another fetch has brought has no error', async () => {
    federation.subgraph('accounts').behave(async (asked) => {
      if (asked.received.query.includes('_entities')) await answers500(asked);
      else answerJson(asked.response, await asked.honest());
    });
    const { data, errors, entries } = await inParts('{ me { name ... @defer { name joined } } }');
    expect(pathsOf(errors)).toEqual(['me.joined']);
    expect(entries).toMatchObject([{ path: ['me'], data: { name: 'Ada', joined: null } }]);
    expect(data).toEqual({ me: { name: 'Ada', joined: null } });
  });

  test('a client that takes no parts gets all errors in the one piece', async () => {
    federation.subgraph('inventory').behave(answers500);
    const { data, errors } = await federation.ask('{ products(first: 1) { id ... @defer { price stock } } }');
    expect(data).toEqual({ products: [{ id: 'p1', price: 10, stock: null }] });
    expect(pathsOf(errors)).toEqual(['products.0.stock']);
  });
});

test('when the time of the request is up, what is not there yet comes as null with that reason', async () => {
  await start({ requestMs: 400 });
  federation.subgraph('inventory').behave(hangs);
  const { data, entries } = await inParts('{ products(first: 1) { id ... @defer { price stock } } }');
  expect(data).toEqual({ products: [{ id: 'p1', price: 10, stock: null }] });
  expect(entries[0]?.errors?.[0]).toMatchObject({ path: ['products', 0, 'stock'], extensions: { code: 'DEADLINE' } });
});

test('a client that goes away between two parts takes its requests to the registries with it', async () => {
  await start();
  federation.subgraph('reviews').behave(hangs);
  const gone = new AbortController();
  const reader = await ask('{ me { id ... @defer { reviews { product { stock } } } } }', gone.signal);
  await reader.next();
  await until(() => federation.requestsTo('reviews').length === 1);
  expect(federation.subgraph('reviews').abandoned()).toBe(0);
  gone.abort();
  await until(() => federation.subgraph('reviews').abandoned() === 1);
  // The next request has come and gone when nothing more is asked for this one.
  await federation.ask('{ products { id } }');
  expect(federation.requestsTo('inventory')).toEqual([]);
  expect(federation.logLines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});
