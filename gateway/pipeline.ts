import type { Fetch, FetchStep, OperationExchange, OperationResult, OperationStep } from './context.js';
import { limitCost, limitFields, limitLists } from './demand/index.js';
import { publishProvenance, recordProvenance } from './provenance/index.js';
import { type Metrics, measureFetch, measureOperation } from './telemetry/index.js';

/**
 * What every operation passes, downwards in this order and upwards in the reverse: ad-hoc GraphQL, and what a dossier asks
 * of the registries. There is no side road.
 */
export function operationSteps(
  metrics: Metrics,
  {
    audit,
    spendBudget,
    registered,
    access,
    cache,
  }: Record<'registered' | 'access', OperationStep> &
    Record<'audit' | 'spendBudget' | 'cache', OperationStep | undefined>,
): OperationStep[] {
  return [
    // Outermost, so that refusals and every other step's time are measured, too.
    measureOperation(metrics),
    // Above whatever may refuse, and whatever changes the answer: what it writes down is what leaves.
    ...(audit ? [audit] : []),
    // What the operation was registered for, before it is looked into.
    registered,
    // Before anything is spent on the operation.
    limitLists,
    // Before planning, whose cost grows with the fragments spread out.
    limitFields,
    // When its size is known, and before anything is planned or fetched.
    limitCost((kind, cost) => metrics.operationCost.observe({ kind }, cost)),
    // What is too large costs its caller nothing; who tries what may not be read pays for it.
    ...(spendBudget ? [spendBudget] : []),
    // Reads the ledger when all fetches have written to it, and of what may be read only.
    publishProvenance,
    // Before anybody is asked for what may not be read; what is remembered, too, is asked for below.
    access,
    // Innermost, so that an answer which rests on nothing but what is remembered has passed what any other has.
    ...(cache ? [cache] : []),
  ];
}

/** What every fetch from a subgraph passes, downwards in this order and upwards in the reverse. */
export function fetchSteps(
  metrics: Metrics,
  { cache, endure }: { cache: FetchStep | undefined; endure: FetchStep },
): FetchStep[] {
  return [
    // Outermost, so that a retry and an open breaker are part of the time that the request waited.
    measureFetch(metrics),
    // Above whatever may answer in the registry's place, so that it notes what really answered.
    recordProvenance,
    // Asks on only for what it lacks.
    ...(cache ? [cache] : []),
    // Deadline, breaker and retry of this subgraph; it ends on the wire.
    endure,
  ];
}

/** Chains fetch steps into one fetch. The last step must not ask on. */
export function chainFetch(steps: readonly FetchStep[]): Fetch {
  return steps.reduceRight<Fetch>(
    (next, step) => (exchange) => step(exchange, next),
    () => Promise.reject(new Error('the last fetch step asked on')),
  );
}

/** Runs an operation through its steps; `execute` is what the innermost step calls. */
export function runOperation(
  steps: readonly OperationStep[],
  exchange: OperationExchange,
  execute: (exchange: OperationExchange) => Promise<OperationResult>,
): Promise<OperationResult> {
  const from = (index: number, asked: OperationExchange): Promise<OperationResult> => {
    const step = steps[index];
    return step ? step(asked, (changed = asked) => from(index + 1, changed)) : execute(asked);
  };
  return from(0, exchange);
}
