import { buildSchema, type DocumentNode, execute, type GraphQLSchema, isAbstractType, isObjectType } from 'graphql';
import type { Thing, World } from './world.js';

export interface Oracle {
  readonly schema: GraphQLSchema;
  ask(document: DocumentNode, variables: Record<string, unknown>): Record<string, unknown>;
}

/** One plain graphql-js schema of everything that clients see, over the same world. Rejects an answer with errors: it has none. */
export function createOracle(apiSdl: string, world: World): Oracle {
  const schema = buildSchema(apiSdl);
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    if (isAbstractType(type)) type.resolveType = (thing: Thing) => thing.type;
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      field.resolve = (thing: Thing, args) => world.value(thing, field.name, { args });
    }
  }
  return {
    schema,
    ask(document, variableValues) {
      const result = execute({ schema, document, variableValues, rootValue: world.query });
      if (result instanceof Promise) throw new Error('the oracle answers at once');
      if (result.errors || !result.data) throw new Error(`the oracle errs: ${result.errors?.[0]?.message}`);
      return JSON.parse(JSON.stringify(result.data)) as Record<string, unknown>;
    },
  };
}
