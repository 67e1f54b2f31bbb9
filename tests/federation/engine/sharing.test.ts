import { answerJson, type Fault } from '../../helpers/faulty-subgraph.js';
import { type ConfigOfTest, type Federation, startFederation, until } from '../../helpers/federation.js';
import { linesOf } from '../../helpers/published-provenance.js';
import { keysIn, reset, SUBGRAPHS } from './desks.js';

let federation: Federation;
/** Answers of `people` that were made and not yet sent. */
let held: (() => void)[];
const holds: Fault = async ({ response, honest }) => {
  const answer = JSON.parse(JSON.stringify(await honest()));
  held.push(() => answerJson(response, answer));
};
const start = async (config: ConfigOfTest = {}) => {
  reset();
  held = [];
  federation = await startFederation({
    subgraphs: SUBGRAPHS,
    config: {
      breaker: { failuresMax: 1_000, openMs: 60_000 },
      ...config,
      limits: { fetchMs: 30_000, requestMs: 60_000 },
    },
  });
  federation.subgraph('people').behave(holds);
};
afterEach(() => federation?.stop());

const NAME = '{ chief { name } }';
const people = () => federation.requestsTo('people');
function release(): void {
  federation.subgraph('people').behave();
  for (const answer of held.splice(0)) answer();
}

/** Fetches from `people` that are under way: each of these operations makes one, as soon as `desks` has answered it. */
async function underWay(): Promise<number> {
  const metrics = await (await fetch(`${federation.url}/metrics`)).text();
  const over = (name: string) =>
    [...metrics.matchAll(/fetch_seconds_count\{([^}]*)\} (\d+)/g)]
      .filter(([, labels]) => labels!.includes(`subgraph="${name}"`))
      .reduce((sum, [, , count]) => sum + Number(count), 0);
  return over('desks') - over('people');
}

/** Asks, and comes back when the operation's fetch from `people` is under way. */
async function askAndWait(query: string, headers: Record<string, string> = {}, variables?: Record<string, unknown>) {
  const before = await underWay();
  const answer = federation.ask(query, variables, headers);
  await until(async () => (await underWay()) > before);
  return { answer };
}
/** The same by a client who goes away when what is returned is called; it comes back when his fetch is over. */
async function askAndLeave(): Promise<() => Promise<void>> {
  const gone = new AbortController();
  const before = await underWay();
  const asked = fetch(`${federation.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: NAME }),
    signal: gone.signal,
  }).catch(() => 'gone');
  await until(async () => (await underWay()) > before);
  return async () => {
    const together = await underWay();
    gone.abort();
    expect(await asked).toBe('gone');
    await until(async () => (await underWay()) === together - 1);
  };
}

async function askAll(count: number, query: string, headers?: Record<string, string>) {
  const asked = [];
  for (let index = 0; index < count; index += 1) asked.push(await askAndWait(query, headers));
  return asked.map(({ answer }) => answer);
}

describe('a read that is under way', () => {
  beforeEach(() => start());

  test('is sent once, for all who ask the same meanwhile', async () => {
    const answers = await askAll(5, NAME);
    release();
    for (const { data, errors } of await Promise.all(answers)) {
      expect({ data, errors }).toEqual({ data: { chief: { name: 'name of p1' } } });
    }
    expect(people()).toHaveLength(1);
    await federation.ask(NAME);
    expect(people()).toHaveLength(2);
  });

  test('is shared by different operations, of which each gets its own answer and no more', async () => {
    const queries: [string, object][] = [
      ['{ chief { card { no } } }', { chief: { card: { no: 'p1 x 1' } } }],
      ['{ c: chief { x: card { y: no } } }', { c: { x: { y: 'p1 x 1' } } }],
      [
        '{ chief { card { no } lead { card { no } } } }',
        { chief: { card: { no: 'p1 x 1' }, lead: { card: { no: 'p2 x 1' } } } },
      ],
      ['{ chief { card { no } team } }', { chief: { card: { no: 'p1 x 1' }, team: 'team of p1' } }],
    ];
    const asked = [];
    for (const [query] of queries) asked.push(await askAndWait(query));
    // The third has found out who the lead is, meanwhile.
    await until(() => held.length === 2);
    release();
    for (const [index, { answer }] of asked.entries()) {
      const { data, errors } = await answer;
      expect({ data, errors }).toEqual({ data: queries[index]![1] });
    }
    expect(keysIn(people())).toEqual([['p1'], ['p2']]);
  });

  test('that fails is an error for each, at its own paths', async () => {
    const failed: (() => void)[] = [];
    federation.subgraph('people').behave(({ response }) => {
      failed.push(() => answerJson(response, { data: null, errors: [{ message: 'x' }] }));
    });
    const [one, other] = [await askAndWait(NAME), await askAndWait('{ c: chief { n: name } }')];
    await until(() => failed.length === 1);
    failed[0]!();
    expect((await one.answer).errors?.map(({ path }) => path)).toEqual([['chief', 'name']]);
    expect((await other.answer).errors?.map(({ path }) => path)).toEqual([['c', 'n']]);
    expect(people()).toHaveLength(1);
  });

  test('is not shared with one for other entities, other fields or other arguments', async () => {
    for (const query of ['{ chief { age } }', '{ desks { person { name } } }', '{ chief { card(size: 2) { no } } }']) {
      await askAndWait(query);
    }
    const sized = 'query ($size: Int) { chief { card(size: $size) { no } } }';
    const [three, four] = [await askAndWait(sized, {}, { size: 3 }), await askAndWait(sized, {}, { size: 4 })];
    await until(() => people().length === 5);
    release();
    expect((await three.answer).data).toEqual({ chief: { card: { no: 'p1 x 3' } } });
    expect((await four.answer).data).toEqual({ chief: { card: { no: 'p1 x 4' } } });
  });

  test('names its record to each who asked for it, at his own paths', async () => {
    const header = { provenance: 'true' };
    const [one, other] = [
      await askAndWait(NAME, header),
      await askAndWait('{ c: chief { n: name } d: chief { name } }', header),
    ];
    release();
    const of = (lines: string[]) => lines.filter((line) => line.includes('people'));
    expect(of(linesOf(await one.answer))).toEqual(['chief <- people']);
    expect(of(linesOf(await other.answer))).toEqual(['c <- people', 'd <- people']);
    expect(people()).toHaveLength(1);
  });

  test('goes on while one of those who wait is there, and is given up when none is', async () => {
    const [first, stays, last] = [await askAndLeave(), await askAndWait(NAME), await askAndLeave()];
    await until(() => held.length === 1);
    await first();
    await last();
    expect(federation.subgraph('people').abandoned()).toBe(0);
    release();
    expect((await stays.answer).data).toEqual({ chief: { name: 'name of p1' } });
    expect(people()).toHaveLength(1);

    federation.subgraph('people').behave(holds);
    const [one, other] = [await askAndLeave(), await askAndLeave()];
    await until(() => held.length === 1);
    await other();
    expect(federation.subgraph('people').abandoned()).toBe(0);
    await one();
    await until(() => federation.subgraph('people').abandoned() === 1);
    expect(people()).toHaveLength(2);
  });

  test('that was given up is not given to who comes next', async () => {
    const leave = await askAndLeave();
    await until(() => held.length === 1);
    await leave();
    const next = await askAndWait(NAME);
    await until(() => held.length === 2);
    release();
    expect((await next.answer).data).toEqual({ chief: { name: 'name of p1' } });
  });

  test('begun before a mutation is not given to those who ask after it', async () => {
    const before = await askAndWait(NAME);
    await until(() => held.length === 1);
    federation.subgraph('people').behave();
    expect((await federation.ask('mutation { rename(id: "p1", name: "new") }')).data).toEqual({ rename: 1 });
    expect((await federation.ask(NAME)).data).toEqual({ chief: { name: 'new' } });
    release();
    expect((await before.answer).data).toEqual({ chief: { name: 'name of p1' } });
  });
});

test('a mutation is sent as often as it is asked for', async () => {
  await start();
  const rename = 'mutation { rename(id: "p1", name: "x") }';
  const answers = [federation.ask(rename), federation.ask(rename)];
  await until(() => held.length === 2);
  release();
  for (const { data } of await Promise.all(answers)) expect(data).toEqual({ rename: 1 });
  expect(people()).toHaveLength(2);
});

describe('with headers that go on to the subgraphs', () => {
  beforeEach(() => start({ forwardHeaders: ['authorization'] }));
  const as = (caller: string) => ({ authorization: caller });

  test('a read is shared only by those who send the same', async () => {
    const asked = [];
    for (const headers of [as('one'), as('other'), as('one'), {}, as('other')])
      asked.push(await askAndWait(NAME, headers));
    release();
    for (const { answer } of asked) expect((await answer).data).toEqual({ chief: { name: 'name of p1' } });
    expect(
      people()
        .map(({ headers }) => headers.authorization)
        .sort(),
    ).toEqual(['one', 'other', undefined]);
  });

  test('an answer for one caller is never given to another', async () => {
    federation.subgraph('people').behave(({ received, response }) => {
      held.push(() =>
        answerJson(response, { data: { _entities: [{ name: `for ${received.headers.authorization}` }] } }),
      );
    });
    const [one, other] = [await askAndWait(NAME, as('one')), await askAndWait(NAME, as('other'))];
    await until(() => held.length === 2);
    release();
    expect((await one.answer).data.chief.name).toBe('for one');
    expect((await other.answer).data.chief.name).toBe('for other');
  });

  test('headers that do not go on are no reason to ask twice, and do not go on', async () => {
    const asked = [await askAndWait(NAME, { 'x-other': '1' }), await askAndWait(NAME, { 'x-other': '2' })];
    release();
    await Promise.all(asked.map(({ answer }) => answer));
    expect(people()).toHaveLength(1);
    expect(people()[0]?.headers).not.toHaveProperty('x-other');
  });
});

describe('one failure, however many waited for it,', () => {
  const breaker = async () =>
    /breaker_state\{subgraph="people"\} (\d)/.exec(await (await fetch(`${federation.url}/metrics`)).text())?.[1];
  const [CLOSED, OPEN] = ['0', '2'];
  const fails: Fault = ({ response }) => void held.push(() => answerJson(response, {}, 500));

  test('is retried once for all, and counts once for the breaker', async () => {
    await start({ breaker: { failuresMax: 3, openMs: 60_000 } });
    federation.subgraph('people').behave(fails);
    const answers = await askAll(5, NAME);
    await until(() => held.length === 1);
    release();
    for (const { data } of await Promise.all(answers)) expect(data).toEqual({ chief: { name: 'name of p1' } });
    expect(people()).toHaveLength(2);
    expect(await breaker()).toBe(CLOSED);
  });

  test('still opens it when it comes again and again', async () => {
    await start({ breaker: { failuresMax: 3, openMs: 60_000 } });
    federation.subgraph('people').behave(({ response }) => answerJson(response, {}, 500));
    await federation.ask(NAME);
    expect(await breaker()).toBe(CLOSED);
    await federation.ask(NAME);
    expect(await breaker()).toBe(OPEN);
    expect(people()).toHaveLength(3);
  });
});

test('switched off, every request is sent for itself', async () => {
  await start({ shareFetches: false });
  const answers = await askAll(3, NAME);
  release();
  for (const { data } of await Promise.all(answers)) expect(data).toEqual({ chief: { name: 'name of p1' } });
  expect(keysIn(people())).toEqual([['p1'], ['p1'], ['p1']]);
});
