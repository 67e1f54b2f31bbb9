import {
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql';
import type { LoadedSchema, SubgraphRequest } from '../context.js';
import type { EntityKeys } from './entity-keys.js';
import { requestOf } from './subgraph-request.js';

interface At {
  readonly full: GraphQLSchema;
  readonly subgraph: string;
  readonly keys: EntityKeys;
  /** The names of the fields that are added; grows. */
  readonly names: Set<string>;
}

/**
 * The request with the key of each entity that it asks for by way of another object: what an entity is, is remembered of itself, and
 * without its key nobody knows which it is. The same object, if nothing is to be `added`.
 */
export function withKeys(
  request: SubgraphRequest,
  { schema, subgraph, keys }: { schema: LoadedSchema; subgraph: string; keys: EntityKeys },
): { readonly request: SubgraphRequest; readonly added: ReadonlySet<string> } {
  const names = new Set<string>();
  const [operation] = parse(request.query, { noLocation: true }).definitions;
  const root = schema.full.getQueryType();
  if (operation?.kind !== Kind.OPERATION_DEFINITION || operation.operation !== 'query' || !root) {
    return { request, added: names };
  }
  const selectionSet = added(operation.selectionSet, root, { full: schema.full, subgraph, keys, names });
  const isSame = selectionSet === operation.selectionSet;
  return { request: isSame ? request : requestOf({ ...operation, selectionSet }), added: names };
}

/** A selection of objects of a type, with keys below it; the same object, if nothing is added. */
function added(selectionSet: SelectionSetNode, type: GraphQLObjectType, at: At): SelectionSetNode {
  let isChanged = false;
  const selections = selectionSet.selections.map((part) => {
    const below = part.kind === Kind.FIELD ? ofField(part, type, at) : ofFragment(part, type, at);
    isChanged ||= below !== part;
    return below;
  });
  return isChanged ? { ...selectionSet, selections } : selectionSet;
}

function ofFragment<Part extends SelectionSetNode['selections'][number]>(
  part: Part,
  type: GraphQLObjectType,
  at: At,
): Part {
  if (part.kind !== Kind.INLINE_FRAGMENT) return part;
  const condition = part.typeCondition ? at.full.getType(part.typeCondition.name.value) : type;
  if (!isObjectType(condition)) return part;
  const selectionSet = added(part.selectionSet, condition, at);
  return selectionSet === part.selectionSet ? part : { ...part, selectionSet };
}

function ofField(field: FieldNode, type: GraphQLObjectType, at: At): FieldNode {
  if (!field.selectionSet) return field;
  const name = field.name.value;
  // Entities that are asked for by their key are known by it.
  if (name === '_entities') {
    const selections = field.selectionSet.selections.map((part) => ofFragment(part, type, at));
    const isSame = selections.every((part, index) => part === field.selectionSet!.selections[index]);
    return isSame ? field : { ...field, selectionSet: { ...field.selectionSet, selections } };
  }
  const known = type.getFields()[name];
  const returned = known && getNamedType(known.type);
  if (!isObjectType(returned)) return field;
  const below = added(field.selectionSet, returned, at);
  const missing = missingKey(below, returned.name, at);
  if (below === field.selectionSet && missing.length === 0) return field;
  for (const key of missing) at.names.add(key.name.value);
  return { ...field, selectionSet: { ...below, selections: [...below.selections, ...missing] } };
}

/** What a selection lacks of an entity's first key: nothing, if the key can't be added or the type is none of an entity. */
function missingKey(selectionSet: SelectionSetNode, type: string, { subgraph, keys }: At): FieldNode[] {
  const all = keys.of(subgraph, type);
  const asked = new Map<string, Set<string>>();
  collectNames(selectionSet, asked);
  const isAsked = (name: string) => asked.get(name)?.has(name) ?? false;
  const [key] = all;
  if (!key || all.some(({ names }) => [...names].every(isAsked))) return [];
  const parts = key.selection.selections;
  const lacking = parts.filter((part): part is FieldNode => part.kind === Kind.FIELD && !isAsked(part.name.value));
  // Something else has its name, or it is made of objects.
  const isFree = lacking.every(({ name, selectionSet }) => !asked.has(name.value) && !selectionSet);
  return isFree && lacking.length > 0 && parts.every((part) => part.kind === Kind.FIELD) ? lacking : [];
}

/** The names that a selection gives, and of which fields. */
function collectNames({ selections }: SelectionSetNode, names: Map<string, Set<string>>): void {
  for (const part of selections) {
    if (part.kind === Kind.INLINE_FRAGMENT) collectNames(part.selectionSet, names);
    if (part.kind !== Kind.FIELD) continue;
    const alias = (part.alias ?? part.name).value;
    const fields = names.get(alias) ?? new Set();
    names.set(alias, fields.add(part.name.value));
  }
}
