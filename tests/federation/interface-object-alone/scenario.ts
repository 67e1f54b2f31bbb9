import type { Scenario } from '../../helpers/oracle-scenario.js';

const MEDIA = [
  { __typename: 'Photo', key: { no: 1, part: 'a' }, width: 640, likes: 3, caption: 'chùa' },
  { __typename: 'Sound', key: { no: 2, part: 'b' }, seconds: 9, likes: 0, caption: null },
  { __typename: 'Photo', key: { no: 1, part: 'b' }, width: null, likes: null, caption: 'cầu' },
];
interface Reference {
  key: { no: number; part: string };
}
const mediumOf = ({ key }: Reference) =>
  MEDIA.find(({ key: { no, part } }) => no === key.no && part === key.part) ?? null;
const keyOf = ({ key }: Reference) => ({ key });

/** No root leads to the subgraph that knows the types; the key is an object, and a union holds the types, too. */
export const scenario: Scenario = {
  about: 'an interface object with a key of parts, reached from the object only',
  subgraphs: {
    types: {
      sdl: `interface Medium @key(fields: "key { no part }") { key: Key!  caption: String }
        type Key @shareable { no: Int!  part: String! }
        type Photo implements Medium @key(fields: "key { no part }") { key: Key!  caption: String  width: Int  pair: [Pair] }
        type Sound implements Medium @key(fields: "key { no part }") { key: Key!  caption: String  seconds: Int }
        union Pair = Photo | Sound`,
      resolvers: {
        Medium: {
          __resolveReference: mediumOf,
          __resolveType: ({ __typename }: { __typename: string }) => __typename,
        },
        Photo: { __resolveReference: mediumOf, pair: () => [MEDIA[1], null, MEDIA[0]] },
        Sound: { __resolveReference: mediumOf },
      },
    },
    likes: {
      sdl: `type Query { feed: [[Medium!]]  one: Medium! }
        type Medium @key(fields: "key { no part }") @interfaceObject { key: Key!  likes: Int }
        type Key @shareable { no: Int!  part: String! }`,
      resolvers: {
        Query: { feed: () => [MEDIA.map(keyOf), null, [], [keyOf(MEDIA[2]!)]], one: () => keyOf(MEDIA[1]!) },
        Medium: { __resolveReference: keyOf, likes: (medium: Reference) => mediumOf(medium)?.likes },
      },
    },
  },
  oracle: {
    Query: { feed: () => [MEDIA, null, [], [MEDIA[2]]], one: () => MEDIA[1] },
    Photo: { pair: () => [MEDIA[1], null, MEDIA[0]] },
  },
  questions: [
    { name: 'asks nobody for the type unless it must', query: '{ feed { likes key { no part } } }' },
    { name: 'finds types in lists of lists', query: '{ feed { __typename likes ... on Photo { width } } }' },
    { name: 'finds fields of the interface', query: '{ feed { caption } one { caption likes } }' },
    {
      name: 'goes on to a union and back to its fields',
      query: '{ feed { ... on Photo { pair { ... on Medium { likes caption } ... on Sound { seconds } } } } }',
    },
    {
      name: 'has fragments on the interface in fragments on a type',
      query:
        '{ one { ...S } } fragment S on Sound { seconds ...M } fragment M on Medium { likes ... on Sound { caption } }',
    },
    { name: 'has aliases of __typename', query: '{ one { kind: __typename t: likes } feed { kind: __typename } }' },
    { name: 'fails where the types are', query: '{ feed { likes ... on Photo { width } } }', failing: ['Photo.width'] },
  ],
};
