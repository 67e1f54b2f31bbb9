import type { Scenario } from '../../helpers/oracle-scenario.js';

const ROWS = [
  { __typename: 'User', id: 'User:1', name: 'An', follows: ['Page:1', 'User:2'], karma: 5 },
  { __typename: 'User', id: 'User:2', name: 'Bi', follows: [], karma: null },
  { __typename: 'Page', id: 'Page:1', url: 'https://đà-nẵng.example', hits: 77 },
  { __typename: 'Note', id: 'Note:1', text: 'ghi chú' },
];
const nodeOf = ({ id }: { id: string }) => ROWS.find((row) => row.id === id) ?? null;
const resolveType = ({ __typename }: { __typename: string }) => __typename;
const node = (_: unknown, reference: { id: string }) => nodeOf(reference);
const nodes = (_: unknown, { ids }: { ids: string[] }) => ids.map((id) => nodeOf({ id }));
/** A page of a list in the manner of Relay. */
const follows = ({ id }: { id: string }, { first, after }: { first: number; after?: string | null }) => {
  const all = (nodeOf({ id }) as { follows?: string[] }).follows ?? [];
  const from = after ? all.indexOf(after) + 1 : 0;
  const edges = all.slice(from, from + first).map((cursor) => ({ cursor, node: nodeOf({ id: cursor }) }));
  return { edges, pageInfo: { hasNextPage: from + first < all.length, endCursor: edges.at(-1)?.cursor ?? null } };
};

export const scenario: Scenario = {
  about: 'nodes in the manner of Relay',
  subgraphs: {
    graph: {
      sdl: `type Query { node(id: ID!): Node  nodes(ids: [ID!]!): [Node]!  viewer: User! }
        interface Node { id: ID! }
        type User implements Node @key(fields: "id") { id: ID!  name: String!  follows(first: Int! = 10, after: ID): NodeConnection! }
        type Page implements Node @key(fields: "id") { id: ID!  url: String! }
        type Note implements Node { id: ID!  text: String! }
        type NodeConnection { edges: [NodeEdge!]!  pageInfo: PageInfo! }
        type NodeEdge { cursor: ID!  node: Node }
        type PageInfo { hasNextPage: Boolean!  endCursor: ID }`,
      resolvers: {
        Query: { node, nodes, viewer: () => ROWS[0] },
        Node: { __resolveType: resolveType },
        User: { __resolveReference: nodeOf, follows },
        Page: { __resolveReference: nodeOf },
      },
    },
    stats: {
      sdl: `interface Node { id: ID! }
        type User implements Node @key(fields: "id") { id: ID!  karma: Int  best: Page! }
        type Page implements Node @key(fields: "id") { id: ID!  hits: Int!  fans: [Node!]! }`,
      resolvers: {
        Node: { __resolveType: resolveType },
        User: { __resolveReference: nodeOf, best: () => ({ id: 'Page:1' }) },
        Page: { __resolveReference: nodeOf, fans: () => ROWS.slice(0, 2) },
      },
    },
  },
  oracle: {
    Query: { node, nodes, viewer: () => ROWS[0] },
    User: { follows, best: () => ROWS[2] },
    Page: { fans: () => ROWS.slice(0, 2) },
  },
  questions: [
    {
      name: 'one by its id',
      query: 'query ($id: ID!) { node(id: $id) { __typename id ... on User { name karma } ... on Page { hits } } }',
      variables: { id: 'User:1' },
    },
    { name: 'one that is nobody', query: '{ node(id: "User:9") { id ... on User { karma } } }' },
    {
      name: 'several, of all kinds',
      query:
        '{ nodes(ids: ["Page:1", "none", "Note:1", "User:2"]) { id ... on Page { url hits } ... on Note { text } ... on User { best { url } } } }',
    },
    {
      name: 'a page of a list, with entities in its edges',
      query:
        '{ viewer { follows(first: 1) { edges { cursor node { id ... on Page { hits } ... on User { karma } } } pageInfo { hasNextPage endCursor } } } }',
    },
    {
      name: 'the next page',
      query:
        'query ($after: ID) { viewer { follows(after: $after) { edges { node { __typename ... on User { name karma } } } pageInfo { hasNextPage } } } }',
      variables: { after: 'Page:1' },
    },
    {
      name: 'the interface in the other subgraph',
      query: '{ viewer { best { fans { id ... on User { name best { url } } } } } }',
    },
    {
      name: 'with a field that fails',
      query: '{ nodes(ids: ["Page:1", "User:1"]) { id ... on User { karma name } ... on Page { url } } }',
      failing: ['User.karma'],
    },
  ],
};
