import { BrokenCircuitError, CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from 'cockatiel';
import type { BreakerState } from './context.js';

export { BrokenCircuitError as BreakerOpen };

/** Leaves alone for a while what has failed several times in a row, then lets one trial through. */
export interface Breaker {
  state(): BreakerState;
  /** Rejects with `BreakerOpen` while it is open; during a trial whoever else comes waits for it. */
  execute<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Told when it opens, and when it has closed again. */
  onChange(listener: (state: 'open' | 'closed') => void): void;
}

const STATES: Partial<Record<CircuitState, BreakerState>> = {
  [CircuitState.Open]: 'open',
  [CircuitState.Isolated]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
};

/** `isFailure`: of which errors the breaker takes note. */
export function createBreaker(options: {
  failuresMax: number;
  openMs: number;
  isFailure(error: Error): boolean;
}): Breaker {
  const policy = circuitBreaker(handleWhen(options.isFailure), {
    halfOpenAfter: options.openMs,
    breaker: new ConsecutiveBreaker(options.failuresMax),
  });
  return {
    state: () => STATES[policy.state] ?? 'closed',
    execute: (work) => policy.execute(work),
    onChange(listener) {
      policy.onBreak(() => listener('open'));
      policy.onReset(() => listener('closed'));
    },
  };
}
