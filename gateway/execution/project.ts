import {
  BREAK,
  type DocumentNode,
  type FieldNode,
  GraphQLBoolean,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  GraphQLString,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import type { Canonical } from './canonical.js';
import { isObject, type JsonObject, setOwn } from './paths.js';
import { NOTHING } from './specialise.js';

/** Takes the answer to an operation out of the merged data; `undefined` when anything in it does not fit the schema. */
export type Projection = (data: JsonObject) => JsonObject | undefined;

/** Copies one value into the answer, or gives up on the whole answer. */
type Copy = (value: unknown) => unknown;

interface Operation {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, { typeName: string; selectionSet: SelectionSetNode }>;
  readonly nameOf: Canonical['nameOf'];
}

const MISFIT = Symbol('does not fit the schema');

/**
 * Compiles an operation without conditions into the shape of its answer, so that an answer is copied out field by field without a
 * look at the operation again. It knows only the way on which everything fits and gives up on the first value that does not: null
 * propagation and errors are graphql-js's (`shape.ts`). `undefined`: the operation asks about the schema itself.
 */
export function compileProjection(
  {
    schema,
    document,
    operation,
  }: { schema: GraphQLSchema; document: DocumentNode; operation: OperationDefinitionNode },
  nameOf: Canonical['nameOf'],
): Projection | undefined {
  const root = schema.getRootType(operation.operation);
  if (!root || asksForSchema(document)) return undefined;
  const fragments = new Map(
    document.definitions.flatMap((definition) => {
      if (definition.kind !== Kind.FRAGMENT_DEFINITION) return [];
      const { name, typeCondition, selectionSet } = definition;
      return [[name.value, { typeName: typeCondition.name.value, selectionSet }] as const];
    }),
  );
  return projection(copyObject(root, [operation.selectionSet], { schema, fragments, nameOf }));
}

/** The same for one object of a type, wherever it stands, and a selection with its fragments in their places. */
export function compileObjectProjection(
  type: GraphQLObjectType,
  selectionSet: SelectionSetNode,
  { schema, nameOf }: Pick<Operation, 'schema' | 'nameOf'>,
): Projection | undefined {
  if (asksForSchema(selectionSet)) return undefined;
  return projection(copyObject(type, [selectionSet], { schema, fragments: new Map(), nameOf }));
}

function projection(copy: Copy): Projection {
  return (data) => {
    const answer = copy(data);
    return answer === MISFIT ? undefined : (answer as JsonObject);
  };
}

function asksForSchema(asked: DocumentNode | SelectionSetNode): boolean {
  let asks = false;
  visit(asked, {
    Field({ name }) {
      asks ||= name.value === '__schema' || name.value === '__type';
      return asks ? BREAK : undefined;
    },
  });
  return asks;
}

/** Compiled when the first object of the type comes, so that fragments that multiply cost only what an answer holds. */
function copyObject(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[], operation: Operation): Copy {
  let fields: readonly CompiledField[] | undefined;
  return (value) => {
    if (!isObject(value)) return MISFIT;
    fields ??= compileFields(type, selectionSets, operation);
    const answer: JsonObject = {};
    for (const { key, name, copy, isInherited } of fields) {
      const copied = copy(isInherited && !Object.hasOwn(value, name) ? undefined : value[name]);
      if (copied === MISFIT) return MISFIT;
      if (key === '__proto__') setOwn(answer, key, copied);
      else answer[key] = copied;
    }
    return answer;
  };
}

interface CompiledField {
  /** What the client calls it. */
  readonly key: string;
  /** What the merged data calls it. */
  readonly name: string;
  /** Whether every object has something of this name (`constructor`), which must not be taken for the field. */
  readonly isInherited: boolean;
  readonly copy: Copy;
}

function compileFields(
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
  operation: Operation,
): CompiledField[] {
  const into = { operation, byKey: new Map<string, FieldNode[]>(), visited: new Set<string>() };
  for (const selectionSet of selectionSets) collect(type, selectionSet, into);
  return [...into.byKey].map(([key, nodes]) => {
    const name = operation.nameOf(nodes[0]!);
    return { key, name, isInherited: name in Object.prototype, copy: copyField(type, nodes, operation) };
  });
}

/** The fields to answer for one type, by response name in the order of the operation, each with all places it stands at. */
function collect(
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  into: { operation: Operation; byKey: Map<string, FieldNode[]>; visited: Set<string> },
): void {
  const { operation, byKey, visited } = into;
  for (const selection of selections) {
    if (selection === NOTHING) continue;
    if (selection.kind === Kind.FIELD) {
      const key = (selection.alias ?? selection.name).value;
      const nodes = byKey.get(key);
      if (nodes) nodes.push(selection);
      else byKey.set(key, [selection]);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      if (applies(condition, type, operation)) collect(type, selection.selectionSet, into);
    } else if (!visited.has(selection.name.value)) {
      visited.add(selection.name.value);
      const fragment = operation.fragments.get(selection.name.value);
      if (fragment && applies(fragment.typeName, type, operation)) collect(type, fragment.selectionSet, into);
    }
  }
}

function applies(condition: string | undefined, type: GraphQLObjectType, { schema }: Operation): boolean {
  if (condition === undefined || condition === type.name) return true;
  const conditional = schema.getType(condition);
  return isAbstractType(conditional) && schema.isSubType(conditional, type);
}

function copyField(parent: GraphQLObjectType, nodes: readonly FieldNode[], operation: Operation): Copy {
  const name = nodes[0]!.name.value;
  if (name === '__typename') return () => parent.name;
  const below = nodes.flatMap(({ selectionSet }) => (selectionSet ? [selectionSet] : []));
  return copyValue(parent.getFields()[name]!.type, below, operation);
}

function copyValue(type: GraphQLOutputType, below: readonly SelectionSetNode[], operation: Operation): Copy {
  if (isNonNullType(type)) {
    const copy = copyValue(type.ofType, below, operation);
    return (value) => (value === null || value === undefined ? MISFIT : copy(value));
  }
  const copy = copyPresent(type, below, operation);
  // A field that is not there at all was left out by a registry; null is a value.
  return (value) => (value === null ? null : value === undefined ? MISFIT : copy(value));
}

function copyPresent(type: GraphQLOutputType, below: readonly SelectionSetNode[], operation: Operation): Copy {
  if (isListType(type)) return copyList(copyValue(type.ofType, below, operation));
  if (isLeafType(type)) return copyLeaf(type);
  if (isObjectType(type)) return copyObject(type, below, operation);
  const copies = new Map<string, Copy>();
  return (value) => {
    const name = isObject(value) ? value.__typename : undefined;
    if (typeof name !== 'string') return MISFIT;
    let copy = copies.get(name);
    if (!copy) {
      const actual = operation.schema.getType(name);
      if (!isObjectType(actual) || !isAbstractType(type) || !operation.schema.isSubType(type, actual)) return MISFIT;
      copies.set(name, (copy = copyObject(actual, below, operation)));
    }
    return copy(value);
  };
}

function copyList(copy: Copy): Copy {
  return (value) => {
    if (!Array.isArray(value)) return MISFIT;
    const answer: unknown[] = [];
    for (const item of value) {
      const copied = copy(item);
      if (copied === MISFIT) return MISFIT;
      answer.push(copied);
    }
    return answer;
  };
}

function copyLeaf(type: GraphQLLeafType): Copy {
  // What the built-in types let pass as it is, asked without the detour over `serialize`.
  if (type === GraphQLString) return (value) => (typeof value === 'string' ? value : serialized(type, value));
  if (type === GraphQLID) return (value) => (typeof value === 'string' ? value : serialized(type, value));
  if (type === GraphQLBoolean) return (value) => (typeof value === 'boolean' ? value : serialized(type, value));
  // Of the numbers only those that are of 32 bits, whatever graphql-js says of the others.
  if (type === GraphQLInt) return (value) => (value === ((value as number) | 0) ? value : serialized(type, value));
  return (value) => serialized(type, value);
}

function serialized(type: GraphQLLeafType, value: unknown): unknown {
  try {
    return type.serialize(value) ?? MISFIT;
  } catch {
    return MISFIT;
  }
}
