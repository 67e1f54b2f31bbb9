import {
  BREAK,
  type DocumentNode,
  type FieldNode,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
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
import { isObject, type JsonObject } from './paths.js';

/** Takes the answer to an operation out of the merged data; `undefined` when anything in it does not fit the schema. */
export type Projection = (data: JsonObject) => JsonObject | undefined;

/** Copies one value into the answer, or gives up on the whole answer. */
type Copy = (value: unknown) => unknown;

interface Operation {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, { typeName: string; selectionSet: SelectionSetNode }>;
}

const MISFIT = Symbol('does not fit the schema');

/**
 * Compiles an operation into the shape of its answer, so that an answer is copied out field by field without a look at the
 * operation again. It knows only the way on which everything fits and gives up on the first value that does not: null
 * propagation and errors are graphql-js's (`shape.ts`). `undefined`: the operation holds something that cannot be compiled
 * once and for all (introspection, `@skip`, `@include`).
 */
export function compileProjection(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Projection | undefined {
  const root = schema.getRootType(operation.operation);
  if (!root || !isCompilable(document)) return undefined;
  const fragments = new Map(
    document.definitions.flatMap((definition) => {
      if (definition.kind !== Kind.FRAGMENT_DEFINITION) return [];
      const { name, typeCondition, selectionSet } = definition;
      return [[name.value, { typeName: typeCondition.name.value, selectionSet }] as const];
    }),
  );
  const copy = copyObject(root, [operation.selectionSet], { schema, fragments });
  return (data) => {
    const answer = copy(data);
    return answer === MISFIT ? undefined : (answer as JsonObject);
  };
}

function isCompilable(document: DocumentNode): boolean {
  let compilable = true;
  visit(document, {
    enter(node) {
      if (node.kind === Kind.DIRECTIVE) compilable &&= node.name.value !== 'skip' && node.name.value !== 'include';
      else if (node.kind === Kind.FIELD) {
        // What every object has (`constructor`, `__proto__`) would be taken for a field of the data.
        const key = (node.alias ?? node.name).value;
        compilable &&= node.name.value !== '__schema' && node.name.value !== '__type' && !(key in Object.prototype);
      }
      return compilable ? undefined : BREAK;
    },
  });
  return compilable;
}

/** Compiled when the first object of the type comes, so that fragments that multiply cost only what an answer holds. */
function copyObject(type: GraphQLObjectType, selectionSets: readonly SelectionSetNode[], operation: Operation): Copy {
  let fields: readonly { key: string; copy: Copy }[] | undefined;
  return (value) => {
    if (!isObject(value)) return MISFIT;
    fields ??= compileFields(type, selectionSets, operation);
    const answer: JsonObject = {};
    for (const { key, copy } of fields) {
      const copied = copy(value[key]);
      if (copied === MISFIT) return MISFIT;
      answer[key] = copied;
    }
    return answer;
  };
}

function compileFields(
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
  operation: Operation,
): { key: string; copy: Copy }[] {
  const into = { operation, byKey: new Map<string, FieldNode[]>(), visited: new Set<string>() };
  for (const selectionSet of selectionSets) collect(type, selectionSet, into);
  return [...into.byKey].map(([key, nodes]) => ({ key, copy: copyField(type, nodes, operation) }));
}

/** The fields to answer for one type, by response name in the order of the operation, each with all places it stands at. */
function collect(
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  into: { operation: Operation; byKey: Map<string, FieldNode[]>; visited: Set<string> },
): void {
  const { operation, byKey, visited } = into;
  for (const selection of selections) {
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
  return (value) => (value === null || value === undefined ? null : copy(value));
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
  return (value) => {
    try {
      return type.serialize(value) ?? MISFIT;
    } catch {
      return MISFIT;
    }
  };
}
