import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type DocumentNode, execute, parse, visit } from 'graphql';
import type { FetchResult, LoadedSchema, RequestContext } from './context.js';

/** The URL under which the gateway itself is composed into the supergraph. */
export const OWN_URL = 'local:gateway';

/** Whether a supergraph has what the gateway adds; one of somebody else's hasn't. */
export function hasOwnSubgraph({ subgraphs }: LoadedSchema): boolean {
  return [...subgraphs.values()].some(({ url }) => url === OWN_URL);
}

/** What rests on what the registries say, on the log, or on the day. */
const CHANGING = /^(dossier|procedures|auditEntries|auditEntry|auditLog|unusualReading|askedAlthoughHeld|myDataUses)$/;

/** Fetches from it are made by the planner, so there are few different ones; each is parsed once. */
const DOCUMENTS_MAX = 1_000;

/**
 * What the gateway itself adds to the supergraph (`schema/gateway.graphql`), called in this process like any registry that
 * runs in it. Its resolvers get the request's context, so that a dossier's reads pass the same steps as any operation; they
 * run on `loaded`, which their operations were compiled for, even if a newer supergraph has begun to serve meanwhile. So
 * there is one for each supergraph, and a request is answered by that of the supergraph on which it began.
 */
function createOwnSubgraph(resolvers: object, loaded: LoadedSchema) {
  const typeDefs = parse(readFileSync(require.resolve('#schema/gateway.graphql'), 'utf8'));
  const schema = buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]);
  const known = new Map<string, { document: DocumentNode; isConstant: boolean }>();

  const knownOf = (query: string) => {
    let of = known.get(query);
    if (!of) {
      if (known.size >= DOCUMENTS_MAX) known.clear();
      const document = parse(query, { noLocation: true });
      known.set(query, (of = { document, isConstant: !asksFor(CHANGING, document) }));
    }
    return of;
  };

  return {
    isGateway: true as const,
    ping: async () => {},
    async execute(request: { query: string; variables: Record<string, unknown>; context: RequestContext }) {
      const { context } = request;
      const run: RequestContext['run'] = (document, variables) => context.run(document, variables, loaded);
      const contextValue: RequestContext = Object.create(context, { run: { value: run } });
      const { document, isConstant } = knownOf(request.query);
      const result = await execute({
        schema,
        document,
        variableValues: request.variables,
        contextValue,
      });
      for (const { originalError } of result.errors ?? []) {
        // A fault of ours must not pass for a registry's: it is logged and masked where all faults are.
        if (originalError && !('extensions' in originalError)) throw originalError;
      }
      const errors = result.errors?.map((error) => error.toJSON());
      // It holds no record: what it says comes from nowhere but the request and the forms.
      return {
        ...result,
        errors,
        isConstant,
        extensions: { provenance: { records: [] } },
      } as FetchResult;
    },
  };
}

/** Whether a document asks for a field of such a name anywhere. */
function asksFor(names: RegExp, document: DocumentNode): boolean {
  let asks = false;
  visit(document, { Field: (field) => void (asks ||= names.test(field.name.value)) });
  return asks;
}

type OwnSubgraph = ReturnType<typeof createOwnSubgraph>;

/**
 * What the gateway adds to each supergraph, made before it serves; a request is answered by its own's. `prepare` gives the resolvers
 * and whatever else is to be known of a supergraph that the gateway is part of.
 */
export function createOwnSubgraphs<Own extends { resolvers: object }>(
  prepare: (schema: LoadedSchema) => Own,
): {
  subgraph: Pick<OwnSubgraph, 'isGateway' | 'ping' | 'execute'>;
  /** `undefined`: the supergraph is somebody else's. */
  prepare(schema: LoadedSchema): Own | undefined;
} {
  const bySchema = new WeakMap<LoadedSchema, OwnSubgraph>();
  return {
    prepare(schema) {
      if (!hasOwnSubgraph(schema)) return undefined;
      const own = prepare(schema);
      bySchema.set(schema, createOwnSubgraph(own.resolvers, schema));
      return own;
    },
    subgraph: {
      isGateway: true,
      ping: async () => {},
      execute: async (request: Parameters<OwnSubgraph['execute']>[0] & { schema?: LoadedSchema }) => {
        const own = request.schema && bySchema.get(request.schema);
        if (!own) throw new Error('a supergraph without the gateway in it was asked for what the gateway adds');
        return own.execute(request);
      },
    },
  };
}
