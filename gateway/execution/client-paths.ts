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
  /** The names that the client gave to fields of the object at a path of its answer. */
  namesAt(path: ResponsePath, canonical: ReadonlySet<string>): string[];
  /** The names of the merged data on the way to a path of the answer. */
  canonical(path: ResponsePath): string[];
}

/** The fields of a selection by the names of the merged data, each by the client's names for it. */
type Fields = Map<string, Map<string, SelectionSetNode[]>>;

interface Found {
  /** The client's names on the way, list indexes left out. */
  readonly keys: readonly string[];
  readonly sets: readonly SelectionSetNode[];
}

interface Asked {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** Translates paths of one operation without conditions. What is asked of other types than the data's at a path is passed over. */
export function createClientPaths(asked: Asked, nameOf: Canonical['nameOf']): ClientPaths {
  const read = createReader(asked, nameOf);
  const root: Found = { keys: [], sets: [asked.operation.selectionSet] };
  const known = new Map<string, Found[]>([['', [root]]]);
  const found = (steps: readonly Step[]): Found[] => {
    const text = steps.map(({ name, type = '' }) => `${type}.${name}`).join('\n');
    const before = known.get(text);
    if (before) return before;
    const { name, type } = steps.at(-1)!;
    const here = found(steps.slice(0, -1)).flatMap(({ keys, sets }) =>
      [...(read(sets, type).get(name) ?? [])].map(([key, below]) => ({ keys: [...keys, key], sets: below })),
    );
    known.set(text, here);
    return here;
  };
  const of = (path: ResponsePath, data: JsonObject): ResponsePath[] =>
    found(stepsOf(path, data)).map(({ keys }) => withNames(path, keys));
  /** Follows the client's names; of several fields under one name, in objects of different types, the first names the way. */
  const walk = (path: ResponsePath): { names: string[]; sets: readonly SelectionSetNode[] } => {
    let sets: readonly SelectionSetNode[] = root.sets;
    const names: string[] = [];
    for (const key of namesIn(path)) {
      const here = [...read(sets)].filter(([, byKey]) => byKey.has(key));
      names.push(here[0]?.[0] ?? key);
      sets = here.flatMap(([, byKey]) => byKey.get(key)!);
    }
    return { names, sets };
  };

  return {
    of,
    above(path, data) {
      return path.flatMap((name, length) => {
        if (typeof name === 'number') return [];
        const prefix = path.slice(0, length);
        const { type } = stepsOf(path.slice(0, length + 1), data).at(-1)!;
        return found(stepsOf(prefix, data))
          .filter(({ sets }) => !read(sets, type).has(name))
          .map(({ keys }) => withNames(prefix, keys));
      });
    },
    nearest(path, data) {
      for (let above = path; ; above = above.slice(0, -1)) {
        const paths = of(above, data);
        if (paths.length > 0 || found(stepsOf(above)).length > 0) return paths;
      }
    },
    namesAt(path, canonical) {
      const { sets } = walk(path);
      const names = [...read(sets)].flatMap(([name, byKey]) => (canonical.has(name) ? [...byKey.keys()] : []));
      return [...new Set(names)];
    },
    canonical: (path) => walk(path).names,
  };
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

/** A name on the way, and the type of the object that has it, where the data says it. */
interface Step {
  readonly name: string;
  readonly type?: string;
}

function stepsOf(path: ResponsePath, data: JsonObject = {}): Step[] {
  const steps: Step[] = [];
  let value: unknown = data;
  for (const part of path) {
    if (typeof part === 'number') {
      value = Array.isArray(value) ? value[part] : undefined;
      continue;
    }
    const object = isObject(value) ? value : {};
    const { __typename: type } = object;
    steps.push({ name: part, ...(typeof type === 'string' ? { type } : {}) });
    value = Object.hasOwn(object, part) ? object[part] : undefined;
  }
  return steps;
}

function namesIn(path: ResponsePath): string[] {
  return path.filter((part) => typeof part === 'string');
}

/** A path with other names in their order, and the same list indexes. */
function withNames(path: ResponsePath, names: readonly string[]): ResponsePath {
  let at = 0;
  return path.map((part) => (typeof part === 'number' ? part : names[at++]!));
}

/** Whether an answer has null at a path. */
export function isNullAt(data: unknown, path: ResponsePath): boolean {
  let value = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return false;
    value = (value as JsonObject)[part];
  }
  return value === null;
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
