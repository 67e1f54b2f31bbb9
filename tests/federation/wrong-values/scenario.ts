import { changed } from '../../helpers/faulty-subgraph.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

/** Stands in the subgraph's honest answer for what it really sends. */
const WRONG: Record<string, unknown> = {
  '#object': { surprise: true },
  '#list': ['a', 'b'],
  '#bool': true,
  '-666001': 'six',
  '-666002': 1.5,
  '-666003': 4_294_967_296,
  '-666004': { six: 6 },
  '-666005': [1, 2],
  '-666006': true,
};
const twist = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(twist);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, twist(inner)]));
  }
  const key = String(value);
  return Object.hasOwn(WRONG, key) ? WRONG[key] : value;
};
const fails = () => {
  throw new Error('does not fit');
};

const METER = {
  id: 'm1',
  good: 5,
  text: -666001,
  fraction: -666002,
  large: -666003,
  object: -666004,
  list: -666005,
  name: '#object',
  names: ['fine', '#list', 'also'],
  must: 'here',
};

/** A subgraph that breaks its own schema: what does not fit is null with an error, as if its resolver had failed. */
export const scenario: Scenario = {
  about: 'values that do not fit the schema',
  subgraphs: {
    meters: {
      sdl: `type Query { meter: Meter  meters: [Meter] }
        type Meter @key(fields: "id") {
          id: ID!  good: Int  text: Int  fraction: Int  large: Int  object: Int  list: Int  name: String  names: [String]
          must: String!  strict(wrong: Boolean!): Int!
        }`,
      resolvers: {
        Query: { meter: () => METER, meters: () => [METER, null] },
        Meter: {
          __resolveReference: () => METER,
          strict: (_: unknown, { wrong }: { wrong: boolean }) => (wrong ? -666001 : 3),
        },
      },
    },
    more: {
      sdl: `type Meter @key(fields: "id") { id: ID!  flag: String  count: Int  deep: Deep  rows: [Row!] }
        type Deep { must: Int!  maybe: Int }
        type Row { n: Int }`,
      resolvers: {
        Meter: {
          flag: () => '#bool',
          count: () => -666006,
          deep: () => ({ must: -666001, maybe: 2 }),
          rows: () => [{ n: 1 }, { n: -666005 }],
        },
      },
    },
  },
  faults: { meters: changed(twist), more: changed(twist) },
  oracle: {
    Query: { meter: () => METER, meters: () => [METER, null] },
    Meter: {
      text: fails,
      fraction: fails,
      large: fails,
      object: fails,
      list: fails,
      name: fails,
      names: () => ['fine', new Error('does not fit'), 'also'],
      strict: (_: unknown, { wrong }: { wrong: boolean }) => (wrong ? fails() : 3),
      flag: () => 'true',
      count: () => 1,
      deep: () => ({ must: fails, maybe: 2 }),
      rows: () => [{ n: 1 }, { n: fails }],
    },
  },
  questions: [
    { name: 'a string for a number', query: '{ meter { text good } }', errors: 1 },
    { name: 'a fraction and a number too large', query: '{ meters { fraction large good } }', errors: 2 },
    { name: 'an object and a list for a number', query: '{ meter { object list } }', errors: 2 },
    { name: 'an object for a string, a list for an item', query: '{ meter { name names must } }', errors: 2 },
    {
      name: 'a string where there must be a number',
      query: '{ meter { good s: strict(wrong: false) } again: meter { strict(wrong: true) } }',
      errors: 1,
    },
    {
      name: 'in another subgraph, where there must be a number',
      query: '{ meter { good deep { must maybe } } }',
      errors: 1,
    },
    { name: 'in a list of another subgraph', query: '{ meters { rows { n } good } }', errors: 1 },
    { name: 'what GraphQL takes for a string and a number', query: '{ meter { flag count } }' },
  ],
  withoutStock: 'it hands on what does not fit',
};
