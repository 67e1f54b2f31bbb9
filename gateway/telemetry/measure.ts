import type { FetchStep, OperationStep } from '../context.js';
import { codeOf, FetchError } from '../errors.js';
import { describeFault } from '../faults.js';
import type { Metrics } from './metrics.js';

const NAME_LENGTH_MAX = 64;

/** Measures and logs each operation: its name, how long it took, the codes of its errors; no variables, no values. */
export function measureOperation(metrics: Metrics): OperationStep {
  return async ({ operation, context }, next) => {
    const end = metrics.operationSeconds.startTimer();
    const entry = { requestId: context.requestId, operation: operation.name && loggedName(operation.name.value) };
    try {
      const result = await next();
      const codes = new Set(result.errors?.map(({ extensions }) => String(extensions?.code ?? 'none')));
      const seconds = end({ outcome: codes.size > 0 ? 'errors' : 'ok' });
      context.log.info({ ...entry, ms: toMs(seconds), errors: result.errors?.length, codes: [...codes] }, 'operation');
      return result;
    } catch (error) {
      const code = codeOf(error);
      context.log.info({ ...entry, ms: toMs(end({ outcome: 'refused' })), codes: [code] }, 'operation refused');
      throw error;
    }
  };
}

/** Measures each fetch and logs the failed ones; a failure's message may name a host, so it is logged and never answered. */
export function measureFetch(metrics: Metrics): FetchStep {
  return async (exchange, next) => {
    const { subgraph, context } = exchange;
    const end = metrics.fetchSeconds.startTimer({ subgraph });
    const tell = (error: unknown) => {
      const failure = error instanceof FetchError ? error.failure : 'unexpected';
      const ms = toMs(end({ outcome: failure }));
      const message = error instanceof FetchError ? error.message : undefined;
      const cause = error instanceof Error && error.cause instanceof Error ? describeFault(error.cause) : undefined;
      const entry = { requestId: context.requestId, subgraph, failure, ms, problem: message, cause };
      context.log.warn(entry, 'fetch failed');
    };
    try {
      const result = await next(exchange);
      if (result.failure !== undefined) tell(result.failure);
      else end({ outcome: result.errors?.length ? 'errors' : 'ok' });
      return result;
    } catch (error) {
      tell(error);
      throw error;
    }
  };
}

/** A client may have written a personal number into the name of its operation, or anything else, at any length. */
function loggedName(name: string): string {
  return name.replace(/[\d_]{6,}/g, '…').slice(0, NAME_LENGTH_MAX);
}

function toMs(seconds: number): number {
  return Math.round(seconds * 1e5) / 100;
}
