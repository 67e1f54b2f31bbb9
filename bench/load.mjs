import { connect } from 'node:net';
import { performance } from 'node:perf_hooks';

const CRLF = '\r\n';
const HEAD_END = Buffer.from('\r\n\r\n');
const GRAPHQL_ERRORS = Buffer.from('"errors":');

/**
 * Sends `bodies` round and round over kept-alive connections, one request at a time on each, for `seconds`; with `seconds: 0`
 * once each. Plain sockets, so that the load costs next to nothing beside what it measures. Rejects on the first answer that
 * is no 200 or holds GraphQL errors: a fast wrong answer is no result.
 * @returns requests answered, requests per second, and the latencies' p50 and p99 in milliseconds
 */
export async function load({ url, bodies, connections, seconds }) {
  const { hostname, port, pathname } = new URL(url);
  const requests = bodies.map((body) => requestOf({ host: `${hostname}:${port}`, pathname, body }));
  const latencies = [];
  const began = performance.now();
  const endsAt = began + seconds * 1000;
  let sent = 0;
  const next = () => {
    if (seconds > 0 ? performance.now() >= endsAt : sent >= requests.length) return undefined;
    return requests[sent++ % requests.length];
  };
  const at = { hostname, port: Number(port) };
  await Promise.all(Array.from({ length: connections }, () => converse(at, next, (ms) => latencies.push(ms))));
  const lasted = (performance.now() - began) / 1000;
  latencies.sort((a, b) => a - b);
  const percentile = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
  return {
    answered: latencies.length,
    perSecond: latencies.length / lasted,
    p50: percentile(0.5),
    p99: percentile(0.99),
  };
}

function requestOf({ host, pathname, body }) {
  const head = [
    `POST ${pathname} HTTP/1.1`,
    `host: ${host}`,
    'content-type: application/json',
    'accept: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join(CRLF)}${CRLF}${CRLF}${body}`);
}

/** One connection: asks what `next` gives until it gives nothing. */
function converse({ hostname, port }, next, onLatency) {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port, noDelay: true });
    let received = [];
    let bytes = 0;
    let bytesExpected = 0;
    let sentAt = 0;
    const fail = (problem) => {
      socket.destroy();
      reject(new Error(problem));
    };
    const send = () => {
      const request = next();
      if (!request) {
        socket.end();
        resolve();
        return;
      }
      received = [];
      bytes = bytesExpected = 0;
      sentAt = performance.now();
      socket.write(request);
    };
    socket.on('connect', send);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server closed the connection')));
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
      onLatency(performance.now() - sentAt);
      const isGood = answer.toString('latin1', 9, 12) === '200' && !answer.includes(GRAPHQL_ERRORS);
      if (isGood) send();
      else fail(`a request failed: ${answer.subarray(0, 2_000)}`);
    });
  });
}

/** Bytes of head and body; 0: the head is not whole yet; undefined: the head does not say. */
function bytesOf(answer) {
  const headEnd = answer.indexOf(HEAD_END);
  if (headEnd < 0) return 0;
  const length = /\r\ncontent-length: (\d+)/i.exec(answer.toString('latin1', 0, headEnd));
  return length ? headEnd + HEAD_END.length + Number(length[1]) : undefined;
}
