import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import type { GatewayExecutor, GatewayInterface } from '@apollo/server-gateway-interface';
import type { GraphQLFormattedError, GraphQLSchema } from 'graphql';
import type { Config } from './config.js';
import type { LoadedSchema, Log, OperationExchange } from './context.js';
import { GatewayError, MisfitError } from './errors.js';
import { describeFault } from './faults.js';
import { faultMessage } from './for-client.js';
import { isRequestError } from './graphql-answer.js';
import type { Answer, Asked } from './http.js';
import type { JsonObject } from './json-object.js';
import type { KnownOperation, KnownOperations } from './known-operations.js';
import { withoutValues } from './mistake-message.js';
import { servedSchema } from './served-schema.js';

/** How many mistakes in one operation a client is told at once. */
const MISTAKES_MAX = 20;

/** What the server needs of the supergraph's life. */
interface Life {
  readonly gateway: GatewayInterface;
  of(api: LoadedSchema['api']): LoadedSchema;
}

/** A request whose operation is to be run. */
export interface Admitted {
  readonly operation: KnownOperation;
  readonly variables: JsonObject;
  readonly extensions?: JsonObject;
}

/** What Apollo Server says of one request: either `admitted` is set, or its answer is the client's. */
interface Admission {
  readonly requestId: string;
  admitted?: Admitted;
  /** The answer says nothing but that the operation cannot be run, in a request that was itself well-formed. */
  isRequestError?: boolean;
  /** It was refused for what it asks for: what is said of it rests on the schema. */
  isMisfit?: boolean;
  code?: string;
}

/** Apollo Server copies a context; what is written must be below it. */
export interface AdmissionContext {
  readonly admission: Admission;
}

/** A request as Apollo Server is to see it. */
export interface AdmissionRequest {
  readonly asked: Asked;
  /** The content type that the client gets. */
  readonly contentType: string;
  readonly body: unknown;
  readonly search: string;
}

/**
 * Apollo Server parses, validates and refuses. What it would have `ApolloGateway` execute it only admits: the operation goes
 * through our steps and is answered where all are, so that those which are known need not come this way.
 */
export function createApolloServer(parts: {
  config: Config;
  log: Log;
  life: Life;
  known: KnownOperations;
}): ApolloServer<AdmissionContext> {
  const { config, log, life, known } = parts;
  const byServed = new WeakMap<GraphQLSchema, LoadedSchema>();
  const admit = async ({ request, document, operation, source, schema, context }: Parameters<GatewayExecutor>[0]) => {
    const loaded = byServed.get(schema);
    if (!loaded) throw new Error('an operation was validated on a schema that was never served');
    const text = known.remember(loaded, source, document);
    const named = operation && text.operation(operation.name?.value);
    if (!named) {
      throw new GatewayError('BAD_USER_INPUT', 'Name in operationName which of the operations is to be run.');
    }
    const { variables = {}, extensions } = request;
    (context as AdmissionContext).admission.admitted = { operation: named, variables, extensions };
    return { data: null };
  };
  return new ApolloServer<AdmissionContext>({
    gateway: {
      onSchemaLoadOrUpdate: (callback) =>
        life.gateway.onSchemaLoadOrUpdate(({ apiSchema, coreSupergraphSdl }) => {
          const loaded = life.of(apiSchema);
          const served = servedSchema(loaded);
          byServed.set(served, loaded);
          callback({ apiSchema: served, coreSupergraphSdl });
        }),
      async load(options) {
        await life.gateway.load(options);
        return { executor: admit };
      },
      stop: () => life.gateway.stop(),
    },
    introspection: config.introspection,
    includeStacktraceInErrorResponses: false,
    // What is not told need not be found out: not what else is wrong, nor what may have been meant. Where it is told, what may have
    // been meant costs a millisecond for each mistake.
    validationOptions: config.schemaDetails ? { maxErrors: MISTAKES_MAX } : { maxErrors: 1, hideSuggestions: true },
    allowBatchedHttpRequests: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: config.limits.tokensMax },
    // Texts that passed are among the known operations, and are found there before a request comes here.
    documentStore: config.shortWay ? null : undefined,
    persistedQueries: { cache: { get: async () => undefined, set: async () => {}, delete: async () => {} } },
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      noteRequestErrors,
      logFaults(log),
    ],
    formatError: maskFault,
    logger: {
      debug() {},
      info() {},
      warn: (message) => log.warn({}, String(message)),
      error: (message) => log.error({}, String(message)),
    },
  });
}

/** What Apollo Server answers to a request that may not be run. */
export interface Refused {
  readonly refused: Answer;
  readonly isRequestError: boolean;
  readonly isMisfit: boolean;
  /** The code of its first error. */
  readonly code: string;
}

/** Asks Apollo Server whether a request may be run; its answer, if it may not. */
export async function admission(
  server: ApolloServer<AdmissionContext>,
  { asked, contentType, body, search }: AdmissionRequest,
): Promise<Admitted | Refused> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(asked.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  headers.set('accept', contentType);
  const says: Admission = { requestId: asked.requestId };
  const answer = await server.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: asked.method, headers, search, body },
    context: async () => ({ admission: says }),
  });
  if (says.admitted) return says.admitted;
  if (answer.body.kind !== 'complete') throw new Error('Apollo Server refused a request in parts');
  const refused = {
    status: answer.status ?? 200,
    headers: Object.fromEntries(answer.headers),
    body: answer.body.string,
  };
  const { isRequestError = false, isMisfit = false, code = FAULT } = says;
  return { refused, isRequestError, isMisfit, code };
}

const noteRequestErrors: ApolloServerPlugin<AdmissionContext> = {
  requestDidStart: async () => ({
    async willSendResponse({ response, document, contextValue: { admission } }) {
      if (response.body.kind !== 'single') return;
      const { errors } = response.body.singleResult;
      admission.isRequestError = isRequestError(errors);
      admission.code = String(errors?.[0]?.extensions?.code ?? FAULT);
      // What cannot be parsed is the same on every schema.
      admission.isMisfit = document !== undefined && !errors?.some(({ extensions }) => extensions?.code === FAULT);
    },
  }),
};

/** Only an error thrown on purpose, or a client's mistake that the server found, is answered in its own words. */
function maskFault(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  if (!isFault(error, formatted.extensions?.code)) return withoutValues(formatted, error);
  const message = faultMessage('the x-request-id of this answer');
  return { message, path: formatted.path, extensions: { code: FAULT } };
}

const FAULT = 'INTERNAL_SERVER_ERROR';

/** An error of ours with this code was logged where it was thrown. */
function isFault(error: unknown, code: unknown): boolean {
  return code === FAULT && !(error instanceof GatewayError);
}

/** Logs the faults of the server itself here, because `formatError` doesn't know the request. */
function logFaults(log: Log): ApolloServerPlugin<AdmissionContext> {
  const logFault = (error: unknown, { admission: { requestId } }: AdmissionContext) =>
    log.error({ requestId, fault: describeFault(unwrapResolverError(error)) }, 'an operation failed');
  return {
    unexpectedErrorProcessingRequest: async ({ error, requestContext }) => logFault(error, requestContext.contextValue),
    requestDidStart: async ({ contextValue }) => ({
      async didEncounterErrors({ errors }) {
        for (const error of errors) {
          if (isFault(error, error.extensions.code ?? FAULT)) logFault(error, contextValue);
        }
      },
    }),
  };
}

/** A graph without mutations is asked for one: the planner would call it a fault, but it is the client's mistake. */
export function refuseMissingRoot({ schema, operation }: Pick<OperationExchange, 'schema' | 'operation'>): void {
  if (operation.operation === 'subscription' || !schema.api.getRootType(operation.operation)) {
    throw new MisfitError('BAD_USER_INPUT', `This graph has no ${operation.operation}s; ask it with a query.`);
  }
}
