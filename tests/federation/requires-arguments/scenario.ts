import { referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const ITEMS = [
  { id: 'i1', usd: 2, sizes: { EU: 40, US: 7 } },
  { id: 'i2', usd: null, sizes: { EU: 44, US: null } },
];
type Row = (typeof ITEMS)[number];
const priceIn = ({ usd }: Row, currency?: string | null) => usd && (currency === 'VND' ? usd * 25_000 : usd);
const sizeIn = ({ sizes }: Row, { system }: { system: { name: 'EU' | 'US'; half: boolean } }) => {
  const size = sizes[system.name];
  return size && system.half ? size + 0.5 : size;
};
const toll = (price: number | null | undefined) => (price == null ? 'no price' : `toll ${price / 10}`);

/** The required field has arguments, and the client asks for it with others in the same place. */
export const scenario: Scenario = {
  about: 'fields that require a field with arguments',
  subgraphs: {
    goods: {
      sdl: `type Query { items: [Item!]! }
        enum System { EU US }
        input Size { name: System!  half: Boolean = false }
        type Item @key(fields: "id") { id: ID!  price(currency: String = "USD"): Float  size(system: Size!): Float }`,
      resolvers: {
        Query: { items: () => ITEMS },
        Item: {
          __resolveReference: referenceIn(ITEMS, 'id'),
          price: (item: Row, { currency }: { currency: string }) => priceIn(item, currency),
          size: sizeIn,
        },
      },
    },
    customs: {
      sdl: `enum System { EU US }
        input Size { name: System!  half: Boolean = false }
        type Item @key(fields: "id") {
          id: ID!
          price(currency: String = "USD"): Float @external
          size(system: Size!): Float @external
          toll: String! @requires(fields: "price(currency: \\"VND\\")")
          crate: String @requires(fields: "size(system: { name: EU, half: true })")
        }`,
      resolvers: {
        Item: {
          toll: ({ price }: { price: number }) => toll(price),
          crate: ({ size }: { size: number }) => `crate ${size}`,
        },
      },
    },
  },
  oracle: {
    Query: { items: () => ITEMS },
    Item: {
      price: (item: Row, { currency }: { currency: string }) => priceIn(item, currency),
      size: sizeIn,
      toll: (item: Row) => toll(priceIn(item, 'VND')),
      crate: (item: Row) => `crate ${sizeIn(item, { system: { name: 'EU', half: true } })}`,
    },
  },
  questions: [
    { name: 'are given it with those', query: '{ items { toll } }' },
    { name: 'are given it when the client asks the same', query: '{ items { price(currency: "VND") toll } }' },
    {
      name: 'are given it when the client asks without',
      stockDiffers: 'it hands on what the client asked for in that place',
      query: '{ items { price toll } }',
    },
    {
      name: 'are given it when the client asks with others',
      stockDiffers: 'it hands on what the client asked for in that place',
      query: '{ items { price(currency: "USD") toll id } }',
    },
    {
      name: 'are given it when the client asks by a variable',
      query: 'query ($c: String) { items { price(currency: $c) toll } }',
      variables: { c: 'VND' },
    },
    {
      name: 'are given it when its name is taken by another field',
      stockDiffers: 'it hands on what the client asked for in that place',
      query: '{ items { price: id toll size: price } }',
    },
    {
      name: 'are given an input object with an enum',
      stockDiffers: 'it asks with the arguments of one place only',
      query: 'query ($s: System!) { items { crate size(system: { name: $s }) dong: price(currency: "VND") } }',
      variables: { s: 'US' },
    },
    { name: 'fail alone', query: '{ items { toll crate id } }', failing: ['Item.crate'] },
  ],
};
