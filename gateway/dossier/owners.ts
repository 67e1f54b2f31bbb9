import { type ConstDirectiveNode, type DocumentNode, Kind, type ObjectTypeDefinitionNode, parse } from 'graphql';

/** The one registry that supplies a field; null where several do, as with the fields of a shared value type. */
export type OwnerOf = (typeName: string, fieldName: string) => string | null;

/**
 * Who supplies which field, from the join directives of the supergraph (https://specs.apollo.dev/join/v0.5): a field's own
 * `@join__field(graph:)`, else its type's `@join__type(graph:)`.
 */
export function readOwners(supergraphSdl: string): OwnerOf {
  const document = parse(supergraphSdl, { noLocation: true });
  const names = graphNames(document);
  const owners = new Map<string, string | null>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const ofType = graphsOf(definition.directives, 'join__type');
    for (const field of definition.fields ?? []) {
      const ofField = graphsOf(field.directives, 'join__field');
      const graphs = new Set(ofField.length > 0 ? ofField : ofType);
      const [only] = graphs;
      owners.set(
        `${definition.name.value}.${field.name.value}`,
        graphs.size === 1 ? (names.get(only!) ?? only!) : null,
      );
    }
  }
  return (typeName, fieldName) => owners.get(`${typeName}.${fieldName}`) ?? null;
}

/** From the enum value that the directives use, e.g. `CIVIL_STATUS`, to the name composed under, e.g. `civil-status`. */
function graphNames(document: DocumentNode): Map<string, string> {
  const names = new Map<string, string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const value of definition.values ?? []) {
      const directive = value.directives?.find((each) => each.name.value === 'join__graph');
      const name = directive && argument(directive, 'name');
      if (name !== undefined) names.set(value.name.value, name);
    }
  }
  return names;
}

/** The graphs that a directive names, without those in which the field is only referred to or no longer used. */
function graphsOf(directives: ObjectTypeDefinitionNode['directives'], directiveName: string): string[] {
  const graphs: string[] = [];
  for (const directive of directives ?? []) {
    if (directive.name.value !== directiveName) continue;
    if (argument(directive, 'external') === 'true' || argument(directive, 'usedOverridden') === 'true') continue;
    const graph = argument(directive, 'graph');
    if (graph !== undefined) graphs.push(graph);
  }
  return graphs;
}

function argument(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((each) => each.name.value === name)?.value;
  if (value?.kind === Kind.ENUM || value?.kind === Kind.STRING) return value.value;
  return value?.kind === Kind.BOOLEAN ? String(value.value) : undefined;
}
