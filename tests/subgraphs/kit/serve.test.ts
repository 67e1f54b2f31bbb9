import { connect } from 'node:net';
import type { LogEntry } from '../../../subgraphs/kit/public-error';
import { type SubgraphServer, serveSubgraph } from '../../../subgraphs/kit/serve';
import { openLand } from '../../../subgraphs/land/index';
import { openTestRegistry, type TestRegistry } from '../../helpers/test-registry';

let registry: TestRegistry;
let server: SubgraphServer;
const logs: LogEntry[] = [];

beforeEach(async () => {
  registry = await openTestRegistry(openLand);
  server = await serveSubgraph(registry.subgraph, {
    host: '127.0.0.1',
    port: 0,
    trust: 'anyone',
    log: (entry) => logs.push(entry),
  });
});
afterEach(async () => {
  await server.stop(1_000);
  await registry.subgraph.close();
});

const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });
const ask = (query: string, variables?: object): Promise<Response> => post(JSON.stringify({ query, variables }));
const origin = (): string => new URL(server.url).origin;

describe('a subgraph over HTTP', () => {
  it('answers data with provenance, and echoes the request id', async () => {
    await registry.insert('land.parcel', { record_id: 'T-1', area: '50' });
    const response = await post(JSON.stringify({ query: '{ parcel(id: "w7ce00000001") { area } }' }), {
      'x-request-id': 'abc-1',
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('x-request-id')).toBe('abc-1');
    // What may be remembered is said in the SDL; a gateway would obey a header that says otherwise.
    expect(response.headers.get('cache-control')).toBeNull();
    expect(await response.json()).toEqual({
      data: { parcel: { area: 50 } },
      extensions: {
        provenance: {
          registry: 'land',
          records: [{ path: ['parcel'], record: 'T-1', version: '1', recordedAt: '2024-01-02T03:04:05.000Z' }],
        },
      },
    });
  });

  it('lets a gateway introspect it, and makes up a request id when the given one is odd', async () => {
    const response = await post(JSON.stringify({ query: '{ __schema { queryType { name } } _service { sdl } }' }), {
      'x-request-id': 'a b<c>',
    });
    expect(await response.json()).toMatchObject({ data: { __schema: { queryType: { name: 'Query' } } } });
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('refuses what is too large: 413, whether the length is announced or not', async () => {
    const large = JSON.stringify({ query: `{ __typename } #${'x'.repeat(1024 * 1024)}` });
    const announced = await post(large);
    expect(announced.status).toBe(413);
    expect(announced.headers.get('connection')).toBe('close');
    const chunked = await sendRaw(
      `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${large.length.toString(16)}\r\n${large}\r\n`,
    );
    expect(chunked).toMatch(/^HTTP\/1.1 413 /);
  });

  it('refuses what is not JSON: 415, 400', async () => {
    expect((await post('{ __typename }', { 'content-type': 'application/graphql' })).status).toBe(415);
    expect((await post('query=x', { 'content-type': 'text/plain' })).status).toBe(415);
    const malformed = await post('{"query": "{ __typename }", 048090000001');
    expect(malformed.status).toBe(400);
    expect(await malformed.text()).not.toContain('048090000001');
    expect((await post('{}')).status).toBe(400);
    expect((await post('[]')).status).toBe(400);
  });

  it('refuses a query by a bare GET, which any web page could send, other methods and other paths', async () => {
    expect((await fetch(`${server.url}?query={__typename}`)).status).toBe(400);
    expect((await fetch(server.url, { method: 'PUT' })).status).toBe(405);
    expect((await fetch(`${origin()}/else`)).status).toBe(404);
    expect(await sendRaw('GET // HTTP/1.1\r\nhost: a\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
  });

  it('answers a malformed number with a code, without repeating it or a stack', async () => {
    const response = await ask('query ($all: [_Any!]!) { _entities(representations: $all) { __typename } }', {
      all: [{ __typename: 'Citizen', personalId: '04809000000' }],
    });
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      data: { _entities: [null] },
      errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
    });
    expect(text).not.toContain('04809000000');
    expect(text).not.toContain('stacktrace');
  });

  it('is live and ready', async () => {
    const live = await fetch(`${origin()}/health/live`);
    expect([live.status, live.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect((await fetch(`${origin()}/health/ready`)).status).toBe(200);
  });
});

describe('with its database closed', () => {
  beforeEach(() => registry.database.close());

  it('answers REGISTRY_UNAVAILABLE, and logs it with the request id', async () => {
    const response = await post(JSON.stringify({ query: '{ parcel(id: "w7ce00000001") { area } }' }), {
      'x-request-id': 'abc-2',
    });
    expect(await response.json()).toMatchObject({
      data: { parcel: null },
      errors: [
        { message: 'the registry cannot be reached', path: ['parcel'], extensions: { code: 'REGISTRY_UNAVAILABLE' } },
      ],
    });
    expect(registry.logs.at(-1)).toMatchObject({ level: 'error', requestId: 'abc-2', code: 'REGISTRY_UNAVAILABLE' });
  });

  it('is live but not ready', async () => {
    expect((await fetch(`${origin()}/health/live`)).status).toBe(200);
    expect((await fetch(`${origin()}/health/ready`)).status).toBe(503);
  });
});

describe('stopping', () => {
  it('finishes what is under way and takes nothing new', async () => {
    const query = jest.spyOn(registry.database, 'query');
    let letGo = (): void => {};
    query.mockImplementationOnce(
      () =>
        new Promise((resolve) => {
          letGo = () => resolve([]);
        }),
    );
    const answer = ask('{ parcel(id: "w7ce00000001") { area } }');
    while (query.mock.calls.length === 0) await new Promise(setImmediate);
    const stopped = server.stop(5_000);
    await expect(ask('{ __typename }')).rejects.toThrow();
    letGo();
    const response = await answer;
    expect(await response.json()).toMatchObject({ data: { parcel: null } });
    expect(response.headers.get('connection')).toBe('close');
    await stopped;
  });

  it('cuts off what is still under way at the deadline', async () => {
    const query = jest.spyOn(registry.database, 'query').mockImplementationOnce(() => new Promise(() => {}));
    const answer = ask('{ parcel(id: "w7ce00000001") { area } }');
    answer.catch(() => {});
    while (query.mock.calls.length === 0) await new Promise(setImmediate);
    await server.stop(20);
    await expect(answer).rejects.toThrow();
  });
});

/** Sends bytes as they are and resolves to the beginning of the answer. */
function sendRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => socket.write(text));
    socket.once('data', (data) => {
      resolve(data.toString());
      socket.destroy();
    });
    socket.once('error', reject);
  });
}
