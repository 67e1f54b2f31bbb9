import type { IncomingMessage } from 'node:http';
import { GatewayError } from './errors.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** The body as text. Rejects with 413, 415 (compressed) or 400 (cut short, not UTF-8). */
export async function readText(request: IncomingMessage, bytesMax: number): Promise<string> {
  const tooLarge = () =>
    new GatewayError('PAYLOAD_TOO_LARGE', `The request is larger than ${bytesMax} bytes; send less.`);
  if (Number(request.headers['content-length'] ?? 0) > bytesMax) throw tooLarge();
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') {
    throw new GatewayError('UNSUPPORTED_MEDIA_TYPE', 'Send the request without content-encoding.');
  }
  const parts: Buffer[] = [];
  let bytes = 0;
  // Listeners: an async iterator costs more than all else that is done to a request here.
  await new Promise<void>((resolve, reject) => {
    request.on('data', (part: Buffer) => {
      bytes += part.length;
      parts.push(part);
      if (bytes <= bytesMax) return;
      request.removeAllListeners('data').pause();
      reject(tooLarge());
    });
    request.on('end', resolve);
    request.on('error', () =>
      reject(new GatewayError('BAD_REQUEST', 'The request ended before its body did; send it whole.')),
    );
  });
  try {
    return UTF8.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts));
  } catch {
    throw new GatewayError('BAD_REQUEST', 'The request is not valid UTF-8.');
  }
}
