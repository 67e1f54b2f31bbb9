import { type DocumentNode, Kind, visit } from 'graphql';
import type { OperationStep } from '../context.js';
import { GatewayError } from '../errors.js';

/**
 * Refuses a request that hands in, by variable or by literal, a list of more than `listItemsMax` items, or variables that
 * nest deeper than `depthMax`.
 */
export const limitLists: OperationStep = (exchange, next) => {
  const { listItemsMax, depthMax } = exchange.context.config.limits;
  const given = extentOf(Object.values(exchange.variables), { listItemsMax, depthMax });
  const longest = Math.max(given.longest, longestLiteral(exchange.document));
  if (longest > listItemsMax) {
    const message = `The request hands in a list of ${longest} items; at most ${listItemsMax} are taken. Send it in parts.`;
    return Promise.reject(new GatewayError('OPERATION_TOO_LARGE', message));
  }
  if (given.depth > depthMax) {
    const message = `The variables nest deeper than ${depthMax} levels; send them flatter.`;
    return Promise.reject(new GatewayError('OPERATION_TOO_LARGE', message));
  }
  return next();
};

const literals = new WeakMap<DocumentNode, number>();

/** The length of the longest list written into a document, its fragments included. */
function longestLiteral(document: DocumentNode): number {
  let longest = literals.get(document);
  if (longest === undefined) {
    longest = 0;
    visit(document, {
      enter(node) {
        if (node.kind === Kind.LIST) longest = Math.max(longest ?? 0, node.values.length);
      },
    });
    literals.set(document, longest);
  }
  return longest;
}

/**
 * The longest list at any depth, and that depth, as far as the first that is too much; walked level by level, since variables nest as
 * the client likes.
 */
function extentOf(
  values: readonly unknown[],
  { listItemsMax, depthMax }: { listItemsMax: number; depthMax: number },
): { longest: number; depth: number } {
  let longest = 0;
  let depth = 0;
  let level = values;
  while (level.length > 0 && depth <= depthMax) {
    const below: unknown[] = [];
    for (const value of level) {
      if (Array.isArray(value)) longest = Math.max(longest, value.length);
      if (longest > listItemsMax) return { longest, depth };
      if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) below.push(item);
    }
    level = below;
    depth += 1;
  }
  return { longest, depth };
}
