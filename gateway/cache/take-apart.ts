import type { ResponsePath } from '../context.js';
import { isObject, type JsonObject } from '../json-object.js';
import type { AskedField, ObjectShape } from './asked.js';
import type { EntityKeys } from './entity-keys.js';
import type { Ref } from './entry.js';

/** An entity found in an answer. */
export interface FoundEntity {
  readonly name: string;
  readonly shape: ObjectShape;
  readonly object: JsonObject;
  /** Where in the answer. */
  readonly path: ResponsePath;
}

export interface Apart {
  readonly value: unknown;
  readonly refs: readonly Ref[];
  readonly entities: readonly FoundEntity[];
}

/**
 * Takes the entities out of what a field returned, so that each is remembered once, by itself, and what is remembered of the field
 * only says which they are. `undefined`: one of them can't be told from others, since its key was not asked for.
 */
export function takeApart(
  value: unknown,
  field: AskedField,
  { at, subgraph, keys }: { at: ResponsePath; subgraph: string; keys: EntityKeys },
): Apart | undefined {
  if (!field.below) return { value, refs: [], entities: [] };
  const refs: Ref[] = [];
  const entities: FoundEntity[] = [];
  let isWhole = true;
  const walk = (value: unknown, field: AskedField, path: ResponsePath): unknown => {
    if (!field.below || value === null || value === undefined) return value;
    if (Array.isArray(value)) return value.map((item, index) => walk(item, field, [...path, index]));
    const type = isObject(value) ? typeOf(value, field) : undefined;
    if (!isObject(value) || type === undefined) {
      isWhole = false;
      return null;
    }
    const shape = field.below(type);
    if (!shape.isEntity) {
      const copy: JsonObject = { ...value };
      for (const each of shape.fields) {
        if (each.below) copy[each.alias] = walk(value[each.alias], each, [...path, each.alias]);
      }
      return copy;
    }
    const named = keys.nameOf(subgraph, type, value);
    if (!named || !isAskedByName(shape, named.key.names)) {
      isWhole = false;
      return null;
    }
    const { name } = named;
    const leaves = shape.fields.filter(
      (each) => each.isLeaf && named.key.names.has(each.name) && each.alias === each.name,
    );
    const key = Object.fromEntries(leaves.map((each) => [each.name, value[each.name]]));
    refs.push({ path, name, type, key });
    entities.push({ name, shape, object: value, path: [...at, ...path] });
    return null;
  };
  const apart = walk(value, field, []);
  return isWhole ? { value: apart, refs, entities } : undefined;
}

/** Adds the names of the entities in what a field returned to `names`; those that can't be told from others have none. */
export function addNames(
  value: unknown,
  field: AskedField,
  at: { names: Set<string>; subgraph: string; keys: EntityKeys },
): void {
  if (!field.below || value === null || value === undefined) return;
  if (Array.isArray(value)) {
    for (const item of value) addNames(item, field, at);
    return;
  }
  const type = isObject(value) ? typeOf(value, field) : undefined;
  if (!isObject(value) || type === undefined) return;
  const shape = field.below(type);
  const named = shape.isEntity ? at.keys.nameOf(at.subgraph, type, value) : undefined;
  if (named) at.names.add(named.name);
  for (const each of shape.fields) if (each.below) addNames(value[each.alias], each, at);
}

export function typeOf(object: JsonObject, field: AskedField): string | undefined {
  if (field.returns !== undefined) return field.returns;
  return typeof object.__typename === 'string' ? object.__typename : undefined;
}

/** Whether an object holds these fields under their own names, so that they are what they seem. */
function isAskedByName({ fields }: ObjectShape, names: ReadonlySet<string>): boolean {
  for (const name of names) if (!fields.some((each) => each.alias === name && each.name === name)) return false;
  return true;
}
