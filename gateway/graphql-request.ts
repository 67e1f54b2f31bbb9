import { createHash } from 'node:crypto';
import { GatewayError } from './errors.js';
import { isObject, type JsonObject } from './json-object.js';

/** What a well-formed request asks for, whichever way it came. */
export interface GraphqlRequest {
  /** The text of the operation; absent: it is named by one of the two below. */
  readonly text?: string;
  /** The identifier of a registered operation (GraphQL over HTTP, appendix A). */
  readonly documentId?: string;
  /** SHA-256 of the text, hexadecimal, as automatic persisted queries send it. */
  readonly hash?: string;
  readonly operationName?: string;
  readonly variables: JsonObject;
  readonly extensions?: JsonObject;
}

/** The request in a body. Throws for a persisted query's hash that is no text; `undefined`: it is not well-formed, or too unusual, and Apollo Server says what is wrong with it. */
export function requestOfBody(body: unknown): GraphqlRequest | undefined {
  if (!isObject(body)) return undefined;
  const { query, documentId, operationName, variables, extensions } = body;
  refuseStrangeHash(extensions);
  if (!isTextOrAbsent(query) || !isTextOrAbsent(documentId) || !isTextOrAbsent(operationName)) return undefined;
  if (!isObjectOrAbsent(variables) || !isObjectOrAbsent(extensions)) return undefined;
  return request({ query, documentId, operationName, variables, extensions });
}

/** The request in the search part of an address, likewise. */
export function requestOfSearch(search: string): GraphqlRequest | undefined {
  const given: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(search)) {
    if (!PARAMETERS.has(name)) continue;
    if (Object.hasOwn(given, name)) return undefined;
    given[name] = value;
  }
  try {
    const { query, documentId, operationName } = given;
    const variables = given.variables === undefined ? undefined : JSON.parse(given.variables);
    const extensions = given.extensions === undefined ? undefined : JSON.parse(given.extensions);
    if (variables !== undefined && !isObject(variables)) return undefined;
    if (extensions !== undefined && !isObject(extensions)) return undefined;
    refuseStrangeHash(extensions);
    return request({ query, documentId, operationName, variables, extensions });
  } catch (error) {
    if (error instanceof GatewayError) throw error;
    return undefined;
  }
}

const PARAMETERS = new Set(['query', 'documentId', 'operationName', 'variables', 'extensions']);

/** The body for Apollo Server of a request that it would not understand as it came. */
export function bodyOf({ text, operationName, variables, extensions }: GraphqlRequest): JsonObject {
  return {
    variables,
    ...(text === undefined ? {} : { query: text }),
    ...(operationName === undefined ? {} : { operationName }),
    ...(extensions ? { extensions } : {}),
  };
}

/** The same as the search part of an address. */
export function searchOf({ text, operationName, variables, extensions }: GraphqlRequest): string {
  const search = new URLSearchParams({ variables: JSON.stringify(variables) });
  if (text !== undefined) search.set('query', text);
  if (operationName !== undefined) search.set('operationName', operationName);
  if (extensions) search.set('extensions', JSON.stringify(extensions));
  return `?${search}`;
}

/** Apollo Server makes a text of whatever stands there, and what cannot be made one it takes for a fault of its own. */
function refuseStrangeHash(extensions: unknown): void {
  const persisted = isObject(extensions) ? extensions.persistedQuery : undefined;
  if (!isObject(persisted) || persisted.version !== 1 || typeof persisted.sha256Hash === 'string') return;
  throw new GatewayError('BAD_REQUEST', `extensions.persistedQuery.sha256Hash is no text. ${HASH}`);
}

/** Throws where a text came with the hash of another. */
export function refuseOtherHash({ text, hash }: GraphqlRequest): void {
  if (text === undefined || hash === undefined) return;
  if (createHash('sha256').update(text).digest('hex') === hash) return;
  throw new GatewayError('BAD_REQUEST', `The hash is not that of the query. ${HASH}`);
}

const HASH = 'Send the SHA-256 of the query, in hexadecimal.';

interface Parameters {
  query: string | null | undefined;
  documentId: string | null | undefined;
  operationName: string | null | undefined;
  variables: JsonObject | null | undefined;
  extensions: JsonObject | null | undefined;
}

function request({ query, documentId, operationName, variables, extensions }: Parameters): GraphqlRequest | undefined {
  let hash: string | undefined;
  const persisted = extensions?.persistedQuery;
  // Apollo Server takes any such value that is none for absent, and knows only version 1.
  if (persisted) {
    if (!isObject(persisted) || persisted.version !== 1 || typeof persisted.sha256Hash !== 'string') return undefined;
    hash = persisted.sha256Hash;
  }
  return {
    text: query ?? undefined,
    documentId: documentId ?? undefined,
    hash,
    // An empty name is none (GraphQL over HTTP, "GET").
    operationName: operationName || undefined,
    variables: variables ?? {},
    extensions: extensions ?? undefined,
  };
}

function isTextOrAbsent(value: unknown): value is string | null | undefined {
  return value == null || typeof value === 'string';
}

function isObjectOrAbsent(value: unknown): value is JsonObject | null | undefined {
  return value == null || isObject(value);
}
