import { Kind, type OperationDefinitionNode, parse } from 'graphql';
import type { LoadedSchema, OperationExchange, OperationResult, RequestContext } from '../../gateway/context.js';
import { estimateCost, limitCost } from '../../gateway/demand/index.js';
import { type ConfigOfTest, configOf } from './federation.js';
import { schemaOf } from './front-door.js';

/** An operation of a request on its way through the steps, as far as its cost goes. */
export function exchangeOf(
  schema: LoadedSchema,
  query: string,
  { variables = {}, config }: { variables?: Record<string, unknown>; config?: ConfigOfTest } = {},
): OperationExchange {
  const document = parse(query, { noLocation: true });
  const isOperation = ({ kind }: { kind: string }) => kind === Kind.OPERATION_DEFINITION;
  const operation = document.definitions.find(isOperation) as OperationDefinitionNode;
  const context = { config: configOf(config) } as RequestContext;
  return { document, operation, variables, schema, context } as OperationExchange;
}

/** What operations on a graph of one subgraph are estimated to cost. */
export function estimatesOn(sdl: string) {
  const schema = schemaOf(sdl);
  return (query: string, variables?: Record<string, unknown>, config?: ConfigOfTest) =>
    estimateCost(exchangeOf(schema, query, { variables, config }));
}

/** What an answer is said to have cost. */
export async function actualCost(exchange: OperationExchange, data: Record<string, unknown>): Promise<number> {
  const step = limitCost(() => {});
  const result = await step({ ...exchange, wantsCost: true }, async () => ({ data }) as OperationResult);
  const { cost } = result.extensions as { cost: { actual: number } };
  return cost.actual;
}
