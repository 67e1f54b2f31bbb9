import { type ConstDirectiveNode, type GraphQLSchema, Kind, valueFromASTUntyped } from 'graphql';

/** The values of a supergraph's `join__Graph` by the names of the subgraphs. */
export function graphsOf(full: GraphQLSchema): ReadonlyMap<string, string> {
  const node = full.getType('join__Graph')?.astNode;
  const values = node?.kind === Kind.ENUM_TYPE_DEFINITION ? (node.values ?? []) : [];
  return new Map(
    values.flatMap(({ name, directives = [] }) =>
      directives.flatMap((each): [string, string][] =>
        each.name.value === 'join__graph' ? [[String(argumentsOf(each).name), name.value]] : [],
      ),
    ),
  );
}

export function argumentsOf({ arguments: given = [] }: ConstDirectiveNode): Record<string, unknown> {
  return Object.fromEntries(given.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));
}
