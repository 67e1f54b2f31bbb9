import type { FetchResult, ResponsePath } from '../context.js';
import type { Delivery, Part } from './entities.js';
import {
  Causes,
  ERRORS_A_FETCH_MAX,
  failureErrors,
  invalidAnswer,
  leftOut,
  maskedCode,
  type RunError,
  reportedErrors,
} from './errors.js';
import type { CompiledFetch } from './fetches.js';
import { addGap, applies, fieldPaths, hasAll, markDamaged, type Run } from './gaps.js';
import { PathIndex } from './path-index.js';
import { isObject, type JsonObject, pathsAt } from './paths.js';
import { renamePath } from './rewrites.js';

/** What a fetch left empty, told at the client's paths. None of this is done for an answer that is whole. */

/** A fetch that got no answer: an error for each field that is therefore empty. */
export function reportFailure(
  failure: unknown,
  { fetch, run, paths }: { fetch: CompiledFetch; run: Run; paths: readonly ResponsePath[] },
): void {
  const fields = fetch.represent ? paths : paths.flatMap((at) => fetch.fields[0]!.names.map((name) => [...at, name]));
  run.errors.push(...failureErrors(failure, fetch.subgraph, fields));
}

/**
 * Explains the objects that fetches did not ask for, because something that their representations need was not there, or they
 * themselves. Called when all fetches of a run are done, and those of the runs that it rests on, so that the explanation does not
 * hang on which of them failed first.
 */
export function reportBlocked(run: Run, above: readonly Run[] = []): void {
  if (run.errors.length === 0 && run.gaps.size === 0 && !run.asked.some(({ isWhole }) => !isWhole)) return;
  const runs = [...above, run];
  // Unless a fetch is known not to have brought all to an object, a registry has left out what was asked of it.
  const isExpected = new Set(runs.flatMap(({ gaps }) => [...gaps.keys()]));
  const causes = new Causes(runs.flatMap(({ errors }) => errors));
  for (const [fetch, targets] of askedByFetch(run)) {
    for (const [object, places] of pathsAt(run.data, fetch.at)) {
      if (targets.has(object) || hasAll(object, fetch.fields, run)) continue;
      if (fetch.represent?.textOf(object, () => false) === undefined) continue;
      addGap(run, object, fetch.fields);
      for (const at of places) {
        const paths = fieldPaths([at], { objects: [object], fetch, run });
        const caused = causes.explain(at, paths);
        if (caused.length === 0 && isExpected.has(object)) run.unknown.push(...paths);
        // What the client did not ask for there the plan needs elsewhere, maybe for objects of another type; what rests on it tells.
        const asked = () => paths.filter((path) => run.plan.clientPaths.of(path, run.data).length > 0);
        const told = caused.length > 0 || isExpected.has(object) ? caused : leftOut(asked());
        for (const error of told) causes.add(error);
        run.errors.push(...told);
      }
    }
  }
}

function askedByFetch({ asked }: Run): Map<CompiledFetch, Set<JsonObject>> {
  const byFetch = new Map<CompiledFetch, Set<JsonObject>>();
  for (const { fetch, targets } of asked) {
    const objects = byFetch.get(fetch) ?? new Set();
    byFetch.set(fetch, objects);
    for (const target of targets) for (const object of target) objects.add(object);
  }
  return byFetch;
}

/** What an answer to a fetch from the root reports, and what it leaves out without a word. */
export function reportRoot(
  result: FetchResult,
  { fetch, run, objects }: { fetch: CompiledFetch; run: Run; objects: readonly JsonObject[] },
): void {
  const places = [...pathsAt(run.data, fetch.at).values()].flat();
  const [{ names, certain }] = fetch.fields as [CompiledFetch['fields'][number]];
  const all = places.flatMap((at) => names.map((name) => [...at, name]));
  const known = new Set(names);
  const object = objects[0]!;
  const missing = isObject(result.data) ? certain.filter((name) => !Object.hasOwn(object, name)) : undefined;
  report(result, {
    fetch,
    run,
    // A path of the registry's own making, which leads nowhere in the client's answer, stands for the whole fetch.
    pathsOf(path) {
      const renamed = renamePath(fetch.outputRewrites, path);
      return known.has(String(renamed[0])) ? places.map((at) => [...at, ...renamed]) : all;
    },
    missing: missing ? places.flatMap((at) => missing.map((name) => [...at, name])) : all,
  });
}

/** What an answer with entities reports, and what it leaves out without a word. */
export function reportEntities(
  result: FetchResult,
  { delivery, part, targets, run }: { delivery: Delivery; part: Part; targets: readonly JsonObject[][]; run: Run },
): void {
  const { fetch } = part;
  const { entities, own, at, name } = delivery;
  const fieldsOf = (each: number) => fieldPaths(part.pathsOf(each), { objects: targets[each]!, fetch, run });
  const all = () => own.flatMap(fieldsOf);
  const missing: ResponsePath[] = [];
  if (!entities) missing.push(...all());
  for (const [index, each] of entities ? own.entries() : []) {
    const entity = entities?.[at[index]!];
    if (entity === null) run.unknown.push(...fieldsOf(each));
    else if (!isObject(entity)) missing.push(...fieldsOf(each));
    else missing.push(...lacking(part, each, { object: targets[each]![0]!, run }));
  }
  const ownAt = new Map(at.map((index, n) => [index, own[n]!]));
  report(result, {
    fetch,
    run,
    pathsOf([top, index, ...rest]) {
      // Of what was asked for in the same request by another part nothing is said here.
      if (top !== name) return delivery.names.includes(String(top)) ? [] : all();
      const each = ownAt.get(Number(index));
      if (each === undefined) return Number(index) < delivery.size ? [] : all();
      if (rest.length === 0) return fieldsOf(each);
      const below = renamePath(fetch.outputRewrites, rest);
      return part.pathsOf(each).map((path) => [...path, ...below]);
    },
    // What may not be null by the registry's schema has left the whole entity empty.
    besides([top, index, ...rest]) {
      const each = ownAt.get(Number(index));
      if (top !== name || each === undefined || rest.length === 0 || entities?.[Number(index)] !== null) return [];
      const [field] = renamePath(fetch.outputRewrites, rest);
      return fieldsOf(each).filter((path) => path.at(-1) !== field);
    },
    missing,
  });
}

/** The paths of what an entity should have brought to its places and did not. */
function lacking(part: Part, each: number, { object, run }: { object: JsonObject; run: Run }): ResponsePath[] {
  const names = part.fetch.fields
    .filter(({ typeCondition }) => applies(typeCondition, object, run))
    .flatMap(({ certain }) => certain.filter((name) => !Object.hasOwn(object, name)));
  return names.length === 0 ? [] : part.pathsOf(each).flatMap((path) => names.map((name) => [...path, name]));
}

/** Adds what the registry reported, and an error for each field that is missing without one. */
function report(
  result: FetchResult,
  at: {
    fetch: CompiledFetch;
    run: Run;
    pathsOf(path: ResponsePath): ResponsePath[];
    /** The fields beside that are empty by what stands at a path. */
    besides?(path: ResponsePath): ResponsePath[];
    missing: readonly ResponsePath[];
  },
): void {
  const { fetch, run, pathsOf, besides, missing } = at;
  const reported: RunError[] = [];
  const masked = new Set<string>();
  for (const error of result.errors ?? []) {
    if (reported.length >= ERRORS_A_FETCH_MAX) break;
    const path = error.path ?? [];
    reported.push(...reportedErrors(error, fetch.subgraph, pathsOf(path)));
    for (const beside of reportedErrors(error, fetch.subgraph, besides?.(path) ?? [])) {
      reported.push({ ...beside, isFromBeside: true });
    }
    const code = maskedCode(error);
    if (code !== undefined) masked.add(code);
  }
  logMasked([...masked], { fetch, run });
  const explained = new PathIndex(reported.map(({ path }) => path ?? []));
  const silent = missing.filter((path) => !explained.meets(path));
  const { failure } = result;
  const unsaid =
    failure === undefined ? invalidAnswer(fetch.subgraph, silent) : failureErrors(failure, fetch.subgraph, silent);
  const all = [...reported, ...unsaid];
  for (const { path } of all) markDamaged(run, path ?? [], fetch);
  run.errors.push(...all);
}

/** The codes only: what a registry says of itself stays in its own log, under the same request id. */
function logMasked(codes: readonly string[], { fetch, run }: { fetch: CompiledFetch; run: Run }): void {
  if (codes.length === 0) return;
  const { log, requestId } = run.exchange.context;
  log.warn({ requestId, subgraph: fetch.subgraph, codes }, 'a registry reported errors of its own');
}
