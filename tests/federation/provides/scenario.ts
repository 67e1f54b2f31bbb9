import { argumentIn, referenceIn, rowsOf } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const PEOPLE = [
  { id: 'u1', name: 'An', email: 'an@example.vn', home: { street: 'Bạch Đằng', number: 1 } },
  { id: 'u2', name: 'Bình', email: null, home: null },
];
const POSTS = [
  { id: 't1', title: 'Chợ Hàn', author: 'u1', editor: 'u2' },
  { id: 't2', title: 'Mỹ Khê', author: 'u2', editor: null },
];
const personOf = (id: string | null) => PEOPLE.find((person) => person.id === id) ?? null;

/** `posts` may answer some fields of a person, but only below the field that says so. */
export const scenario: Scenario = {
  about: 'fields that a subgraph provides on one way only',
  subgraphs: {
    people: {
      sdl: `type Query { person(id: ID!): Person }
        type Person @key(fields: "id") { id: ID!  name: String! @shareable  email: String  home: Home @shareable }
        type Home @shareable { street: String!  number: Int }`,
      resolvers: {
        Query: { person: argumentIn(PEOPLE, 'id') },
        Person: { __resolveReference: referenceIn(PEOPLE, 'id') },
      },
    },
    posts: {
      sdl: `type Query { posts: [Post!]!  top: Post @provides(fields: "editor { home { street } }") }
        type Post @key(fields: "id") {
          id: ID!  title: String!
          author: Person! @provides(fields: "name home { street number }")
          editor: Person
        }
        type Person @key(fields: "id") {
          id: ID!  name: String! @external  home: Home @external  posts: [Post!]!
        }
        type Home @shareable { street: String!  number: Int }`,
      resolvers: {
        Query: { posts: () => POSTS, top: () => POSTS[0] },
        Post: {
          author: ({ author }: { author: string }) => personOf(author),
          editor: ({ editor }: { editor: string | null }) => personOf(editor),
        },
        Person: { posts: rowsOf(POSTS, 'author') },
      },
    },
  },
  oracle: {
    Query: { person: argumentIn(PEOPLE, 'id'), posts: () => POSTS, top: () => POSTS[0] },
    Post: {
      author: ({ author }: { author: string }) => personOf(author),
      editor: ({ editor }: { editor: string | null }) => personOf(editor),
    },
    Person: { posts: rowsOf(POSTS, 'author') },
  },
  questions: [
    { name: 'are answered without the other', query: '{ posts { title author { name } } }' },
    {
      name: 'are answered with nested objects',
      query: '{ posts { author { home { number street } } editor { home { street } } } }',
    },
    {
      name: 'are mixed with what is not provided',
      query: '{ posts { author { email name home { street } } editor { name email } } }',
    },
    { name: 'are provided at a root', query: '{ top { editor { home { street number } name } } }' },
    {
      name: 'are not provided one level below',
      query: '{ posts { author { name posts { author { name } editor { name } } } } }',
    },
    {
      name: 'fail where they are',
      query: '{ posts { author { id email } } person(id: "u1") { email } }',
      failing: ['Person.email'],
    },
  ],
};
