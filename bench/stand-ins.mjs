// Stands in for subgraphs, so that a gateway is measured and not what is behind it: real HTTP servers, as cheap as they can be
// had, because they share a core with the load. A body that was asked before is answered from memory, with bytes that lie
// ready; one that is new is asked of the real subgraph, or computed, once.
// node stand-ins.mjs [--without-extensions] [--after MS] [--models NUMBER,NUMBER...] NAME=URL|NAME=MODULE#EXPORT...
// EXPORT: ({ query, variables }) => answer; `after`: how long each answer takes; `models`: see anybody.mjs.
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { likenesses } from './anybody.mjs';

const HEAD_END = Buffer.from('\r\n\r\n');
const READY = responseOf(200, Buffer.from('{"status":"ready"}'));
const NOTHING_CHANGED = responseOf(200, Buffer.from('{"position":"1","isGap":false,"changes":[]}'));
/** Subgraphs that share a real registry must not drown it while everything is asked for the first time. */
const ASKED_MAX = 16;

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'without-extensions': { type: 'boolean', default: false },
    after: { type: 'string' },
    models: { type: 'string' },
  },
});
const afterMs = Number(options.after ?? 0);
const anybody = options.models && likenesses(options.models.split(','));
/** How many requests came, in all and by subgraph, and how many of them had no answer ready. */
const counts = { requests: 0, misses: 0, bySubgraph: {} };

const names = [];
for (const named of positionals) {
  const [name, source] = named.split(/=(.*)/s, 2);
  names.push(`${name}=${await serve(name, await answererOf(source))}`);
}
process.stderr.write(`standing in ${names.join(' ')}\n`);

async function answererOf(source) {
  if (/^https?:/.test(source)) return inTurn((body) => ask(source, body));
  const [file, name] = source.split('#');
  const { [name]: answer } = await import(new URL(file, import.meta.url));
  return async (body) => ({ status: 200, text: JSON.stringify(answer(JSON.parse(body))) });
}

async function ask(url, body) {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, text: await response.text() };
}

/** At most `ASKED_MAX` at a time. */
function inTurn(answer) {
  const waiting = [];
  let asked = 0;
  return async (body) => {
    if (asked === ASKED_MAX) await new Promise((resolve) => waiting.push(resolve));
    else asked += 1;
    try {
      return await answer(body);
    } finally {
      const next = waiting.shift();
      if (next) next();
      else asked -= 1;
    }
  };
}

/** Serves one subgraph; resolves with where. */
function serve(name, answerer) {
  const answers = new Map();
  counts.bySubgraph[name] = 0;
  const known = (key) => {
    let answer = answers.get(key);
    if (!answer) {
      counts.misses += 1;
      answers.set(key, (answer = prepare(answerer, Buffer.from(key, 'latin1').toString('utf8'))));
      answer.then(
        (response) => answers.set(key, response),
        () => answers.delete(key),
      );
    }
    return answer;
  };
  const answerOf = (body) => {
    counts.requests += 1;
    counts.bySubgraph[name] += 1;
    const key = body.latin1Slice(0, body.length);
    const asked = anybody?.modelOf(key);
    const answer = asked
      ? withModel(known(asked.body), (response) => anybody.inTheNameOf(asked, response))
      : known(key);
    return afterMs > 0 ? later(answer) : answer;
  };
  const server = createServer({ noDelay: true }, (socket) => converse(socket, answerOf));
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${server.address().port}/graphql`));
  });
}

const withModel = (answer, make) => (answer instanceof Buffer ? make(answer) : answer.then(make));

async function later(answer) {
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  return answer;
}

/** The whole response as bytes. A subgraph that fails is a bench that fails: its answer is never kept. */
async function prepare(answerer, body) {
  const { status, text } = await answerer(body);
  const answer = JSON.parse(text);
  if (status !== 200 || answer.errors)
    throw new Error(`a subgraph failed: ${status} ${text.slice(0, 500)} to ${body.slice(0, 500)}`);
  if (options['without-extensions']) delete answer.extensions;
  return responseOf(200, Buffer.from(JSON.stringify(answer)));
}

function responseOf(status, body) {
  const head = `HTTP/1.1 ${status} OK\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${body.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

/** One connection: whole requests are answered in their order; what is not whole yet waits for more bytes. */
function converse(socket, answerOf) {
  let bytes;
  let isWaiting = false;
  const work = () => {
    while (bytes && !isWaiting) {
      const request = nextRequest(bytes);
      if (!request) return;
      bytes = request.end < bytes.length ? bytes.subarray(request.end) : undefined;
      const response = request.body ? answerOf(request.body) : toGet(request.path);
      if (response instanceof Buffer) socket.write(response);
      else waitFor(response);
    }
  };
  const waitFor = (response) => {
    isWaiting = true;
    response.then(
      (ready) => {
        isWaiting = false;
        socket.write(ready);
        work();
      },
      (error) => {
        process.stderr.write(`${error.stack}\n`);
        socket.destroy();
      },
    );
  };
  socket.on('data', (chunk) => {
    bytes = bytes ? Buffer.concat([bytes, chunk]) : chunk;
    work();
  });
  socket.on('error', () => socket.destroy());
}

function toGet(path) {
  if (path.startsWith('/changes')) return toldLater(Number(new URLSearchParams(path.split('?')[1]).get('wait') ?? 0));
  return path === '/counts' ? responseOf(200, Buffer.from(JSON.stringify(counts))) : READY;
}

/** That nothing has changed, which it never does, after so many milliseconds. */
function toldLater(waitMs) {
  return new Promise((resolve) => setTimeout(resolve, waitMs, NOTHING_CHANGED));
}

/** The first request in `bytes`: its body, none for a GET, and where it ends; undefined: it is not whole yet. */
function nextRequest(bytes) {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return undefined;
  const begin = headEnd + HEAD_END.length;
  const head = bytes.latin1Slice(0, headEnd);
  if (head.startsWith('GET ')) return { path: head.slice(4, head.indexOf(' ', 4)), end: begin };
  const length = /\r\ncontent-length: *(\d+)/i.exec(head);
  if (!length) return nextChunked(bytes, begin);
  const end = begin + Number(length[1]);
  return end > bytes.length ? undefined : { body: bytes.subarray(begin, end), end };
}

/** A body that comes in chunks, of a gateway that does not say its length before. */
function nextChunked(bytes, begin) {
  const parts = [];
  for (let at = begin; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = Number.parseInt(bytes.latin1Slice(at, lineEnd), 16);
    const end = lineEnd + 2 + size + 2;
    if (end > bytes.length) return undefined;
    if (size === 0) return { body: Buffer.concat(parts), end };
    parts.push(bytes.subarray(lineEnd + 2, end - 2));
    at = end;
  }
}
