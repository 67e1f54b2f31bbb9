import type { OperationStep } from '../context.js';
import { GatewayError } from '../errors.js';
import type { KnownOperations } from '../known-operations.js';

/**
 * Refuses a registered operation that is asked for another purpose than those that it was registered for. What a request may
 * read for a purpose is not decided here, and neither is whether it must declare one.
 */
export function enforceDeclaredPurpose({ registrationOf }: Pick<KnownOperations, 'registrationOf'>): OperationStep {
  return ({ schema, document, context }, next) => {
    const { purpose } = context.identity;
    if (!purpose) return next();
    const { purposes, owner } = registrationOf(schema, document) ?? {};
    if (!purposes || purposes.has(purpose.procedure)) return next();
    const message =
      `This operation is registered for other procedures than the one that the request declares: ${[...purposes].join(', ')}. ` +
      `Ask for one of them, or have its owner${owner ? `, ${owner},` : ''} register it for yours.`;
    return Promise.reject(new GatewayError('NOT_PERMITTED', message));
  };
}
