import type { Fetch, OperationExchange, ResponsePath } from '../context.js';
import type { createEntityLoader } from './entities.js';
import type { RunError } from './errors.js';
import type { CompiledFetch, TopFields } from './fetches.js';
import { type JsonObject, setOwn } from './paths.js';
import type { Plan } from './plan.js';
import type { IsDamaged } from './representations.js';
import { isOfType } from './rewrites.js';

/** One run of a plan: `data`, `errors` and `unknown` grow while it goes. */
export interface Run {
  readonly exchange: OperationExchange;
  readonly plan: Plan;
  /** The first of the fetch steps. */
  readonly fetch: Fetch;
  readonly data: JsonObject;
  readonly errors: RunError[];
  /** Fields that are empty without an error: the registry has no record of the entity that they are of. */
  readonly unknown: ResponsePath[];
  /** Objects to which fetches did not bring all, and what they should have brought: null in the end, if nobody else brings it. */
  readonly gaps: Map<JsonObject, (readonly TopFields[])[]>;
  /** What fetches of entities asked for. */
  readonly asked: (Pick<Waiting, 'targets' | 'isWhole'> & { readonly fetch: CompiledFetch })[];
  /** What fetches wait for that began since the last answer came, by what they are for (`CompiledFetch.objects`). */
  readonly waiting: Map<string, Waiting>;
  /**
   * Fields of objects that are not as the registry has them, because an error stands at, above or below them; and the fetches that
   * met with the errors.
   */
  readonly damaged: Map<JsonObject, Map<string, Set<CompiledFetch>>>;
  readonly entities: ReturnType<typeof createEntityLoader>;
  /** Called when a fetch is done that something deferred rests on, with its id in the plan. */
  onDone?(id: string): void;
}

/** Objects that a fetch is for: the representations by which they are found, each once, with all objects that wait for it. */
export interface Waiting {
  readonly context: JsonObject;
  readonly texts: readonly string[];
  readonly targets: readonly JsonObject[][];
  /** Whether all objects could be represented. */
  readonly isWhole: boolean;
}

/** Whether an object has what a fetch must bring to it. */
export function hasAll(object: JsonObject, fields: readonly TopFields[], run: Run): boolean {
  return fields.every(
    ({ certain, typeCondition }) =>
      certain.every((name) => object[name] !== undefined) || !applies(typeCondition, object, run),
  );
}

export function applies(typeCondition: string | undefined, object: JsonObject, { exchange }: Run): boolean {
  return typeCondition === undefined || isOfType(exchange.schema.full, object, typeCondition);
}

/** Notes that a fetch did not bring to an object all that it should have brought. */
export function addGap({ gaps }: Run, object: JsonObject, fields: readonly TopFields[]): void {
  const known = gaps.get(object);
  if (known) known.push(fields);
  else gaps.set(object, [fields]);
}

/**
 * Notes that what a fetch brought to a path of the merged data is damaged, and with it all that holds it: a field that requires it
 * MUST NOT be asked for, for it would be made of a null that no registry holds.
 */
export function markDamaged({ data, damaged }: Run, path: ResponsePath, fetch: CompiledFetch): void {
  let value: unknown = data;
  for (const part of path) {
    if (typeof value !== 'object' || value === null) return;
    if (typeof part === 'string') {
      const object = value as JsonObject;
      const fields = damaged.get(object) ?? new Map<string, Set<CompiledFetch>>();
      damaged.set(object, fields.set(part, (fields.get(part) ?? new Set()).add(fetch)));
    }
    value = Object.hasOwn(value, part) ? (value as JsonObject)[part] : undefined;
  }
}

/**
 * Whether a field of an object is damaged by what was done before a fetch. What else has failed by then does not count, for that
 * hangs on which registry is faster.
 */
export function isDamagedFor({ after }: CompiledFetch, { damaged }: Run): IsDamaged {
  return (object, name) => [...(damaged.get(object)?.get(name) ?? [])].some((fetch) => after.has(fetch));
}

/** Makes null what nobody brought; `filled` gets what that is. */
export function fillGaps(run: Run, filled?: [object: JsonObject, name: string][]): void {
  for (const [object, lists] of run.gaps) {
    for (const { names, typeCondition } of lists.flat()) {
      if (!applies(typeCondition, object, run)) continue;
      for (const name of names) {
        if (Object.hasOwn(object, name)) continue;
        setOwn(object, name, null);
        filled?.push([object, name]);
      }
    }
  }
}

/** Where the client sees the fields that a fetch brings to objects: what is null there if the fetch fails. */
export function fieldPaths(
  paths: readonly ResponsePath[],
  { objects, fetch, run }: { objects: readonly JsonObject[]; fetch: CompiledFetch; run: Run },
): ResponsePath[] {
  const [object] = objects;
  if (!object) return [];
  const names = fetch.fields
    .filter(({ typeCondition }) => applies(typeCondition, object, run))
    .flatMap((fields) => fields.names);
  // Without its type nothing more is known of an object, whichever fields were asked of that type.
  const isOfUnknownType = fetch.tellsType && run.plan.abstractTypes.has(String(object.__typename));
  if (names.length === 0 || isOfUnknownType) return [...paths];
  return paths.flatMap((path) => names.map((name) => [...path, name]));
}
