import { buildASTSchema, execute, extendSchema, GraphQLError, isObjectType, parse, visit } from 'graphql';

const FEDERATION = `
  scalar _Any
  extend type Query { _entities(representations: [_Any!]!): [_Entity]! }
`;

/**
 * A federated subgraph on plain graphql-js: SDL with `@key`, and resolvers by type and field. The entity of a representation
 * is what `entities[typename](representation)` returns, or the representation itself.
 * @returns what answers one request
 */
export function inMemorySubgraph(sdl, resolvers, entities = {}) {
  const schema = schemaOf(sdl);
  for (const [typeName, fields] of Object.entries(resolvers)) {
    for (const [name, resolve] of Object.entries(fields)) schema.getType(typeName).getFields()[name].resolve = resolve;
  }
  const entitiesField = schema.getQueryType().getFields()._entities;
  if (entitiesField) {
    entitiesField.resolve = (_, { representations }) =>
      representations.map((representation) => {
        const { __typename } = representation;
        const entity = entities[__typename]?.(representation) ?? representation;
        return { ...entity, __typename };
      });
  }
  return ({ query, variables, operationName }) => {
    const result = execute({ schema, document: parse(query), variableValues: variables, operationName });
    if (result instanceof Promise) throw new GraphQLError('an in-memory subgraph answers at once');
    return result;
  };
}

/** Without the directives that only composition reads. */
function schemaOf(sdl) {
  const keyed = new Set();
  const document = visit(parse(sdl), {
    SchemaExtension: () => null,
    ObjectTypeDefinition: (node) => {
      if (node.directives.some(({ name }) => name.value === 'key')) keyed.add(node.name.value);
    },
  });
  const schema = buildASTSchema(document, { assumeValidSDL: true });
  const names = [...keyed].filter((name) => isObjectType(schema.getType(name)));
  if (names.length === 0) return schema;
  const extension = parse(`${FEDERATION} union _Entity = ${names.join(' | ')}`);
  return extendSchema(schema, extension, { assumeValidSDL: true });
}
