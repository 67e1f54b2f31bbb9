import { GraphQLError } from 'graphql';

/** What happened, in the order in which it happened. */
export const events: string[] = [];
const happens = (event: string) => {
  events.push(event);
};

export const SUBGRAPHS = {
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
