import type { OperationToPlan } from '../../../gateway/execution/build-plan.js';
import { PlannerWorker, type Reply } from '../../../gateway/execution/planner-worker.js';
import { answerJson, type Fault } from '../../helpers/faulty-subgraph.js';
import { type ConfigOfTest, type Federation, startFederation, until } from '../../helpers/federation.js';

const referenced = { __resolveReference: (key: object) => key };

/** A thing with a size that both registries could tell; the planner takes the one that it asks anyway. */
const SUBGRAPHS = {
  one: {
    sdl: 'type Query { things(first: Int): [Thing!]! } type Thing @key(fields: "id") { id: ID!  size: Int @shareable }',
    resolvers: { Query: { things: () => [{ id: 't1' }] }, Thing: { ...referenced, size: () => 1 } },
  },
  two: {
    sdl: 'type Thing @key(fields: "id") { id: ID!  name: String  size: Int @shareable }',
    resolvers: { Thing: { ...referenced, name: ({ id }: { id: string }) => `name of ${id}`, size: () => 2 } },
  },
};
/** The same with only the second to tell the size. */
const MOVED = {
  one: { sdl: SUBGRAPHS.one.sdl.replace('size: Int @shareable', '') },
  two: { sdl: SUBGRAPHS.two.sdl },
};

/** What the planner's threads were asked, in its order; what is asked while `held` waits for `release`. */
let planned: OperationToPlan[];
let held: (() => void)[] | undefined;
let replyWith: Reply | undefined;
const plansOf = (word: string) => planned.filter(({ text }) => text.includes(word)).length;

let federation: Federation;
async function start(config: ConfigOfTest = {}): Promise<void> {
  federation = await startFederation({
    subgraphs: SUBGRAPHS,
    config: { ...config, limits: { fetchMs: 30_000, requestMs: 60_000, ...config.limits } },
  });
}

beforeEach(() => {
  planned = [];
  held = undefined;
  replyWith = undefined;
  const plan = PlannerWorker.prototype.plan;
  // A thread that is held back looks idle and is given the next; it must still get them one after another.
  const last = new WeakMap<PlannerWorker, Promise<unknown>>();
  jest.spyOn(PlannerWorker.prototype, 'plan').mockImplementation(function (
    this: PlannerWorker,
    operation: OperationToPlan,
  ) {
    planned.push(operation);
    const [reply, waiting, before] = [replyWith, held, last.get(this)];
    const isReleased = waiting && new Promise<void>((resolve) => waiting.push(resolve));
    const replied = Promise.all([isReleased, before]).then(() => reply ?? plan.call(this, operation));
    last.set(this, replied);
    return replied;
  });
});
afterEach(async () => {
  release();
  jest.restoreAllMocks();
  await federation?.stop();
});

/** From now on plans are finished only after `release`. */
function hold(): void {
  held = [];
}
function release(): void {
  const waiting = held ?? [];
  held = undefined;
  for (const go of waiting) go();
}

const SIZE = '{ things { size } }';
const NAME = '{ things { name } }';
const many = (count: number, queryOf: (index: number) => string) =>
  Promise.all(Array.from({ length: count }, (_, index) => federation.ask(queryOf(index))));
async function moveTo(home: 'one' | 'two'): Promise<void> {
  federation.replaceSupergraph(home === 'one' ? SUBGRAPHS : MOVED);
  await federation.gateway.reload();
}
const metricsOf = async () => (await fetch(`${federation.url}/metrics`)).text();
const serving = async () => (await metricsOf()).match(/supergraph_info\{id="(\w+)"\}/)?.[1];

describe('an operation', () => {
  beforeEach(() => start());

  test('that comes fifty times at once, never seen before, is planned once', async () => {
    const answers = await many(50, () => NAME);
    for (const { data, errors } of answers)
      expect({ data, errors }).toEqual({ data: { things: [{ name: 'name of t1' }] } });
    expect(plansOf('name')).toBe(1);
  });

  test('that differs is planned for itself', async () => {
    await many(10, (index) => `{ a${index}: things { name } }`);
    expect(plansOf('name')).toBe(10);
  });

  test('is planned once for each set of values of its conditions, whatever its other variables are', async () => {
    const query = `query ($first: Int, $name: Boolean!, $id: Boolean = true) {
      things(first: $first) { __typename name @include(if: $name) id @skip(if: $id) }
    }`;
    for (const first of [1, 2]) {
      for (const name of [true, false]) {
        for (const id of [undefined, true, false]) {
          const { data } = await federation.ask(query, { first, name, id });
          const expected = { ...(name ? { name: 'name of t1' } : {}), ...(id === false ? { id: 't1' } : {}) };
          expect(data.things).toEqual([{ __typename: 'Thing', ...expected }]);
        }
      }
    }
    expect(planned).toHaveLength(4);
  });

  test('whose planning failed is planned anew for the next, who learns nothing of the fault but where it is kept', async () => {
    replyWith = { kind: 'fault', fault: 'TypeError\n    at secret.js' };
    const { status, errors, text } = await federation.ask(NAME);
    expect(status).toBe(500);
    expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }]);
    expect(text).not.toContain('secret');
    expect(federation.logLines.join()).toContain('secret.js');
    replyWith = undefined;
    expect((await federation.ask(NAME)).data).toEqual({ things: [{ name: 'name of t1' }] });
    expect(plansOf('name')).toBe(2);
  });

  test('that the planner refused is not refused for ever', async () => {
    replyWith = { kind: 'too large', message: 'too many ways' };
    const refused = await federation.ask(NAME);
    expect(refused.status).toBe(400);
    expect(refused.errors).toMatchObject([{ message: 'too many ways', extensions: { code: 'OPERATION_TOO_LARGE' } }]);
    replyWith = undefined;
    expect((await federation.ask(NAME)).errors).toBeUndefined();
  });

  test('that fails while it runs keeps its plan', async () => {
    federation.subgraph('two').behave(({ response }) => answerJson(response, { errors: [{ message: 'x' }] }));
    await federation.ask(NAME);
    federation.subgraph('two').behave();
    expect((await federation.ask(NAME)).errors).toBeUndefined();
    expect(plansOf('name')).toBe(1);
  });
});

describe('when the supergraph is swapped', () => {
  test('no plan of the old one is used on the new one', async () => {
    await start();
    expect((await federation.ask(SIZE)).data.things).toEqual([{ size: 1 }]);
    await moveTo('two');
    expect((await federation.ask(SIZE)).data.things).toEqual([{ size: 2 }]);
    await moveTo('one');
    expect((await federation.ask(SIZE)).data.things).toEqual([{ size: 1 }]);
  });

  test('what was asked for is planned on the new one before it serves, and what was not is not', async () => {
    await start();
    await federation.ask(SIZE);
    await federation.ask('query Dear { things { name } }');
    await federation.ask('query ($no: Int) { things { size } }', { no: 'no number' });
    const before = await serving();
    planned = [];
    hold();
    const moved = moveTo('two');
    await until(() => plansOf('size') > 0);
    expect(await serving()).toBe(before);
    expect((await federation.ask(SIZE)).data.things).toEqual([{ size: 1 }]);
    release();
    await moved;
    expect(await serving()).not.toBe(before);
    expect(plansOf('query Dear')).toBe(1);

    const warmed = planned.length;
    expect((await federation.ask(SIZE)).data.things).toEqual([{ size: 2 }]);
    await federation.ask('query Dear { things { name } }');
    expect(planned).toHaveLength(warmed);
    await federation.ask('{ things { size name } }');
    expect(planned).toHaveLength(warmed + 1);
  });

  test('an operation that cannot be planned on the new one keeps no one from serving it', async () => {
    await start();
    await federation.ask(SIZE);
    await federation.ask(NAME);
    replyWith = { kind: 'fault', fault: 'TypeError' };
    const before = await serving();
    await moveTo('two');
    expect(await serving()).not.toBe(before);
    expect((await federation.ask(SIZE)).status).toBe(500);
    replyWith = undefined;
    expect((await federation.ask(SIZE)).data.things).toEqual([{ size: 2 }]);
  });

  test('plans that take for ever hold the new one up for no longer than a request may take', async () => {
    await start({ limits: { requestMs: 200 } });
    await federation.ask(SIZE);
    const before = await serving();
    hold();
    await moveTo('two');
    expect(await serving()).not.toBe(before);
  });

  test('a request whose plan began on the old one is planned and answered by the old one', async () => {
    await start();
    hold();
    const asked = federation.ask(SIZE);
    await until(() => plansOf('size') === 1);
    const waiting = held!;
    held = undefined;
    await moveTo('two');
    expect((await federation.ask(SIZE)).data.things).toEqual([{ size: 2 }]);
    for (const go of waiting) go();
    expect((await asked).data.things).toEqual([{ size: 1 }]);
    expect((await federation.ask(SIZE)).data.things).toEqual([{ size: 2 }]);
  });

  test('a request that waits for a subgraph goes on by its old plan while the new one serves', async () => {
    await start();
    await moveTo('two');
    expect((await federation.ask(SIZE)).data.things).toEqual([{ size: 2 }]);
    const answers: (() => void)[] = [];
    const isHeld: Fault = async ({ response, honest }) => {
      const honestAnswer = await honest();
      answers.push(() => answerJson(response, honestAnswer));
    };
    federation.subgraph('one').behave(isHeld);
    const old = federation.ask('{ things { size name } }');
    await until(() => answers.length === 1);
    await moveTo('one');
    federation.subgraph('one').behave();
    expect((await federation.ask('{ things { size name } }')).data.things).toEqual([{ size: 1, name: 'name of t1' }]);
    answers[0]!();
    expect((await old).data.things).toEqual([{ size: 2, name: 'name of t1' }]);
  });
});
