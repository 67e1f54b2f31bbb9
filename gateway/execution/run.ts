import type { AnsweredValues, ResponsePath, TakenAs } from '../context.js';
import { createEntityLoader, type Delivery, type Outcome, type Outgoing, type Part } from './entities.js';
import type { CompiledFetch } from './fetches.js';
import { contextsOf } from './from-context.js';
import { addGap, fieldPaths, fillGaps, hasAll, isDamagedFor, type Run, type Waiting } from './gaps.js';
import { copyOf, isObject, type JsonObject, merge, objectsAt, pathsAt, setOwn } from './paths.js';
import { reportBlocked, reportEntities, reportFailure, reportRoot } from './report.js';
import { Alike, type IsDamaged } from './representations.js';
import { applyRewrites, renamePath } from './rewrites.js';
import { namesAt } from './selections.js';
import type { Step } from './steps.js';

export type NewRun = Pick<Run, 'exchange' | 'plan' | 'fetch'>;

/** Runs a whole plan on an empty answer. Rejects for a fault of ours only: what a registry did wrong is in `errors`. */
export async function runPlan(given: NewRun): Promise<Run> {
  const run = beginRun(given);
  if (given.plan.step) await runStep(given.plan.step, run);
  reportBlocked(run);
  fillGaps(run);
  return run;
}

/** A run of steps, on an empty answer or on what others have brought already. */
export function beginRun(
  given: NewRun,
  { data, damaged }: Pick<Run, 'data' | 'damaged'> = { data: {}, damaged: new Map() },
): Run {
  const send = (outgoing: Outgoing) => ask(outgoing, { ...given, data });
  const entities = createEntityLoader({ merge: given.plan.merge, send });
  return {
    ...given,
    data,
    errors: [],
    unknown: [],
    gaps: new Map(),
    asked: [],
    waiting: new Map(),
    damaged,
    entities,
  };
}

export function runStep(step: Step, run: Run): Promise<void> {
  switch (step.kind) {
    case 'sequence':
      return runSequence(step.steps, run);
    case 'parallel':
      return Promise.all(step.steps.map((each) => runStep(each, run))) as Promise<unknown> as Promise<void>;
    case 'fetch':
      return step.fetch.represent ? fetchEntities(step.fetch, run) : fetchRoot(step.fetch, run);
    case 'done':
      return Promise.resolve(run.onDone?.(step.id));
  }
}

async function runSequence(steps: readonly Step[], run: Run): Promise<void> {
  for (const step of steps) await runStep(step, run);
}

async function ask(outgoing: Outgoing, run: Pick<Run, 'exchange' | 'fetch' | 'plan' | 'data'>): Promise<Outcome> {
  const { exchange, fetch } = run;
  const { context, provenance, schema } = exchange;
  const { forwarded } = context;
  const { subgraph, request, variables, representations } = outgoing;
  const { clientPaths } = run.plan;
  const valuesAt = (path: ResponsePath, as?: TakenAs) => {
    const { places, names } = outgoing.mergedAt(path);
    if (as) return places.flatMap((place) => clientPaths.of(place, run.data)).map((at) => taken(at, as));
    const valuesOf = (place: ResponsePath) => clientPaths.valuesAt(place, run.data, names);
    return places.length === 1 ? valuesOf(places[0]!) : places.flatMap(valuesOf);
  };
  try {
    const asked = { subgraph, request, variables, representations, schema, provenance, context, forwarded, valuesAt };
    return { result: await fetch(asked) };
  } catch (failure) {
    return { failure };
  }
}

function taken(path: ResponsePath, as: TakenAs): AnsweredValues {
  return as === 'whole' ? { path } : { path: path.slice(0, -1), names: [String(path.at(-1))] };
}

async function fetchRoot(fetch: CompiledFetch, run: Run): Promise<void> {
  // A payload of a mutation may hold the query root: then the fetch is for the objects at its place.
  const objects = objectsAt(run.data, fetch.at);
  if (objects.length === 0) return;
  if (fetch.request.kind === 'mutation') run.entities.forget();
  let known: ResponsePath[] | undefined;
  const paths = () => (known ??= [...pathsAt(run.data, fetch.at).values()].flat());
  const outcome = await ask(
    {
      subgraph: fetch.subgraph,
      request: fetch.request,
      variables: variablesOf(fetch, run),
      representations: [],
      mergedAt(path) {
        const below = renamePath(fetch.outputRewrites, path);
        return { places: paths().map((at) => [...at, ...below]), names: namesAt(fetch, below) };
      },
    },
    run,
  );
  if ('failure' in outcome) {
    reportFailure(outcome.failure, { fetch, run, paths: paths() });
    for (const object of objects) addGap(run, object, fetch.fields);
    return;
  }
  run.waiting.clear();
  const { result } = outcome;
  const isCopied = result.isShared === true;
  if (isObject(result.data)) {
    for (const [index, object] of objects.entries()) {
      const data = index > 0 || isCopied ? copyOf(result.data) : result.data;
      applyRewrites(run.exchange.schema.full, fetch.outputRewrites, data);
      merge(object, data, run.plan.abstractTypes);
    }
  }
  const isWhole =
    !result.errors && isObject(result.data) && objects.every((object) => hasAll(object, fetch.fields, run));
  if (isWhole) return;
  reportRoot(result, { fetch, run, objects });
  for (const object of objects) addGap(run, object, fetch.fields);
}

async function fetchEntities(fetch: CompiledFetch, run: Run): Promise<void> {
  const waiting = fetch.context.length === 0 ? [waitingFor(fetch, run)] : waitingInContexts(fetch, run);
  const loads = waiting.map(async ({ context, texts, targets, isWhole }) => {
    run.asked.push({ fetch, targets, isWhole });
    if (texts.length === 0) return;
    const part = partOf(fetch, { context, texts, targets }, run);
    for (const delivery of await run.entities.load(part)) take(delivery, { part, targets, run });
  });
  await (loads.length === 1 ? loads[0] : Promise.all(loads));
}

/** Fetches that begin at the same moment often are for the same objects, found by the same keys. */
function waitingFor(fetch: CompiledFetch, run: Run): Waiting {
  // What is damaged is so for some fetches and not for others.
  const known = run.damaged.size === 0 ? run.waiting.get(fetch.objects) : undefined;
  const waiting = known ?? representAll(fetch, { objects: objectsAt(run.data, fetch.at), context: {} }, run);
  run.waiting.set(fetch.objects, waiting);
  return waiting;
}

function waitingInContexts(fetch: CompiledFetch, run: Run): Waiting[] {
  const places = contextsOf(fetch, run.data, run.exchange.schema.full);
  return places.map((some) => representAll(fetch, some, run));
}

/** The representations of objects, each once, with all objects that wait for it. */
function representAll(
  fetch: CompiledFetch,
  { objects, context }: { objects: readonly JsonObject[]; context: JsonObject },
  run: Run,
): Waiting {
  const texts: string[] = [];
  const targets: JsonObject[][] = [];
  let isWhole = true;
  const known = new Map<string, JsonObject[]>();
  const alike = new Alike();
  const isDamaged: IsDamaged = run.damaged.size > 0 ? isDamagedFor(fetch, run) : () => false;
  for (const object of objects) {
    // Most objects of a long list are known by their values already, without the text of their representation.
    const fields = run.damaged.size === 0 ? fetch.represent!.plainFields(object) : undefined;
    const place = fields && alike.placeOf(object, fields);
    if (place?.objects) {
      place.objects.push(object);
      continue;
    }
    const text = fetch.represent!.textOf(object, isDamaged);
    if (text === null) isWhole = false;
    if (typeof text !== 'string') continue;
    let target = known.get(text);
    if (target) target.push(object);
    else {
      target = [object];
      known.set(text, target);
      texts.push(text);
      targets.push(target);
    }
    if (place) place.objects = target;
  }
  return { context, texts, targets, isWhole };
}

function partOf(fetch: CompiledFetch, { context, texts, targets }: Omit<Waiting, 'isWhole'>, run: Run): Part {
  let places: Map<JsonObject, ResponsePath[]> | undefined;
  const pathsOf = (index: number) => {
    places ??= pathsAt(run.data, fetch.at);
    const objects = targets[index] ?? [];
    const placesOf = (object: JsonObject) => places?.get(object) ?? [];
    return objects.length === 1 ? placesOf(objects[0]!) : objects.flatMap(placesOf);
  };
  return { fetch, variables: variablesOf(fetch, run), context, texts, pathsOf };
}

/** Merges what was delivered, and says what is missing. */
function take(
  delivery: Delivery,
  { part, targets, run }: { part: Part; targets: readonly JsonObject[][]; run: Run },
): void {
  const { fetch } = part;
  const { entities, isCopied, own, at, outcome } = delivery;
  run.waiting.clear();
  let isWhole = entities !== undefined && 'result' in outcome && outcome.result.errors === undefined;
  if (entities) {
    for (let n = 0; n < own.length; n += 1) {
      const entity = entities[at[n]!];
      const objects = targets[own[n]!]!;
      if (isObject(entity)) mergeEntity(isCopied ? copyOf(entity) : entity, objects, { fetch, run });
      isWhole &&= isObject(entity) && objects.every((object) => hasAll(object, fetch.fields, run));
    }
  }
  if (isWhole) return;
  for (const each of own) for (const object of targets[each]!) addGap(run, object, fetch.fields);
  if ('failure' in outcome) {
    const paths = own.flatMap((each) => fieldPaths(part.pathsOf(each), { objects: targets[each]!, fetch, run }));
    reportFailure(outcome.failure, { fetch, run, paths });
  } else {
    reportEntities(outcome.result, { delivery, part, targets, run });
  }
}

/**
 * Objects of one part share what was brought to them: their paths differ in list indexes only, so all that is fetched later
 * goes to all of them alike. Arguments from the context are the exception: there each object has its own.
 */
function mergeEntity(
  entity: JsonObject,
  objects: readonly JsonObject[],
  { fetch, run }: { fetch: CompiledFetch; run: Run },
): void {
  const { full } = run.exchange.schema;
  if (fetch.outputRewrites.length > 0) {
    if (entity.__typename === undefined) setOwn(entity, '__typename', objects[0]?.__typename);
    applyRewrites(full, fetch.outputRewrites, entity);
  }
  const { sharesObjects, abstractTypes } = run.plan;
  let isFirst = true;
  for (const object of objects) {
    merge(object, sharesObjects || isFirst ? entity : copyOf(entity), abstractTypes);
    isFirst = false;
  }
}

function variablesOf({ variables }: CompiledFetch, { exchange }: Run): JsonObject {
  const values: JsonObject = {};
  for (const { name, client } of variables) {
    if (Object.hasOwn(exchange.variables, client)) setOwn(values, name, exchange.variables[client]);
  }
  return values;
}
