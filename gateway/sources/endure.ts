import { type Breaker, BreakerOpen, createBreaker } from '../breaker.js';
import type { BreakerConfig, RetryConfig } from '../config.js';
import type { BreakerState, Fetch, FetchExchange, FetchResult, FetchStep } from '../context.js';
import { Deadlines } from '../deadlines.js';
import { FetchError } from '../errors.js';
import { beginFetch, Stop } from './stop.js';

/** What a fetch step that endures faults knows of one subgraph. */
export interface Endurance {
  step: FetchStep;
  breaker(): BreakerState;
}

/** Retries that can be saved up, so that a quiet subgraph's first hiccups are all retried. */
const RETRIES_SAVED_MAX = 10;

/**
 * Deadline, breaker and retry for one subgraph. A read that got no answer is sent once more while the budget lasts; a
 * mutation never is. Failures one after another open the breaker: then fetches fail at once until a trial succeeds. A trial
 * that came to no end, because its client went away, MUST NOT close it.
 */
export function createEndurance(
  subgraph: string,
  { breaker, retry, fetchMs }: { breaker: BreakerConfig; retry: RetryConfig; fetchMs: number },
): Endurance {
  const policy = createBreaker({ ...breaker, isFailure: isOutage });
  let saved = RETRIES_SAVED_MAX;

  // Half a hundredth of the time that a fetch has: a deadline is as exact as it is short.
  const deadlines = new Deadlines(Math.min(50, Math.max(1, Math.round(fetchMs / 200))));
  const attempt = async (exchange: FetchExchange, next: Fetch): Promise<FetchResult> => {
    // The breaker would have a fetch wait for the trial under way, whatever the fetch's own deadline.
    if (policy.state() === 'half-open') throw tooEarly(subgraph);
    const isTrial = policy.state() === 'open';
    try {
      return await policy.execute(() => {
        const answer = next(exchange);
        return isTrial ? answer.catch((cause) => Promise.reject(new FailedTrial(cause))) : answer;
      });
    } catch (error) {
      if (error instanceof BreakerOpen) throw tooEarly(subgraph);
      throw error instanceof FailedTrial ? error.cause : error;
    }
  };

  const step: FetchStep = async (exchange, next) => {
    saved = Math.min(RETRIES_SAVED_MAX, saved + retry.budgetPercent / 100);
    const stop = new Stop(subgraph, fetchMs);
    const begun = begin(stop, exchange);
    const tick = deadlines.add(stop, fetchMs);
    exchange.stop = stop;
    try {
      return await attempt(exchange, next);
    } catch (error) {
      if (exchange.request.kind !== 'query' || !isWorthRetrying(error, policy) || saved < 1) throw error;
      saved -= 1;
      return await attempt(exchange, next);
    } finally {
      deadlines.remove(stop, tick);
      begun?.end();
    }
  };

  return { step, breaker: policy.state };
}

/** A fetch that others may wait for ends when those who share it say so, any other with its request. */
function begin(stop: Stop, { stop: shared, context }: FetchExchange): { end(): void } | undefined {
  if (!shared) return beginFetch(stop, { request: context.signal });
  if (shared.reason) stop.cancel();
  shared.onStop(() => stop.cancel());
  return undefined;
}

/** Whatever kept a trial from its answer: the breaker takes every error that it does not know for a success. */
class FailedTrial extends Error {
  constructor(cause: unknown) {
    super('the trial failed', { cause });
  }
}

function tooEarly(subgraph: string): FetchError {
  return new FetchError('overload', 'the breaker is open after repeated failures', { subgraph });
}

/** A client that went away says nothing of the subgraph's health, unless its fetch was the trial. */
function isOutage(error: Error): boolean {
  return error instanceof FailedTrial || (error instanceof FetchError && error.failure !== 'cancelled');
}

/** Once the deadline has passed, or the breaker is open, there is nothing to gain. */
function isWorthRetrying(error: unknown, policy: Breaker): boolean {
  return (
    error instanceof FetchError &&
    (error.failure === 'unreachable' || error.failure === 'overload') &&
    policy.state() === 'closed'
  );
}
