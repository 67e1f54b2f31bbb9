import { getVariableValues } from 'graphql';
import type { Fetch, LoadedSchema, OperationExchange, OperationResult } from '../context.js';
import { GatewayError } from '../errors.js';
import { createPlanner } from './plan.js';
import { type Run, runPlan } from './run.js';
import { atAskedPaths, shape } from './shape.js';

export interface Engine {
  /** Plans, runs and shapes one operation. Rejects with a `GatewayError` when its variables do not fit. */
  execute(exchange: OperationExchange): Promise<OperationResult>;
  /** Prepares a schema for planning before the first request needs it, and refuses one that cannot be planned on. */
  prepare(schema: LoadedSchema): void;
}

/** The executor of query plans. `fetch` is the head of the fetch steps. */
export function createEngine(fetch: Fetch): Engine {
  const planners = new WeakMap<LoadedSchema, ReturnType<typeof createPlanner>>();
  const plannerOf = (schema: LoadedSchema) => {
    let planner = planners.get(schema);
    if (!planner) planners.set(schema, (planner = createPlanner(schema)));
    return planner;
  };

  return {
    prepare: (schema) => void plannerOf(schema),
    async execute(exchange) {
      refuseBadVariables(exchange);
      const plan = plannerOf(exchange.schema)(exchange.document, exchange.operation);
      const run: Run = { exchange, plan, fetch, data: {}, errors: [], unknown: [] };
      await runPlan(run);
      const { data, errors } = run;
      const projected = plan.project?.(data);
      const shaped = projected ? { data: projected, errors: atAskedPaths(exchange, errors) } : shape(exchange, run);
      return {
        data: shaped.data,
        ...(shaped.errors.length > 0 ? { errors: shaped.errors } : {}),
        provenance: exchange.provenance,
      };
    },
  };
}

function refuseBadVariables({ schema, operation, variables }: OperationExchange): void {
  const { errors } = getVariableValues(schema.api, operation.variableDefinitions ?? [], variables, { maxErrors: 10 });
  if (!errors) return;
  const named = errors.map(({ message }) => /^Variable "\$(\w+)"/.exec(message)?.[1]).filter(Boolean);
  const names = [...new Set(named)].map((name) => `$${name}`).join(', ');
  throw new GatewayError(
    'BAD_USER_INPUT',
    `These variables are missing or do not fit their declared types: ${names || 'unknown'}. Send a value of that type.`,
  );
}
