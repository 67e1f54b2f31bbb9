import { serverAudits } from 'graphql-http';
import { type Federation, startFederation } from '../helpers/federation.js';

/**
 * The audit of the GraphQL over HTTP specification, every MUST, SHOULD and MAY of it. A GET is sent as a browser sends it
 * for a page that was given leave: without a header that needs leave it is refused on purpose (CSRF), and the specification
 * has no word on that.
 */
const subgraphs = { one: { sdl: 'type Query { hello: String }', resolvers: { Query: { hello: () => 'hello' } } } };

const WAYS = [
  ['by the long way every time', { operationsBytesMax: 0 }],
  ['with the operations known', {}],
] as const;

describe.each(WAYS)('%s:', (_way, limits) => {
  let federation: Federation;
  const preflighted: typeof fetch = (input, init = {}) => {
    const headers = init.method === 'POST' ? init.headers : { ...init.headers, 'apollo-require-preflight': 'true' };
    return fetch(input, { ...init, headers });
  };
  const audits = serverAudits({ url: () => `${federation.url}/graphql`, fetchFn: preflighted });

  beforeAll(async () => {
    federation = await startFederation({ subgraphs, config: { limits } });
    // Whatever of it can be known is known from then on.
    for (const { fn } of audits) await fn();
  });
  afterAll(() => federation?.stop());

  test('the audit is the whole one', () => expect(audits.length).toBeGreaterThan(60));

  test.each(audits.map((audit) => [`${audit.id} ${audit.name}`, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn();
    expect(result.status === 'ok' ? 'ok' : { status: result.status, reason: result.reason }).toBe('ok');
  });
});

describe('a client that names application/json', () => {
  let federation: Federation;
  beforeAll(async () => {
    federation = await startFederation({ subgraphs });
  });
  afterAll(() => federation?.stop());
  const statusOf = async (query: string, accept: string) => (await federation.ask(query, undefined, { accept })).status;

  test('is told with 200 of a mistake in its operation; any other client with 400', async () => {
    for (const query of ['{', '{ nobody }', 'query A { hello } query B { hello }', 'subscription { hello }']) {
      expect(await statusOf(query, 'application/json')).toBe(200);
      expect(await statusOf(query, '*/*')).toBe(400);
      expect(await statusOf(query, 'application/graphql-response+json')).toBe(400);
    }
  });

  test('is refused with 4xx all the same when its request is none, or asks for too much', async () => {
    const accept = 'application/json';
    expect((await federation.ask('', undefined, { accept })).status).toBe(400);
    expect(await statusOf('{self'.repeat(200), accept)).toBe(400);
  });

  test('one that accepts nothing of what there is gets 406, and nothing is run', async () => {
    const { status, errors } = await federation.ask('{ hello }', undefined, { accept: 'text/html' });
    expect([status, errors?.[0]?.extensions?.code]).toEqual([406, 'NOT_ACCEPTABLE']);
    expect(federation.requestsTo('one').filter(({ query }) => query.includes('hello'))).toEqual([]);
  });
});

test('what a client without parts defers is answered with the rest, and a condition on it may be a variable', async () => {
  const federation = await startFederation({ subgraphs });
  try {
    const query = 'query ($if: Boolean!) { a: hello ... @defer(if: $if, label: "later") { b: hello } }';
    for (const condition of [true, false, true]) {
      const { status, data, errors } = await federation.ask(query, { if: condition });
      expect({ status, data, errors }).toEqual({ status: 200, data: { a: 'hello', b: 'hello' } });
    }
  } finally {
    await federation.stop();
  }
});
