import { getOperationAST, parse } from 'graphql';
import type { Fetch, FetchResult, OperationResult, RequestContext } from '../../../gateway/context.js';
import { GatewayError } from '../../../gateway/errors.js';
import { createEngine, type Engine, planInThisThread } from '../../../gateway/execution/index.js';
import { NOBODY } from '../../../gateway/identity.js';
import { createLedger } from '../../../gateway/provenance/index.js';
import { loadSchema } from '../../../gateway/supergraph/load.js';
import { composeOrFail, configOf, logInto } from '../../helpers/federation.js';

const sdl = composeOrFail(
  {
    goods: { sdl: 'type Query { good: Good } type Good @key(fields: "id") { id: ID! }' },
    weights: { sdl: 'type Good @key(fields: "id") { id: ID!  weight: Int }' },
    shipping: {
      sdl: 'type Good @key(fields: "id") { id: ID!  weight: Int @external  costs: Int @requires(fields: "weight") }',
    },
  },
  (name) => `http://${name}`,
);
const schema = loadSchema(sdl);
const QUERY = '{ good { id ... @defer(label: "costs") { costs } } }';
const ANSWERS: Record<string, FetchResult> = {
  goods: { data: { good: { __typename: 'Good', id: '1' } } },
  weights: { data: { _entities: [{ weight: 3 }] } },
  shipping: { data: { _entities: [{ costs: 6 }] } },
};

/** Subgraphs in this process, that of the weights answering when the test says so, whatever happens to the request meanwhile. */
let engine: Engine;
let asked: string[];
let answerWeights: (how: 'well' | Error) => void;
beforeEach(async () => {
  asked = [];
  const weights = new Promise<FetchResult>((resolve, reject) => {
    answerWeights = (how) => (how === 'well' ? resolve(ANSWERS.weights!) : reject(how));
  });
  const fetch: Fetch = ({ subgraph }) => {
    asked.push(subgraph);
    return subgraph === 'weights' ? weights : Promise.resolve(structuredClone(ANSWERS[subgraph]!));
  };
  engine = createEngine(fetch, { openPlanner: async (text) => planInThisThread(text) });
  await engine.prepare(schema);
});
afterEach(() => engine.close());

function run(query: string, signal = new AbortController().signal, on = engine): Promise<OperationResult> {
  const document = parse(query);
  const context: RequestContext = {
    requestId: 'r',
    identity: NOBODY,
    config: configOf(),
    clock: { now: () => 0 },
    log: logInto([]),
    forwarded: {},
    signal,
    deadlineAtMs: Number.POSITIVE_INFINITY,
    run: () => Promise.reject(new Error('nobody runs anything below this')),
  };
  return on.execute({
    document,
    operation: getOperationAST(document)!,
    variables: {},
    schema,
    provenance: createLedger(),
    wantsProvenance: false,
    acceptsParts: true,
    context,
  });
}

const laterOf = (result: OperationResult) => result.later![Symbol.asyncIterator]();
/** Everything that was possible has happened by then. */
const quiet = async () => {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
};

test('what is deferred is fetched on while nobody reads yet', async () => {
  const { data, later } = await run(QUERY);
  expect(data).toEqual({ good: { id: '1' } });
  answerWeights('well');
  await quiet();
  expect(asked).toEqual(['goods', 'weights', 'shipping']);
  const parts = [];
  for await (const some of later!) parts.push(...some);
  expect(parts).toEqual([{ label: 'costs', path: ['good'], data: { costs: 6 } }]);
});

test('MUST NOT ask a registry for anything once whoever reads has gone', async () => {
  const reading = laterOf(await run(QUERY));
  const waiting = reading.next();
  await quiet();
  await reading.return!();
  expect(await waiting).toEqual({ done: true, value: undefined });
  answerWeights('well');
  await quiet();
  expect(asked).toEqual(['goods', 'weights']);
  expect(await reading.next()).toEqual({ done: true, value: undefined });
});

test('nor once the request is over; then the rest is null with that reason', async () => {
  const over = new AbortController();
  const reading = laterOf(await run(QUERY, over.signal));
  await quiet();
  over.abort();
  answerWeights('well');
  const { value } = await reading.next();
  expect(value).toMatchObject([{ data: { costs: null }, errors: [{ extensions: { code: 'DEADLINE' } }] }]);
  expect((await reading.next()).done).toBe(true);
  expect(asked).toEqual(['goods', 'weights']);
});

test('a fault of ours in a deferred part rejects the reading and ends it', async () => {
  const reading = laterOf(await run('{ good { id ... @defer { costs ... @defer { __typename } } } }'));
  const waiting = reading.next();
  answerWeights(new Error('a fault'));
  await expect(waiting).rejects.toThrow('a fault');
  expect((await reading.next()).done).toBe(true);
});

test.each([
  ['a fault', new Error('a fault of the planner')],
  ['a limit', new GatewayError('OPERATION_TOO_LARGE', 'It takes too long.')],
])('what %s of the planner keeps from being parted is answered in one piece', async (_, problem) => {
  const unparting = createEngine(() => Promise.resolve(structuredClone(ANSWERS.goods!)), {
    async openPlanner(text) {
      const planner = planInThisThread(text);
      return { ...planner, plan: (of) => (of.defer ? Promise.reject(problem) : planner.plan(of)) };
    },
  });
  await unparting.prepare(schema);
  const { data, later } = await run('{ good { id ... @defer { __typename } } }', undefined, unparting);
  expect(data).toEqual({ good: { id: '1', __typename: 'Good' } });
  expect(later).toBeUndefined();
  await unparting.close();
});

test('a plan for parts is not the plan for one piece, and both are made once', async () => {
  const built: boolean[] = [];
  const counted = createEngine(() => Promise.resolve(structuredClone(ANSWERS.goods!)), {
    async openPlanner(text) {
      const planner = planInThisThread(text);
      return {
        ...planner,
        plan(operation) {
          built.push(operation.defer);
          return planner.plan(operation);
        },
      };
    },
  });
  await counted.prepare(schema);
  const document = parse('query ($later: Boolean!) { good { id ... @defer(if: $later) { __typename } } }');
  const ask = (later: boolean, acceptsParts: boolean) =>
    counted.execute({
      document,
      operation: getOperationAST(document)!,
      variables: { later },
      schema,
      provenance: createLedger(),
      wantsProvenance: false,
      acceptsParts,
      context: { signal: new AbortController().signal, requestId: 'r' } as RequestContext,
    });
  for (let time = 0; time < 2; time += 1) {
    expect((await ask(true, true)).later).toBeDefined();
    for (const [later, acceptsParts] of [
      [true, false],
      [false, true],
    ] as const) {
      const { data, later: parts } = await ask(later, acceptsParts);
      expect(data).toEqual({ good: { id: '1', __typename: 'Good' } });
      expect(parts).toBeUndefined();
    }
  }
  expect(built).toEqual([true, false, false]);
  await counted.close();
});
