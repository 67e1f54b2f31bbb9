import {
  type ExecutionResult,
  execute,
  type FragmentDefinitionNode,
  type GraphQLFieldResolver,
  type GraphQLFormattedError,
  Kind,
} from 'graphql';
import type { OperationExchange, ResponsePath } from '../context.js';
import { ERRORS_A_FETCH_MAX } from './errors.js';
import { type JsonObject, meet } from './paths.js';
import type { Plan } from './plan.js';
import { resolveType } from './resolve-type.js';
import type { Run } from './run.js';
import { selects } from './selections.js';

/**
 * Shapes what the subgraphs brought into the answer to the operation, by the rules of GraphQL itself: order of the query,
 * merged fields, null propagation, leaf coercion, introspection. The merged data is keyed by response name, so the resolver
 * is a look-up. A value that does not fit the schema is null, with an error at its path, and is never repeated in a message.
 */
export function shape(
  exchange: OperationExchange,
  { data, errors, unknown, plan }: Pick<Run, 'data' | 'errors' | 'unknown' | 'plan'>,
): { data: ExecutionResult['data']; errors: GraphQLFormattedError[] } {
  const result = execute({
    schema: exchange.schema.api,
    document: exchange.document,
    operationName: exchange.operation.name?.value,
    rootValue: data,
    variableValues: exchange.variables,
    fieldResolver: byResponseName,
    typeResolver: resolveType,
  }) as ExecutionResult;
  const explained = atAskedPaths(exchange, errors);
  const more: GraphQLFormattedError[] = [];
  for (const { path = [] } of result.errors ?? []) {
    if (more.length >= ERRORS_A_FETCH_MAX) break;
    // A field that is empty because its fetch failed has its error already.
    if (errors.some((error) => error.path && meet(error.path, path))) continue;
    const isUnknown = unknown.some((known) => meet(known, path));
    more.push(isUnknown ? noRecord(path) : doesNotFit(path, plan));
  }
  return { data: result.data, errors: [...explained, ...more] };
}

const byResponseName: GraphQLFieldResolver<unknown, unknown> = (...[source, , , { path }]) => {
  const object = source as JsonObject;
  const name = path.key;
  return Object.hasOwn(object, name) ? object[name] : undefined;
};

/** The errors at paths that the client asked for: one of a field that only the plan needs goes to the object that it is of. */
export function atAskedPaths(
  { document, operation }: OperationExchange,
  errors: readonly GraphQLFormattedError[],
): GraphQLFormattedError[] {
  if (errors.length === 0) return [];
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const isAsked = (path: ResponsePath) =>
    selects(
      operation.selectionSet,
      path.filter((part) => typeof part === 'string'),
      { fragments },
    );
  const placed = new Map<string, GraphQLFormattedError>();
  for (const error of errors) {
    let path = error.path ?? [];
    while (path.length > 0 && !isAsked(path)) path = path.slice(0, -1);
    placed.set(JSON.stringify([path, error.message]), { ...error, path });
  }
  return [...placed.values()];
}

function noRecord(path: ResponsePath): GraphQLFormattedError {
  const message = 'The registry has no record to take this field from, so it is left out.';
  return { message, path, extensions: { code: 'NO_RECORD', reason: 'NO_RECORD' } };
}

function doesNotFit(path: ResponsePath, plan: Plan): GraphQLFormattedError {
  const [registry, ...others] = plan.suppliersOf(path);
  return {
    message: "The value of this field does not fit the schema, so it is left out; tell the registry's owner.",
    path,
    extensions: {
      code: 'INVALID_REGISTRY_ANSWER',
      ...(others.length === 0 && registry ? { registry } : {}),
      reason: 'SOURCE_DOWN',
    },
  };
}
