import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type ExecutionResult,
  execute as executeDocument,
  type GraphQLError,
  type GraphQLFormattedError,
  type GraphQLResolveInfo,
  type GraphQLScalarSerializer,
  type GraphQLSchema,
  isObjectType,
  isScalarType,
  parse,
} from 'graphql';
import { ChangeFeed } from './changes.js';
import type { Database } from './database.js';
import { createDocumentCache } from './documents.js';
import { type Resolver, toFieldResolver } from './field-resolvers.js';
import { ProvenanceCollector, type ProvenanceReport, reportProvenance } from './provenance.js';
import { describeFault, isFault, type Log, toPublicError } from './public-error.js';
import { forgiveUnknownEnumValues, LIST_ITEMS_MAX, limitLists, scalarResolvers } from './scalars.js';

/** What every resolver gets, beside what its registry adds. Made anew for each request. */
export interface SubgraphContext {
  readonly provenance: ProvenanceCollector;
  readonly requestId: string | undefined;
  /** What is to be said of values that are handed out all the same. */
  readonly errors: GraphQLError[];
}

// biome-ignore lint/suspicious/noExplicitAny: the key fields of a representation, as a gateway sent them
type ReferenceResolver<Context> = (reference: any, context: Context, info: GraphQLResolveInfo) => unknown;

/** Resolvers by type and field; `__resolveReference` answers `_entities`. */
export interface Resolvers<Context> {
  readonly [type: string]: {
    readonly __resolveReference?: ReferenceResolver<Context>;
    readonly [field: string]: Resolver<Context> | ReferenceResolver<Context> | undefined;
  };
}

export interface SubgraphDefinition<Context extends SubgraphContext> {
  /** The file under `schema/`, and what provenance calls the registry. */
  readonly name: string;
  readonly resolvers: Resolvers<Context>;
  readonly database: Database;
  readonly log: Log;
  /** How many items of a list are handed out; the rest is reported as missing. */
  readonly listItemsMax?: number;
  openContext(base: SubgraphContext): Context;
  /** How long its answers hold if no record changes, milliseconds; absent: as long as the SDL says. */
  freshForMs?(): number;
}

export interface SubgraphRequest {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  readonly requestId?: string;
}

export interface SubgraphResponse {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly GraphQLFormattedError[];
  readonly extensions: { readonly provenance: ProvenanceReport };
  /** As `Cache-Control` says it over HTTP: at most so long may the answer be remembered. */
  readonly cacheControl?: { readonly freshMsMax: number; readonly isPrivate: false };
}

/** A registry as an Apollo Federation 2 subgraph: usable inside a process, and over HTTP by `serveSubgraph`. */
export interface Subgraph {
  readonly name: string;
  readonly sdl: string;
  readonly schema: GraphQLSchema;
  /** Which entities' answers have changed. */
  readonly changes: ChangeFeed;
  /** Never rejects: what goes wrong is in `errors`, without personal values, SQL or addresses. */
  execute(request: SubgraphRequest): Promise<SubgraphResponse>;
  /** The context of one request, for a server that executes by itself. */
  openContext(requestId?: string): SubgraphContext;
  /** What a caller may see of an error; a fault of the registry goes to its log, whole but for personal values. */
  publish(error: unknown, requestId?: string): GraphQLFormattedError;
  /** How long an answer that is begun now holds if no record changes, milliseconds; `undefined`: as long as the SDL says. */
  freshForMs(): number | undefined;
  /** Resolves when the database answers; rejects when it doesn't within the deadline. */
  ping(timeoutMs: number): Promise<void>;
  /** Ends the reads of changes that wait, then closes the database. */
  close(): Promise<void>;
}

/** Builds a registry's subgraph. Throws when a resolver is for a field that the schema doesn't have. */
export function createSubgraph<Context extends SubgraphContext>(definition: SubgraphDefinition<Context>): Subgraph {
  const { name, database, log } = definition;
  const sdl = readFileSync(require.resolve(`#schema/${name}.graphql`), 'utf8');
  const schema = buildSchema(sdl, definition.resolvers, definition.listItemsMax);
  const check = createDocumentCache(schema);
  const changes = new ChangeFeed(database, name.replaceAll('-', '_'));

  const openContext = (requestId?: string): Context =>
    definition.openContext({ provenance: new ProvenanceCollector(name), requestId, errors: [] });

  const publish = (error: unknown, requestId?: string): GraphQLFormattedError => {
    const formatted = toPublicError(error);
    if (isFault(formatted)) {
      const { path, extensions } = formatted;
      log({
        level: 'error',
        msg: formatted.message,
        registry: name,
        requestId,
        path,
        code: extensions?.code,
        fault: describeFault(error),
      });
    }
    return formatted;
  };

  return {
    name,
    sdl,
    schema,
    changes,
    openContext,
    publish,
    async execute({ query, operationName, variables, requestId }) {
      // Before the context, which knows what day it is.
      const freshMsMax = definition.freshForMs?.();
      const context = openContext(requestId);
      const { document, errors: rejected } = check(query);
      let result: ExecutionResult;
      try {
        result = document
          ? await executeDocument({ schema, document, contextValue: context, operationName, variableValues: variables })
          : { errors: rejected };
      } catch (error) {
        result = { errors: [error as never] };
      }
      const errors = [...(result.errors ?? []), ...context.errors];
      return {
        ...(result.data !== undefined && { data: result.data }),
        ...(errors.length > 0 && { errors: errors.map((error) => publish(error, requestId)) }),
        extensions: { provenance: context.provenance.report() },
        ...(freshMsMax === undefined ? {} : { cacheControl: { freshMsMax, isPrivate: false as const } }),
      };
    },
    freshForMs: () => definition.freshForMs?.(),
    ping: (timeoutMs) => database.ping(timeoutMs),
    close: () => changes.close().then(() => database.close()),
  };
}

function buildSchema<Context>(
  sdl: string,
  resolvers: Resolvers<Context>,
  listItemsMax = LIST_ITEMS_MAX,
): GraphQLSchema {
  const all = { ...adapt(resolvers), ...scalarResolvers };
  // The library's type has no room for `__resolveReference` or for the parts of a scalar.
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: all as never });
  for (const [typeName, fields] of Object.entries(resolvers)) assertFieldsExist(schema, typeName, Object.keys(fields));
  for (const [name, { serialize }] of Object.entries(scalarResolvers)) {
    const scalar = schema.getType(name);
    if (isScalarType(scalar)) scalar.serialize = serialize as GraphQLScalarSerializer<unknown>;
  }
  // The library would let one malformed representation, which throws at once, fail all the others of its fetch.
  for (const type of Object.values(schema.getTypeMap())) if (isObjectType(type)) rejectLater(type);
  limitLists(schema, listItemsMax);
  forgiveUnknownEnumValues(schema);
  reportProvenance(schema);
  return schema;
}

function adapt<Context>(resolvers: Resolvers<Context>): Record<string, Record<string, unknown>> {
  const adaptField = ([name, resolve]: [string, unknown]): [string, unknown] =>
    name.startsWith('__') ? [name, resolve] : [name, toFieldResolver(resolve as Resolver<Context>)];
  return Object.fromEntries(
    Object.entries(resolvers).map(([type, fields]) => [
      type,
      Object.fromEntries(Object.entries(fields).map(adaptField)),
    ]),
  );
}

/** The library ignores a resolver of an unknown field: a slip in a name would answer null for ever. */
function assertFieldsExist(schema: GraphQLSchema, typeName: string, fields: readonly string[]): void {
  const type = schema.getType(typeName);
  if (!isObjectType(type)) throw new Error(`resolvers of ${typeName}: the schema has no such type`);
  for (const field of fields) {
    if (!field.startsWith('__') && !type.getFields()[field]) {
      throw new Error(`resolver ${typeName}.${field}: the schema has no such field`);
    }
  }
}

interface EntityExtensions {
  apollo?: { subgraph?: { resolveReference?: ReferenceResolver<unknown> } };
}

function rejectLater(type: { extensions: unknown }): void {
  const entity = (type.extensions as EntityExtensions).apollo?.subgraph;
  const resolve = entity?.resolveReference;
  if (!entity || !resolve) return;
  entity.resolveReference = (reference, context, info) => {
    try {
      return resolve(reference, context, info);
    } catch (error) {
      return Promise.reject(error);
    }
  };
}
