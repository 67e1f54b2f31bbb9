import {
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  parse,
  parseValue,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  valueFromAST,
  valueFromASTUntyped,
  visit,
} from 'graphql';
import type { LoadedSchema, SubgraphRequest } from '../context.js';
import { type JsonObject, setOwn } from '../json-object.js';
import type { EntityKeys } from './entity-keys.js';
import { type Lifetime, type Lifetimes, shortest } from './lifetimes.js';

/** What one request asks of a subgraph, as the cache reads it. */
export interface AskedRequest {
  readonly operation: OperationDefinitionNode;
  /** Each `_entities` in it. */
  readonly entities: readonly AskedEntities[];
  /** All else at its root. */
  readonly root: ObjectShape;
}

export interface AskedEntities {
  readonly alias: string;
  /** The variable that holds the representations. */
  readonly variable: string;
  /** What is asked of entities, whatever their type. */
  readonly selectionSet: SelectionSetNode;
  /** What is asked of entities of a type. */
  of(type: string): ObjectShape;
}

/** What is asked of objects of one type at one place. */
export interface ObjectShape {
  readonly type: string;
  /** Whether they are entities of the subgraph, which are remembered by themselves wherever they stand. */
  readonly isEntity: boolean;
  readonly fields: readonly AskedField[];
}

export interface AskedField {
  /** Its name in the answer. */
  readonly alias: string;
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  /** Whether nothing is asked below it. */
  readonly isLeaf: boolean;
  /** Absent: it MUST NOT be remembered. Of an object that is no entity its fields' count, too. */
  readonly lifetime: Lifetime | undefined;
  /** What it is called in an entry of the cache: the field with its arguments and all that is asked below it, and an `ending`. */
  keyOf(variables: JsonObject, ending: string): string;
  /** The values of its arguments. */
  argsOf(variables: JsonObject): JsonObject;
  /** What is asked of the objects that it returns, by their type: absent for scalars, and where there is no entity in them. */
  readonly below?: ((type: string) => ObjectShape) | undefined;
  /** The type of those objects, unless it is abstract. */
  readonly returns: string | undefined;
}

interface Reading {
  readonly full: GraphQLSchema;
  readonly subgraph: string;
  readonly keys: EntityKeys;
  readonly lifetimes: Lifetimes;
  /** What the operation has variables be that are not given. */
  readonly defaults: ReadonlyMap<string, string>;
}

const ENTITIES = '_entities';

/**
 * Reads what a request asks. `undefined`: something in it is beyond the cache (directives, named fragments, another kind of
 * operation), and the request goes to its subgraph as it is.
 */
export function readAsked(
  request: SubgraphRequest,
  { schema, ...reading }: Omit<Reading, 'full' | 'defaults'> & { schema: LoadedSchema },
): AskedRequest | undefined {
  if (request.kind !== 'query') return undefined;
  const [operation] = parse(request.query, { noLocation: true }).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION || !isPlain(operation)) return undefined;
  const defaults = new Map(
    (operation.variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
      defaultValue ? [[variable.name.value, print(defaultValue)] as const] : [],
    ),
  );
  const from: Reading = { full: schema.full, defaults, ...reading };
  const root = schema.full.getQueryType();
  if (!root) return undefined;
  const entities: AskedEntities[] = [];
  const others: FieldNode[] = [];
  for (const part of operation.selectionSet.selections) {
    if (part.kind !== Kind.FIELD) return undefined;
    const variable = part.name.value === ENTITIES ? representationsOf(part) : undefined;
    if (variable === undefined) others.push(part);
    else {
      const selectionSet = part.selectionSet!;
      entities.push({ alias: aliasOf(part), variable, selectionSet, of: shapes(selectionSet, undefined, from) });
    }
  }
  const selections: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: others };
  return { operation, entities, root: shapeOf(root.name, [selections], { within: undefined, from }) };
}

function isPlain(operation: OperationDefinitionNode): boolean {
  let plain = true;
  visit(operation, {
    Directive: () => void (plain = false),
    FragmentSpread: () => void (plain = false),
  });
  return plain;
}

function representationsOf({ arguments: given = [] }: FieldNode): string | undefined {
  const value = given.find(({ name }) => name.value === 'representations')?.value;
  return value?.kind === Kind.VARIABLE ? value.name.value : undefined;
}

/** What a selection asks of objects by their type, worked out when the first of a type comes. */
function shapes(
  selectionSet: SelectionSetNode,
  within: Lifetime | undefined,
  from: Reading,
): (type: string) => ObjectShape {
  const known = new Map<string, ObjectShape>();
  return (type) => {
    let shape = known.get(type);
    if (!shape) known.set(type, (shape = shapeOf(type, [selectionSet], { within, from })));
    return shape;
  };
}

function shapeOf(
  type: string,
  selectionSets: readonly SelectionSetNode[],
  { within, from }: { within: Lifetime | undefined; from: Reading },
): ObjectShape {
  const isEntity = from.keys.of(from.subgraph, type).length > 0;
  const parent = isEntity ? from.lifetimes.ofType(from.subgraph, type) : within;
  const byAlias = new Map<string, FieldNode[]>();
  for (const selectionSet of selectionSets) collect(selectionSet, { type, full: from.full }, byAlias);
  const fields = [...byAlias].map(([alias, nodes]) => readField(alias, nodes, { type, within: parent, from }));
  return { type, isEntity, fields };
}

/** The fields that a selection asks of objects of a type, by their names in the answer. */
function collect(
  { selections }: SelectionSetNode,
  of: { type: string; full: GraphQLSchema },
  byAlias: Map<string, FieldNode[]>,
): void {
  for (const part of selections) {
    if (part.kind === Kind.FIELD) {
      const alias = aliasOf(part);
      const nodes = byAlias.get(alias);
      if (nodes) nodes.push(part);
      else byAlias.set(alias, [part]);
    } else if (part.kind === Kind.INLINE_FRAGMENT && applies(part.typeCondition?.name.value, of)) {
      collect(part.selectionSet, of, byAlias);
    }
  }
}

function applies(condition: string | undefined, { type, full }: { type: string; full: GraphQLSchema }): boolean {
  if (condition === undefined || condition === type) return true;
  const [wide, narrow] = [full.getType(condition), full.getType(type)];
  return isAbstractType(wide) && isObjectType(narrow) && full.isSubType(wide, narrow);
}

function readField(
  alias: string,
  nodes: readonly FieldNode[],
  { type, within, from }: { type: string; within: Lifetime | undefined; from: Reading },
): AskedField {
  const { full, subgraph, lifetimes } = from;
  const name = nodes[0]!.name.value;
  const parent = full.getType(type);
  const field = isObjectType(parent) ? parent.getFields()[name] : undefined;
  const returned = field && getNamedType(field.type);
  const own = name === '__typename' ? within : lifetimes.ofField(subgraph, { type, field: name, within });
  const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const common = {
    ...{ alias, name, nodes, isLeaf: selectionSets.length === 0 },
    keyOf: keyOf(nodes, from.defaults),
    argsOf: (variables: JsonObject) => argsOf(nodes[0]!, { variables, defaults: from.defaults, field }),
  };
  // Their types, and what these say of their lifetimes, are another subgraph's.
  if (returned && from.keys.isInterfaceObject(subgraph, returned.name)) {
    return { ...common, lifetime: undefined, returns: undefined };
  }
  if (selectionSets.length === 0 || !isCompositeType(returned)) {
    return { ...common, lifetime: own, returns: undefined };
  }
  const known = new Map<string, ObjectShape>();
  const below = (below: string): ObjectShape => {
    let shape = known.get(below);
    if (!shape) known.set(below, (shape = shapeOf(below, selectionSets, { within: own, from })));
    return shape;
  };
  const types = isAbstractType(returned) ? full.getPossibleTypes(returned).map(({ name }) => name) : [returned.name];
  // What no selection is for brings no field; whatever it is, it is no entity to take out.
  const all = types.map(below);
  const lifetime = all.reduce<Lifetime | undefined>(
    (least, shape) =>
      shape.isEntity ? least : least && shortest([least, ...shape.fields.map((each) => each.lifetime)]),
    own,
  );
  const holdsEntities = all.some((shape) => shape.isEntity || shape.fields.some((each) => each.below));
  return {
    ...common,
    lifetime,
    below: holdsEntities ? below : undefined,
    returns: isObjectType(returned) ? returned.name : undefined,
  };
}

function keyOf(nodes: readonly FieldNode[], defaults: Reading['defaults']): AskedField['keyOf'] {
  const names = new Set<string>();
  for (const node of nodes) visit(node, { Variable: ({ name }) => void names.add(name.value) });
  const text = nodes.map((node) => stripIgnoredCharacters(print({ ...node, alias: undefined }))).join();
  if (names.size === 0) {
    // The same text for all entities, made once as long as the ending is the same.
    let [last, key] = ['', text];
    return (_, ending) => {
      if (ending !== last) [last, key] = [ending, text + ending];
      return key;
    };
  }
  const used = [...names].sort();
  // A variable that is not given is another thing than one that is null.
  const textOf = (name: string, variables: JsonObject) =>
    Object.hasOwn(variables, name) ? JSON.stringify(variables[name]) : `= ${defaults.get(name) ?? ''}`;
  return (variables, ending) => `${text} ${used.map((name) => textOf(name, variables)).join()}${ending}`;
}

/** As the subgraph understands them, and names them when it tells that they find something else now: an ID may be written as a number. */
function argsOf(
  { arguments: given = [] }: FieldNode,
  {
    variables,
    defaults,
    field,
  }: { variables: JsonObject; defaults: Reading['defaults']; field: GraphQLField<unknown, unknown> | undefined },
): JsonObject {
  const values = { ...variables };
  for (const [name, text] of defaults) {
    if (!Object.hasOwn(values, name)) setOwn(values, name, valueFromASTUntyped(parseValue(text)));
  }
  const args: JsonObject = {};
  for (const { name, value } of given) {
    const type = field?.args.find((argument) => argument.name === name.value)?.type;
    const typed = type && valueFromAST(value, type, values);
    const known = typed === undefined ? valueFromASTUntyped(value, values) : typed;
    if (known !== undefined) setOwn(args, name.value, known);
  }
  return args;
}

function aliasOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}
