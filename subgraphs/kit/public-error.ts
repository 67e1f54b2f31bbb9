import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { DatabaseError } from './database-error.js';

/** The codes that a registry answers with on purpose; whatever else goes wrong is `INTERNAL_SERVER_ERROR`. */
export type RegistryErrorCode = 'BAD_USER_INPUT' | 'OPERATION_TOO_LARGE' | 'REGISTRY_UNAVAILABLE';

export type Log = (entry: LogEntry) => void;

export interface LogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly msg: string;
  readonly [detail: string]: unknown;
}

export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' satisfies RegistryErrorCode } });
}

/**
 * What a caller may see of an error. Only what was thrown on purpose, with a code, keeps its message; a database that cannot
 * be reached is `REGISTRY_UNAVAILABLE`; the rest is masked. A message MUST NOT contain a personal value, SQL or an address.
 */
export function toPublicError(error: unknown): GraphQLFormattedError {
  const graphQLError = error instanceof GraphQLError ? error : undefined;
  const at = {
    ...(graphQLError?.locations && { locations: graphQLError.locations }),
    ...(graphQLError?.path && { path: graphQLError.path }),
  };
  return { ...explain(error), ...at };
}

/** Whether the error is the registry's fault and belongs in its log. */
export function isFault(formatted: GraphQLFormattedError): boolean {
  const code = formatted.extensions?.code;
  return code === 'INTERNAL_SERVER_ERROR' || code === 'REGISTRY_UNAVAILABLE';
}

/** The error that a resolver threw, under the wrapping that GraphQL puts around it. */
export function causeOf(error: unknown): unknown {
  let cause = error;
  while (cause instanceof GraphQLError && cause.originalError) cause = cause.originalError;
  return cause;
}

/**
 * What the log keeps of a fault: enough to find it, with digits of a length that a person's number has left out. The messages
 * of GraphQL itself ("Int cannot represent …") quote the stored value, so theirs are left out whole.
 */
export function describeFault(error: unknown): Record<string, unknown> {
  const cause = causeOf(error);
  if (!(cause instanceof Error)) return { error: typeof cause };
  const ofGraphQL = cause instanceof GraphQLError;
  const code = ofGraphQL ? cause.extensions.code : (cause as { code?: unknown }).code;
  return {
    error: cause.name,
    ...(code !== undefined && { code: String(code) }),
    ...(!ofGraphQL && { message: withoutLongNumbers(cause.message) }),
    stack: framesOf(cause),
  };
}

/** Where it happened, without the message that a stack begins with, on however many lines. */
function framesOf({ stack = '' }: Error): string {
  const frames = stack.split('\n').filter((line) => /^ {4}at /.test(line));
  return withoutLongNumbers(frames.slice(0, 8).join('\n'));
}

function explain(error: unknown): GraphQLFormattedError {
  // What GraphQL says of a request that it cannot execute has no code, and quotes a variable's whole value.
  const said = error instanceof GraphQLError ? error.message : '';
  const variable = /^Variable "\$(\w+)"/.exec(said)?.[1];
  if (variable) return withCode('BAD_USER_INPUT', `Variable "$${variable}" has an invalid value or none.`);
  if (/^(Unknown operation named|Must provide (an )?operation)/.test(said)) {
    return withCode('OPERATION_RESOLUTION_FAILURE', 'the document has no such operation');
  }
  const cause = causeOf(error);
  if (cause instanceof GraphQLError) {
    const { code } = cause.extensions;
    if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') {
      return withCode(code, withoutLongNumbers(cause.message));
    }
  }
  if (isUnreachable(cause)) return withCode('REGISTRY_UNAVAILABLE', 'the registry cannot be reached');
  return withCode('INTERNAL_SERVER_ERROR', 'the registry could not answer');
}

function withCode(code: string, message: string): GraphQLFormattedError {
  return { message, extensions: { code } };
}

/** Validation quotes what it rejects, and somebody's number may stand in the query's text. */
function withoutLongNumbers(text: string): string {
  return text.replace(/\d{9,}/g, '…');
}

/**
 * SQLSTATE classes of a database that cannot serve at the moment: 08 connection, 28 and 3D access, 53 resources, 57 cancelled
 * or shutting down; and the codes of a failed system call (`ECONNREFUSED`).
 */
const unreachableCode = /^(08|28|3D|53|57|E[A-Z])/;

function isUnreachable(error: unknown): boolean {
  return error instanceof DatabaseError && unreachableCode.test(error.code);
}
