import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { isObject, type JsonObject, merge, type Place, setOwn } from './paths.js';
import { isOfType } from './rewrites.js';

/** What a fetch of entities asks for: each representation once, with every place of the answer that waits for it. */
export interface Representations {
  readonly values: JsonObject[];
  readonly places: Place[][];
  /** Places of the right type that lack a field which the representation needs. */
  readonly blocked: Place[];
}

/**
 * Builds the representations that a fetch node `requires` from the places it applies to. An entity that stands at several
 * places is asked for once; equality is that of the whole representation, never of a hash alone. A place that lacks a
 * required field (its own fetch failed) is not asked for.
 */
export function representationsOf(
  places: readonly Place[],
  requires: readonly QueryPlanSelectionNode[],
  prepare: { schema: GraphQLSchema; rewrite: (representation: JsonObject) => void },
): Representations {
  const byText = new Map<string, number>();
  const result: Representations = { values: [], places: [], blocked: [] };
  for (const place of places) {
    const representation = select(place.value, requires, prepare.schema);
    if (!isObject(representation) || !representation.__typename) {
      const isMeant = ({ kind, typeCondition }: { kind: string; typeCondition?: string }) =>
        kind === 'InlineFragment' &&
        typeCondition !== undefined &&
        isOfType(prepare.schema, place.value, typeCondition);
      if (requires.some(isMeant)) result.blocked.push(place);
      continue;
    }
    prepare.rewrite(representation);
    const text = JSON.stringify(representation);
    const known = byText.get(text);
    if (known !== undefined) {
      result.places[known]?.push(place);
      continue;
    }
    byText.set(text, result.values.length);
    result.values.push(representation);
    result.places.push([place]);
  }
  return result;
}

function select(
  source: unknown,
  selections: readonly QueryPlanSelectionNode[],
  schema: GraphQLSchema,
): JsonObject | null {
  if (!isObject(source)) return null;
  const result: JsonObject = {};
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      const name = selection.alias ?? selection.name;
      const value = Object.hasOwn(source, name) ? source[name] : undefined;
      if (value === undefined) return null;
      setOwn(result, name, selection.selections ? selectBelow(value, selection.selections, schema) : value);
    } else if (selection.typeCondition && isOfType(schema, source, selection.typeCondition)) {
      const part = select(source, selection.selections, schema);
      if (part) merge(result, part);
    }
  }
  return result;
}

function selectBelow(value: unknown, selections: readonly QueryPlanSelectionNode[], schema: GraphQLSchema): unknown {
  if (Array.isArray(value)) return value.map((item) => selectBelow(item, selections, schema));
  return select(value, selections, schema);
}
