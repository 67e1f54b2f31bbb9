import type { ResponsePath } from '../context.js';
import { isObject, type JsonObject, setOwn } from '../json-object.js';
import type { AskedField, ObjectShape } from './asked.js';
import { ABSENT, type Entry, type Ref, type StoredField } from './entry.js';
import type { Lifetime } from './lifetimes.js';
import { typeOf } from './take-apart.js';

/** What is known while an answer is put together. */
export interface Known {
  /** The entry of a name; `undefined`: there is none; `'unread'`: nobody has looked for this of it. */
  entry(name: string, shape: ObjectShape): Entry | undefined | 'unread';
  readonly variables: JsonObject;
  /** What the names of all fields end in: for whom they were asked. */
  readonly caller: string;
  readonly nowMs: number;
  /** What was fetched before this is not to be trusted. */
  readonly sinceMs: number;
  readonly mode: Mode;
  /** What the answer rests on; grows. */
  readonly uses: Use[];
}

/** What may be given: what is fresh; besides, what is being fetched anew; or what there is while the registry fails. */
export type Mode = 'fresh' | 'revalidating' | 'failing';

const UNTIL = { revalidating: 'revalidateUntilMs', failing: 'ifErrorUntilMs' } as const;
const LONGER = { revalidating: 'whileRevalidateMs', failing: 'ifErrorMs' } as const;

/** A remembered field in an answer. */
export interface Use {
  readonly stored: StoredField;
  /** The object that it is of. */
  readonly at: ResponsePath;
  /** What the answer calls it; absent: it is said of the whole object that there is none. */
  readonly alias?: string;
}

/** An object as far as it is remembered. */
export interface Partly {
  /** `null`: the registry is remembered to have no record of it. */
  readonly object: JsonObject | null;
  readonly isWhole: boolean;
  /** What it lacks, of an object that may be remembered. */
  readonly missing: readonly AskedField[];
}

/** An object of which nothing may be remembered. */
export const NOTHING_OF_IT: Partly = { object: {}, isWhole: false, missing: [] };

/** The fields of an object that are remembered and fresh. `suffix`: what their names end in, besides. */
export function putTogether(
  entry: Entry | undefined,
  { shape, at, suffix = '' }: { shape: ObjectShape; at: ResponsePath; suffix?: string },
  known: Known,
): Partly {
  const ending = suffix + known.caller;
  const absent = entry?.get(ABSENT + known.caller);
  if (absent && entry && isAbsent(absent, { entry, shape, ending }, known)) {
    known.uses.push({ stored: absent, at });
    return { object: null, isWhole: true, missing: [] };
  }
  const object: JsonObject = {};
  const missing: AskedField[] = [];
  let found = 0;
  for (const field of shape.fields) {
    // Of entities that are objects of one type the name of the type is known with anything else of them.
    if (field.name === '__typename') {
      setOwn(object, field.alias, shape.type);
      continue;
    }
    const stored = field.lifetime && entry?.get(field.keyOf(known.variables, ending));
    const before = known.uses.length;
    const value = stored && isUsable(stored, known) ? inflate(stored, { field, at }, known) : MISSING;
    if (value === MISSING) {
      // It is asked for anew, whole.
      known.uses.length = before;
      missing.push(field);
      continue;
    }
    found += 1;
    known.uses.push({ stored: stored!, at, alias: field.alias });
    setOwn(object, field.alias, value);
  }
  // That somebody is remembered to be there at all is something, too; of nobody not even that is known.
  if (found === 0) return { object: {}, isWhole: false, missing: shape.fields };
  return { object, isWhole: missing.length === 0, missing };
}

/** What may have changed without anybody having told is not fresh. Clocks of several gateways differ by less than a second. */
export function isFresh(
  { retrievedAtMs, freshUntilMs }: StoredField,
  { nowMs, sinceMs }: Pick<Known, 'nowMs' | 'sinceMs'>,
): boolean {
  return freshUntilMs > nowMs && retrievedAtMs >= sinceMs && retrievedAtMs < nowMs + CLOCKS_MS;
}

const CLOCKS_MS = 1_000;

/** What is not fresh may be given for as long as the schema allows that; what may have changed, only when the registry fails. */
function isUsable(stored: StoredField, known: Known): boolean {
  if (isFresh(stored, known)) return true;
  const { nowMs, sinceMs, mode } = known;
  if (mode === 'fresh' || (mode === 'revalidating' && stored.retrievedAtMs < sinceMs)) return false;
  // Of what nobody had when it was asked for there is no record that could say how old that is.
  if (stored.value === null && stored.retrievedAtMs < sinceMs) return false;
  const untilMs = stored[UNTIL[mode]];
  return untilMs > stored.freshUntilMs && untilMs > nowMs;
}

/** Whether it holds for these fields that there is nobody: none of them lives shorter, and none was answered since. */
function isAbsent(
  absent: StoredField,
  { entry, shape, ending }: { entry: Entry; shape: ObjectShape; ending: string },
  known: Known,
): boolean {
  if (!isUsable(absent, known)) return false;
  const { retrievedAtMs } = absent;
  return shape.fields.every((field) => {
    if (field.name === '__typename') return true;
    const since = entry.get(field.keyOf(known.variables, ending))?.retrievedAtMs ?? 0;
    return (
      field.lifetime !== undefined &&
      since <= retrievedAtMs &&
      retrievedAtMs + livesMs(field.lifetime, known) > known.nowMs
    );
  });
}

function livesMs(lifetime: Lifetime, { mode }: Known): number {
  return lifetime.freshMs + (mode === 'fresh' ? 0 : lifetime[LONGER[mode]]);
}

/** The names under which an object's fields are remembered. */
export function keysOf(
  { shape, suffix = '' }: { shape: ObjectShape; suffix?: string },
  { variables, caller }: Pick<Known, 'variables' | 'caller'>,
): string[] {
  const fields = shape.fields.filter(({ lifetime, name }) => lifetime && name !== '__typename');
  return [ABSENT + caller, ...fields.map((field) => field.keyOf(variables, suffix + caller))];
}

const MISSING = Symbol('not remembered');

/** A value with its entities in it. */
function inflate(
  { value, refs }: StoredField,
  { field, at }: { field: AskedField; at: ResponsePath },
  known: Known,
): unknown {
  if (refs.length === 0) return value;
  if (!field.below) return MISSING;
  const entities = new Map<string, unknown>();
  for (const ref of refs) entities.set(ref.path.join('\n'), ref);
  const top = [...at, field.alias];
  const walk = (value: unknown, field: AskedField, path: ResponsePath): unknown => {
    const ref = value === null ? entities.get(path.join('\n')) : undefined;
    if (ref) return entityOf(ref as Ref, { field, at: [...top, ...path] }, known);
    if (!field.below) return value;
    if (Array.isArray(value)) {
      const items = value.map((item, index) => walk(item, field, [...path, index]));
      return items.includes(MISSING) ? MISSING : items;
    }
    const type = isObject(value) ? typeOf(value, field) : undefined;
    if (!isObject(value) || type === undefined) return value;
    const copy: JsonObject = { ...value };
    for (const each of field.below(type).fields) {
      if (!each.below) continue;
      const below = walk(value[each.alias], each, [...path, each.alias]);
      if (below === MISSING) return MISSING;
      copy[each.alias] = below;
    }
    return copy;
  };
  return walk(value, field, []);
}

function entityOf(
  { name, type, key }: Ref,
  { field, at }: { field: AskedField; at: ResponsePath },
  known: Known,
): unknown {
  const shape = field.below!(type);
  const isKey = (each: AskedField) => each.isLeaf && each.alias === each.name && Object.hasOwn(key, each.name);
  const others = shape.fields.filter((each) => !isKey(each) && each.name !== '__typename');
  let object: JsonObject | null = {};
  if (others.length > 0) {
    const entry = known.entry(name, shape);
    if (entry === 'unread') return MISSING;
    const partly = putTogether(entry, { shape: { ...shape, fields: others }, at }, known);
    object = partly.isWhole ? partly.object : null;
  }
  if (!object) return MISSING;
  const whole: JsonObject = {};
  for (const each of shape.fields) {
    const value = each.name === '__typename' ? type : isKey(each) ? key[each.name] : object[each.alias];
    setOwn(whole, each.alias, value);
  }
  return whole;
}
