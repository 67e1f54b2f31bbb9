import { argumentIn, referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const BOOKS = [
  { id: '1', isbn: '978-1', upc: 'u-1', title: 'Số đỏ', price: 90, shelf: 'A1' },
  { id: '2', isbn: '978-2', upc: 'u-2', title: 'Chí Phèo', price: null, shelf: 'A2' },
];
const [FIRST, SECOND] = BOOKS;

/** Three subgraphs of which no two share all keys: `library` knows `id` and `isbn`, `shop` `isbn` and `upc`, `store` `upc`. */
export const scenario: Scenario = {
  about: 'an entity with several keys',
  subgraphs: {
    library: {
      sdl: `
        type Query { book(id: ID!): Book }
        type Book @key(fields: "id") @key(fields: "isbn") { id: ID!  isbn: ID!  title: String! }
      `,
      resolvers: {
        Query: { book: argumentIn(BOOKS, 'id') },
        Book: {
          __resolveReference: (reference: { id?: string; isbn?: string }) =>
            referenceIn(BOOKS, reference.id ? 'id' : 'isbn')(reference),
        },
      },
    },
    shop: {
      sdl: `
        type Query { offers: [Book!]! }
        type Book @key(fields: "isbn") @key(fields: "upc") { isbn: ID!  upc: ID!  price: Int }
      `,
      resolvers: {
        Query: { offers: () => [SECOND, FIRST] },
        Book: {
          __resolveReference: (reference: { upc?: string; isbn?: string }) =>
            referenceIn(BOOKS, reference.isbn ? 'isbn' : 'upc')(reference),
        },
      },
    },
    store: {
      sdl: `
        type Query { stored: [Book] }
        type Book @key(fields: "upc") { upc: ID!  shelf: String }
      `,
      resolvers: {
        Query: { stored: () => [{ upc: 'u-1', shelf: 'A1' }, null, { upc: 'u-2', shelf: 'A2' }] },
        Book: { __resolveReference: referenceIn(BOOKS, 'upc') },
      },
    },
  },
  oracle: {
    Query: { book: argumentIn(BOOKS, 'id'), offers: () => [SECOND, FIRST], stored: () => [FIRST, null, SECOND] },
  },
  questions: [
    { name: 'goes from the first key to the third by the second', query: '{ book(id: "1") { title shelf } }' },
    { name: 'goes the whole way back', query: '{ stored { shelf title id } }' },
    { name: 'takes all the keys themselves', query: '{ stored { id isbn upc } book(id: "2") { upc isbn id } }' },
    { name: 'goes both ways from the middle', query: '{ offers { shelf title price } }' },
    {
      name: 'answers one entity by three roots',
      query: '{ book(id: "1") { price } offers { title } stored { price id } }',
    },
    { name: 'has aliases of its keys', query: '{ stored { id: shelf isbn: title upc: price key: isbn } }' },
    { name: 'keeps what one fails to add', query: '{ book(id: "1") { title shelf price } }', failing: ['Book.price'] },
  ],
};
