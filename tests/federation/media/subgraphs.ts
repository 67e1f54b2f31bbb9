export const MEDIA = [
  { __typename: 'Book', id: 'b1', title: 'Truyen Kieu', pages: 300, maker: { id: 'm1' }, code: 'B', part: { n: 1 } },
  { __typename: 'Film', id: 'f1', title: 'Mui du du xanh', minutes: 104, maker: { id: 'm2' }, code: null, part: null },
  { __typename: 'Book', id: 'b2', title: 'Chi Pheo', pages: 90, maker: { id: 'm2' }, code: 'C', part: { n: 2 } },
];
const mediumOf = ({ id }: { id: string }) => MEDIA.find((medium) => medium.id === id) ?? null;

/**
 * An interface whose types disagree in a subgraph on whether a field may be null, so that the planner has to give the field
 * another name in its fetch and give it its own back in the answer; and one that another subgraph extends as an object.
 */
export const SUBGRAPHS = {
  catalog: {
    sdl: `
      type Query { media: [Media!]!  medium(id: ID!): Media  shelf: Shelf  pick: [Pick!]! }
      interface Media @key(fields: "id") { id: ID!  title: String! }
      type Book implements Media @key(fields: "id") {
        id: ID!  title: String!  pages: Int  maker: Maker! @shareable  code: String! @shareable  part: Part @shareable
      }
      type Film implements Media @key(fields: "id") {
        id: ID!  title: String!  minutes: Int  maker: Maker  code: String  part: Part
      }
      type Part @shareable { n: Int }
      type Maker @key(fields: "id") { id: ID! }
      type Shelf @key(fields: "id") { id: ID!  media(first: Int): [[Media!]] }
      union Pick = Book | Film | Shelf
    `,
    resolvers: {
      Query: {
        media: () => MEDIA,
        medium: (_: unknown, reference: { id: string }) => mediumOf(reference),
        shelf: () => ({ id: 's1' }),
        pick: () => [MEDIA[1], MEDIA[0], { __typename: 'Shelf', id: 's1' }],
      },
      Media: { __resolveReference: mediumOf, __resolveType: ({ __typename }: { __typename: string }) => __typename },
      Book: { __resolveReference: mediumOf },
      Film: { __resolveReference: mediumOf },
      Shelf: {
        media: (_: unknown, { first }: { first?: number }) => [MEDIA.slice(0, first ?? 3), null, []],
      },
    },
  },
  scores: {
    sdl: `
      type Query { best: Media  worst: [Media] }
      type Media @key(fields: "id") @interfaceObject { id: ID!  score: Int  votes(atLeast: Int = 0): [Vote!]! }
      type Vote { by: Maker  medium: Media }
      type Maker @key(fields: "id") { id: ID!  voted: Int }
    `,
    resolvers: {
      Query: { best: () => ({ id: 'b1' }), worst: () => [{ id: 'f1' }, null, { id: 'gone' }] },
      Media: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        score: ({ id }: { id: string }) => id.charCodeAt(0),
        votes: ({ id }: { id: string }) => [{ by: { id: 'm1' }, medium: { id: id === 'b1' ? 'f1' : 'b1' } }],
      },
      Maker: { voted: () => 3 },
    },
  },
  makers: {
    sdl: `
      type Maker @key(fields: "id") { id: ID!  name: String!  country: Country }
      enum Country { VN FR }
      type Book @key(fields: "id") { id: ID!  maker: Maker @shareable  code: String @shareable  part: Part @shareable }
      type Part @shareable { n: Int }
    `,
    resolvers: {
      Maker: {
        __resolveReference: ({ id }: { id: string }) => ({
          id,
          name: `maker ${id}`,
          country: id === 'm1' ? 'VN' : 'FR',
        }),
      },
      Book: { __resolveReference: mediumOf },
    },
  },
};
