import { type ConstDirectiveNode, type GraphQLDirective, type GraphQLSchema, getDirectiveValues } from 'graphql';
import type { LoadedSchema } from '../context.js';

/** One thing that must hold before a field is read. Of `anyOf` all names of one list must hold. */
export type Requirement =
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'scopes' | 'policies'; readonly anyOf: readonly (readonly string[])[] };

/** What a supergraph asks of who reads it, by Apollo's `@authenticated`, `@requiresScopes` and `@policy`. */
export interface Requirements {
  /** Whether it asks for nothing. */
  readonly isEmpty: boolean;
  /** Of a type, whichever field returns it. */
  ofType(type: string): readonly Requirement[];
  ofField(type: string, field: string): readonly Requirement[];
}

const NONE: readonly Requirement[] = [];

/** What stands in the supergraph, where composition has put all subgraphs' together; under the names that it was imported by. */
export function readRequirements({ full, supergraph }: LoadedSchema): Requirements {
  const kinds = new Map<string, Requirement['kind']>();
  for (const feature of supergraph.schema.coreFeatures?.allFeatures() ?? []) {
    const kind = FEATURES[feature.url.identity];
    if (kind) kinds.set(feature.directiveNameInSchema(feature.url.name), kind);
  }
  const byPlace = new Map<string, readonly Requirement[]>();
  const note = (place: string, directives: readonly ConstDirectiveNode[] | undefined) => {
    const found = (directives ?? []).flatMap((each) => requirementOf(each, { kinds, full }) ?? []);
    if (found.length > 0) byPlace.set(place, [...(byPlace.get(place) ?? []), ...found]);
  };
  if (kinds.size > 0) {
    for (const type of Object.values(full.getTypeMap())) {
      for (const node of [type.astNode, ...type.extensionASTNodes]) note(type.name, node?.directives);
      if (!('getFields' in type)) continue;
      for (const field of Object.values(type.getFields()))
        note(`${type.name}.${field.name}`, field.astNode?.directives);
    }
  }
  return {
    isEmpty: byPlace.size === 0,
    ofType: (type) => byPlace.get(type) ?? NONE,
    ofField: (type, field) => byPlace.get(`${type}.${field}`) ?? NONE,
  };
}

const FEATURES: Record<string, Requirement['kind']> = {
  'https://specs.apollo.dev/authenticated': 'authenticated',
  'https://specs.apollo.dev/requiresScopes': 'scopes',
  'https://specs.apollo.dev/policy': 'policies',
};

function requirementOf(
  node: ConstDirectiveNode,
  { kinds, full }: { kinds: ReadonlyMap<string, Requirement['kind']>; full: GraphQLSchema },
): Requirement | undefined {
  const kind = kinds.get(node.name.value);
  if (kind === undefined) return undefined;
  if (kind === 'authenticated') return { kind };
  const directive = full.getDirective(node.name.value) as GraphQLDirective;
  const anyOf = getDirectiveValues(directive, { directives: [node] })?.[kind] as string[][];
  return { kind, anyOf };
}
