import fc from 'fast-check';
import {
  buildSchema,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isListType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
  validate,
} from 'graphql';
import { estimateCost } from '../../../gateway/demand/index.js';
import { exchangeOf } from '../../helpers/costs.js';
import { schemaOf } from '../../helpers/front-door.js';

/** Thousands of operations, estimated by the gateway and by the specification's words taken one by one, for each type in turn. */

const SDL = `
  type Query { node: Node  nodes(first: Int): [Node] LIST  any: Any  a: A  as: [A] FIVE }
  interface Node { id: ID  a: A  nodes(first: Int): [Node]  leaf: Int }
  type A implements Node { id: ID  a: A  nodes(first: Int): [Node] LIST  leaf: Int  as: [A] FIVE  own: Int }
  type B implements Node TWO { id: ID  a: A  nodes(first: Int): [Node] LIST  leaf: Int TWO  b: B  bs: [B] }
  union Any = A | B
`;
const schema = schemaOf(
  SDL.replaceAll('LIST', '@federation__listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)')
    .replaceAll('FIVE', '@federation__listSize(assumedSize: 5)')
    .replaceAll('TWO', '@federation__cost(weight: 2)'),
);
const plain = buildSchema(SDL.replace(/LIST|FIVE|TWO/g, ''));

const FIELDS: Record<string, string[]> = {
  Query: ['node', 'nodes', 'any', 'a', 'as'],
  Node: ['a', 'nodes', 'leaf', 'id'],
  A: ['a', 'nodes', 'leaf', 'as', 'own'],
  B: ['a', 'nodes', 'leaf', 'b', 'bs'],
  Any: [],
};
const RETURNS: Record<string, string> = { node: 'Node', nodes: 'Node', any: 'Any', a: 'A', as: 'A', b: 'B', bs: 'B' };

/** What was drawn, read one after another: it says which field comes next. Read to its end it says the first of all. */
class Choices {
  private at = 0;
  constructor(private readonly drawn: readonly number[]) {}
  of<Each>(all: readonly Each[]): Each {
    const drawn = this.drawn[this.at++] ?? 0;
    return all[drawn % all.length] as Each;
  }
}

/** A selection on `type`; without `isMixed` of fields only whose type is known, and without conditions. */
function selection(
  type: string,
  { depth, choices, isMixed }: { depth: number; choices: Choices; isMixed: boolean },
): string {
  const below = { depth: depth - 1, choices, isMixed };
  const isKnown = (name: string) => isMixed || (RETURNS[name] !== 'Node' && RETURNS[name] !== 'Any');
  const names = (FIELDS[type] ?? []).filter((name) => !RETURNS[name] || (depth > 0 && isKnown(name)));
  const parts = Array.from({ length: choices.of([1, 2, 3, 4]) }, () => {
    if (depth > 0 && choices.of([false, false, false, true])) {
      const on = choices.of(
        type === 'Query' || !isMixed ? [type] : type === 'A' || type === 'B' ? [type, 'Node'] : ['A', 'B', 'Node'],
      );
      return `... on ${on} ${selection(on, below)}`;
    }
    const name = choices.of(['__typename', ...names]);
    const given = name === 'nodes' ? choices.of(['', '(first: 3)', '(first: $n)', '(first: 0)']) : '';
    const condition = isMixed ? choices.of(['', '', ' @include(if: $x)', ' @skip(if: $y)']) : '';
    return `${name}${given}${condition} ${RETURNS[name] ? selection(RETURNS[name], below) : ''}`;
  });
  return `{ ${parts.join(' ')} }`;
}

const asked = (isMixed: boolean) =>
  fc.record({
    query: fc.array(fc.nat(11), { minLength: 10, maxLength: 150 }).map((drawn) => {
      const set = selection('Query', { depth: 4, choices: new Choices(drawn), isMixed });
      return `query ($n: Int, $x: Boolean!, $y: Boolean!) ${set}`;
    }),
    variables: fc.record({ n: fc.integer({ min: 0, max: 7 }), x: fc.boolean(), y: fc.boolean() }),
  });

type Variables = { n: number; x: boolean; y: boolean };

/** As execution would go about it, for the dearest type of each object. */
function naive(sets: readonly SelectionSetNode[], type: string, variables: Variables): number {
  const byName = new Map<string, FieldNode[]>();
  for (const set of sets) collect(set, { type, variables, into: byName });
  let cost = 0;
  for (const nodes of byName.values()) {
    const [node] = nodes as [FieldNode];
    const field = (plain.getType(type) as GraphQLObjectType).getFields()[node.name.value];
    if (!field) continue;
    const returns = getNamedType(field.type).name;
    const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const each = Math.max(...typesOf(plain, returns).map((of) => weightOf(of) + naive(below, of, variables)), 0);
    const leaf = type === 'B' && node.name.value === 'leaf' ? 2 : 0;
    cost += (isListType(field.type) ? lengthOf(node, variables) : 1) * each + leaf;
  }
  return cost;
}

interface Collecting {
  type: string;
  variables: Variables;
  into: Map<string, FieldNode[]>;
}

function collect(set: SelectionSetNode, { type, variables, into }: Collecting): void {
  for (const each of set.selections) {
    const [directive] = each.directives ?? [];
    if (directive?.name.value === 'include' && !variables.x) continue;
    if (directive?.name.value === 'skip' && variables.y) continue;
    if (each.kind === Kind.FIELD) into.set(each.name.value, [...(into.get(each.name.value) ?? []), each]);
    else if (each.kind === Kind.INLINE_FRAGMENT && typesOf(plain, each.typeCondition!.name.value).includes(type)) {
      collect(each.selectionSet, { type, variables, into });
    }
  }
}

function typesOf(of: GraphQLSchema, name: string): string[] {
  const type = of.getType(name);
  if (isAbstractType(type)) return of.getPossibleTypes(type).map((each) => each.name);
  return isObjectType(type) ? [name] : [];
}

const weightOf = (type: string) => (type === 'B' ? 2 : 1);

function lengthOf({ name, arguments: given }: FieldNode, { n }: Variables): number {
  if (name.value === 'as') return 5;
  const value = given?.[0]?.value;
  if (!value) return 10;
  return value.kind === Kind.INT ? Number(value.value) : n;
}

const isValid = ({ query }: { query: string }) =>
  validate(plain, parse(query)).every(({ message }) => message.includes('never used'));

test('of objects whose type is known the estimate is exactly the naive one', () => {
  fc.assert(
    fc.property(asked(false), ({ query, variables }) => {
      const set = exchangeOf(schema, query).operation.selectionSet;
      expect(estimateCost(exchangeOf(schema, query, { variables }))).toBe(naive([set], 'Query', variables));
    }),
    { numRuns: 1_000 },
  );
});

test('of any objects and conditions the estimate is never less than the naive one', () => {
  fc.assert(
    fc.property(asked(true).filter(isValid), ({ query, variables }) => {
      const set = exchangeOf(schema, query).operation.selectionSet;
      const estimate = estimateCost(exchangeOf(schema, query, { variables }));
      expect(estimate).toBeGreaterThanOrEqual(naive([set], 'Query', variables));
    }),
    { numRuns: 1_000 },
  );
});
