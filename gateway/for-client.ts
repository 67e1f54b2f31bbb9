import type { Log, OperationExchange, OperationResult } from './context.js';
import { GatewayError } from './errors.js';
import { describeFault } from './faults.js';

/** So that a dead registry under a long list does not make an answer of errors; what else is null has none of its own. */
export const ERRORS_SENT_MAX = 100;

type RunOperation = (exchange: Omit<OperationExchange, 'provenance'>) => Promise<OperationResult>;

/**
 * Runs an operation whose result goes out to a client: with so many errors at most and, of a fault, which nobody threw on
 * purpose, nothing but where its operators find it. What a dossier runs it reads whole, so that is not run through here.
 */
export function forClient(run: RunOperation, log: Log): RunOperation {
  return async (exchange) => {
    try {
      const result = await run(exchange);
      const { errors, refusal } = result;
      if (refusal) throw refusal;
      return errors && errors.length > ERRORS_SENT_MAX
        ? { ...result, data: result.data, errors: errors.slice(0, ERRORS_SENT_MAX) }
        : result;
    } catch (error) {
      if (error instanceof GatewayError) throw error;
      const { requestId } = exchange.context;
      log.error({ requestId, fault: describeFault(error) }, 'an operation failed');
      throw faultOf(`the request id ${requestId}`);
    }
  };
}

/** What the caller learns of a fault: nothing but where its operators find it. */
export function faultMessage(reference: string): string {
  return `Something went wrong here. Quote ${reference} to its operators.`;
}

/** What a fault is to the caller. */
export function faultOf(reference: string): GatewayError {
  return new GatewayError('INTERNAL_SERVER_ERROR', faultMessage(reference));
}
