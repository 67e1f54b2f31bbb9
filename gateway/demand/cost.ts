import { type OperationDefinitionNode, valueFromASTUntyped } from 'graphql';
import type { LoadedSchema, OperationExchange, OperationStep } from '../context.js';
import { GatewayError } from '../errors.js';
import { measureCost } from './actual-cost.js';
import { resolve, type Variables } from './amount.js';
import { holds } from './collection.js';
import { type CostPlan, planCost, type SlicedField } from './cost-plan.js';
import { longest } from './slices.js';
import { weightsOf } from './weights.js';

type Asked = Pick<OperationExchange, 'document' | 'operation' | 'schema' | 'variables' | 'context'>;

interface Compiled extends CostPlan {
  readonly schema: LoadedSchema;
  /** What variables are that the client leaves out; absent: they are nothing. */
  readonly defaults: Variables | undefined;
}

const compiled = new WeakMap<OperationDefinitionNode, Compiled>();

/** What an operation will cost at most, with these variables: see `limitCost`. MUST be asked only of what `limitFields` let pass. */
export function estimateCost(asked: Asked): number {
  const plan = compile(asked);
  return resolve(plan.root.estimate, variablesOf(plan, asked));
}

/**
 * Refuses what is too dear, before anything is fetched: by IBM's cost directives (`@cost`, `@listSize`) with the weights as
 * Apollo's routers add them up. An object costs 1 and a scalar nothing, or what `@cost` says of the field or else of the type; a
 * list as much as its items, whose number is what `@listSize` says; arguments cost what `@cost` says, an input object 1.
 *
 * A page longer than `pageItemsMax` is refused even if it is cheap. With `extensions: { cost: true }`, or such a header, the answer
 * says in `extensions.cost` what was estimated, what may be, and what the answer cost by the lists as they came.
 */
export function limitCost(observe: (kind: 'estimated' | 'actual', cost: number) => void): OperationStep {
  return (exchange, next) => {
    const { costMax } = exchange.context.config.limits;
    const plan = compile(exchange);
    const variables = variablesOf(plan, exchange);
    const estimated = resolve(plan.root.estimate, variables);
    observe('estimated', estimated);
    const refusal = refusalOf(plan.sliced, variables, exchange) ?? refusalOfCost(estimated, costMax);
    if (refusal) return Promise.reject(refusal);
    return next().then((result) => {
      const { wantsCost } = exchange;
      // An answer that is a text already is read again only for who asks, and one in parts has not come whole.
      if (result.later || (result.json && !wantsCost)) return result;
      const actual = measureCost(plan.root, result.data, variables);
      observe('actual', actual);
      if (!wantsCost) return result;
      const cost = { estimated, max: costMax || null, actual };
      return { ...result, data: result.data, extensions: { ...result.extensions, cost } };
    });
  };
}

function compile({ document, operation, schema, context }: Asked): Compiled {
  const known = compiled.get(operation);
  if (known?.schema === schema) return known;
  const rootType = schema.full.getRootType(operation.operation)?.name;
  if (rootType === undefined) throw new Error('the cost of an operation was asked that the graph has no root for');
  const { listItemsAssumed } = context.config.limits;
  const plan = planCost({ document, operation, rootType }, { weights: weightsOf(schema), listItemsAssumed });
  const fresh = { ...plan, schema, defaults: defaultsOf(operation) };
  compiled.set(operation, fresh);
  return fresh;
}

function defaultsOf({ variableDefinitions = [] }: OperationDefinitionNode): Variables | undefined {
  const given = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)] as const] : [],
  );
  return given.length > 0 ? Object.fromEntries(given) : undefined;
}

function variablesOf({ defaults }: Compiled, { variables }: Asked): Variables {
  return defaults ? { ...defaults, ...variables } : variables;
}

function refusalOfCost(estimated: number, costMax: number): GatewayError | undefined {
  if (costMax === 0 || estimated <= costMax) return undefined;
  const message = `The operation is estimated to cost ${estimated}, and at most ${costMax} is taken. Ask for fewer fields or shorter lists, or in several requests.`;
  return new GatewayError('OPERATION_TOO_DEAR', message, { cost: { estimated, max: costMax } });
}

function refusalOf(
  sliced: readonly SlicedField[],
  variables: Variables,
  { context }: Pick<OperationExchange, 'context'>,
): GatewayError | undefined {
  const { schemaDetails, limits } = context.config;
  for (const { name, conditions, slicingArguments, requireOne, slices: of } of sliced) {
    if (!holds(conditions, variables)) continue;
    const slices = typeof of === 'function' ? of(variables) : of;
    if ((longest(slices) ?? 0) > limits.pageItemsMax) {
      const message = `The operation asks for more than ${limits.pageItemsMax} items of a list at once; ask for them page by page.`;
      return new GatewayError('OPERATION_TOO_LARGE', message);
    }
    if (requireOne && limits.costMax > 0 && slices.length !== 1) {
      // Whoever has seen no schema is not told one.
      const which = schemaDetails ? slicingArguments.join(', ') : 'its arguments for that';
      const message = `How many items of ${name} are asked for must be said, by exactly one of ${which}.`;
      return new GatewayError('BAD_USER_INPUT', message);
    }
  }
  return undefined;
}
