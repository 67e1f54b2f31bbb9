import type { Fetch, OperationResult } from '../context.js';
import { FetchError } from '../errors.js';
import { shapeParts } from './deferred-parts.js';
import { type AnsweredPlace, placesOf } from './deferred-places.js';
import type { DeferredPlan, PartsPlan } from './deferred-plan.js';
import { fillGaps, type Run } from './gaps.js';
import { PartsToCome } from './parts-to-come.js';
import type { JsonObject } from './paths.js';
import { reportBlocked } from './report.js';
import { beginRun, type NewRun, runStep } from './run.js';
import { shape } from './shape.js';

/** One part of the operation on its way: what is answered at once, or a deferred fragment. */
interface Stage {
  readonly run: Run;
  /** The stage whose objects it is of. */
  readonly above?: Stage;
  /** Resolves when its own fetches, and those above, are done. */
  readonly fetched: Promise<void>;
  /** Resolves when its answer is on its way. */
  readonly answered: Promise<readonly AnsweredPlace[]>;
}

/**
 * Runs a plan whose answer comes in parts. All parts grow in one tree of data, and each begins as soon as the fetches are done that
 * it rests on; it is answered when the part above it is. Each asks for its entities alone, so that none waits for what another
 * asked of the same registry. The ledger goes on being written while parts come, but provenance is published with the
 * first part and covers that alone.
 */
export async function runInParts(given: NewRun, parts: PartsPlan): Promise<OperationResult> {
  const { exchange } = given;
  const stop = new AbortController();
  const later = new PartsToCome(countOf(parts.deferred), () => stop.abort());
  const done = new DoneFetches();
  const run: Run = { ...beginRun(given), onDone: (id) => done.add(id) };
  const fetched = (given.plan.step ? runStep(given.plan.step, run) : Promise.resolve()).then(() => reportBlocked(run));
  const first = fetched.then(() => shapeFirst(run, parts));
  const answered = first.then(({ data }): AnsweredPlace[] => [{ path: [], object: run.data, answer: data }]);
  const stage = { run, fetched, answered };
  const setting = { given: stoppable(given, stop.signal), done, later };
  for (const deferred of parts.deferred) defer(deferred, stage, setting);

  const { data, errors } = await first;
  const result = { data, ...(errors.length > 0 ? { errors } : {}), provenance: exchange.provenance };
  const [above] = await answered;
  const isWhole = parts.deferred.every((each) => placesOf(each, [above!], exchange.schema.api).length === 0);
  if (!isWhole) return { ...result, later };
  // No object is there that anything was deferred of.
  await later.return();
  return result;
}

/** What is answered at once: the operation without its deferred fragments. */
function shapeFirst(run: Run, { document, operation, first: plan }: PartsPlan): ReturnType<typeof shape> {
  return withNulls([run], () => shape({ ...run, plan, exchange: { ...run.exchange, document, operation } }));
}

/**
 * Shapes a part with null for what nobody brought. Then that is absent again: a fetch still to come MUST NOT take it for a null
 * that a registry holds, and ask for what is made of it.
 */
function withNulls<Shaped>(runs: readonly Run[], shapeIt: () => Shaped): Shaped {
  const filled: [object: JsonObject, name: string][] = [];
  for (const run of runs) fillGaps(run, filled);
  const shaped = shapeIt();
  for (const [object, name] of filled) delete object[name];
  return shaped;
}

function countOf(deferred: readonly DeferredPlan[]): number {
  return deferred.reduce((count, { nested }) => count + 1 + countOf(nested), 0);
}

/** What runs once nobody waits for it any more MUST NOT ask a registry for anything. */
function stoppable({ exchange, plan, fetch }: NewRun, stopped: AbortSignal): NewRun {
  const signal = AbortSignal.any([exchange.context.signal, stopped]);
  const context = Object.create(exchange.context, { signal: { value: signal } });
  const ask: Fetch = (asked) =>
    signal.aborted
      ? Promise.reject(new FetchError('cancelled', 'the request is over', { subgraph: asked.subgraph }))
      : fetch(asked);
  return { exchange: { ...exchange, context }, plan, fetch: ask };
}

interface Setting {
  readonly given: NewRun;
  readonly done: DoneFetches;
  readonly later: PartsToCome;
}

function defer(deferred: DeferredPlan, above: Stage, setting: Setting): void {
  const { given, done, later } = setting;
  const run: Run = { ...beginRun(given, above.run), onDone: (id) => done.add(id) };
  const stage = { run, above };
  const fetched = (async () => {
    await isReady(deferred, above, done);
    if (deferred.step) await runStep(deferred.step, run);
    await above.fetched;
    reportBlocked(run, runsAbove(stage));
  })();
  const answered = (async () => {
    const [places] = await Promise.all([above.answered, fetched]);
    const runs = [...runsAbove(stage), run];
    const fetchedThere = {
      run: { ...run, unknown: runs.flatMap(({ unknown }) => unknown) },
      errors: run.errors,
      errorsAbove: runsAbove(stage).flatMap(({ errors }) => errors),
    };
    const objects = placesOf(deferred, places, run.exchange.schema.api);
    const parts = withNulls(runs, () => shapeParts(deferred, objects, fetchedThere));
    later.give(parts.map(({ part }) => part));
    return parts;
  })();
  answered.catch((fault) => later.fail(fault));
  for (const nested of deferred.nested) defer(nested, Object.assign(stage, { fetched, answered }), setting);
}

function isReady({ isIndependent, depends }: DeferredPlan, above: Stage, done: DoneFetches): Promise<unknown> {
  if (depends.length > 0) return Promise.race([above.fetched, Promise.all(depends.map((id) => done.when(id)))]);
  return isIndependent ? Promise.resolve() : above.fetched;
}

type Begun = Pick<Stage, 'run' | 'above'>;

function runsAbove({ above }: Begun): Run[] {
  return above ? [...runsAbove(above), above.run] : [];
}

/** The fetches that are done, by the ids that the plan gives those which something deferred rests on. */
class DoneFetches {
  readonly #byId = new Map<string, { promise: Promise<void>; resolve(): void }>();

  add(id: string): void {
    this.#of(id).resolve();
  }

  when(id: string): Promise<void> {
    return this.#of(id).promise;
  }

  #of(id: string) {
    let known = this.#byId.get(id);
    if (!known) {
      let resolve = () => {};
      const promise = new Promise<void>((resolved) => {
        resolve = resolved;
      });
      this.#byId.set(id, (known = { promise, resolve }));
    }
    return known;
  }
}
