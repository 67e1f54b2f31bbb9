import type { GraphQLFormattedError } from 'graphql';
import type { ResponsePath, SubgraphError } from '../context.js';
import { type ErrorCode, FetchError } from '../errors.js';

/**
 * A bound on memory, far above what honest answers need: a dossier reads from the errors why a value is absent, so each empty
 * field has its own. How many of them a client is sent is `ERRORS_SENT_MAX`.
 */
export const ERRORS_A_FETCH_MAX = 10_000;

/** An error at a path of the merged data. */
export interface RunError extends GraphQLFormattedError {
  /** Whether it arose at a field beside, so that it is to be told only where the client has null for this one alone. */
  readonly isFromBeside?: true;
}

/** Codes whose messages are written for a reader. Whatever else a registry says of itself may name hosts, tables or people. */
const READABLE = new Set([
  'AUDIT_UNAVAILABLE',
  'BAD_USER_INPUT',
  'FORBIDDEN',
  'INVALID_PARTIES',
  'NO_RECORD',
  'NOT_FOUND',
  'NOT_PERMITTED',
  'OPERATION_TOO_LARGE',
  'PROCEDURE_NOT_IN_FORCE',
  'UNAUTHENTICATED',
  'UNKNOWN_PROCEDURE',
]);

/** What may stand in the log as a code: not a sentence, and no number of a person's. */
const CODE = /^(?!.*\d{6})[A-Z][A-Z0-9_]{1,63}$/;

/** The errors for a fetch that got no GraphQL answer, one for each field that is therefore empty. */
export function failureErrors(
  cause: unknown,
  registry: string,
  paths: readonly ResponsePath[],
): GraphQLFormattedError[] {
  if (!(cause instanceof FetchError)) throw cause;
  if (cause.failure === 'nonsense') return invalidAnswer(registry, paths);
  if (cause.failure === 'cancelled') {
    const message = `The time for this request was up before the registry "${registry}" answered; ask for less, or again.`;
    return errorsAt(paths, message, { code: 'DEADLINE', registry });
  }
  return unavailable(registry, paths);
}

/** The errors for an answer that does not fit the registry's schema. */
export function invalidAnswer(registry: string, paths: readonly ResponsePath[]): GraphQLFormattedError[] {
  const message = `The registry "${registry}" answered with something that does not fit its schema; the field is empty.`;
  return errorsAt(paths, message, { code: 'INVALID_REGISTRY_ANSWER', registry });
}

/** The errors for fields that rest on what some registry should have told of an object, and did not. */
export function leftOut(paths: readonly ResponsePath[]): GraphQLFormattedError[] {
  const message = "A registry left out what this field rests on, so it is empty; tell the registry's owner.";
  const extensions = { code: 'INVALID_REGISTRY_ANSWER' satisfies ErrorCode, reason: 'SOURCE_DOWN' };
  return paths.slice(0, ERRORS_A_FETCH_MAX).map((path) => ({ message, path, extensions }));
}

/** The code of an error whose message MUST NOT pass, as the log may have it; `undefined` for one that is passed on. */
export function maskedCode({ message, extensions }: SubgraphError): string | undefined {
  const code = extensions?.code;
  if (typeof code !== 'string') return 'none';
  if (READABLE.has(code) && typeof message === 'string') return undefined;
  return CODE.test(code) ? code : 'malformed';
}

/** An error that a registry reported, at the client's paths. Its message passes only if it was written for a reader. */
export function reportedErrors(
  error: SubgraphError,
  registry: string,
  paths: readonly ResponsePath[],
): GraphQLFormattedError[] {
  if (maskedCode(error) !== undefined) return unavailable(registry, paths);
  return errorsAt(paths, error.message!, { code: String(error.extensions?.code), registry });
}

/**
 * Errors by the places that they explain. Of several that explain one place it is the same whichever came first that does it.
 */
export class Causes {
  private readonly below = new Map<string, Cause>();
  private readonly exact = new Map<string, Cause>();

  constructor(errors: readonly GraphQLFormattedError[]) {
    for (const error of errors) this.add(error);
  }

  add(error: GraphQLFormattedError): void {
    const { path = [], message, extensions } = error;
    const cause = { error, text: JSON.stringify([path, message, extensions]) };
    for (let length = 0; length < path.length; length += 1) keepFirst(this.below, path.slice(0, length), cause);
    keepFirst(this.exact, path, cause);
  }

  /**
   * The errors for fields of a place that could not be asked for, because a field that they rest on is missing there: the error
   * that explains that one, below the place or else nearest above it, at their paths. None where nothing went wrong: the registry
   * has no such record.
   */
  explain(place: ResponsePath, paths: readonly ResponsePath[]): GraphQLFormattedError[] {
    let cause = this.below.get(JSON.stringify(place));
    for (let { length } = place; !cause && length >= 0; length -= 1) {
      cause = this.exact.get(JSON.stringify(place.slice(0, length)));
    }
    return cause ? paths.map((path) => ({ ...cause.error, path })) : [];
  }
}

interface Cause {
  readonly error: GraphQLFormattedError;
  readonly text: string;
}

function keepFirst(causes: Map<string, Cause>, place: ResponsePath, cause: Cause): void {
  const key = JSON.stringify(place);
  const known = causes.get(key);
  if (!known || cause.text < known.text) causes.set(key, cause);
}

function unavailable(registry: string, paths: readonly ResponsePath[]): GraphQLFormattedError[] {
  const message = `The registry "${registry}" could not answer; the field is empty. Ask again later.`;
  return errorsAt(paths, message, { code: 'REGISTRY_UNAVAILABLE' satisfies ErrorCode, registry });
}

function errorsAt(
  paths: readonly ResponsePath[],
  message: string,
  extensions: { code: ErrorCode | string; registry: string },
): GraphQLFormattedError[] {
  const reason = SOURCE_DOWN.has(extensions.code) ? { reason: 'SOURCE_DOWN' } : {};
  return paths
    .slice(0, ERRORS_A_FETCH_MAX)
    .map((path) => ({ message, path, extensions: { ...extensions, ...reason } }));
}

const SOURCE_DOWN = new Set<string>(['REGISTRY_UNAVAILABLE', 'INVALID_REGISTRY_ANSWER', 'DEADLINE']);
