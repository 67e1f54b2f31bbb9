import { GraphQLError } from 'graphql';

/**
 * Every code that the gateway puts in `extensions.code`, with the HTTP status of an answer that is nothing but this error.
 * `null`: the error stands beside data and leaves the status alone. A message says what is wrong and how to mend it, and
 * MUST NOT repeat a value of the request or of a record.
 */
export const ERROR_STATUS = {
  BAD_USER_INPUT: 400,
  OPERATION_TOO_LARGE: 400,
  /** The operation, its variables or its id do not fit what is served. */
  GRAPHQL_VALIDATION_FAILED: 400,
  /** The planner would have a field computed from something else than it requires. */
  OPERATION_CANNOT_BE_PLANNED: 400,
  BAD_REQUEST: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  /** The caller may not read this for the purpose that the request declares. */
  NOT_PERMITTED: 403,
  /** The purpose is missing, or is none. */
  PURPOSE_REQUIRED: 403,
  /** The estimated cost is over the bound. */
  OPERATION_TOO_DEAR: 400,
  /** Only registered operations are taken. */
  OPERATION_NOT_REGISTERED: 403,
  /** The caller has no budget left for now. */
  BUDGET_SPENT: 429,
  NOT_FOUND: 404,
  /** No operation is registered under the id that was asked for. */
  UNKNOWN_OPERATION: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  /** The request did not come in time. */
  REQUEST_TIMEOUT: 408,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  /** The address and the headers are too long together, or there are too many headers. */
  HEADERS_TOO_LARGE: 431,
  INTERNAL_SERVER_ERROR: 500,
  /** The keys that tokens are verified with cannot be fetched, and none are known. */
  ISSUER_UNREACHABLE: 503,
  /** What the gateways share cannot be asked. */
  CACHE_UNREACHABLE: 503,
  /** It cannot be recorded who reads this, so nobody may. */
  AUDIT_UNAVAILABLE: 503,
  /** A procedure that no form exists for. */
  UNKNOWN_PROCEDURE: null,
  /** A procedure whose form is not yet, or no longer, in force. */
  PROCEDURE_NOT_IN_FORCE: null,
  /** The parties do not fit the procedure's roles. */
  INVALID_PARTIES: null,
  /** A field that must have a value rests on a record that its registry has not. */
  NO_RECORD: null,
  /** The registry did not answer, or answered with an error of its own. Only its own fields are null. */
  REGISTRY_UNAVAILABLE: null,
  /** The registry answered with something that does not fit its schema. */
  INVALID_REGISTRY_ANSWER: null,
  /** The time for the request was up before the registry answered. */
  DEADLINE: null,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** An error thrown on purpose: its message reaches the caller as it is. */
export class GatewayError extends GraphQLError {
  /** Headers of an answer that is nothing but this error. */
  headers?: Readonly<Record<string, string>>;

  constructor(
    readonly code: ErrorCode,
    message: string,
    extensions: Record<string, unknown> = {},
  ) {
    const status = ERROR_STATUS[code];
    super(message, { extensions: { ...extensions, code, ...(status === null ? {} : { http: { status } }) } });
    this.name = 'GatewayError';
  }

  withHeaders(headers: Readonly<Record<string, string>>): this {
    this.headers = headers;
    return this;
  }
}

/** The code that a client gets of an error: of one that nobody threw on purpose, that of a fault. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof GatewayError ? error.code : 'INTERNAL_SERVER_ERROR';
}

/**
 * An operation, its variables or its id do not fit what is served. The message helps whoever wrote them, and tells something of the
 * schema: where schema details are off, `UNTOLD` is answered in its place.
 */
export class MisfitError extends GatewayError {}

/**
 * The one answer to all that does not fit, whatever it is: were there two, or a place in one, whoever guesses names would learn from
 * it which there are.
 */
export const UNTOLD = new GatewayError(
  'GRAPHQL_VALIDATION_FAILED',
  'This cannot be run as it was sent: the operation, its variables or its id do not fit what is served here, or it asks for the ' +
    'schema. Validate it on the schema that the operators give you (npm run contract), or try it where SCHEMA_DETAILS is on.',
);

/** The answer to who asks for what is not open to all, and does not say who asks (RFC 6750, section 3). */
export const WHO_ASKS = new GatewayError(
  'UNAUTHENTICATED',
  'This is read only for a caller who says who asks; send a bearer token.',
).withHeaders({ 'www-authenticate': 'Bearer' });

/** How a fetch failed; decides between a retry, the breaker and the reason that the client reads. */
export type FetchFailure = 'unreachable' | 'timeout' | 'cancelled' | 'refused' | 'nonsense' | 'overload';

/** A fetch that got no GraphQL answer. `message` is for the log: it may name a host, so it MUST NOT reach a client. */
export class FetchError extends Error {
  readonly subgraph: string;

  constructor(
    readonly failure: FetchFailure,
    message: string,
    about: { subgraph: string; cause?: unknown },
  ) {
    super(message, { cause: about.cause });
    this.name = 'FetchError';
    this.subgraph = about.subgraph;
  }
}
