import type { GraphQLSchema } from 'graphql';
import type { LoadedSchema } from './context.js';

const served = new WeakMap<LoadedSchema, GraphQLSchema>();

/**
 * The schema that clients' operations are validated on: what they see, with `@defer`, which graphql-js 16 does not know of
 * itself. The same object for the same supergraph.
 */
export function servedSchema(loaded: LoadedSchema): GraphQLSchema {
  let schema = served.get(loaded);
  if (!schema) {
    schema = loaded.supergraph.apiSchema().toGraphQLJSSchema({ includeDefer: true });
    served.set(loaded, schema);
  }
  return schema;
}
