import type { AnsweredValues, ResponsePath } from '../context.js';
import type { Canonical } from './canonical.js';
import { type Asked, type ClientPlace, createClientPlaces } from './client-places.js';
import { isObject, type JsonObject } from './paths.js';

/** Where the client sees what stands at a path of the merged data. */
export interface ClientPaths {
  /** One for each name under which it was asked for; none when only the plan needs it. */
  of(path: ResponsePath, data: JsonObject): ResponsePath[];
  /** Of objects on the way to it, those of which it, or what holds it, was not asked under the name that they have there. */
  above(path: ResponsePath, data: JsonObject): ResponsePath[];
  /**
   * The nearest object above what only the plan needs. None above what was fetched here because it was asked for of objects of
   * another type.
   */
  nearest(path: ResponsePath, data: JsonObject): ResponsePath[];
  /**
   * The client's values of what stands there: of an object its fields `names`, which are of the merged data, if there are any.
   * Callers give the same set for the same names: what they are called is remembered by it.
   */
  valuesAt(path: ResponsePath, data: JsonObject, names: ReadonlySet<string>): AnsweredValues[];
  /** The names of the merged data on the way to a path of the answer. */
  canonical(path: ResponsePath): string[];
}

/** Translates paths of one operation without conditions. What is asked of other types than the data's at a path is passed over. */
export function createClientPaths(asked: Asked, nameOf: Canonical['nameOf']): ClientPaths {
  const places = createClientPlaces(asked, nameOf);
  const { read } = places;
  const of = (path: ResponsePath, data: JsonObject): ResponsePath[] =>
    places.at(path, data).map((place) => withNames(path, place));
  return {
    of,
    above(path, data) {
      return path.flatMap((name, length) => {
        if (typeof name === 'number') return [];
        const prefix = path.slice(0, length);
        const object = valueAt(data, prefix);
        const type = isObject(object) && typeof object.__typename === 'string' ? object.__typename : undefined;
        return places
          .at(prefix, data)
          .filter(({ sets }) => !read(sets, type).has(name))
          .map((place) => withNames(prefix, place));
      });
    },
    nearest(path, data) {
      for (let above = path; ; above = above.slice(0, -1)) {
        const paths = of(above, data);
        if (paths.length > 0 || places.at(above).length > 0) return paths;
      }
    },
    valuesAt: (path, data, names) =>
      places.at(path, data).map((place) => {
        const at = withNames(path, place);
        return names.size === 0 ? { path: at } : { path: at, names: places.namesAt(place, names) };
      }),
    // Of several fields under one name, in objects of different types, the first names the way.
    canonical(path) {
      let sets: ClientPlace['sets'] = [asked.operation.selectionSet];
      return namesIn(path).map((key) => {
        const here = [...read(sets)].filter(([, byKey]) => byKey.has(key));
        sets = here.flatMap(([, byKey]) => byKey.get(key)!);
        return here[0]?.[0] ?? key;
      });
    },
  };
}

function namesIn(path: ResponsePath): string[] {
  return path.filter((part) => typeof part === 'string');
}

/** A path with the client's names, and the same list indexes. */
function withNames(path: ResponsePath, { keys, isSame }: ClientPlace): ResponsePath {
  if (isSame) return path;
  let at = 0;
  return path.map((part) => (typeof part === 'number' ? part : keys[at++]!));
}

/** Whether an answer has null at a path or above it. */
export function isNullAt(data: unknown, path: ResponsePath): boolean {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) break;
    value = (value as JsonObject)[part];
  }
  return value === null;
}

function valueAt(data: unknown, path: ResponsePath): unknown {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as JsonObject)[part];
  }
  return value;
}

/** Whether an answer has a place for a path: not if an object on the way has no field of that name. */
export function hasPlace(data: unknown, path: ResponsePath): boolean {
  let value = data;
  for (const part of path) {
    if (typeof part === 'number') value = Array.isArray(value) ? value[part] : undefined;
    else if (!isObject(value)) return true;
    else if (!Object.hasOwn(value, part)) return false;
    else value = value[part];
    if (value === null || value === undefined) return true;
  }
  return true;
}
