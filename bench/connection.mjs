import { connect } from 'node:net';

const CRLF = '\r\n';
const HEAD_END = Buffer.from('\r\n\r\n');
const GRAPHQL_ERRORS = Buffer.from('"errors":');

/** The bytes of a POST of `body` to `url`; `headers` go before those that every request has. */
export function requestOf(url, body, headers = {}) {
  const { host, pathname } = new URL(url);
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${host}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    'content-type: application/json',
    'accept: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join(CRLF)}${CRLF}${CRLF}${body}`);
}

/**
 * A kept-alive connection that carries one request at a time. A plain socket and a callback, so that the load costs next to
 * nothing beside what it measures. `onFailure` gets the first answer that is no 200 or holds GraphQL errors, and whatever
 * else goes wrong: a fast wrong answer is no result.
 * @returns `ask(request, onAnswer)`, and `end()`
 */
export function openConnection(url, onFailure) {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  let received = [];
  let bytes = 0;
  let bytesExpected = 0;
  let answered;
  let isEnded = false;
  const fail = (problem) => {
    socket.destroy();
    onFailure(new Error(problem));
  };
  socket.on('error', onFailure);
  socket.on('close', () => {
    if (!isEnded) onFailure(new Error('the server closed the connection'));
  });
  socket.on('data', (chunk) => {
    received.push(chunk);
    bytes += chunk.length;
    if (bytesExpected > bytes) return;
    const answer = received.length === 1 ? chunk : Buffer.concat(received);
    if (bytesExpected === 0) {
      bytesExpected = bytesOf(answer);
      if (bytesExpected === undefined) return fail(`the answer has no content-length: ${answer.subarray(0, 300)}`);
      if (bytesExpected === 0 || bytesExpected > bytes) return;
    }
    const isGood = answer.latin1Slice(9, 12) === '200' && !answer.includes(GRAPHQL_ERRORS);
    if (isGood) answered();
    else fail(`a request failed: ${answer.subarray(0, 2_000)}`);
  });
  return {
    ask(request, onAnswer) {
      received = [];
      bytes = bytesExpected = 0;
      answered = onAnswer;
      socket.write(request);
    },
    end() {
      isEnded = true;
      socket.end();
    },
  };
}

/** Bytes of head and body; 0: the head is not whole yet; undefined: the head does not say. */
function bytesOf(answer) {
  const headEnd = answer.indexOf(HEAD_END);
  if (headEnd < 0) return 0;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.latin1Slice(0, headEnd));
  return length ? headEnd + HEAD_END.length + Number(length[1]) : undefined;
}
