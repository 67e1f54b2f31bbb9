import type { FetchDataRewrite, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { GraphQLSchema } from 'graphql';
import { isObject, type JsonObject, merge, setOwn } from './paths.js';
import { applyRewrites, isOfType } from './rewrites.js';

/**
 * The JSON text of the representation by which a subgraph finds an object: sent as it is, and compared as it is, so that two
 * objects are one entity only if their whole representations are equal. `undefined`: the object is of another type. `null`: it is
 * of the right type but lacks a field that the representation needs, because that field is `lost`: its fetch failed. A field that
 * is merely not there was not asked for, by a condition under which nothing of this fetch needs it, and is left out.
 */
export type Represent = (object: JsonObject, isLost: IsLost) => string | null | undefined;

/** Whether a fetch that should have brought a field to an object did not. */
export type IsLost = (object: JsonObject, name: string) => boolean;

/** Compiles what a fetch node `requires`; for each type that comes, once. */
export function compileRepresentation(
  requires: readonly QueryPlanSelectionNode[],
  { schema, rewrites }: { schema: GraphQLSchema; rewrites: readonly FetchDataRewrite[] },
): Represent {
  const byType = new Map<string, Represent>();
  return (object, isLost) => {
    const type = object.__typename;
    if (typeof type !== 'string') return undefined;
    let represent = byType.get(type);
    if (!represent) byType.set(type, (represent = forType(type, requires, { schema, rewrites })));
    return represent(object, isLost);
  };
}

function forType(
  type: string,
  requires: readonly QueryPlanSelectionNode[],
  { schema, rewrites }: { schema: GraphQLSchema; rewrites: readonly FetchDataRewrite[] },
): Represent {
  const parts = requires.filter(
    (part) =>
      part.kind === 'Field' || (part.typeCondition && isOfType(schema, { __typename: type }, part.typeCondition)),
  );
  if (!parts.some(({ kind }) => kind === 'InlineFragment')) return () => undefined;
  const only = parts.length === 1 && parts[0]?.kind === 'InlineFragment' ? parts[0].selections : undefined;
  if (only && rewrites.length === 0 && only.every(isPlainField)) return writeFields(only.map(({ name }) => name));
  return (object, isLost) => {
    const representation = select(object, parts, { schema, isLost });
    if (!isObject(representation) || !hasKey(representation)) return null;
    applyRewrites(schema, rewrites, representation);
    return JSON.stringify(representation);
  };
}

type PlainField = Extract<QueryPlanSelectionNode, { kind: 'Field' }>;

function isPlainField(part: QueryPlanSelectionNode): part is PlainField {
  return part.kind === 'Field' && !part.alias && !part.selections && !(part.name in Object.prototype);
}

/** Most representations are nothing but keys: their text is written without an object in between. */
function writeFields(names: readonly string[]): Represent {
  const fields = names.map((name) => ({ name, head: `${JSON.stringify(name)}:` }));
  return (object, isLost) => {
    if (object.__typename === undefined) return null;
    let text = '';
    let count = 0;
    for (const { name, head } of fields) {
      const value = object[name];
      if (value !== undefined) {
        text += `${text && ','}${head}${JSON.stringify(value)}`;
        count += 1;
      } else if (isLost(object, name)) return null;
    }
    return count > 1 ? `{${text}}` : null;
  };
}

function hasKey(representation: JsonObject): boolean {
  return Boolean(representation.__typename) && Object.keys(representation).length > 1;
}

interface Reading {
  readonly schema: GraphQLSchema;
  readonly isLost: IsLost;
}

function select(source: unknown, selections: readonly QueryPlanSelectionNode[], reading: Reading): JsonObject | null {
  if (!isObject(source)) return null;
  const result: JsonObject = {};
  for (const selection of selections) {
    if (selection.kind === 'Field') {
      const name = selection.alias ?? selection.name;
      const value = Object.hasOwn(source, name) ? source[name] : undefined;
      if (value === undefined) {
        if (reading.isLost(source, name)) return null;
        continue;
      }
      setOwn(result, name, selection.selections ? selectBelow(value, selection.selections, reading) : value);
    } else if (selection.typeCondition && isOfType(reading.schema, source, selection.typeCondition)) {
      const part = select(source, selection.selections, reading);
      if (part) merge(result, part);
    }
  }
  return result;
}

function selectBelow(value: unknown, selections: readonly QueryPlanSelectionNode[], reading: Reading): unknown {
  if (Array.isArray(value)) return value.map((item) => selectBelow(item, selections, reading));
  return select(value, selections, reading);
}
