import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { ResponsePath } from '../context.js';
import type { Canonical } from './canonical.js';
import { isObject, type JsonObject } from './paths.js';
import { isOfType } from './rewrites.js';

export interface Asked {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** A place in the merged data as the client sees it, under one name. */
export interface ClientPlace {
  /** The client's names on the way, list indexes left out. */
  readonly keys: readonly string[];
  /** Whether they are those of the merged data. */
  readonly isSame: boolean;
  /** What it asked for there. */
  readonly sets: readonly SelectionSetNode[];
  /** What it calls fields of the object there, by the set of their names in the merged data. */
  readonly names: Map<ReadonlySet<string>, readonly string[]>;
}

/** A place in the merged data, list indexes left out. */
interface Place {
  readonly seen: readonly ClientPlace[];
  /** By the type of the object that is there, then by name. */
  readonly below: Map<string, ReadonlyMap<string, Place>>;
}

/** The fields of a selection by the names of the merged data, each by the client's names for it. */
type Fields = Map<string, Map<string, SelectionSetNode[]>>;

const ANY_TYPE = '';

/**
 * The places that an operation asks for. Each is worked out when it is first wanted and then known as long as the operation:
 * later requests look it up, a step a name, whatever the list indexes.
 */
export function createClientPlaces(asked: Asked, nameOf: Canonical['nameOf']) {
  const read = createReader(asked, nameOf);
  const root = newPlace([{ keys: [], isSame: true, sets: [asked.operation.selectionSet], names: new Map() }]);
  const nowhere = newPlace([]);
  const belowOf = (place: Place, type: string): ReadonlyMap<string, Place> => {
    const known = place.below.get(type);
    if (known) return known;
    // A registry can make up any name for a type: only those that there are may be remembered.
    if (type !== ANY_TYPE && !isObjectType(asked.schema.getType(type))) return belowOf(place, ANY_TYPE);
    const seen = new Map<string, ClientPlace[]>();
    for (const { keys, isSame, sets } of place.seen) {
      for (const [name, byKey] of read(sets, type)) {
        const here = [...byKey].map(([key, sets]): ClientPlace => {
          return { keys: [...keys, key], isSame: isSame && key === name, sets, names: new Map() };
        });
        seen.set(name, [...(seen.get(name) ?? []), ...here]);
      }
    }
    const below = new Map([...seen].map(([name, here]) => [name, newPlace(here)]));
    place.below.set(type, below);
    return below;
  };

  return {
    read,
    /** Under what names the client sees what stands at a path; without `data`, of whatever type the objects on the way are. */
    at(path: ResponsePath, data?: JsonObject): readonly ClientPlace[] {
      let place = root;
      let value: unknown = data;
      for (const part of path) {
        if (typeof part === 'number') {
          value = Array.isArray(value) ? value[part] : undefined;
          continue;
        }
        const object = isObject(value) ? value : undefined;
        const type = object?.__typename;
        place = belowOf(place, typeof type === 'string' ? type : ANY_TYPE).get(part) ?? nowhere;
        value = object && Object.hasOwn(object, part) ? object[part] : undefined;
      }
      return place.seen;
    },
    /** What the client calls the fields `names`, which are of the merged data, of the object at a place. */
    namesAt(place: ClientPlace, names: ReadonlySet<string>): readonly string[] {
      let keys = place.names.get(names);
      if (!keys) {
        const all = [...read(place.sets)].flatMap(([name, byKey]) => (names.has(name) ? [...byKey.keys()] : []));
        place.names.set(names, (keys = [...new Set(all)]));
      }
      return keys;
    },
  };
}

function newPlace(seen: readonly ClientPlace[]): Place {
  return { seen, below: new Map() };
}

/** Reads selections: their fields, of objects of a type or, without one, of any. */
function createReader({ schema, document }: Asked, nameOf: Canonical['nameOf']) {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const read = (sets: readonly SelectionSetNode[], type?: string, into: Fields = new Map()): Fields => {
    for (const part of sets.flatMap(({ selections }) => selections)) {
      if (part.kind !== Kind.FIELD) {
        const fragment = part.kind === Kind.INLINE_FRAGMENT ? part : fragments.get(part.name.value);
        const condition = fragment?.typeCondition?.name.value;
        const fits =
          !type ||
          !condition ||
          !isObjectType(schema.getType(type)) ||
          isOfType(schema, { __typename: type }, condition);
        if (fragment && fits) read([fragment.selectionSet], type, into);
        continue;
      }
      const name = nameOf(part);
      let byKey = into.get(name);
      if (!byKey) into.set(name, (byKey = new Map()));
      const key = (part.alias ?? part.name).value;
      byKey.set(key, [...(byKey.get(key) ?? []), ...(part.selectionSet ? [part.selectionSet] : [])]);
    }
    return into;
  };
  return read;
}
