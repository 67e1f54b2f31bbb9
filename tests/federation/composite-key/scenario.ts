import type { Scenario } from '../../helpers/oracle-scenario.js';

interface Seat {
  row: number;
  hall: { code: string; city: { name: string } };
}
const SEATS = [
  { row: 1, hall: { code: 'h1', city: { name: 'Huế' } }, label: '1 in Huế', taken: true, price: 10 },
  { row: 1, hall: { code: 'h1', city: { name: 'Vinh' } }, label: '1 in Vinh', taken: false, price: 20 },
  { row: 2, hall: { code: 'h2', city: { name: 'Huế' } }, label: '2 in Huế', taken: null, price: null },
];
const seatOf = ({ row, hall }: Seat) =>
  SEATS.find((seat) => seat.row === row && seat.hall.code === hall.code && seat.hall.city.name === hall.city.name) ??
  null;
const keyOf = ({ row, hall }: Seat) => ({ row, hall });

/** The key has parts that are objects in objects; two seats differ only in the innermost part. */
export const scenario: Scenario = {
  about: 'a key of several parts, some of them objects',
  subgraphs: {
    plan: {
      sdl: `
        type Query { seats: [Seat!]!  halls: [[Seat]] }
        type Seat @key(fields: "row hall { code city { name } }") { row: Int!  hall: Hall!  label: String! }
        type Hall @shareable { code: ID!  city: City! }
        type City @shareable { name: String! }
      `,
      resolvers: {
        Query: { seats: () => SEATS, halls: () => [[SEATS[0], null], [SEATS[1], SEATS[0]], null, []] },
        Seat: { __resolveReference: seatOf },
      },
    },
    box: {
      sdl: `
        type Query { last: Seat }
        type Seat @key(fields: "hall { city { name } code } row") { row: Int!  hall: Hall!  taken: Boolean  price: Int }
        type Hall @shareable { code: ID!  city: City! }
        type City @shareable { name: String! }
      `,
      resolvers: { Query: { last: () => keyOf(SEATS[1]!) }, Seat: { __resolveReference: seatOf, price: priceOf } },
    },
  },
  oracle: {
    Query: {
      seats: () => SEATS,
      halls: () => [[SEATS[0], null], [SEATS[1], SEATS[0]], null, []],
      last: () => SEATS[1],
    },
  },
  questions: [
    { name: 'joins by every part', query: '{ seats { label taken price } }' },
    { name: 'joins from the other side', query: '{ last { label price } }' },
    { name: 'gives parts of the key as asked', query: '{ seats { hall { city { name } } taken row } }' },
    {
      name: 'gives parts of the key under other names',
      stockDiffers: 'an alias takes the place of a field that it needs itself',
      query:
        '{ seats { hall: row row: label taken h: hall { code: city { code: name } } } last { c: hall { city { n: name } } label } }',
    },
    { name: 'joins in lists of lists', query: '{ halls { taken row label } }' },
    {
      name: 'selects the key twice and merges it',
      query:
        '{ seats { hall { code } price hall { city { name } } ...S } } fragment S on Seat { hall { city { __typename } } taken }',
    },
    { name: 'leaves the rest when the far side fails', query: '{ halls { label price } }', failing: ['Seat.price'] },
  ],
};

function priceOf(seat: Seat): number | null {
  return seatOf(seat)?.price ?? null;
}
