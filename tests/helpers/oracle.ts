import {
  buildSchema,
  execute,
  type GraphQLFieldResolver,
  type GraphQLFormattedError,
  type GraphQLSchema,
  isScalarType,
  parse,
  validate,
} from 'graphql';
import { compose } from '../../gateway/supergraph/compose.js';
import type { Resolvers } from './faulty-subgraph.js';
import { FEDERATION, type SubgraphOfTest } from './federation.js';

export interface OracleAnswer {
  /** As the client would read it: the fields in this order. */
  data: Record<string, unknown> | null;
  errors: readonly GraphQLFormattedError[];
  /** The fields that were resolved on the way, as `Type.field`, and as `Interface.field` of what their types implement. */
  resolved: ReadonlySet<string>;
}

/** What the answer must be, by graphql-js alone: one schema, no gateway, no subgraph. */
export interface Oracle {
  readonly schema: GraphQLSchema;
  ask(query: string, variables?: Record<string, unknown>): Promise<OracleAnswer>;
}

/**
 * The schema that clients see of these subgraphs, with resolvers over the whole data in one place. A resolver is looked up
 * by the field's type, then by the interfaces of that type. Fields in `failing` throw.
 */
export function createOracle(options: {
  subgraphs: Record<string, SubgraphOfTest>;
  resolvers: Resolvers;
  failing: ReadonlySet<string>;
}): Oracle {
  const { resolvers, failing } = options;
  const schema = buildSchema(apiSdlOf(options.subgraphs));
  for (const [name, scalar] of Object.entries(resolvers)) {
    const type = schema.getType(name);
    if (isScalarType(type)) Object.assign(type, scalar);
  }
  const coordinates = coordinatesIn(schema);

  return {
    schema,
    async ask(query, variables) {
      const document = parse(query);
      const mistakes = validate(schema, document);
      if (mistakes.length > 0) throw new Error(`the test asks what the schema has not: ${mistakes.join('\n')}`);
      const resolved = new Set<string>();
      const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (...given) => {
        const [source, args, context, info] = given;
        const names = coordinates(info.parentType.name, info.fieldName);
        for (const name of names) resolved.add(name);
        if (names.some((name) => failing.has(name))) throw new Error(`${names[0]} fails`);
        const resolve = names.map((name) => resolverAt(resolvers, name)).find((found) => found !== undefined);
        if (typeof resolve === 'function') return resolve(...given);
        const value = (source as Record<string, unknown> | undefined)?.[info.fieldName];
        return typeof value === 'function' ? value.call(source, args, context, info) : value;
      };
      const result = await execute({
        schema,
        document,
        variableValues: variables,
        fieldResolver,
        typeResolver: (value, ...rest) => {
          const [, , abstract] = rest;
          const named = (value as { __typename?: string } | null)?.__typename;
          return named ?? resolvers[abstract.name]?.__resolveType?.(value, ...rest);
        },
      });
      if (result.data === undefined) throw new Error(`the oracle refuses the question: ${result.errors?.join('\n')}`);
      const errors = (result.errors ?? []).map((error) => error.toJSON());
      return { data: result.data, errors, resolved };
    },
  };
}

/** The API schema of a composition. */
export function apiSdlOf(subgraphs: Record<string, SubgraphOfTest>): string {
  const files = Object.entries(subgraphs).map(([name, { sdl }]) => {
    return { name, url: `http://${name}`, file: `${name}.graphql`, text: FEDERATION + sdl };
  });
  const composition = compose(files);
  if (!composition.ok) throw new Error(composition.problems.join('\n'));
  return composition.apiSdl;
}

/** A field by the name of its own type first, then of each interface that declares it. */
function coordinatesIn(schema: GraphQLSchema): (typeName: string, field: string) => string[] {
  return (typeName, field) => {
    const type = schema.getType(typeName);
    const interfaces = type && 'getInterfaces' in type ? type.getInterfaces() : [];
    const declaring = interfaces.filter((candidate) => Object.hasOwn(candidate.getFields(), field));
    return [typeName, ...declaring.map(({ name }) => name)].map((name) => `${name}.${field}`);
  };
}

function resolverAt(resolvers: Resolvers, coordinate: string): unknown {
  const [type = '', field = ''] = coordinate.split('.');
  const own = Object.hasOwn(resolvers, type) ? resolvers[type] : undefined;
  return own && Object.hasOwn(own, field) ? own[field] : undefined;
}
