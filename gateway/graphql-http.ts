import type { ApolloServer, HTTPGraphQLRequest } from '@apollo/server';
import { HeaderMap } from '@apollo/server';
import type { RequestContext } from './context.js';
import { GatewayError } from './errors.js';
import type { Answer, Asked } from './http.js';

/** The way of a GraphQL request from HTTP into Apollo Server, refused on the way when it is too large or no request. */
export function graphqlOverHttp(
  server: ApolloServer<RequestContext>,
  {
    refuseText,
    contextOf,
    known,
  }: {
    refuseText(text: string): void;
    contextOf(asked: Asked): RequestContext;
    /** The short way, for what has come the long way before. */
    known: { answer(asked: Asked, body: unknown): Promise<Answer> | undefined };
  },
): (asked: Asked) => Promise<Answer> {
  return async (asked) => {
    const body = await bodyOf(asked);
    const answered = known.answer(asked, body);
    if (answered) return answered;
    const text = asked.method === 'GET' ? asked.url.searchParams.get('query') : (body as { query?: unknown })?.query;
    if (typeof text === 'string') refuseText(text);
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(asked.headers)) {
      if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
    }
    // Made here, since a fault in it would be answered by Apollo Server, which doesn't know the request's id.
    const context = contextOf(asked);
    const request: HTTPGraphQLRequest = { method: asked.method, headers, search: asked.url.search, body };
    const answer = await server.executeHTTPGraphQLRequest({
      httpGraphQLRequest: request,
      context: async () => context,
    });
    return {
      status: answer.status ?? 200,
      headers: Object.fromEntries(answer.headers),
      body: answer.body.kind === 'complete' ? answer.body.string : answer.body.asyncIterator,
    };
  };
}

async function bodyOf(asked: Asked): Promise<unknown> {
  if (asked.method === 'GET' || asked.method === 'HEAD') return undefined;
  if (asked.method !== 'POST') throw new GatewayError('METHOD_NOT_ALLOWED', 'Ask with POST, or GET for a query.');
  refuseOtherMediaTypes(asked.headers['content-type']);
  const text = await asked.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new GatewayError('BAD_REQUEST', 'The body is not JSON. Send {"query": "…", "variables": {…}}.');
  }
  if (Array.isArray(body)) {
    throw new GatewayError('BAD_REQUEST', 'Several operations in one request are not taken. Send them one by one.');
  }
  if (typeof body !== 'object' || body === null) {
    throw new GatewayError('BAD_REQUEST', 'The body is not a JSON object. Send {"query": "…", "variables": {…}}.');
  }
  return body;
}

function refuseOtherMediaTypes(contentType: string | undefined): void {
  const [type, ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  const isUtf8 = charset === undefined || charset.replaceAll('"', '') === 'utf-8';
  if (type !== 'application/json' || !isUtf8) {
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', 'Send the request as application/json in UTF-8.');
  }
}
