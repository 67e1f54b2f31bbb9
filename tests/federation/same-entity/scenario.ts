import { argumentIn, referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const CITIES = [
  { id: 'dad', name: 'Đà Nẵng', people: 1_200_000, mayor: { name: 'A', age: 50 }, twin: 'hui' },
  { id: 'hui', name: 'Huế', people: null, mayor: null, twin: 'dad' },
];
const ROUTES = [
  { no: 1, from: 'dad', to: 'hui', via: ['dad', 'dad', 'hui'] },
  { no: 2, from: 'dad', to: 'dad', via: [] },
];
const cityOf = (id: string) => CITIES.find((city) => city.id === id)!;

/** One entity stands at many places of one answer and is asked for something else at each. */
export const scenario: Scenario = {
  about: 'the same entity at many places',
  subgraphs: {
    routes: {
      sdl: `type Query { routes: [Route!]!  center: City! }
        type Route { no: Int!  from: City!  to: City!  via: [City]! }
        type City @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { routes: () => ROUTES, center: () => ({ id: 'dad' }) },
        Route: {
          from: ({ from }: { from: string }) => ({ id: from }),
          to: ({ to }: { to: string }) => ({ id: to }),
          via: ({ via }: { via: string[] }) => [...via.map((id) => ({ id })), null],
        },
      },
    },
    cities: {
      sdl: `type Query { city(id: ID!): City }
        type City @key(fields: "id") { id: ID!  name(short: Boolean = false): String!  people: Int  mayor: Mayor  twin: City! }
        type Mayor { name: String!  age: Int }`,
      resolvers: {
        Query: { city: argumentIn(CITIES, 'id') },
        City: {
          __resolveReference: referenceIn(CITIES, 'id'),
          name: nameOf,
          twin: ({ twin }: { twin: string }) => cityOf(twin),
        },
      },
    },
  },
  oracle: {
    Query: { routes: () => ROUTES, center: () => cityOf('dad'), city: argumentIn(CITIES, 'id') },
    Route: {
      from: ({ from }: { from: string }) => cityOf(from),
      to: ({ to }: { to: string }) => cityOf(to),
      via: ({ via }: { via: string[] }) => [...via.map(cityOf), null],
    },
    City: { name: nameOf, twin: ({ twin }: { twin: string }) => cityOf(twin) },
  },
  questions: [
    { name: 'with one selection', query: '{ routes { from { name } to { name } via { name } } center { name } }' },
    {
      name: 'with another selection at each',
      query: '{ routes { from { name } to { people } via { mayor { name } } } center { mayor { age } id } }',
    },
    {
      name: 'with other arguments at each',
      query: '{ routes { from { name } to { name(short: true) } via { n: name(short: true) name } } }',
    },
    {
      name: 'with one response name for two fields',
      query: '{ routes { from { x: name } to { x: people } via { x: id } } center { x: mayor { name } } }',
    },
    {
      name: 'with itself below',
      query: '{ center { twin { twin { name mayor { age } twin { id people } } } } routes { from { twin { name } } } }',
    },
    {
      name: 'with objects that are merged',
      query: '{ routes { from { mayor { name } mayor { age } ... on City { mayor { n: name } } } } }',
    },
    {
      name: 'with an error at every one',
      query: '{ routes { from { people } via { id people } } center { people } }',
      failing: ['City.people'],
    },
  ],
};

function nameOf({ id }: { id: string }, { short }: { short: boolean }): string {
  const { name } = cityOf(id);
  return short ? name.slice(0, 2) : name;
}
