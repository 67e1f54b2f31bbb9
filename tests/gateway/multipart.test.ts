import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { DeferredPart, OperationExchange, OperationResult } from '../../gateway/context.js';
import { until } from '../helpers/federation.js';
import { type FrontDoorOfTest, startFrontDoor } from '../helpers/front-door.js';

/** Parts that a test hands out when it likes. */
class PartsByHand implements AsyncIterable<DeferredPart[]> {
  isReturned = false;
  private readonly ready: IteratorResult<DeferredPart[]>[] = [];
  private waiting: { resolve(result: IteratorResult<DeferredPart[]>): void; reject(error: Error): void } | undefined;

  give(...parts: DeferredPart[]): void {
    this.settle({ done: false, value: parts });
  }

  end(): void {
    this.settle({ done: true, value: undefined });
  }

  fail(): void {
    this.waiting?.reject(new Error('a secret'));
  }

  get isAwaited(): boolean {
    return this.waiting !== undefined;
  }

  private settle(result: IteratorResult<DeferredPart[]>): void {
    if (this.waiting) this.waiting.resolve(result);
    else this.ready.push(result);
    this.waiting = undefined;
  }

  [Symbol.asyncIterator](): AsyncIterator<DeferredPart[]> {
    return {
      next: () => {
        const ready = this.ready.shift();
        if (ready) return Promise.resolve(ready);
        return new Promise((resolve, reject) => {
          this.waiting = { resolve, reject };
        });
      },
      return: async () => {
        this.isReturned = true;
        this.end();
        return { done: true, value: undefined };
      },
    };
  }
}

const QUERY = '{ hello ... @defer(label: "slow") { slow } }';
let door: FrontDoorOfTest;
let parts: PartsByHand;
let exchanges: Omit<OperationExchange, 'provenance'>[];
let result: Partial<OperationResult>;
beforeAll(async () => {
  door = await startFrontDoor({
    sdl: 'type Query { hello: String  slow: String }',
    run: async (exchange) => {
      exchanges.push(exchange);
      const later = exchange.acceptsParts ? { later: parts } : {};
      return { data: { hello: 'x' }, ...result, ...later, provenance: undefined as never };
    },
  });
});
afterAll(() => door?.stop());
beforeEach(() => {
  parts = new PartsByHand();
  exchanges = [];
  result = {};
});

const ask = (accept: string, query = QUERY) =>
  fetch(`${door.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query }),
  });

/** The same request on a socket of its own. */
function openSocket(): Socket {
  const { hostname, port } = new URL(door.url);
  const socket = connect(Number(port), hostname);
  const body = JSON.stringify({ query: QUERY });
  const head = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\naccept: ${APOLLO}\r\n`;
  socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`);
  return socket;
}

/** The parts of an answer as a client reads them: between the boundaries, each with headers of its own. */
function read(text: string): unknown[] {
  const [preamble, ...rest] = text.split('\r\n---');
  expect(preamble).toBe('');
  expect(rest.pop()).toBe('--\r\n');
  return rest.map((part) => {
    const [head, json] = part.replace(/^\r\n/, '').split('\r\n\r\n') as [string, string];
    expect(head).toBe('content-type: application/json; charset=utf-8');
    return JSON.parse(json);
  });
}

const APOLLO = 'multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json';

test.each([
  [APOLLO, 'multipart/mixed; boundary="-"; deferSpec=20220824'],
  ['multipart/mixed', 'multipart/mixed; boundary="-"'],
  ['multipart/mixed;deferSpec=20220824', 'multipart/mixed; boundary="-"; deferSpec=20220824'],
])('a client that accepts %s gets the answer, then its parts, then that there are no more', async (accept, type) => {
  result = { extensions: { a: 1 }, errors: [{ message: 'm', path: ['hello'], extensions: { code: 'X' } }] };
  parts.give({ label: 'slow', path: [], data: { slow: 'y' } });
  const errors = [{ message: 'late', path: ['slow'], extensions: { code: 'DEADLINE' } }];
  parts.give({ path: ['a', 1], data: null, errors }, { path: ['a', 2], data: { b: 1 } });
  parts.end();
  // The first time it comes the long way, the second time the short one.
  for (let time = 0; time < 2; time += 1) {
    if (time > 0) parts.end();
    const response = await ask(accept);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const [first, ...rest] = read(await response.text());
    expect(first).toEqual({ data: { hello: 'x' }, errors: result.errors, extensions: { a: 1 }, hasNext: true });
    const incremental = [
      { incremental: [{ label: 'slow', path: [], data: { slow: 'y' } }], hasNext: true },
      {
        incremental: [
          { path: ['a', 1], data: null, errors },
          { path: ['a', 2], data: { b: 1 } },
        ],
        hasNext: true,
      },
    ];
    expect(rest).toEqual([...(time === 0 ? incremental : []), { hasNext: false }]);
  }
  expect(exchanges[0]?.document).toBe(exchanges[1]?.document);
});

test.each([
  'application/json',
  '*/*',
  'application/graphql-response+json',
  'multipart/mixed;q=0, */*',
  'multipart/form-data, */*',
])('a client that accepts %s gets the whole answer in one piece', async (accept) => {
  const response = await ask(accept);
  expect(response.headers.get('content-type')).toContain('json; charset=utf-8');
  expect(await response.json()).toEqual({ data: { hello: 'x' } });
  expect(exchanges[0]?.acceptsParts).toBe(false);
});

test('a client that accepts nothing but parts gets an answer in one piece, and a refusal, as one part', async () => {
  parts.end();
  const { status, headers } = await ask('multipart/mixed', '{ nobody }');
  expect([status, headers.get('content-type')]).toEqual([400, 'multipart/mixed; boundary="-"']);
  const [only, ...rest] = read(await (await ask('multipart/mixed', '{ nobody }')).text());
  expect(only).toMatchObject({ errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }], hasNext: false });
  expect(rest).toEqual([]);
});

test('the first part is sent before the others are there', async () => {
  const response = await ask(APOLLO);
  const reader = response.body!.getReader();
  const { value } = await reader.read();
  expect(Buffer.from(value!).toString()).toContain('"hasNext":true');
  await until(() => parts.isAwaited);
  parts.give({ path: [], data: { slow: 'z' } });
  expect(Buffer.from((await reader.read()).value!).toString()).toContain('"slow":"z"');
  parts.end();
  expect(Buffer.from((await reader.read()).value!).toString()).toContain('"hasNext":false');
  expect((await reader.read()).done).toBe(true);
  expect(parts.isReturned).toBe(false);
});

test('a client that goes away while a part is waited for ends the waiting, and its request is aborted', async () => {
  const socket = openSocket();
  await once(socket, 'data');
  await until(() => parts.isAwaited);
  const signal = door.contexts.at(-1)?.signal;
  expect([parts.isReturned, signal?.aborted]).toEqual([false, false]);
  socket.destroy();
  await until(() => parts.isReturned);
  expect(signal?.aborted).toBe(true);
  expect(door.logLines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});

test('large parts come whole and in their order', async () => {
  const text = 'x'.repeat(100_000);
  for (let index = 0; index < 50; index += 1) parts.give({ path: [index], data: { text } });
  parts.end();
  const all = read(await (await ask(APOLLO)).text()) as { incremental?: { path: number[] }[] }[];
  const paths = all.flatMap(({ incremental = [] }) => incremental.map(({ path }) => path[0]));
  expect(paths).toEqual(Array.from({ length: 50 }, (_, index) => index));
});

test('a client that does not read slows down who makes the parts, and no other client', async () => {
  let made = 0;
  let isReturned = false;
  const text = 'x'.repeat(1_000_000);
  const endless: AsyncIterator<DeferredPart[]> = {
    next: async () => ({ done: false, value: [{ path: [(made += 1)], data: { text } }] }),
    return: async () => {
      isReturned = true;
      return { done: true, value: undefined };
    },
  };
  parts[Symbol.asyncIterator] = () => endless;
  const socket = openSocket();
  socket.pause();
  await until(() => made > 0);
  expect((await ask('application/json')).status).toBe(200);
  expect(made).toBeLessThan(100);
  socket.destroy();
  await until(() => isReturned);
});

test('a fault among the parts ends the answer with an error that says nothing of it', async () => {
  const response = await ask(APOLLO);
  await until(() => parts.isAwaited);
  parts.fail();
  const text = await response.text();
  expect(read(text)).toEqual([
    { data: { hello: 'x' }, hasNext: true },
    {
      incremental: [
        { path: [], data: null, errors: [expect.objectContaining({ extensions: { code: 'INTERNAL_SERVER_ERROR' } })] },
      ],
      hasNext: false,
    },
  ]);
  expect(text).not.toContain('a secret');
  expect(door.logLines.splice(0).filter((line) => line.includes('a fault'))).toHaveLength(1);
});

test('a part brings at most 100 errors', async () => {
  const errors = Array.from({ length: 150 }, () => ({ message: 'm', extensions: { code: 'X' } }));
  parts.give({ path: [], data: null, errors });
  parts.end();
  const [, second] = read(await (await ask(APOLLO)).text()) as { incremental: { errors: unknown[] }[] }[];
  expect(second?.incremental[0]?.errors).toHaveLength(100);
});

test('@stream, which nobody answers here, is unknown', async () => {
  const response = await ask('*/*', '{ hello @stream }');
  expect(response.status).toBe(400);
});
