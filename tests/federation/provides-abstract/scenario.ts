import type { Scenario } from '../../helpers/oracle-scenario.js';

const WORKS = [
  { __typename: 'Book', id: 'b1', title: 'Số đỏ', pages: 200, note: 'in print' },
  { __typename: 'Film', id: 'f1', title: 'Áo lụa', minutes: 142, note: null },
];
const workOf = ({ id }: { id: string }) => WORKS.find((work) => work.id === id) ?? null;
const [BOOK, FILM] = WORKS;

/** `fair` provides fields of the types under an interface and under a union, of some types one field more than of others. */
export const scenario: Scenario = {
  about: 'fields provided on interfaces and unions',
  subgraphs: {
    archive: {
      sdl: `type Query { works: [Work!]! }
        interface Work { id: ID!  title: String! }
        type Book implements Work @key(fields: "id") { id: ID!  title: String! @shareable  pages: Int @shareable  note: String }
        type Film implements Work @key(fields: "id") { id: ID!  title: String! @shareable  minutes: Int @shareable  note: String }`,
      resolvers: {
        Query: { works: () => WORKS },
        Book: { __resolveReference: workOf },
        Film: { __resolveReference: workOf },
      },
    },
    fair: {
      sdl: `type Query {
          featured: Work @provides(fields: "... on Film { title }")
          shown: [Shown!]! @provides(fields: "... on Book { title pages } ... on Film { minutes }")
          plain: [Work]
        }
        interface Work { id: ID!  title: String! }
        union Shown = Book | Film
        type Book implements Work @key(fields: "id") { id: ID!  title: String! @external  pages: Int @external  stand: Int }
        type Film implements Work @key(fields: "id") { id: ID!  title: String! @external  minutes: Int @external  stand: Int }`,
      resolvers: {
        Query: { featured: () => FILM, shown: () => [BOOK, FILM, BOOK], plain: () => [FILM, null, BOOK] },
        Book: { stand: () => 1 },
        Film: { stand: () => 2 },
      },
    },
  },
  oracle: {
    Query: {
      works: () => WORKS,
      featured: () => FILM,
      shown: () => [BOOK, FILM, BOOK],
      plain: () => [FILM, null, BOOK],
    },
    Book: { stand: () => 1 },
    Film: { stand: () => 2 },
  },
  questions: [
    { name: 'an interface provides its field', query: '{ featured { title __typename } }' },
    {
      name: 'a union provides fields of its types',
      query: '{ shown { ... on Book { pages title stand } ... on Film { minutes } } }',
    },
    { name: 'a type provides one field less', query: '{ shown { ... on Work { title } ... on Film { note stand } } }' },
    {
      name: 'and none where nothing is provided',
      query: '{ plain { title ... on Book { pages note } ... on Film { minutes stand } } }',
    },
    {
      name: 'and the rest from the other',
      query: '{ featured { title ... on Film { note } } works { id ... on Book { stand } } }',
    },
    {
      name: 'and an error from the other',
      query: '{ shown { ... on Book { note pages } ... on Film { stand } } }',
      failing: ['Book.note', 'Film.stand'],
    },
  ],
};
