import { referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const PAPERS = [
  { id: 'k1', book: { no: 4, year: 1999 }, page: 12, title: 'Khai sinh', copies: 2, clerk: { id: 'c1' } },
  { id: 'k2', book: { no: 5, year: 2001 }, page: 1, title: null, copies: null, clerk: null },
];
const CLERKS = [{ id: 'c1', badge: 'B-7', name: 'Hà' }];
interface Reference {
  page: number;
  book: { no: number; year: number };
}
const paperOf = ({ page, book }: Reference) =>
  PAPERS.find((paper) => paper.page === page && paper.book.no === book.no && paper.book.year === book.year) ?? null;
const copyOf = (reference: Reference) => ({ ...reference, ...paperOf(reference) });

/** The older way to write it: keys and their parts are `@external` where the entity is only extended. */
export const scenario: Scenario = {
  about: 'keys that are external where they are used',
  subgraphs: {
    papers: {
      sdl: `type Query { papers: [Paper!]! }
        type Paper @key(fields: "id") @key(fields: "page book { no year }") { id: ID!  page: Int!  book: Book!  title: String  clerk: Clerk }
        type Book { no: Int!  year: Int! }
        type Clerk @key(fields: "id") @key(fields: "badge") { id: ID!  badge: String! }`,
      resolvers: {
        Query: { papers: () => PAPERS },
        Paper: {
          __resolveReference: (reference: Reference & { id?: string }) =>
            reference.id ? referenceIn(PAPERS, 'id')({ ...reference }) : paperOf(reference),
          clerk: ({ clerk }: { clerk: { id: string } | null }) => clerk && referenceIn(CLERKS, 'id')(clerk),
        },
        Clerk: {
          __resolveReference: (reference: { id?: string }) =>
            referenceIn(CLERKS, reference.id ? 'id' : 'badge')(reference),
        },
      },
    },
    copies: {
      sdl: `extend type Query { copied: Paper }
        extend type Paper @key(fields: "page book { no year }") {
          page: Int! @external  book: Book! @external
          copies: Int
          shelf: String! @requires(fields: "title")
          title: String @external
        }
        extend type Book { no: Int! @external  year: Int! @external }`,
      resolvers: {
        Query: { copied: () => ({ page: 12, book: { no: 4, year: 1999 }, copies: 2 }) },
        Paper: {
          __resolveReference: copyOf,
          shelf: ({ title }: { title?: string | null }) => `shelf ${title ?? 'none'}`,
        },
      },
    },
    clerks: {
      sdl: 'extend type Clerk @key(fields: "badge") { badge: String! @external  name: String! }',
      resolvers: { Clerk: { __resolveReference: referenceIn(CLERKS, 'badge') } },
    },
  },
  oracle: {
    Query: { papers: () => PAPERS, copied: () => PAPERS[0] },
    Paper: {
      shelf: ({ title }: { title: string | null }) => `shelf ${title ?? 'none'}`,
      clerk: ({ clerk }: { clerk: { id: string } | null }) => clerk && referenceIn(CLERKS, 'id')(clerk),
    },
  },
  questions: [
    { name: 'join', query: '{ papers { title copies } }' },
    { name: 'join from the extension', query: '{ copied { id title copies } }' },
    { name: 'are answered themselves', query: '{ copied { page book { year no } } papers { page book { no } } }' },
    { name: 'join by another key', query: '{ papers { clerk { name } } copied { clerk { id name badge } } }' },
    { name: 'stand beside what is required', query: '{ papers { shelf copies } copied { shelf } }' },
    { name: 'are there when the extension fails', query: '{ papers { id copies title } }', failing: ['Paper.copies'] },
  ],
};
