import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Connections } from './connections.js';
import { type ErrorCode, GatewayError } from './errors.js';
import { refusal } from './json-answer.js';
import { newId } from './new-id.js';
import type { SecurityHeaders } from './send-answer.js';

/** What came that is no request, by Node's name for it. What has another name is a connection's fault and gets no answer. */
const REFUSALS: Record<string, [ErrorCode, string]> = {
  HPE_HEADER_OVERFLOW: [
    'HEADERS_TOO_LARGE',
    'The address and the headers are too long; send less, a long query by POST.',
  ],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ['PAYLOAD_TOO_LARGE', 'The extensions of a chunk are too long; send none.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['REQUEST_TIMEOUT', 'The request did not come in time; send it faster.'],
};
const NO_HTTP: [ErrorCode, string] = ['BAD_REQUEST', 'This is no HTTP request; send one as RFC 9112 has it.'];

/** Answers what cannot be read as a request as every refusal is answered, and closes the connection. */
export function answerBrokenRequests(
  server: Server,
  {
    connections,
    security,
    onAnswer,
  }: { connections: Connections; security: SecurityHeaders; onAnswer(status: number): void },
): void {
  server.on('clientError', ({ code = '' }: NodeJS.ErrnoException, socket: Socket) => {
    const [error, message] = REFUSALS[code] ?? (code.startsWith('HPE_') ? NO_HTTP : []);
    const { underWay = 0, response } = connections.of(socket) ?? {};
    // In the middle of an answer it would be taken for a part of it, and before that of another request for its answer.
    const isBodyBroken = underWay === 1 && response?.headersSent === false && !response.req.complete;
    const isFree = underWay === 0 || isBodyBroken;
    if (!error || !message || !socket.writable || !isFree) {
      socket.destroy();
      return;
    }
    const requestId = newId();
    const { status, headers, body } = refusal(new GatewayError(error, message), requestId);
    const sent = ['x-request-id', requestId, ...security.usual, ...Object.entries(headers ?? {}).flat()];
    sent.push('connection', 'close', 'content-length', String(Buffer.byteLength(body as string)));
    const lines = sent.map((text, index) => (index % 2 === 0 ? `${text}: ` : `${text}\r\n`)).join('');
    socket.write(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines}\r\n${body}`);
    socket.destroySoon();
    onAnswer(status);
  });
}
