import type { ResponsePath } from '../context.js';
import { isObject, type JsonObject } from '../json-object.js';

export { isObject, type JsonObject };

/** An object in the answer that grows while the plan runs, with the client's path to it. */
export interface Place {
  readonly path: ResponsePath;
  readonly value: JsonObject;
}

/**
 * The objects at `template` below `from`, where `@` stands for every item of a list. Places where the answer has null, or
 * nothing because an earlier fetch failed, are left out: what hangs on them is not fetched.
 */
export function placesAt(from: readonly Place[], template: readonly (string | number)[]): Place[] {
  const found: Place[] = [];
  for (const place of from) collect(place.value, place.path, { template, depth: 0, found });
  return found;
}

function collect(
  value: unknown,
  path: ResponsePath,
  search: { template: readonly (string | number)[]; depth: number; found: Place[] },
): void {
  const { template, depth, found } = search;
  if (Array.isArray(value)) {
    // The planner writes `@` for each level of list; a list that it did not announce is walked all the same.
    const below = template[depth] === '@' ? depth + 1 : depth;
    for (const [index, item] of value.entries()) collect(item, [...path, index], { template, depth: below, found });
    return;
  }
  if (!isObject(value)) return;
  if (depth === template.length) {
    found.push({ path, value });
    return;
  }
  const name = String(template[depth]);
  if (Object.hasOwn(value, name)) collect(value[name], [...path, name], { template, depth: depth + 1, found });
}

/**
 * Adds what a subgraph answered to what is already there: objects field by field, lists item by item, all else replaced.
 * A null never takes away an object that another fetch brought.
 */
export function merge(target: JsonObject, source: JsonObject): void {
  for (const name of Object.keys(source)) {
    const given = source[name];
    const present = Object.hasOwn(target, name) ? target[name] : undefined;
    if (given === undefined || (given === null && present !== undefined)) continue;
    if (isObject(present) && isObject(given)) merge(present, given);
    else if (Array.isArray(present) && Array.isArray(given)) mergeLists(present, given);
    else setOwn(target, name, given);
  }
}

function mergeLists(target: unknown[], source: readonly unknown[]): void {
  for (const [index, given] of source.entries()) {
    const present = target[index];
    if (isObject(present) && isObject(given)) merge(present, given);
    else if (Array.isArray(present) && Array.isArray(given)) mergeLists(present, given);
    else if (given !== null && given !== undefined) target[index] = given;
  }
}

/** Sets an own field whatever its name: `__proto__` is a legal alias and must not change the object's prototype. */
export function setOwn(target: JsonObject, name: string, value: unknown): void {
  if (name === '__proto__') {
    Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
  } else {
    target[name] = value;
  }
}

/** Whether one path begins with the other. */
export function meet(one: ResponsePath, other: ResponsePath): boolean {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at += 1) if (one[at] !== other[at]) return false;
  return true;
}
