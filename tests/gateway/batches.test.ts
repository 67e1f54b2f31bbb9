import type { OperationExchange } from '../../gateway/context.js';
import { GatewayError } from '../../gateway/errors.js';
import { type Federation, startFederation } from '../helpers/federation.js';
import { type FrontDoorOfTest, startFrontDoor } from '../helpers/front-door.js';

const subgraphs = {
  one: {
    sdl: 'type Query { hello(name: String): String }',
    resolvers: { Query: { hello: (_: unknown, { name = 'you' }: { name?: string }) => `hello ${name}` } },
  },
};

let federation: Federation;
let withoutLists: Federation;
beforeAll(async () => {
  federation = await startFederation({ subgraphs, config: { limits: { batchMax: 3 } } });
  withoutLists = await startFederation({ subgraphs });
});
afterAll(async () => {
  await federation?.stop();
  await withoutLists?.stop();
});

async function send(url: string, body: unknown, headers: Record<string, string> = {}) {
  const init = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
  const response = await fetch(`${url}/graphql`, init);
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it as it likes
  const json = (await response.json()) as any;
  return { status: response.status, type: response.headers.get('content-type'), json };
}

test('a list of operations is refused unless it is allowed, and the message says how', async () => {
  const { status, json } = await send(withoutLists.url, [{ query: '{ hello }' }]);
  expect([status, json.errors[0].extensions.code]).toEqual([400, 'BAD_REQUEST']);
  expect(json.errors[0].message).toContain('one by one');
  expect(json.errors[0].message).toContain('BATCH_MAX');
});

test('the answers stand in the order of the operations, each as it would be alone', async () => {
  const bodies = [
    { query: 'query ($n: String) { hello(name: $n) }', variables: { n: 'A' } },
    { query: '{ nobody }' },
    { query: 'query ($n: String) { hello(name: $n) }', variables: { n: 'C' } },
  ];
  for (const accept of ['application/json', 'application/graphql-response+json']) {
    for (let time = 0; time < 2; time += 1) {
      const { status, type, json } = await send(federation.url, bodies, { accept });
      expect([status, type]).toEqual([200, `${accept}; charset=utf-8`]);
      expect(json).toEqual(await Promise.all(bodies.map(async (body) => (await send(federation.url, body)).json)));
    }
  }
});

test('more operations than BATCH_MAX, or none, are refused with 400', async () => {
  const many = await send(federation.url, Array(4).fill({ query: '{ hello }' }));
  expect([many.status, many.json.errors[0].message]).toEqual([
    400,
    'At most 3 operations are taken in one request. Send fewer at once.',
  ]);
  expect((await send(federation.url, [])).status).toBe(400);
});

test.each([null, 1, 'x', [], [{ query: '{ hello }' }], {}, { query: 1 }])(
  'an item that is %j is refused, and the others are answered',
  async (item) => {
    const { status, json } = await send(federation.url, [{ query: '{ hello }' }, item]);
    expect(status).toBe(200);
    expect(json[0]).toEqual({ data: { hello: 'hello you' } });
    expect(json[1]).toEqual({ errors: [expect.objectContaining({ extensions: { code: 'BAD_REQUEST' } })] });
  },
);

test('brackets too deep are refused in a list, too', async () => {
  const { json } = await send(federation.url, [{ query: '{self'.repeat(500) }, { query: '{ hello }' }]);
  expect(json[0].errors[0].extensions.code).toBe('OPERATION_TOO_LARGE');
  expect(json[1].data).toEqual({ hello: 'hello you' });
});

describe('the operations of one request', () => {
  let door: FrontDoorOfTest;
  const seen: Omit<OperationExchange, 'provenance'>[] = [];
  beforeAll(async () => {
    door = await startFrontDoor({
      sdl: 'type Query { hello(fail: String): String }',
      config: { limits: { batchMax: 3 } },
      run: async (exchange) => {
        seen.push(exchange);
        if (exchange.variables.fail === 'refused') throw new GatewayError('BAD_USER_INPUT', 'refused');
        if (exchange.variables.fail) throw new Error('a secret');
        return { data: { hello: 'x' }, provenance: undefined as never };
      },
    });
  });
  afterAll(() => door?.stop());

  test('share its deadline and its id, and are never answered in parts', async () => {
    const accept = 'multipart/mixed;deferSpec=20220824, application/json';
    await send(door.url, [{ query: '{ hello }' }, { query: '{ a: hello }' }], { accept });
    expect(new Set(seen.map(({ context }) => context)).size).toBe(1);
    expect(seen.map(({ acceptsParts }) => acceptsParts)).toEqual([false, false]);
  });

  test('fail each for itself, and a fault says nothing but where its operators find it', async () => {
    const query = 'query ($fail: String) { hello(fail: $fail) }';
    const bodies = ['refused', 'fault', undefined].map((fail) => ({ query, variables: { fail } }));
    const { status, json } = await send(door.url, bodies);
    expect([status, json[0].errors[0].extensions.code, json[2]]).toEqual([
      200,
      'BAD_USER_INPUT',
      { data: { hello: 'x' } },
    ]);
    expect(json[1].errors[0].extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(json) + door.logLines.join()).not.toContain('a secret');
  });
});
