import type { Scenario } from '../../helpers/oracle-scenario.js';

const CAT = { id: 'c1', name: 'Mướp', weight: 3.5 };

export const scenario: Scenario = {
  about: 'introspection beside data',
  subgraphs: {
    cats: {
      sdl: `type Query {
          "The cat of the house."
          cat("Which one." id: ID = "c1"): Cat
          old: String @deprecated(reason: "too old")
        }
        """
        A cat, with "quotes" and
        two lines.
        """
        type Cat implements Animal & Named @key(fields: "id") { id: ID!  name: String!  mood: Mood @deprecated }
        interface Named { name: String! }
        interface Animal implements Named { id: ID!  name: String! }
        enum Mood { CALM "Hungry." HUNGRY @deprecated(reason: "always") }
        union Pet = Cat
        input Food { grams: Int = 50  kinds: [String!]! = ["fish"] }
        extend type Query { feed(food: Food): Pet }`,
      resolvers: {
        Query: { cat: () => CAT, old: () => 'old', feed: () => ({ __typename: 'Cat', ...CAT }) },
        Cat: { __resolveReference: () => CAT, mood: () => 'HUNGRY' },
      },
    },
    weights: {
      sdl: `type Cat @key(fields: "id") { id: ID!  "In kilograms." weight: Float }`,
      resolvers: { Cat: { __resolveReference: () => CAT } },
    },
  },
  oracle: {
    Query: { cat: () => CAT, old: () => 'old', feed: () => ({ __typename: 'Cat', ...CAT }) },
    Cat: { mood: () => 'HUNGRY' },
  },
  questions: [
    {
      name: 'of a type',
      query:
        '{ cat { weight } __type(name: "Cat") { kind name description interfaces { name } fields(includeDeprecated: true) { name description isDeprecated deprecationReason type { kind name ofType { name } } } } }',
    },
    {
      name: 'of the root',
      query:
        '{ __schema { queryType { name kind fields { name description args { name description defaultValue type { name } } } } mutationType { name } subscriptionType { name } } cat { name } }',
    },
    {
      name: 'of deprecated fields only when asked',
      query:
        'query ($all: Boolean = true) { a: __type(name: "Query") { fields { name } } b: __type(name: "Query") { fields(includeDeprecated: $all) { name deprecationReason } } m: __type(name: "Mood") { enumValues { name } all: enumValues(includeDeprecated: $all) { name description isDeprecated } } }',
    },
    {
      name: 'of abstract types and inputs',
      query:
        '{ u: __type(name: "Pet") { kind possibleTypes { name } } i: __type(name: "Animal") { kind interfaces { name } possibleTypes { name } } f: __type(name: "Food") { kind inputFields { name defaultValue type { kind ofType { kind ofType { kind ofType { name } } } } } } }',
    },
    {
      name: 'through fragments, aliases and conditions',
      query:
        'query ($no: Boolean = false) { s: __schema { ...S @include(if: $no) q: queryType { n: name } } feed { __typename ... on Cat { mood weight } } t: __type(name: "Nothing") { name } } fragment S on __Schema { types { name } }',
    },
    {
      name: 'of types by name and kind',
      query:
        '{ __typename __schema { __typename queryType { __typename name } } x: __type(name: "Float") { kind name } y: __type(name: "Mood") { __typename kind } }',
    },
    {
      name: 'beside a field that fails',
      query: '{ cat { id weight } __type(name: "Cat") { name } }',
      failing: ['Cat.weight'],
    },
  ],
};
