import { argumentIn, referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const PLACES = [
  { id: 'l1', name: 'Ngũ Hành Sơn', at: { lat: 16.0, lon: 108.26 }, height: 98, wind: { lat: 1, speed: 3 } },
  { id: 'l2', name: 'Sơn Trà', at: { lat: 16.1, lon: 108.3 }, height: null, wind: null },
];
const VERSION = { name: 'v1', parts: [{ name: 'map' }, { name: 'air' }] };

/** Value types and root fields that more than one subgraph resolves, each with fields that only one of them has. */
export const scenario: Scenario = {
  about: 'what several subgraphs may answer',
  subgraphs: {
    map: {
      sdl: `type Query { place(id: ID!): Place @shareable  version: Version! @shareable  places: [Place!]! }
        type Place @key(fields: "id") { id: ID!  name: String! @shareable  at: Position @shareable  height: Int }
        type Position @shareable { lat: Float!  lon: Float! }
        type Version @shareable { name: String!  parts: [Named!]! }
        type Named @shareable { name: String! }`,
      resolvers: {
        Query: { place: argumentIn(PLACES, 'id'), version: () => VERSION, places: () => PLACES },
        Place: { __resolveReference: referenceIn(PLACES, 'id') },
      },
    },
    air: {
      sdl: `type Query { place(id: ID!): Place @shareable  version: Version! @shareable }
        type Place @key(fields: "id") { id: ID!  name: String! @shareable  at: Position @shareable  wind: Wind }
        type Position @shareable { lat: Float!  lon: Float! }
        type Version @shareable { name: String!  parts: [Named!]! }
        type Named @shareable { name: String! }
        type Wind { lat: Int!  speed: Int }`,
      resolvers: {
        Query: { place: argumentIn(PLACES, 'id'), version: () => VERSION },
        Place: { __resolveReference: referenceIn(PLACES, 'id') },
      },
    },
  },
  oracle: { Query: { place: argumentIn(PLACES, 'id'), places: () => PLACES, version: () => VERSION } },
  questions: [
    { name: 'a root field of both', query: '{ place(id: "l1") { name } version { name parts { name } } }' },
    { name: 'a root field whose parts lie apart', query: '{ place(id: "l1") { height wind { speed } at { lat } } }' },
    { name: 'a value type below both', query: '{ places { at { lon lat } wind { lat speed } } }' },
    {
      name: 'a root field under two names',
      query: '{ a: place(id: "l1") { wind { lat } } b: place(id: "l2") { height wind { lat } } }',
    },
    { name: 'nothing to share', query: '{ place(id: "none") { height wind { speed } } }' },
    { name: 'a failure of one side', query: '{ place(id: "l1") { height wind { speed } } }', failing: ['Place.wind'] },
  ],
};
