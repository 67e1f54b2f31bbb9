import { argumentIn, referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const SHOPS = [
  { id: 's1', currency: 'VND', place: { tax: 10 }, orders: ['o1', 'o2'] },
  { id: 's2', currency: 'USD', place: { tax: null }, orders: ['o3'] },
];
const ORDERS = [
  { id: 'o1', sum: 100 },
  { id: 'o2', sum: null },
  { id: 'o3', sum: 7 },
];
interface Shop {
  id: string;
  currency?: string;
}
const shopOf = (order: { id: string }) => SHOPS.find(({ orders }) => orders.includes(order.id))!;
const sumOf = ({ id }: { id: string }) => ORDERS.find((order) => order.id === id)?.sum ?? null;
const total = (order: { id: string }, { currency, round }: { currency?: string; round?: boolean | null }) => {
  const sum = sumOf(order);
  return sum === null ? null : `${round ? Math.round(sum) : sum} ${currency}`;
};
const taxed = (order: { id: string }, { tax }: { tax?: number | null }) => `${sumOf(order)} and ${tax ?? 'no'} %`;
const ordersOf = ({ id }: Shop) => (SHOPS.find((shop) => shop.id === id)?.orders ?? []).map((order) => ({ id: order }));

/** An order's total takes its currency from the shop that it is below, which another subgraph knows. */
export const scenario: Scenario = {
  about: 'arguments that come from an object further up',
  subgraphs: {
    shops: {
      sdl: `type Query { shops: [Shop!]!  shop(id: ID!): Shop }
        type Shop @key(fields: "id") { id: ID!  currency: String!  place: Place! }
        type Place { tax: Int }`,
      resolvers: {
        Query: { shops: () => SHOPS, shop: argumentIn(SHOPS, 'id') },
        Shop: { __resolveReference: referenceIn(SHOPS, 'id') },
      },
    },
    orders: {
      sdl: `type Shop @key(fields: "id") @context(name: "shop") {
          id: ID!  currency: String! @external  place: Place! @external  orders: [Order!]!  box: Box
        }
        type Place @external { tax: Int }
        type Box { last: Order }
        type Order @key(fields: "id") {
          id: ID!
          total(round: Boolean, currency: String @fromContext(field: "$shop { currency }")): String
          taxed(tax: Int @fromContext(field: "$shop { place { tax } }")): String!
        }`,
      resolvers: {
        Shop: {
          __resolveReference: ({ id }: Shop) => ({ id }),
          orders: ordersOf,
          box: (shop: Shop) => ({ last: ordersOf(shop).at(-1) }),
        },
        Order: { __resolveReference: ({ id }: { id: string }) => ({ id }), total, taxed },
      },
    },
    notes: {
      sdl: 'type Order @key(fields: "id") { id: ID!  note: String }',
      resolvers: { Order: { note: ({ id }: { id: string }) => `note ${id}` } },
    },
  },
  oracle: {
    Query: { shops: () => SHOPS, shop: argumentIn(SHOPS, 'id') },
    Shop: { orders: ordersOf, box: (shop: Shop) => ({ last: ordersOf(shop).at(-1) }) },
    Order: {
      total: (order: { id: string }, given: { round?: boolean }) =>
        total(order, { ...given, currency: shopOf(order).currency }),
      taxed: (order: { id: string }) => taxed(order, { tax: shopOf(order).place.tax }),
      note: ({ id }: { id: string }) => `note ${id}`,
    },
  },
  withoutStock: 'it refuses a supergraph with contexts',
  questions: [
    { name: 'in a list below it', query: '{ shops { orders { id total } } }' },
    { name: 'beside the field itself', query: '{ shops { currency orders { total } } }' },
    { name: 'through an object in between', query: '{ shop(id: "s1") { box { last { id total note } } } }' },
    {
      name: 'beside an argument of the client',
      query: 'query ($r: Boolean) { shops { orders { total(round: $r) rounded: total(round: true) } } }',
      variables: { r: false },
    },
    { name: 'from a nested selection', query: '{ shops { orders { taxed note } } }' },
    {
      name: 'with the field taken by another alias',
      query: '{ shop(id: "s2") { currency: id money: currency orders { total taxed } } }',
    },
    { name: 'and fail on their own', query: '{ shops { orders { total note } } }', failing: ['Order.total'] },
  ],
};
