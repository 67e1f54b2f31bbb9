import {
  type ConstArgumentNode,
  type ConstValueNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  parse,
  print,
  type SelectionSetNode,
} from 'graphql';
import type { LoadedSchema } from '../context.js';
import { GatewayError } from '../errors.js';
import type { CompiledFetch } from './fetches.js';

/**
 * Refuses a plan by which a field would be computed from something else than it requires. The planner makes such plans: it fetches
 * `f1(n: 7)` for one field and hands it to another that requires `f1`, since both have one name in the answer; and where subgraphs
 * share a root it asks one for a field there without what the field requires. The values would look like any other.
 */
export function refuseMisplanned(fetches: readonly CompiledFetch[], schema: LoadedSchema): void {
  const fieldSets = fieldSetsOf(schema);
  if (fieldSets.requires.size === 0) return;
  const places = fetches.flatMap((fetch) => placesOf(fetch, { schema: schema.full, provides: fieldSets.provides }));
  for (const place of places) {
    const selection = fieldSets.requires.get(keyOf(place.fetch.subgraph, place.type.name, place.field.name.value));
    if (!selection) continue;
    const isKnown = isRepresented(place, selection) || isProvided(place, selection);
    if (!isKnown || !isAsRequired(selection, place, { places, schema: schema.full })) {
      throw new GatewayError('OPERATION_CANNOT_BE_PLANNED', REFUSAL);
    }
  }
}

/** It names no field: what the planner needs for itself may be hidden from clients. */
const REFUSAL =
  'What some field of this operation is computed from cannot be fetched together with the rest. Ask for fewer fields at once, or for the objects by their keys.';

/** A field in a fetch, and where in the merged data its object stands. */
interface Place {
  readonly fetch: CompiledFetch;
  readonly type: GraphQLCompositeType;
  readonly field: FieldNode;
  /** The name that the merged data has for the field. */
  readonly name: string;
  /** Names on the way to its object. */
  readonly at: string;
  /** How many fields of the same fetch stand above it. */
  readonly depth: number;
  /** What the fields above it promise to bring along (`@provides`). */
  readonly provided: readonly SelectionSetNode[];
}

type FieldSets = ReadonlyMap<string, SelectionSetNode>;

function placesOf(fetch: CompiledFetch, { schema, provides }: { schema: GraphQLSchema; provides: FieldSets }): Place[] {
  const found: Place[] = [];
  const walk = (
    set: SelectionSetNode,
    type: GraphQLCompositeType,
    way: Pick<Place, 'depth' | 'provided'> & { at: string[] },
  ): void => {
    for (const part of set.selections) {
      if (part.kind === Kind.FRAGMENT_SPREAD) continue;
      if (part.kind === Kind.INLINE_FRAGMENT) {
        const narrowed = part.typeCondition ? schema.getType(part.typeCondition.name.value) : type;
        if (isCompositeType(narrowed)) walk(part.selectionSet, narrowed, way);
        continue;
      }
      const given = (part.alias ?? part.name).value;
      const name = fetch.renames.get(given) ?? given;
      found.push({ ...way, fetch, type, field: part, name, at: way.at.join('\n') });
      const below = 'getFields' in type ? getNamedType(type.getFields()[part.name.value]?.type) : undefined;
      if (!part.selectionSet || !isCompositeType(below)) continue;
      const own = provides.get(keyOf(fetch.subgraph, type.name, part.name.value));
      const provided = [...way.provided.flatMap((each) => setsOf(part.name.value, each)), ...(own ? [own] : [])];
      walk(part.selectionSet, below, { at: [...way.at, name], depth: way.depth + 1, provided });
    }
  };
  const root = schema.getRootType(fetch.operation.operation);
  const at = fetch.at.flatMap(({ name }) => (name === undefined ? [] : [name]));
  // The fragments at the top of a fetch of entities say the type; nothing else stands there.
  if (root) walk(fetch.selection, root, { at, depth: 0, provided: [] });
  return found;
}

/** Whether the subgraph is told what the field requires, with the representation of its object. */
function isRepresented({ fetch, type, depth }: Place, selection: SelectionSetNode): boolean {
  if (depth > 0 || !fetch.represent) return false;
  const given = fetch.requiredOf(type.name);
  return namesIn(selection).every((name) => given.has(name));
}

/** Whether the subgraph itself has promised to know there what the field requires. */
function isProvided({ provided }: Place, selection: SelectionSetNode): boolean {
  const known = new Set(provided.flatMap(namesIn));
  return namesIn(selection).every((name) => known.has(name));
}

function namesIn(set: SelectionSetNode): string[] {
  return fieldsIn(set).map(({ name }) => name.value);
}

/** What a set asks of the objects at a field. */
function setsOf(name: string, set: SelectionSetNode): SelectionSetNode[] {
  const named = fieldsIn(set).filter((field) => field.name.value === name);
  return named.flatMap(({ selectionSet }) => selectionSet ?? []);
}

function fieldsIn({ selections }: SelectionSetNode): FieldNode[] {
  return selections.flatMap((part) => {
    if (part.kind === Kind.FIELD) return [part];
    return part.kind === Kind.INLINE_FRAGMENT ? fieldsIn(part.selectionSet) : [];
  });
}

/** Whether whatever brings the required fields to their place asks for them with the arguments with which they are required. */
function isAsRequired(
  selection: SelectionSetNode,
  { type, at }: Pick<Place, 'type' | 'at'>,
  all: { places: readonly Place[]; schema: GraphQLSchema },
): boolean {
  return selection.selections.every((part): boolean => {
    if (part.kind === Kind.FRAGMENT_SPREAD) return true;
    if (part.kind === Kind.INLINE_FRAGMENT) {
      const narrowed = part.typeCondition ? all.schema.getType(part.typeCondition.name.value) : type;
      return !isCompositeType(narrowed) || isAsRequired(part.selectionSet, { type: narrowed, at }, all);
    }
    const name = part.name.value;
    const brought = all.places.filter(
      (place) => place.name === name && place.at === at && overlap(place.type, type, all.schema),
    );
    if (brought.some(({ field }) => argumentsOf(field) !== argumentsOf(part))) return false;
    const below = 'getFields' in type ? getNamedType(type.getFields()[name]?.type) : undefined;
    if (!part.selectionSet || !isCompositeType(below)) return true;
    return isAsRequired(part.selectionSet, { type: below, at: at === '' ? name : `${at}\n${name}` }, all);
  });
}

function overlap(one: GraphQLCompositeType, other: GraphQLCompositeType, schema: GraphQLSchema): boolean {
  const names = new Set(possible(one, schema));
  return possible(other, schema).some((name) => names.has(name));
}

function possible(type: GraphQLCompositeType, schema: GraphQLSchema): string[] {
  return isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name];
}

function argumentsOf({ arguments: given = [] }: FieldNode): string {
  return given
    .map((each) => print(each))
    .sort()
    .join();
}

function keyOf(subgraph: string, type: string, field: string): string {
  return `${subgraph} ${type} ${field}`;
}

const bySchema = new WeakMap<LoadedSchema, { requires: FieldSets; provides: FieldSets }>();

/** What fields require and provide, by subgraph, type and field. */
function fieldSetsOf(schema: LoadedSchema): { requires: FieldSets; provides: FieldSets } {
  const known = bySchema.get(schema);
  if (known) return known;
  const found = { requires: new Map<string, SelectionSetNode>(), provides: new Map<string, SelectionSetNode>() };
  for (const type of Object.values(schema.full.getTypeMap())) {
    if (!('getFields' in type)) continue;
    for (const field of Object.values(type.getFields())) {
      for (const { name, arguments: given = [] } of field.astNode?.directives ?? []) {
        if (name.value !== 'join__field') continue;
        const valueFor = (argument: string) =>
          given.find((each: ConstArgumentNode) => each.name.value === argument)?.value;
        const graph = valueFor('graph');
        if (graph?.kind !== Kind.ENUM) continue;
        const key = keyOf(subgraphOf(graph.value, schema), type.name, field.name);
        for (const kind of ['requires', 'provides'] as const) {
          const set = fieldSetIn(valueFor(kind));
          if (set) found[kind].set(key, set);
        }
      }
    }
  }
  bySchema.set(schema, found);
  return found;
}

function fieldSetIn(value: ConstValueNode | undefined): SelectionSetNode | undefined {
  if (value?.kind !== Kind.STRING) return undefined;
  const [definition] = parse(`{${value.value}}`, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet : undefined;
}

/** The name of the subgraph that a value of `join__Graph` stands for. */
function subgraphOf(graph: string, { supergraph, subgraphs }: LoadedSchema): string {
  const value = supergraph.schema.type('join__Graph');
  const named =
    value?.kind === 'EnumType'
      ? value.value(graph)?.appliedDirectivesOf('join__graph')[0]?.arguments().name
      : undefined;
  return typeof named === 'string' && subgraphs.has(named) ? named : graph;
}
