import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner';
import { parse, print } from 'graphql';
import { createPlanBuilder, type OperationToPlan } from '../../../gateway/execution/build-plan.js';
import { canonicalise } from '../../../gateway/execution/canonical.js';
import { loadSchema } from '../../../gateway/supergraph/load.js';
import { composeOrFail } from '../../helpers/federation.js';

const urlOf = (name: string) => `http://${name}`;

const LIBRARY = composeOrFail(
  {
    items: {
      sdl: `
        type Query { search: [Hit!]! }
        union Hit = Book | Film
        type Book @key(fields: "id") { id: ID!  owner: User }
        type Film @key(fields: "id") { id: ID!  owner: User }
        type User @key(fields: "id") { id: ID! }
      `,
    },
    users: {
      sdl: 'type User @key(fields: "id") { id: ID!  name(short: Boolean): String  nick: String  friend: User }',
    },
  },
  urlOf,
);

const MOVING = composeOrFail(
  {
    old: { sdl: 'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID!  a: Int  b: Int  c: Int }' },
    new: {
      sdl: `
        type Thing @key(fields: "id") {
          id: ID!
          a: Int @override(from: "old", label: "first")
          b: Int @override(from: "old", label: "second")
          c: Int @override(from: "old", label: "first")
        }
      `,
    },
  },
  urlOf,
);

interface Planned {
  registry: string;
  path: string;
  operation: string;
}

function build(sdl: string, operation: Partial<OperationToPlan> & { text: string }): QueryPlan {
  return createPlanBuilder(sdl).build({ overrides: [], defer: false, ...operation });
}

function fetchesOf(plan: QueryPlan): Planned[] {
  const found: Planned[] = [];
  const walk = (node: PlanNode | FetchNode | undefined, path: string) => {
    if (!node) return;
    if (node.kind === 'Fetch') found.push({ registry: node.serviceName, path, operation: node.operation });
    else if (node.kind === 'Flatten') walk(node.node, node.path.join('/'));
    else if (node.kind === 'Sequence' || node.kind === 'Parallel') for (const part of node.nodes) walk(part, path);
    else throw new Error(`no ${node.kind} was expected`);
  };
  walk(plan.node as PlanNode, '');
  return found;
}

describe('a response name that stands for two fields', () => {
  const schema = loadSchema(LIBRARY);
  const users = (text: string) => {
    const { document } = canonicalise(parse(text), schema);
    return fetchesOf(build(LIBRARY, { text: print(document) })).filter(({ registry }) => registry === 'users');
  };

  test.each([
    ['fields', '{ search { ... on Book { owner { x: name } } ... on Film { owner { x: nick } } } }', 'name nick'],
    [
      'arguments',
      '{ search { ... on Book { owner { name(short: true) } } ... on Film { owner { name(short: false) } } } }',
      'name__0:name(short:true)name__1:name(short:false)',
    ],
    [
      'fields in fragments',
      '{ search { ...B ...F } } fragment B on Book { owner { x: name } } fragment F on Film { owner { x: nick } }',
      'name nick',
    ],
    [
      'variables',
      'query ($a: Boolean, $b: Boolean) { search { ... on Book { owner { x: name(short: $a) } } ... on Film { owner { x: name(short: $b) } } } }',
      'name__0:name(short:$a)name__1:name(short:$b)',
    ],
  ])('in objects of different types is planned under a name for each: two %s', (_name, text, names) => {
    const planned = users(text);
    expect(planned.map(({ path }) => path)).toEqual(['search/@/owner']);
    expect(planned[0]?.operation).toContain(`{${names}}`);
  });

  test('does not matter when it stands for one: then it is fetched once, under its own name', () => {
    const planned = users('{ search { ... on Book { owner { x: name } } ... on Film { owner { nick name } } } }');
    expect(planned.map(({ path }) => path)).toEqual(['search/@/owner']);
    expect(planned[0]?.operation.match(/\bname\b/g)).toHaveLength(1);
  });

  test('is the same field however its arguments are ordered and laid out', () => {
    const text =
      '{ search { ... on Book { owner { name(short: true) } } ... on Film { owner { x: name ( short : true ) } } } }';
    const planned = users(text);
    expect(planned.map(({ path }) => path)).toEqual(['search/@/owner']);
    expect(planned[0]?.operation).toContain('{name(short:true)}');
  });
});

describe('progressive override', () => {
  const registryOf = (overrides: string[]) => {
    const planned = fetchesOf(build(MOVING, { text: '{ thing { a b } }', overrides }));
    const of = (field: string) =>
      planned.find(({ operation }) => new RegExp(`\\b${field}\\b`).test(operation))?.registry;
    return [of('a'), of('b')];
  };

  test('a field stays where it was until its label holds', () => {
    expect(registryOf([])).toEqual(['old', 'old']);
    expect(registryOf(['first'])).toEqual(['new', 'old']);
    expect(registryOf(['second'])).toEqual(['old', 'new']);
    expect(registryOf(['first', 'second'])).toEqual(['new', 'new']);
  });

  test('a label that the supergraph has not changes nothing', () => {
    expect(registryOf(['third', '', 'constructor'])).toEqual(['old', 'old']);
  });

  test('labels of one plan do not hold for the next', () => {
    const builder = createPlanBuilder(MOVING);
    const plan = (overrides: string[]) =>
      fetchesOf(builder.build({ text: '{ thing { a } }', overrides, defer: false })).map(({ registry }) => registry);
    expect([plan(['first']), plan([])]).toEqual([['old', 'new'], ['old']]);
  });
});

describe('@defer', () => {
  const text = (directive: string) => `query Q($v: Boolean) { search { ... on Book ${directive} { owner { nick } } } }`;

  test('is planned when it is asked for', () => {
    expect(build(LIBRARY, { text: text('@defer(label: "later")'), defer: true }).node).toMatchObject({
      kind: 'Defer',
      deferred: [{ label: 'later', node: {} }],
    });
  });

  test('with a condition is planned both ways', () => {
    expect(build(LIBRARY, { text: text('@defer(if: $v)'), defer: true }).node).toMatchObject({
      kind: 'Condition',
      condition: 'v',
      ifClause: { kind: 'Defer' },
      elseClause: { kind: 'Sequence' },
    });
  });

  test.each(['@defer', '@defer(if: $v)', '@defer(label: "later", if: true)'])(
    'is ignored otherwise: %s',
    (directive) => {
      expect(build(LIBRARY, { text: text(directive) })).toEqual(build(LIBRARY, { text: text('') }));
    },
  );

  test('that is not used changes no plan', () => {
    expect(build(LIBRARY, { text: text(''), defer: true })).toEqual(build(LIBRARY, { text: text('') }));
  });
});

test('a plan is plain data', () => {
  const plan = build(LIBRARY, {
    text: '{ search { ... on Book { owner { x: name } } ... on Film { owner { x: nick } } } }',
  });
  expect(structuredClone(plan)).toEqual(plan);
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  expect(JSON.stringify(plan)).not.toContain('operationDocumentNode');
});

test('of several operations the named one is planned', () => {
  const text = 'query A { search { __typename } } query B { search { ... on Book { id } } }';
  expect(fetchesOf(build(LIBRARY, { text, operationName: 'B' }))).toMatchObject([
    { operation: 'query B__items__0{search{__typename ...on Book{id}}}' },
  ]);
});

test('an operation that asks no registry has a plan without a node', () => {
  expect(build(LIBRARY, { text: '{ __typename __schema { types { name } } }' })).toEqual({ kind: 'QueryPlan' });
});

test("one that goes over the planner's own limit is the client's mistake", () => {
  // Doubled 24 times: 16 million fields in two thousand characters.
  const fragments = Array.from({ length: 24 }, (_, index) => {
    const next = index === 23 ? 'id' : `...F${index + 1}`;
    return `fragment F${index} on User { a: friend { ${next} } b: friend { ${next} } }`;
  });
  const text = `{ search { ... on Book { owner { ...F0 } } } } ${fragments.join(' ')}`;
  expect(() => build(LIBRARY, { text })).toThrow(expect.objectContaining({ code: 'OPERATION_TOO_LARGE' }));
});
