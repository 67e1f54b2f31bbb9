import type { ResponsePath } from '../context.js';
import { isObject, type JsonObject, setOwn } from '../json-object.js';

export { isObject, type JsonObject, setOwn };

/** One step of a template: into the items of a list, or to a field; beyond it only objects of `types`, if given. */
interface TemplatePart {
  /** Absent: every item of a list. */
  readonly name?: string;
  readonly types?: ReadonlySet<string>;
}

/** Where in an answer a fetch's objects stand, whatever the list indexes. */
export type Template = readonly TemplatePart[];

/** Reads a plan's path: names, `@` for each level of list, and `|[A,B]` behind either when only objects of these types go on. */
export function readTemplate(path: readonly (string | number)[]): Template {
  return path.flatMap((part) => {
    const [, name = '', types] = /^(.*?)(?:\|\[(.*)\])?$/s.exec(String(part)) ?? [];
    const condition = types === undefined ? {} : { types: new Set(types.split(',')) };
    if (name === '@') return [condition];
    // The planner begins a type-conditioned path with an empty name for the root itself.
    return name === '' ? [] : [{ name, ...condition }];
  });
}

/**
 * The objects at a template, each once, however many places share it. Where the answer has null, or nothing because an earlier
 * fetch failed, there is none: what hangs on it is not fetched.
 */
export function objectsAt(root: JsonObject, template: Template): JsonObject[] {
  if (template.length === 0) return [root];
  const found = new Set<JsonObject>();
  collect(root, 0, { template, found });
  return [...found];
}

function collect(value: unknown, depth: number, search: { template: Template; found: Set<JsonObject> }): void {
  const { template, found } = search;
  if (Array.isArray(value)) {
    // The planner writes `@` for each level of list; a list that it did not announce is walked all the same.
    const below = isListPart(template[depth]) ? depth + 1 : depth;
    for (const item of value) collect(item, below, search);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  const object = value as JsonObject;
  if (depth > 0 && !passes(object, template[depth - 1]!)) return;
  if (depth === template.length) {
    found.add(object);
    return;
  }
  const { name } = template[depth]!;
  if (name === undefined) return;
  const below = object[name];
  if (typeof below === 'object' && below !== null && Object.hasOwn(object, name)) collect(below, depth + 1, search);
}

/** The same objects, each with all paths at which it stands: walked again when somebody asks, since most answers need none. */
export function pathsAt(root: JsonObject, template: Template): Map<JsonObject, ResponsePath[]> {
  const found = new Map<JsonObject, ResponsePath[]>();
  // The way to where the walk is: copied only where something is found.
  const path: (string | number)[] = [];
  const walk = (value: unknown, depth: number): void => {
    if (Array.isArray(value)) {
      const below = isListPart(template[depth]) ? depth + 1 : depth;
      for (let index = 0; index < value.length; index += 1) {
        path.push(index);
        walk(value[index], below);
        path.pop();
      }
      return;
    }
    if (!isObject(value) || (depth > 0 && !passes(value, template[depth - 1]!))) return;
    if (depth === template.length) {
      const paths = found.get(value);
      if (paths) paths.push(path.slice());
      else found.set(value, [path.slice()]);
      return;
    }
    const { name } = template[depth]!;
    if (name === undefined || !Object.hasOwn(value, name)) return;
    path.push(name);
    walk(value[name], depth + 1);
    path.pop();
  };
  walk(root, 0);
  return found;
}

function isListPart(part: TemplatePart | undefined): boolean {
  return part !== undefined && part.name === undefined;
}

/** An object that does not say its type is of whatever type the planner thinks it is. */
function passes({ __typename: type }: JsonObject, { types }: TemplatePart): boolean {
  return types === undefined || typeof type !== 'string' || types.has(type);
}

/**
 * Adds what a subgraph answered to what is already there: objects field by field, lists item by item, all else replaced.
 * A null never takes away an object that another fetch brought, nor does the name of an abstract type (`abstractTypes`), which is
 * all that the side of an interface object knows, that of the type. What was not there is taken as it is, not copied.
 */
export function merge(target: JsonObject, source: JsonObject, abstractTypes: ReadonlySet<string> = NONE): void {
  // What comes from JSON has no other names than its own.
  for (const name in source) {
    const given = source[name];
    const present = target[name];
    if (present === undefined || !Object.hasOwn(target, name)) {
      if (given !== undefined) setOwn(target, name, given);
    } else if (given === null || given === undefined || given === present) {
      // Nothing that is not there already.
    } else if (isObject(present) && isObject(given)) merge(present, given, abstractTypes);
    else if (Array.isArray(present) && Array.isArray(given)) mergeLists(present, given, abstractTypes);
    else if (name === '__typename' && abstractTypes.has(String(given))) continue;
    else setOwn(target, name, given);
  }
}

const NONE: ReadonlySet<string> = new Set();

function mergeLists(target: unknown[], source: readonly unknown[], abstractTypes: ReadonlySet<string>): void {
  for (const [index, given] of source.entries()) {
    const present = target[index];
    if (isObject(present) && isObject(given)) merge(present, given, abstractTypes);
    else if (Array.isArray(present) && Array.isArray(given)) mergeLists(present, given, abstractTypes);
    else if (given !== null && given !== undefined) target[index] = given;
  }
}

/** A copy that shares no object and no list with `value`, which is JSON. */
export function copyOf<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(copyOf) as Value;
  const copy: JsonObject = {};
  for (const name of Object.keys(value)) setOwn(copy, name, copyOf((value as JsonObject)[name]));
  return copy as Value;
}

/** Whether one path begins with the other. */
export function meet(one: ResponsePath, other: ResponsePath): boolean {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}
