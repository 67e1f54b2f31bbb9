import { ERROR_STATUS, GatewayError } from './errors.js';
import { faultOf } from './for-client.js';
import type { Answer } from './http.js';

/** The answer for an error: its code, its sentence; for one that nobody threw on purpose only the request's id. */
export function refusal(error: unknown, requestId: string): Answer {
  const { code, message, headers } = error instanceof GatewayError ? error : faultOf(`the request id ${requestId}`);
  return json(ERROR_STATUS[code] ?? 400, { errors: [{ message, extensions: { code } }] }, headers);
}

const JSON_HEADERS = { 'cache-control': 'no-store', 'content-type': 'application/json; charset=utf-8' };

export function json(status: number, body: unknown, headers?: Readonly<Record<string, string>>): Answer {
  return { status, headers: headers ? { ...JSON_HEADERS, ...headers } : JSON_HEADERS, body: JSON.stringify(body) };
}
