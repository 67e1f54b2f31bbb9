import type { Scenario } from '../../helpers/oracle-scenario.js';

const FEED = [
  { __typename: 'Clip', id: 'v1', owner: 'w1', votes: 4 },
  { __typename: 'Text', id: 'x1', owner: 'w2', votes: 9 },
  { __typename: 'Clip', id: 'v2', owner: null, votes: null },
];
const WRITERS = [
  { id: 'w1', name: 'Hạnh', born: 1960 },
  { id: 'w2', name: 'Khoa', born: null },
];
const writerOf = ({ owner }: { owner: string | null }) => WRITERS.find(({ id }) => id === owner) ?? null;
const pictureOf = ({ id }: { id: string }, { size }: { size: number }) => ({
  url: `${id}-${size}`,
  id: `p-${id}-${size}`,
});
const byId = ({ id }: { id: string }) => FEED.find((item) => item.id === id) ?? null;

/** One response name stands for different things on different types, also when an entity fetch goes on from it. */
export const scenario: Scenario = {
  about: 'one response name with different arguments and fields on different types',
  subgraphs: {
    feed: {
      sdl: `type Query { feed: [Item!]!  first: Item }
        interface Item { id: ID!  picture(size: Int! = 1): Picture! }
        type Clip implements Item @key(fields: "id") { id: ID!  picture(size: Int! = 1): Picture!  owner: Writer  length: Int }
        type Text implements Item @key(fields: "id") { id: ID!  picture(size: Int! = 1): Picture!  writer: Writer  length: Int }
        type Picture @key(fields: "id") { id: ID!  url: String! }
        type Writer @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { feed: () => FEED, first: () => FEED[0] },
        Clip: { __resolveReference: byId, picture: pictureOf, owner: writerOf, length: () => 60 },
        Text: { __resolveReference: byId, picture: pictureOf, writer: writerOf, length: () => 900 },
      },
    },
    writers: {
      sdl: `type Writer @key(fields: "id") { id: ID!  name: String!  born: Int }
        type Picture @key(fields: "id") { id: ID!  bytes(unit: Int! = 1): Int }`,
      resolvers: {
        Writer: { __resolveReference: ({ id }: { id: string }) => writerOf({ owner: id }) },
        Picture: { bytes: ({ id }: { id: string }, { unit }: { unit: number }) => id.length * unit },
      },
    },
    votes: {
      sdl: `type Clip @key(fields: "id") { id: ID!  votes(min: Int = 0): Int }
        type Text @key(fields: "id") { id: ID!  votes(min: Int = 0): Int }`,
      resolvers: { Clip: { votes: votesOf }, Text: { votes: votesOf } },
    },
  },
  oracle: {
    Query: { feed: () => FEED, first: () => FEED[0] },
    Item: { picture: pictureOf },
    Clip: { owner: writerOf, length: () => 60, votes: votesOf },
    Text: { writer: writerOf, length: () => 900, votes: votesOf },
    Picture: { bytes: ({ id }: { id: string }, { unit }: { unit: number }) => id.length * unit },
  },
  questions: [
    {
      name: 'in one fetch',
      query: '{ feed { ... on Clip { picture(size: 2) { url } } ... on Text { picture(size: 7) { url } } } }',
    },
    { name: 'in an entity fetch', query: '{ feed { ... on Clip { votes(min: 5) } ... on Text { votes(min: 6) } } }' },
    {
      name: 'with entities below',
      stockDiffers: 'it asks for the fields of one type on all',
      query:
        '{ feed { ... on Clip { picture(size: 2) { bytes(unit: 10) } } ... on Text { picture(size: 70) { bytes } } } }',
    },
    {
      name: 'from two fields',
      query:
        '{ feed { ... on Clip { who: owner { name } n: length } ... on Text { who: writer { name born } n: votes } } }',
    },
    {
      name: 'with one of the two left out',
      query:
        'query ($t: Boolean!) { feed { ... on Clip { who: owner { name } } ... on Text @include(if: $t) { who: writer { born } } } }',
      variables: { t: false },
    },
    {
      name: 'with variables of one type',
      query:
        'query ($a: Int!, $b: Int) { feed { id ... on Clip { p: picture(size: $a) { url bytes } v: votes(min: $b) } ... on Text { p: picture { id url } v: votes } } }',
      variables: { a: 3, b: 100 },
    },
    {
      name: 'and an error on one type',
      query: '{ feed { ... on Clip { v: votes } ... on Text { v: votes } } }',
      failing: ['Text.votes'],
    },
  ],
};

function votesOf({ id }: { id: string }, { min }: { min: number }): number | null {
  const votes = byId({ id })?.votes ?? null;
  return votes === null || votes < min ? null : votes;
}
