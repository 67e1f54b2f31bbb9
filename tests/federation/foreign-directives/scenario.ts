import { argumentIn, referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const WARDS = [
  { id: 'w1', name: 'Hải Châu', people: 10, roads: ['Bạch Đằng'] },
  { id: 'w2', name: 'Sơn Trà', people: null, roads: null },
];
const roads = ({ roads: all }: { roads: string[] | null }, { first }: { first: number }) =>
  all?.slice(0, first) ?? null;

/** Directives that say something to others: composed ones, costs, tags; they go into the supergraph and change no answer. */
export const scenario: Scenario = {
  about: 'directives that are not for the engine',
  subgraphs: {
    wards: {
      sdl: `extend schema
          @link(url: "https://example.vn/office/v1.0", import: ["@office", "@legal"])
          @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", "@listSize"])
          @composeDirective(name: "@office") @composeDirective(name: "@legal")
        directive @office(name: String!, since: Int = 2025) repeatable on FIELD_DEFINITION | OBJECT
        directive @legal(basis: [Basis!]) on FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM_VALUE
        directive @private(note: String) on FIELD_DEFINITION
        input Basis { law: String!  article: Int }
        type Query { ward(id: ID! @legal(basis: [{ law: "26/2023", article: 20 }])): Ward @cost(weight: 5)  wards: [Ward!]! @listSize(assumedSize: 90) }
        type Ward @key(fields: "id") @office(name: "a") @office(name: "b", since: 2024) @tag(name: "public") {
          id: ID!  name: String! @office(name: "c") @tag(name: "public")  kind: Kind @private(note: "stays here") @deprecated(reason: "see name")
        }
        enum Kind { TOWN @legal  VILLAGE @tag(name: "rare") }`,
      resolvers: {
        Query: { ward: argumentIn(WARDS, 'id'), wards: () => WARDS },
        Ward: { __resolveReference: referenceIn(WARDS, 'id'), kind: () => 'TOWN' },
      },
    },
    roads: {
      sdl: `extend schema @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", "@listSize"])
        type Ward @key(fields: "id") {
          id: ID!  people: Int @cost(weight: 2)
          roads(first: Int! = 5 @cost(weight: 1)): [String!] @listSize(slicingArguments: ["first"])
        }`,
      resolvers: { Ward: { __resolveReference: referenceIn(WARDS, 'id'), roads } },
    },
  },
  oracle: { Query: { ward: argumentIn(WARDS, 'id'), wards: () => WARDS }, Ward: { kind: () => 'TOWN', roads } },
  questions: [
    { name: 'change no answer', query: '{ wards { name people roads kind } ward(id: "w2") { roads(first: 1) } }' },
    {
      name: 'change nothing of arguments',
      query: 'query ($id: ID!, $n: Int! = 1) { ward(id: $id) { roads(first: $n) name } }',
      variables: { id: 'w1' },
    },
    {
      name: 'leave the schema as it was',
      query:
        '{ __type(name: "Ward") { fields(includeDeprecated: true) { name isDeprecated deprecationReason args { name defaultValue } } } k: __type(name: "Kind") { enumValues { name } } b: __type(name: "Query") { fields { name args { name type { kind } } } } }',
    },
    {
      name: 'are not sent on',
      query: 'query Q($yes: Boolean!) { wards { id people @include(if: $yes) } }',
      variables: { yes: true },
    },
    { name: 'let resolvers fail as they do', query: '{ wards { people name } }', failing: ['Ward.people'] },
  ],
};
