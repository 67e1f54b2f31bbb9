import {
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLTypeResolver,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import { isIncluded } from './specialise.js';

/**
 * The type of an object under an interface or a union. A subgraph that knows an interface only as an object
 * (`@interfaceObject`) does not say which type it is, and the planner finds out only for an operation that asks. For one
 * that does not, any type will do that it asks nothing special of.
 */
export const resolveType: GraphQLTypeResolver<unknown, unknown> = (...[value, , info, abstract]) => {
  const { schema, fieldNodes, fragments, variableValues } = info;
  const { __typename: name } = value as { __typename?: unknown };
  if (name !== undefined) {
    const type = typeof name === 'string' ? schema.getType(name) : undefined;
    if (isObjectType(type)) return type.name;
    // A name that is none of the schema's is a mistake of the subgraph, not an interface object's ignorance.
    if (!isAbstractType(type)) return undefined;
  }
  const conditions = new Set<string>();
  for (const { selectionSet } of fieldNodes)
    if (collect(selectionSet, { fragments, variableValues }, conditions)) return undefined;
  conditions.delete(abstract.name);
  const isSpecial = (candidate: GraphQLObjectType) =>
    [...conditions].some((condition) => {
      const type = schema.getType(condition);
      if (!isAbstractType(type)) return type === candidate;
      const holdsForAll = isInterfaceType(abstract) && schema.isSubType(type, abstract);
      return !holdsForAll && schema.isSubType(type, candidate);
    });
  return schema.getPossibleTypes(abstract).find((type) => !isSpecial(type))?.name;
};

/** Collects the type conditions of a selection; returns whether it asks for `__typename` itself. */
function collect(
  selectionSet: SelectionSetNode | undefined,
  operation: Pick<GraphQLResolveInfo, 'fragments' | 'variableValues'>,
  conditions: Set<string>,
): boolean {
  return (selectionSet?.selections ?? []).some((selection) => {
    if (!isIncluded(selection, operation.variableValues)) return false;
    if (selection.kind === Kind.FIELD) return selection.name.value === '__typename';
    const part = selection.kind === Kind.FRAGMENT_SPREAD ? operation.fragments[selection.name.value] : selection;
    if (part?.typeCondition) conditions.add(part.typeCondition.name.value);
    return collect(part?.selectionSet, operation, conditions);
  });
}
