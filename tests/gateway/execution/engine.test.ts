import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, getOperationAST, parse } from 'graphql';
import type { Fetch, FetchResult, LoadedSchema, OperationExchange, RequestContext } from '../../../gateway/context.js';
import type { OperationToPlan } from '../../../gateway/execution/build-plan.js';
import { createEngine, type Engine, planInThisThread } from '../../../gateway/execution/index.js';
import { NOBODY } from '../../../gateway/identity.js';
import { createLedger } from '../../../gateway/provenance/index.js';
import { loadSchema } from '../../../gateway/supergraph/load.js';
import { composeOrFail, configOf, FEDERATION, logInto } from '../../helpers/federation.js';

const SIZE = {
  old: { sdl: 'type Query { things: [Thing!]! } type Thing @key(fields: "id") { id: ID!  size: Int  a: Int  b: Int }' },
  fresh: { sdl: 'type Thing @key(fields: "id") { id: ID!  size: Int @override(from: "old", label: "percent(50)") }' },
};
const sdl = composeOrFail(SIZE, (name) => `http://${name}`);
const subgraphs = Object.fromEntries(
  Object.entries(SIZE).map(([name, { sdl: own }]) => {
    const size = () => (name === 'old' ? 1 : 2);
    const Thing = { __resolveReference: (key: object) => key, size, a: () => 7, b: () => 8 };
    const resolvers =
      name === 'old'
        ? { Query: { things: () => [{ id: 't1' }] }, Thing }
        : { Thing: { ...Thing, a: undefined, b: undefined } };
    return [name, buildSubgraphSchema([{ typeDefs: parse(FEDERATION + own), resolvers: resolvers as never }])];
  }),
);

/** The real subgraphs, called in place of HTTP. */
const fetch: Fetch = async ({ subgraph, request, variables, representations }) => {
  const values = Object.fromEntries(
    representations.map(({ variable, texts }) => [variable, texts.map((text) => JSON.parse(text))]),
  );
  const result = await execute({
    schema: subgraphs[subgraph]!,
    document: parse(request.query),
    variableValues: { ...variables, ...values },
  });
  return JSON.parse(JSON.stringify(result)) as FetchResult;
};

let planned: { schema: string; operation: OperationToPlan }[];
let closed: string[];
let fails: Error | undefined;
let engine: Engine;
let schema: LoadedSchema;
beforeEach(async () => {
  planned = [];
  closed = [];
  fails = undefined;
  engine = createEngine(fetch, {
    async openPlanner(text) {
      const planner = planInThisThread(text);
      return {
        async plan(operation) {
          planned.push({ schema: text, operation });
          await new Promise(setImmediate);
          if (fails) throw fails;
          return planner.plan(operation);
        },
        async close() {
          closed.push(text);
        },
      };
    },
  });
  schema = loadSchema(sdl);
  await engine.prepare(schema);
});
afterEach(() => engine.close());

function asked(text: string, { on = schema, requestId = 'r' } = {}, variables: Record<string, unknown> = {}) {
  return exchangeOf(parse(text), variables, { on, requestId });
}

function exchangeOf(
  document: OperationExchange['document'],
  variables: Record<string, unknown> = {},
  { on = schema, requestId = 'r' } = {},
): OperationExchange {
  const context: RequestContext = {
    requestId,
    identity: NOBODY,
    config: configOf(),
    clock: { now: () => 0 },
    log: logInto([]),
    forwarded: {},
    signal: new AbortController().signal,
    deadlineAtMs: Number.POSITIVE_INFINITY,
    run: () => Promise.reject(new Error('nobody runs anything below this')),
  };
  return {
    document,
    operation: getOperationAST(document)!,
    variables,
    schema: on,
    provenance: createLedger(),
    wantsProvenance: false,
    acceptsParts: false,
    context,
  };
}
const answerTo = async (exchange: OperationExchange) => {
  const { data, errors } = await engine.execute(exchange);
  return JSON.parse(JSON.stringify({ data, errors }));
};

test('fifty who ask for one operation at once wait for one plan', async () => {
  const document = parse('{ things { id a } }');
  const answers = await Promise.all(Array.from({ length: 50 }, () => answerTo(exchangeOf(document))));
  for (const answer of answers) expect(answer).toEqual({ data: { things: [{ id: 't1', a: 7 }] } });
  expect(planned).toHaveLength(1);
  await answerTo(exchangeOf(document));
  expect(planned).toHaveLength(1);
});

test('a plan that failed fails for all who waited for it, and for nobody who comes later', async () => {
  const document = parse('{ things { id } }');
  fails = new Error('no plan');
  const settled = await Promise.allSettled(Array.from({ length: 10 }, () => engine.execute(exchangeOf(document))));
  expect(settled.every(({ status }) => status === 'rejected')).toBe(true);
  expect(planned).toHaveLength(1);
  fails = undefined;
  expect(await answerTo(exchangeOf(document))).toEqual({ data: { things: [{ id: 't1' }] } });
  expect(planned).toHaveLength(2);
});

test('variables that do not fit cost no plan', async () => {
  const exchange = asked('query ($no: Boolean!) { things { id @skip(if: $no) } }', {}, { no: 'secret' });
  await expect(engine.execute(exchange)).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  await expect(engine.execute(exchange)).rejects.not.toThrow('secret');
  expect(planned).toHaveLength(0);
});

test('of several operations in a document each has its own plan', async () => {
  const document = parse('query A { things { a } } query B { things { b } }');
  for (const name of ['A', 'B', 'A', 'B']) {
    const exchange = { ...exchangeOf(document), operation: getOperationAST(document, name)! };
    expect(await answerTo(exchange)).toEqual({ data: { things: [name === 'A' ? { a: 7 } : { b: 8 }] } });
  }
  expect(planned).toHaveLength(2);
});

test('a plan of one schema is not used on another, even for one and the same document', async () => {
  const document = parse('{ things { a } }');
  const other = loadSchema(sdl);
  await engine.prepare(other);
  await answerTo(exchangeOf(document));
  await answerTo(exchangeOf(document, {}, { on: other }));
  expect(planned).toHaveLength(2);
});

test('labels of overrides have plans of their own, and requests of one id the same', async () => {
  const document = parse('{ things { size } }');
  const sizes = new Map<string, number>();
  for (let round = 0; round < 2; round += 1) {
    for (let index = 0; index < 20; index += 1) {
      const requestId = `r${index}`;
      const { data } = await answerTo(exchangeOf(document, {}, { requestId }));
      const { size } = data.things[0];
      expect(sizes.get(requestId) ?? size).toBe(size);
      sizes.set(requestId, size);
    }
  }
  expect(new Set(sizes.values())).toEqual(new Set([1, 2]));
  expect(planned.map(({ operation }) => operation.overrides).sort()).toEqual([[], ['percent(50)']]);
});

test('an operation with more sets of conditions than are kept is answered right for each', async () => {
  const names = ['c0', 'c1', 'c2', 'c3', 'c4', 'c5'];
  const fields = names.map((name) => `${name}: a @include(if: $${name})`).join(' ');
  const document = parse(`query (${names.map((name) => `$${name}: Boolean!`).join(' ')}) { things { id ${fields} } }`);
  for (let round = 0; round < 2; round += 1) {
    for (let bits = 0; bits < 64; bits += 1) {
      const variables = Object.fromEntries(names.map((name, bit) => [name, (bits & (1 << bit)) !== 0]));
      const expected = Object.fromEntries(names.filter((name) => variables[name]).map((name) => [name, 7]));
      const { data, errors } = await answerTo(exchangeOf(document, variables));
      expect({ data, errors }).toEqual({ data: { things: [{ id: 't1', ...expected }] } });
    }
  }
});

test('an operation that was warmed needs no plan when it is first asked', async () => {
  const document = parse(
    'query ($a: Boolean = true, $b: Boolean) { things { a @include(if: $a) b @include(if: $b) } }',
  );
  await engine.warm(exchangeOf(document));
  expect(planned).toHaveLength(1);
  expect(await answerTo(exchangeOf(document))).toEqual({ data: { things: [{ a: 7 }] } });
  expect(await answerTo(exchangeOf(document, { b: false }))).toEqual({ data: { things: [{ a: 7 }] } });
  expect(planned).toHaveLength(1);
  expect(await answerTo(exchangeOf(document, { b: true }))).toEqual({ data: { things: [{ a: 7, b: 8 }] } });
  expect(planned).toHaveLength(2);
});

test('warming that fails says so and leaves nothing behind', async () => {
  const document = parse('{ things { a } }');
  fails = new Error('no plan');
  await expect(engine.warm(exchangeOf(document))).rejects.toThrow('no plan');
  fails = undefined;
  expect(await answerTo(exchangeOf(document))).toEqual({ data: { things: [{ a: 7 }] } });
});

test('a schema that was not prepared, or was given up, is not planned on', async () => {
  const document = parse('{ things { a } }');
  await expect(engine.execute(exchangeOf(document, {}, { on: loadSchema(sdl) }))).rejects.toThrow('not prepared');
  await answerTo(exchangeOf(document));
  await engine.retire(schema);
  expect(closed).toHaveLength(1);
  await expect(engine.execute(exchangeOf(document))).rejects.toThrow('no longer');
});

test('a schema that is prepared twice has one planner', async () => {
  await engine.prepare(schema);
  await engine.close();
  expect(closed).toHaveLength(1);
});
