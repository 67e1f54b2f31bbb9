import type { GraphQLFormattedError } from 'graphql';
import type { Media } from './accept.js';
import type { OperationResult } from './context.js';
import { ERROR_STATUS, GatewayError } from './errors.js';
import { ERRORS_SENT_MAX } from './for-client.js';
import type { Answer } from './http.js';
import { JsonText, textsOf } from './json-text.js';
import { inParts, onePart } from './multipart.js';

/** The codes of what GraphQL calls a request error: the request was understood, its operation cannot be run. */
const REQUEST_ERRORS = new Set<unknown>([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
  'UNKNOWN_OPERATION',
]);

/** Whether an answer says nothing but that the operation cannot be run, in a request that was itself well-formed. */
export function isRequestError(errors: readonly GraphQLFormattedError[] | undefined): boolean {
  return errors?.every(({ extensions }) => REQUEST_ERRORS.has(extensions?.code)) ?? false;
}

/** Headers as `Answer` takes them; made once a content type, since nearly all answers are of two. */
const headersOf = new Map<string, Record<string, string>>();

function headersFor(contentType: string): Record<string, string> {
  let headers = headersOf.get(contentType);
  // What is answered is about a person, so nothing between us may keep it.
  if (!headers) headersOf.set(contentType, (headers = { 'cache-control': 'no-store', 'content-type': contentType }));
  return headers;
}

/** The answer for what the operation steps came to. */
export function answerOf(result: OperationResult, media: Media, onFault: (error: unknown) => unknown): Answer {
  const { extensions, later } = result;
  const errors = result.errors?.map(formatted);
  if (later) {
    if (!media.parts) throw new Error('an operation was answered in parts to a client that takes none');
    const parts = inParts(
      { data: result.data ?? null, errors, extensions },
      { later, errorsMax: ERRORS_SENT_MAX, failed: onFault },
    );
    return { status: 200, headers: headersFor(media.parts), body: parts };
  }
  const all = {
    errors,
    data: result.json ?? result.data ?? null,
    extensions: extensions && new JsonText(textsOf(extensions)),
  };
  return whole(200, [...textsOf(all), '\n'], media);
}

/** The answer for an operation that was refused. An error that nobody threw on purpose is thrown on. */
export function refusedAnswer(error: unknown, media: Media): Answer {
  if (!(error instanceof GatewayError)) throw error;
  const { http: _, ...extensions } = error.extensions;
  const errors = [{ message: error.message, extensions }];
  const status = media.namesJson && isRequestError(errors) ? 200 : (ERROR_STATUS[error.code] ?? 500);
  const answer = whole(status, `${JSON.stringify({ errors })}\n`, media);
  return error.headers ? { ...answer, headers: { ...answer.headers, ...error.headers } } : answer;
}

/** What Apollo Server answered to a request that it did not let through, in the words and headers of all our answers. */
export function relayed(refused: Answer, isMistake: boolean, media: Media): Answer {
  const { 'content-type': _, ...headers } = refused.headers ?? {};
  const status = media.namesJson && isMistake ? 200 : refused.status;
  const answer = whole(status, refused.body as string, media);
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** The answers to the operations of one request, in their order. */
export function listOf(answers: readonly Answer[], media: Media): Answer {
  return whole(200, `[${answers.map(({ body }) => joined(body as Whole).trimEnd()).join(',')}]\n`, media);
}

/** The body of an answer that does not come in parts. */
type Whole = string | readonly string[];

const joined = (body: Whole): string => (typeof body === 'string' ? body : body.join(''));

/** An answer in one piece. */
function whole(status: number, body: Whole, { onlyParts, parts, contentType }: Media): Answer {
  if (onlyParts && parts) return { status, headers: headersFor(parts), body: onePart(joined(body).trimEnd()) };
  return { status, headers: headersFor(contentType), body };
}

/** Only what GraphQL has an error hold, and always a code. */
function formatted({ message, path, extensions }: GraphQLFormattedError): GraphQLFormattedError {
  return { message, path, extensions: { ...extensions, code: extensions?.code ?? 'INTERNAL_SERVER_ERROR' } };
}
