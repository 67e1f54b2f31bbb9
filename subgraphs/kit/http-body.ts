import type { IncomingMessage } from 'node:http';

export const bodyBytesMax = 1024 * 1024;

/** A request that is refused before GraphQL sees it. The message is for the caller and quotes nothing of the request. */
export class HttpRefusal extends Error {
  constructor(
    readonly status: 400 | 413 | 415,
    readonly code: 'BAD_REQUEST' | 'PAYLOAD_TOO_LARGE' | 'UNSUPPORTED_MEDIA_TYPE',
    message: string,
  ) {
    super(message);
  }
}

/** Reads a JSON body of at most `bodyBytesMax` bytes. Rejects with `HttpRefusal`: 415, 413 as soon as it is known, 400. */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (mediaType !== 'application/json' || encoding !== 'identity') {
    throw new HttpRefusal(415, 'UNSUPPORTED_MEDIA_TYPE', 'send application/json without content-encoding');
  }
  const text = await readText(request);
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpRefusal(400, 'BAD_REQUEST', 'the body is not valid JSON');
  }
}

function readText(request: IncomingMessage): Promise<string> {
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
    request.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    request.on('error', reject);
    request.on('close', () => reject(new HttpRefusal(400, 'BAD_REQUEST', 'the request ended before its body')));
  });
}
