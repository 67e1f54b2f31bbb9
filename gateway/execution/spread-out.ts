import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { NOTHING } from './specialise.js';

/**
 * One operation of a document with its fragments in their places, and without those that no object can be of: GraphQL allows
 * `... on Named { ... on Road { … } }` where no road is named, if some object may be either, and the planner fails on it.
 */
export function spreadOut(
  document: DocumentNode,
  operationName: string | undefined,
  schema: GraphQLSchema,
): DocumentNode {
  return spreadOperation(document, operationName, { schema, isForPlanner: false });
}

/** The same without what asks about the schema itself, which is answered here, and planned for nothing. */
export function spreadOutForPlanner(
  document: DocumentNode,
  operationName: string | undefined,
  schema: GraphQLSchema,
): DocumentNode {
  return spreadOperation(document, operationName, { schema, isForPlanner: true });
}

/** Whether a field asks about the schema itself. */
export function asksForSchema({ name }: FieldNode): boolean {
  return name.value === '__schema' || name.value === '__type';
}

function spreadOperation(
  document: DocumentNode,
  operationName: string | undefined,
  { schema, isForPlanner }: Pick<Within, 'schema' | 'isForPlanner'>,
): DocumentNode {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!root) throw new Error('there is no such operation');
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const selectionSet = spread(
    operation.selectionSet,
    { type: root, possible: new Set([root.name]) },
    { schema, fragments, isForPlanner },
  );
  return { kind: Kind.DOCUMENT, definitions: [{ ...operation, selectionSet }] };
}

interface Within {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly isForPlanner: boolean;
}

/** Objects that a selection is of: what its fields are looked up in, and the types that they can have. */
interface Of {
  readonly type: GraphQLCompositeType;
  readonly possible: ReadonlySet<string>;
}

function spread(set: SelectionSetNode, of: Of, within: Within): SelectionSetNode {
  const selections = set.selections.flatMap((selection): SelectionNode[] => {
    if (selection.kind === Kind.FIELD) {
      if (within.isForPlanner && asksForSchema(selection)) return [];
      const below = selection.selectionSet && fieldType(of.type, selection.name.value);
      if (!below || !selection.selectionSet) return [selection];
      const objects = { type: below, possible: possibleTypes(below, within) };
      return [{ ...selection, selectionSet: spread(selection.selectionSet, objects, within) }];
    }
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? within.fragments.get(selection.name.value) : selection;
    if (!fragment) return [];
    const { typeCondition } = fragment;
    const type = typeCondition ? within.schema.getType(typeCondition.name.value) : of.type;
    if (!isCompositeType(type)) return [];
    const types = possibleTypes(type, within);
    const possible = new Set([...of.possible].filter((name) => types.has(name)));
    if (possible.size === 0) return [];
    const selectionSet = spread(fragment.selectionSet, { type, possible }, within);
    return [{ kind: Kind.INLINE_FRAGMENT, typeCondition, directives: selection.directives, selectionSet }];
  });
  return { ...set, selections: selections.length > 0 ? selections : [NOTHING] };
}

function fieldType(parent: GraphQLCompositeType, name: string): GraphQLCompositeType | undefined {
  const type = 'getFields' in parent ? getNamedType(parent.getFields()[name]?.type) : undefined;
  return isCompositeType(type) ? type : undefined;
}

function possibleTypes(type: GraphQLCompositeType, { schema }: Within): ReadonlySet<string> {
  if (isObjectType(type)) return new Set([type.name]);
  return new Set((isAbstractType(type) ? schema.getPossibleTypes(type) : []).map(({ name }) => name));
}
