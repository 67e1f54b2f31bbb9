import { createHash } from 'node:crypto';
import { ApolloServer } from '@apollo/server';
import { createGateway, type Gateway } from '../../gateway/index.js';
import { QUERIES as MEDIA_QUERIES } from '../federation/media/queries.js';
import { SUBGRAPHS as MEDIA } from '../federation/media/subgraphs.js';
import { MUTATIONS } from '../federation/mutations/queries.js';
import { SUBGRAPHS as MUTATING } from '../federation/mutations/subgraphs.js';
import { QUERIES as SHOP_QUERIES } from '../federation/shop/queries.js';
import { SHOP } from '../federation/shop/subgraphs.js';
import { configOf, type Federation, logInto, type SubgraphOfTest, startFederation } from '../helpers/federation.js';
import { CORPUS_SUBGRAPHS, REQUESTS } from '../helpers/request-corpus.js';

/**
 * Two gateways over the same subgraphs: one remembers operations, the other none, so that every request to it goes through
 * Apollo Server. What they answer must be the same, byte for byte.
 */
interface BothWays {
  federation: Federation;
  longUrl: string;
  shortUrl: string;
  stop(): Promise<void>;
}

const clock = { now: () => Date.UTC(2026, 10, 23) };

async function startBothWays(subgraphs: Record<string, SubgraphOfTest>): Promise<BothWays> {
  const federation = await startFederation({ subgraphs, gateway: { clock } });
  const forgetful: Gateway = await createGateway({
    config: configOf({ limits: { operationsBytesMax: 0 } }),
    supergraphFile: federation.supergraphFile,
    log: logInto([]),
    clock,
  });
  const { url } = await forgetful.listen();
  return {
    federation,
    longUrl: url,
    shortUrl: federation.url,
    stop: async () => {
      await forgetful.stop();
      await federation.stop();
    },
  };
}

interface Asking {
  url: string;
  body: Record<string, unknown>;
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
}

/** The answer with all that both ways must have in common, and whether Apollo Server had a part in it. */
async function send({ url, body, method = 'POST', headers = {} }: Asking) {
  const longWay = jest.spyOn(ApolloServer.prototype, 'executeHTTPGraphQLRequest');
  try {
    const response =
      method === 'POST'
        ? await fetch(`${url}/graphql`, {
            method,
            headers: { 'content-type': 'application/json', ...headers },
            body: JSON.stringify(body),
          })
        : await fetch(`${url}/graphql?${searchOf(body)}`, { headers: { 'apollo-require-preflight': '1', ...headers } });
    const kept = ['content-type', 'cache-control', 'x-content-type-options', 'allow'];
    return {
      answer: {
        status: response.status,
        headers: kept.map((name) => response.headers.get(name)),
        text: await response.text(),
      },
      wentTheLongWay: longWay.mock.calls.length > 0,
    };
  } finally {
    longWay.mockRestore();
  }
}

function searchOf(body: Record<string, unknown>): string {
  const given = Object.entries(body).filter(([, value]) => value !== null);
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  return String(new URLSearchParams(given.map(([name, value]): [string, string] => [name, text(value)])));
}

const ACCEPTED = [
  'application/json',
  '*/*',
  'application/graphql-response+json',
  'application/json;q=0.5, application/graphql-response+json;q=0.9',
  'multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json',
  'multipart/mixed',
  'image/png',
];

async function expectTheSameBothWays(ways: BothWays, asking: Omit<Asking, 'url'>): Promise<void> {
  const long = await send({ ...asking, url: ways.longUrl });
  const first = await send({ ...asking, url: ways.shortUrl });
  const second = await send({ ...asking, url: ways.shortUrl });
  expect(first.answer).toEqual(long.answer);
  expect(second.answer).toEqual(long.answer);
  // Whatever was run is known from then on.
  if (JSON.parse(jsonIn(second.answer.text)).data !== undefined) expect(second.wentTheLongWay).toBe(false);
}

/** The JSON of an answer, also of one that is one part. */
function jsonIn(text: string): string {
  return text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1);
}

const SCENARIOS = [
  { name: 'the shop', subgraphs: SHOP, queries: SHOP_QUERIES },
  { name: 'interfaces and unions', subgraphs: MEDIA, queries: MEDIA_QUERIES },
  { name: 'mutations', subgraphs: MUTATING, queries: MUTATIONS },
  {
    name: 'requests good and bad',
    subgraphs: CORPUS_SUBGRAPHS,
    queries: Object.entries(REQUESTS),
  },
] as const;

describe.each(SCENARIOS)('the same bytes by both ways, by POST and GET: $name:', ({ subgraphs, queries }) => {
  let ways: BothWays;
  beforeAll(async () => {
    ways = await startBothWays(subgraphs);
  });
  afterAll(() => ways?.stop());

  const bodies = (queries as readonly (readonly unknown[])[]).map(([name, asked, variables]) => {
    return [name, typeof asked === 'string' ? { query: asked, variables } : asked] as [string, Record<string, unknown>];
  });

  test.each(bodies)('%s', async (_name, body) => {
    for (const accept of ACCEPTED.slice(0, 3)) await expectTheSameBothWays(ways, { body, headers: { accept } });
    await expectTheSameBothWays(ways, { body, method: 'GET', headers: { accept: 'application/json' } });
    await expectTheSameBothWays(ways, {
      body,
      method: 'GET',
      headers: { accept: 'application/graphql-response+json' },
    });
  });
});

describe('the short way', () => {
  let ways: BothWays;
  beforeAll(async () => {
    ways = await startBothWays(CORPUS_SUBGRAPHS);
  });
  afterAll(() => ways?.stop());
  const short = async (body: Record<string, unknown>, rest: Partial<Asking> = {}) =>
    send({ url: ways.shortUrl, body, ...rest });
  const query = '{ items { id } other: items(first: 2) { id } }';
  const hash = createHash('sha256').update(query).digest('hex');
  const persistedQuery = { version: 1, sha256Hash: hash };

  test('is taken from the second time on, whatever is accepted, by POST and by GET', async () => {
    expect((await short({ query })).wentTheLongWay).toBe(true);
    for (const accept of ACCEPTED) {
      for (const method of ['POST', 'GET'] as const) {
        expect((await short({ query }, { method, headers: { accept } })).wentTheLongWay).toBe(false);
      }
    }
  });

  test.each(ACCEPTED)('answers %s as the long way does', async (accept) => {
    for (const body of [{ query }, { query: '{ nobody }' }, { query: '{ hello fail }' }]) {
      for (const method of ['POST', 'GET'] as const) {
        const long = await send({ url: ways.longUrl, body, method, headers: { accept } });
        await short(body, { method });
        expect((await short(body, { method, headers: { accept } })).answer).toEqual(long.answer);
      }
    }
  });

  test('is open to what only looks unusual', async () => {
    await short({ query });
    for (const body of [
      { query, extensions: { provenance: true, unknown: 1 } },
      { query, operationName: '' },
      { query, unknown: 1 },
      { query, extensions: { persistedQuery } },
      { extensions: { persistedQuery } },
    ]) {
      expect(await short(body)).toMatchObject({ wentTheLongWay: false, answer: { status: 200 } });
    }
  });

  test('is closed to another text, another name, another hash, a mutation by GET, and a GET that CSRF could send', async () => {
    await short({ query });
    const isRefused = { wentTheLongWay: true, answer: { status: 400 } };
    expect((await short({ query: `${query}  ` })).wentTheLongWay).toBe(true);
    expect(await short({ query, operationName: 'Other' })).toMatchObject(isRefused);
    const wrong = { version: 1, sha256Hash: 'x'.repeat(64) };
    expect(await short({ query, extensions: { persistedQuery: wrong } })).toMatchObject({ answer: { status: 400 } });
    const bare = { method: 'GET', headers: { 'apollo-require-preflight': '' } } as const;
    const { wentTheLongWay, answer } = await short({ query }, bare);
    expect(wentTheLongWay).toBe(true);
    expect(answer.status).toBe(400);
    expect(JSON.parse(answer.text).errors[0]).toMatchObject({
      message: expect.stringContaining('Cross-Site Request Forgery'),
      extensions: { code: 'BAD_REQUEST' },
    });
  });

  test.each<Record<string, string>>([
    { 'apollo-require-preflight': 'x' },
    { 'apollo-require-preflight': '', 'x-apollo-operation-name': 'Q' },
    { 'apollo-require-preflight': '', 'content-type': 'application/json' },
    { 'apollo-require-preflight': '', 'content-type': 'text/plain' },
    { 'apollo-require-preflight': 'x', 'content-type': 'text/plain' },
    { 'apollo-require-preflight': '', 'content-type': 'application/x-www-form-urlencoded' },
    { 'apollo-require-preflight': '', 'content-type': 'application/graphql' },
    { 'apollo-require-preflight': '', 'content-type': 'x' },
  ])('a GET with %j is answered as Apollo Server answers it', async (headers) => {
    await short({ query });
    const long = await send({ url: ways.longUrl, body: { query }, method: 'GET', headers });
    expect((await short({ query }, { method: 'GET', headers })).answer).toEqual(long.answer);
  });

  test('a persisted query is asked for in full once, and by its hash alone from then on', async () => {
    const text = '{ persisted: hello }';
    const extensions = {
      persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(text).digest('hex') },
    };
    const unknown = await short({ extensions });
    expect(JSON.parse(unknown.answer.text).errors[0].extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND');
    await short({ query: text, extensions });
    for (const method of ['GET', 'POST'] as const) {
      const { answer, wentTheLongWay } = await short({ extensions }, { method });
      expect([JSON.parse(answer.text).data, wentTheLongWay]).toEqual([{ persisted: 'hello 0' }, false]);
    }
  });

  test('a text that was never validated has no short way', async () => {
    const { answer } = await short({ query: '{ nobody }' });
    expect(answer.status).toBe(400);
    expect(await short({ query: '{ nobody }' })).toEqual({ answer, wentTheLongWay: true });
  });

  test('provenance is given to whoever asks by extension or by header, and to nobody else', async () => {
    const provenanceOf = async (body: Record<string, unknown>, headers = {}) =>
      JSON.parse((await short(body, { headers })).answer.text).extensions?.provenance;
    for (const text of ['{ a: items { id } }', '{ a: items { id  } }', '{ a: items { id  } }']) {
      const byHeader = await provenanceOf({ query: text }, { provenance: 'true' });
      expect(JSON.stringify(byHeader)).toContain('"path":["a"]');
      expect(byHeader).toEqual(await provenanceOf({ query: text, extensions: { provenance: true } }));
    }
    expect(await provenanceOf({ query }, { provenance: 'false' })).toBeUndefined();
    expect(await provenanceOf({ query })).toBeUndefined();
  });
});

test('a new supergraph begins with no known operation', async () => {
  const people = {
    sdl: 'type Query { people: [Person!]! }  type Person @key(fields: "id") { id: ID!  name: String }',
    resolvers: { Query: { people: () => [{ id: '1', name: 'n1' }] } },
  };
  const federation = await startFederation({ subgraphs: { people } });
  try {
    const body = { query: '{ people { renamed: name } }' };
    const asked = async () => (await send({ url: federation.url, body })).answer.status;
    expect(await asked()).toBe(200);
    federation.replaceSupergraph({ people: { sdl: people.sdl.replace('name: String', 'title: String') } });
    await federation.gateway.reload();
    expect(await asked()).toBe(400);
    federation.replaceSupergraph({ people });
    await federation.gateway.reload();
    expect(await asked()).toBe(200);
  } finally {
    await federation.stop();
  }
});
