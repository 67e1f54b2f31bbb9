import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import type { GatewayExecutor, GatewayInterface } from '@apollo/server-gateway-interface';
import { type DocumentNode, GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Config } from './config.js';
import type { LoadedSchema, Log, OperationExchange, OperationResult, RequestContext } from './context.js';
import { GatewayError } from './errors.js';
import { describeFault } from './faults.js';
import { faultMessage } from './for-client.js';
import { withoutValues } from './mistake-message.js';

/** What the server needs of the supergraph's life. */
interface Life {
  readonly gateway: GatewayInterface;
  of(api: LoadedSchema['api']): LoadedSchema;
}

/**
 * Apollo Server parses, validates and answers; what it would have `ApolloGateway` execute goes through our steps instead.
 * The plugins of Apollo Server run side by side, so an ordered list of steps cannot be plugins.
 */
export function createApolloServer(parts: {
  config: Config;
  log: Log;
  life: Life;
  run(exchange: Omit<OperationExchange, 'provenance'>): Promise<OperationResult>;
  /** Told of each operation that is about to be executed, so that it can come the short way the next time. */
  onValidated(schema: LoadedSchema, text: string, document: DocumentNode): void;
}): ApolloServer<RequestContext> {
  const { config, log, life, run, onValidated } = parts;
  const execute = async ({ request, document, operation, ...rest }: Parameters<GatewayExecutor>[0]) => {
    if (!operation) {
      throw new GatewayError('BAD_USER_INPUT', 'Name in operationName which of the operations is to be run.');
    }
    const schema = life.of(rest.schema);
    onValidated(schema, rest.source, document);
    const result = await run({
      document,
      operation,
      variables: request.variables ?? {},
      schema,
      wantsProvenance: request.extensions?.provenance === true,
      context: rest.context as RequestContext,
    });
    const errors = result.errors?.map(
      ({ message, path, extensions }) => new GraphQLError(message, { path, extensions }),
    );
    const { data, extensions } = result;
    return { data: data ?? null, ...(errors ? { errors } : {}), ...(extensions ? { extensions } : {}) };
  };
  return new ApolloServer<RequestContext>({
    gateway: {
      onSchemaLoadOrUpdate: (callback) => life.gateway.onSchemaLoadOrUpdate(callback),
      async load(options) {
        await life.gateway.load(options);
        return { executor: execute };
      },
      stop: () => life.gateway.stop(),
    },
    introspection: config.introspection,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: config.production,
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: config.limits.tokensMax },
    plugins: [ApolloServerPluginLandingPageDisabled(), logFaults(log)],
    formatError: maskFault,
    logger: {
      debug() {},
      info() {},
      warn: (message) => log.warn({}, String(message)),
      error: (message) => log.error({}, String(message)),
    },
  });
}

/** Only an error thrown on purpose, or a client's mistake that the server found, is answered in its own words. */
function maskFault(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  if (!isFault(error, formatted.extensions?.code)) return withoutValues(formatted, error);
  const message = faultMessage('the x-request-id of this answer');
  return { message, path: formatted.path, extensions: { code: 'INTERNAL_SERVER_ERROR' } };
}

/** An error of ours with this code was logged where it was thrown. */
function isFault(error: unknown, code: unknown): boolean {
  return code === 'INTERNAL_SERVER_ERROR' && !(error instanceof GatewayError);
}

/** Logs the faults of the server itself here, because `formatError` doesn't know the request. */
function logFaults(log: Log): ApolloServerPlugin<RequestContext> {
  const logFault = (error: unknown, { requestId }: RequestContext) =>
    log.error({ requestId, fault: describeFault(unwrapResolverError(error)) }, 'an operation failed');
  return {
    unexpectedErrorProcessingRequest: async ({ error, requestContext }) => logFault(error, requestContext.contextValue),
    requestDidStart: async ({ contextValue }) => ({
      async didEncounterErrors({ errors }) {
        for (const error of errors) {
          if (isFault(error, error.extensions.code ?? 'INTERNAL_SERVER_ERROR')) logFault(error, contextValue);
        }
      },
    }),
  };
}

/** A graph without mutations is asked for one: the planner would call it a fault, but it is the client's mistake. */
export function refuseMissingRoot({ schema, operation }: Pick<OperationExchange, 'schema' | 'operation'>): void {
  if (operation.operation === 'subscription' || !schema.api.getRootType(operation.operation)) {
    throw new GatewayError('BAD_USER_INPUT', `This graph has no ${operation.operation}s; ask it with a query.`);
  }
}
