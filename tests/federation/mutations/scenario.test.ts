import { GraphQLError } from 'graphql';
import { answers500 } from '../../helpers/faulty-subgraph.js';
import { type Federation, startFederation } from '../../helpers/federation.js';
import { expectStockAnswer, type StockGateway, startStockGateway } from '../../helpers/stock-gateway.js';

/** What happened, in the order in which it happened. */
const events: string[] = [];
const happens = (event: string) => {
  events.push(event);
};

const SUBGRAPHS = {
  users: {
    sdl: `
      type Query { user(id: ID!): User }
      type Mutation { rename(id: ID!, name: String!): Renamed  fail: User }
      type Renamed { user: User  query: Query }
      type User @key(fields: "id") { id: ID!  name: String }
    `,
    resolvers: {
      Query: { user: (_: unknown, { id }: { id: string }) => ({ id, name: 'Ada' }) },
      Mutation: {
        rename: (_: unknown, { id, name }: { id: string; name: string }) => {
          happens(`rename ${name}`);
          return { user: { id, name }, query: {} };
        },
        fail: () => {
          happens('fail');
          throw new GraphQLError('refused', { extensions: { code: 'REFUSED' } });
        },
      },
    },
  },
  posts: {
    sdl: `
      type Mutation { post(text: String!): Post!  clear: Int }
      type Post @key(fields: "id") { id: ID!  text: String!  author: User }
      type User @key(fields: "id") { id: ID!  posts: [Post!]! }
    `,
    resolvers: {
      Mutation: {
        post: (_: unknown, { text }: { text: string }) => {
          happens(`post ${text}`);
          return { id: 'p1', text, author: { id: 'u1' } };
        },
        clear: () => {
          happens('clear');
          return 1;
        },
      },
      User: { posts: () => [{ id: 'p1', text: 'hello' }] },
    },
  },
};

let federation: Federation;
let stock: StockGateway;
beforeAll(async () => {
  federation = await startFederation({ subgraphs: SUBGRAPHS });
  stock = await startStockGateway(federation);
});
afterAll(async () => {
  await stock?.stop();
  await federation?.stop();
});
beforeEach(() => {
  events.length = 0;
  federation.subgraph('posts').behave();
});

test('mutations of several subgraphs are carried out one after another, in the order of the operation', async () => {
  await federation.ask(
    'mutation { a: rename(id: "u1", name: "1") { user { name } } b: post(text: "2") { text } c: rename(id: "u1", name: "3") { user { posts { text } } } clear }',
  );
  expect(events).toEqual(['rename 1', 'post 2', 'rename 3', 'clear']);
});

const MUTATIONS: [name: string, query: string, variables?: Record<string, unknown>][] = [
  ['one mutation', 'mutation { clear }'],
  ['a mutation with entities below it', 'mutation { post(text: "x") { id text author { name posts { text } } } }'],
  [
    'several, with aliases and variables',
    'mutation ($n: String!) { a: rename(id: "u1", name: $n) { user { name posts { id } } } clear b: rename(id: "u2", name: "z") { user { id } } }',
    { n: 'new' },
  ],
  [
    'a query below a mutation',
    'mutation { rename(id: "u1", name: "q") { query { user(id: "u9") { name posts { text } } } } }',
  ],
  ['a mutation that is refused beside one that is not', 'mutation { clear fail { id } post(text: "after") { id } }'],
  ['only __typename', 'mutation { __typename }'],
  ['a mutation left out by its condition', 'mutation ($no: Boolean = false) { clear fail @include(if: $no) { id } }'],
];

describe('mutations answer what the stock gateway answers:', () => {
  for (const [name, query, variables] of MUTATIONS) {
    test(name, async () => {
      expect((await expectStockAnswer({ federation, stock }, query, variables)).data).toBeTruthy();
    });
  }
});

test('a mutation whose registry is down leaves the others to be carried out, each once', async () => {
  federation.subgraph('posts').behave(answers500);
  const { data, errors } = await federation.ask('mutation { clear rename(id: "u1", name: "still") { user { name } } }');
  expect(data).toEqual({ clear: null, rename: { user: { name: 'still' } } });
  expect(errors).toMatchObject([{ path: ['clear'], extensions: { code: 'REGISTRY_UNAVAILABLE', registry: 'posts' } }]);
  expect(events).toEqual(['rename still']);
});
