import { type ExecutionResult, execute, type GraphQLFieldResolver, type GraphQLFormattedError } from 'graphql';
import type { OperationExchange, ResponsePath } from '../context.js';
import type { JsonObject } from './paths.js';

/**
 * Shapes what the subgraphs brought into the answer to the operation, by the rules of GraphQL itself: order of the query,
 * merged fields, null propagation, leaf coercion, introspection. The merged data is keyed by response name, so the resolver
 * is a look-up. A value that does not fit the schema is null, with an error at its path, and is never repeated in a message.
 */
export function shape(
  { document, operation, schema, variables }: OperationExchange,
  data: JsonObject,
  errors: readonly GraphQLFormattedError[],
): { data: ExecutionResult['data']; errors: GraphQLFormattedError[] } {
  const result = execute({
    schema: schema.api,
    document,
    operationName: operation.name?.value,
    rootValue: data,
    variableValues: variables,
    fieldResolver: byResponseName,
    typeResolver: (value) => (value as { __typename?: string }).__typename,
  }) as ExecutionResult;
  const more = (result.errors ?? []).filter(
    // A field that is empty because its fetch failed has its error already.
    ({ path }) => !errors.some((error) => error.path && path && meet(error.path, path)),
  );
  return { data: result.data, errors: [...errors, ...more.map(({ path }) => doesNotFit(path ?? []))] };
}

// biome-ignore lint/complexity/useMaxParams: the signature is graphql-js's
const byResponseName: GraphQLFieldResolver<unknown, unknown> = (source, _args, _context, info) => {
  const object = source as JsonObject;
  const name = info.path.key;
  return Object.hasOwn(object, name) ? object[name] : undefined;
};

function doesNotFit(path: ResponsePath): GraphQLFormattedError {
  return {
    message: "The value of this field does not fit the schema, so it is left out; tell the registry's owner.",
    path,
    extensions: { code: 'INVALID_REGISTRY_ANSWER', reason: 'SOURCE_DOWN' },
  };
}

/** Whether one path begins with the other. */
function meet(one: ResponsePath, other: ResponsePath): boolean {
  return one.slice(0, other.length).every((part, index) => part === other[index]);
}
