import { GatewayError } from './errors.js';
import type { Asked } from './http.js';

/** The JSON that a request was sent with. Rejects with 415 or 400 for what is none, and with what `refuseBody` throws before it is parsed. */
export async function readJsonBody(asked: Asked, refuseBody: (json: string) => void): Promise<unknown> {
  refuseOtherMediaTypes(asked.headers['content-type']);
  const text = await asked.text();
  refuseBody(text);
  try {
    return JSON.parse(text);
  } catch {
    throw new GatewayError('BAD_REQUEST', 'The body is not JSON. Send {"query": "…", "variables": {…}}.');
  }
}

function refuseOtherMediaTypes(contentType: string | undefined): void {
  if (contentType === 'application/json') return;
  const [type, ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length);
  const isUtf8 = charset === undefined || charset.replaceAll('"', '') === 'utf-8';
  if (type !== 'application/json' || !isUtf8) {
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', 'Send the request as application/json in UTF-8.');
  }
}
