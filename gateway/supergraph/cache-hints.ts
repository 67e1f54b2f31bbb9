import {
  defaultPrintOptions,
  type FieldDefinition,
  type InterfaceType,
  isInterfaceType,
  isObjectType,
  type ObjectType,
  printSchema,
  type Schema,
  type SchemaDefinition,
  shallowOrderPrintedDefinitions,
} from '@apollo/federation-internals';
import { type ConstDirectiveNode, type DocumentNode, Kind, OperationTypeNode, valueFromASTUntyped } from 'graphql';

/** A subgraph's SDL, by the name that it is composed under. */
export interface NamedSdl {
  readonly name: string;
  readonly typeDefs: DocumentNode;
}

/** How long a value may be remembered, how much longer in need, and where a registry tells what it has changed. */
const CARRIED = new Set(['cacheControl', 'cacheStale', 'changeFeed']);

/** The cache hints of a subgraph's SDL: where they stand, and their arguments. */
interface Hint {
  readonly name: string;
  /** Absent: it is the schema's. */
  readonly type?: string;
  /** Absent: it is the type's. */
  readonly field?: string;
  readonly args: Record<string, unknown>;
}

/**
 * Writes the `@cacheControl`, `@cacheStale` and `@changeFeed` of subgraphs into their supergraph, as `@join__directive(graphs:, name:
 * "cacheControl", args:)`: the form in which Apollo's composition carries directives that are one subgraph's. Without it composition
 * drops them, or keeps of several subgraphs' only the first. Those of unions have no place there and are lost.
 * @returns the supergraph's text; as it was, when nobody has a hint
 */
export function joinCacheHints(
  { schema, supergraphSdl }: { schema: Schema; supergraphSdl: string },
  subgraphs: readonly NamedSdl[],
): string {
  const graphs = graphsOf(schema);
  const directive = schema.directive('join__directive');
  let isChanged = false;
  for (const { name, typeDefs } of subgraphs) {
    for (const hint of hintsOf(typeDefs)) {
      const element = directive && elementOf(schema, hint);
      if (!element) continue;
      element.applyDirective(directive.name, { graphs: [graphs.get(name)], name: hint.name, args: hint.args });
      isChanged = true;
    }
  }
  return isChanged ? printSchema(schema, shallowOrderPrintedDefinitions(defaultPrintOptions)) : supergraphSdl;
}

type Element = SchemaDefinition | ObjectType | InterfaceType | FieldDefinition<ObjectType | InterfaceType>;

function elementOf(schema: Schema, { type, field }: Hint): Element | undefined {
  if (type === undefined) return schema.schemaDefinition;
  const named = schema.type(type);
  if (!named || !(isObjectType(named) || isInterfaceType(named))) return undefined;
  return field === undefined ? named : named.field(field);
}

/** The values of `join__Graph` by the names of the subgraphs. */
function graphsOf(schema: Schema): ReadonlyMap<string, string> {
  const graphs = schema.type('join__Graph');
  if (graphs?.kind !== 'EnumType') return new Map();
  return new Map(
    graphs.values.flatMap((value) =>
      value.appliedDirectivesOf('join__graph').map((each) => [String(each.arguments().name), value.name] as const),
    ),
  );
}

const ROOTS = {
  [OperationTypeNode.QUERY]: 'Query',
  [OperationTypeNode.MUTATION]: 'Mutation',
  [OperationTypeNode.SUBSCRIPTION]: 'Subscription',
};

function hintsOf({ definitions }: DocumentNode): Hint[] {
  // Composition gives the roots their usual names.
  const names = new Map<string, string>();
  for (const definition of definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const { operation, type } of definition.operationTypes ?? []) names.set(type.name.value, ROOTS[operation]);
  }
  return definitions.flatMap((definition): Hint[] => {
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.OBJECT_TYPE_EXTENSION:
      case Kind.INTERFACE_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_EXTENSION: {
        const type = names.get(definition.name.value) ?? definition.name.value;
        const ofFields = (definition.fields ?? []).flatMap(({ name, directives }) =>
          hintsIn(directives).map((hint) => ({ ...hint, type, field: name.value })),
        );
        return [...hintsIn(definition.directives).map((hint) => ({ ...hint, type })), ...ofFields];
      }
      case Kind.SCHEMA_DEFINITION:
      case Kind.SCHEMA_EXTENSION:
        return hintsIn(definition.directives);
      default:
        return [];
    }
  });
}

function hintsIn(directives: readonly ConstDirectiveNode[] = []): Pick<Hint, 'name' | 'args'>[] {
  return directives.flatMap(({ name: { value: name }, arguments: given = [] }) =>
    CARRIED.has(name)
      ? [{ name, args: Object.fromEntries(given.map((each) => [each.name.value, valueFromASTUntyped(each.value)])) }]
      : [],
  );
}
