import { argumentIn, referenceIn, rowsOf } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const AUTHORS = [
  { id: 'x1', name: 'Nam Cao', born: 1915 },
  { id: 'x2', name: 'Vũ Trọng Phụng', born: null },
];
const NOTES = [
  { id: 'n1', text: 'một', author: 'x1' },
  { id: 'n2', text: 'hai', author: 'x2' },
  { id: 'n3', text: 'ba', author: null },
];
const TAGS = [{ name: 'văn', notes: ['n3', 'n1'] }];

/** `notes` and `tags` hold the keys of what they name and cannot be asked for it: `@key(resolvable: false)`. */
export const scenario: Scenario = {
  about: 'entities that a subgraph names and does not resolve',
  subgraphs: {
    authors: {
      sdl: `type Query { author(id: ID!): Author }
        type Author @key(fields: "id") { id: ID!  name: String!  born: Int }`,
      resolvers: {
        Query: { author: argumentIn(AUTHORS, 'id') },
        Author: { __resolveReference: referenceIn(AUTHORS, 'id') },
      },
    },
    notes: {
      sdl: `type Query { notes: [Note!]! }
        type Note @key(fields: "id") { id: ID!  text: String!  author: Author }
        type Author @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: {
        Query: { notes: () => NOTES },
        Note: {
          __resolveReference: referenceIn(NOTES, 'id'),
          author: ({ author }: { author: string | null }) => author && { id: author },
        },
      },
    },
    tags: {
      sdl: `type Query { tags: [Tag!]! }
        type Tag { name: String!  notes: [Note]! }
        type Note @key(fields: "id", resolvable: false) { id: ID! }
        type Author @key(fields: "id") { id: ID!  notes: [Note!]! }`,
      resolvers: {
        Query: { tags: () => TAGS },
        Tag: { notes: ({ notes }: { notes: string[] }) => [null, ...notes.map((id) => ({ id }))] },
        Author: { notes: rowsOf(NOTES, 'author') },
      },
    },
  },
  oracle: {
    Query: { author: argumentIn(AUTHORS, 'id'), notes: () => NOTES, tags: () => TAGS },
    Note: { author: ({ author }: { author: string }) => referenceIn(AUTHORS, 'id')({ id: author }) },
    Tag: { notes: ({ notes }: { notes: string[] }) => [null, ...notes.map((id) => referenceIn(NOTES, 'id')({ id }))] },
    Author: { notes: rowsOf(NOTES, 'author') },
  },
  questions: [
    { name: 'are resolved where they live', query: '{ notes { text author { name born } } }' },
    { name: 'need no fetch for their key', query: '{ notes { author { id } } tags { notes { id } } }' },
    { name: 'lead on through two of them', query: '{ tags { name notes { text author { name notes { text } } } } }' },
    {
      name: 'are reached beside their own root',
      query: '{ author(id: "x2") { notes { id text author { born } } name } }',
    },
    { name: 'have an error where they live', query: '{ notes { id author { born id } } }', failing: ['Author.born'] },
    { name: 'are nulled where they live', query: '{ tags { notes { text id } } }', failing: ['Note.text'] },
  ],
};
