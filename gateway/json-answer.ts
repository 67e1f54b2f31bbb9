import { ERROR_STATUS, GatewayError } from './errors.js';
import type { Answer } from './http.js';

/** The answer for an error: its code, its sentence; for one that nobody threw on purpose only the request's id. */
export function refusal(error: unknown, requestId: string): Answer {
  const known = error instanceof GatewayError;
  const code = known ? error.code : 'INTERNAL_SERVER_ERROR';
  const message = known
    ? error.message
    : `Something went wrong here. Quote the request id ${requestId} to its operators.`;
  return json(ERROR_STATUS[code] ?? 400, { errors: [{ message, extensions: { code } }] });
}

const JSON_HEADERS = { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' };

export function json(status: number, body: unknown): Answer {
  return { status, headers: JSON_HEADERS, body: JSON.stringify(body) };
}
