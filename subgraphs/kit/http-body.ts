import type { IncomingMessage } from 'node:http';

export const bodyBytesMax = 1024 * 1024;

/** A request that is refused before GraphQL sees it. The message is for the caller and quotes nothing of the request. */
export class HttpRefusal extends Error {
  /** What the answer says besides, in its headers. */
  readonly headers: Readonly<Record<string, string>> = {};

  constructor(
    readonly status: 400 | 401 | 413 | 415 | 503,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Reads a body of at most `bodyBytesMax` bytes that says to be JSON. Rejects with `HttpRefusal`: 415, 413 as soon as it is known. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (mediaType !== 'application/json' || encoding !== 'identity') {
    throw new HttpRefusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'send application/json without content-encoding');
  }
  return readBytes(request);
}

/** Throws an `HttpRefusal` when it is no JSON: 400. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new HttpRefusal(400, 'BAD_REQUEST', 'the body is not valid JSON');
  }
}

function readBytes(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = () => new HttpRefusal(413, 'PAYLOAD_TOO_LARGE', `the body may have at most ${bodyBytesMax} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > bodyBytesMax) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bodyBytesMax) {
        // Paused, not destroyed: the refusal is still to be sent over this connection, which closes after it.
        request.pause();
        request.removeAllListeners('data');
        reject(tooLarge());
        return;
      }
      chunks.push(chunk);
    });
    request.on('end', () => resolve(Buffer.concat(chunks)));
    request.on('error', reject);
    request.on('close', () => reject(new HttpRefusal(400, 'BAD_REQUEST', 'the request ended before its body')));
  });
}
