import { visit } from 'graphql';
import type { OperationStep } from '../context.js';
import { GatewayError } from '../errors.js';

/** Refuses a request that hands in, by variable or by literal, a list of more than `listItemsMax` items. */
export const limitLists: OperationStep = (exchange, next) => {
  const { listItemsMax } = exchange.context.config.limits;
  let longest = longestGiven(Object.values(exchange.variables));
  visit(exchange.operation, {
    ListValue: ({ values }) => {
      longest = Math.max(longest, values.length);
    },
  });
  if (longest > listItemsMax) {
    const message = `The request hands in a list of ${longest} items; at most ${listItemsMax} are taken. Send it in parts.`;
    return Promise.reject(new GatewayError('OPERATION_TOO_LARGE', message));
  }
  return next();
};

/** The length of the longest list at any depth; walked with a stack of its own, since variables nest as the client likes. */
function longestGiven(values: readonly unknown[]): number {
  const waiting = [...values];
  let longest = 0;
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (Array.isArray(value)) longest = Math.max(longest, value.length);
    if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) waiting.push(item);
  }
  return longest;
}
