import { referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const BOATS = [
  {
    id: 'b1',
    name: 'Một',
    engine: { kw: 5, maker: { name: 'M', land: 'VN' } },
    crew: [{ id: 'c1' }, { id: 'c2' }],
    route: [{ port: { code: 'DAD', depth: 9 } }],
  },
  { id: 'b2', name: 'Hai', engine: null, crew: [], route: null },
];
const CREW = [
  { id: 'c1', name: 'An', papers: { no: 1, until: '2030' } },
  { id: 'c2', name: 'Bi', papers: null },
];

/** One field at several places of one selection is answered once, with what all the places ask for, where it stands first. */
export const scenario: Scenario = {
  about: 'fields that are asked for more than once',
  subgraphs: {
    boats: {
      sdl: `type Query { boats: [Boat!]!  first: Boat }
        type Boat @key(fields: "id") { id: ID!  name: String!  engine: Engine  crew: [Sailor!]! }
        type Engine { kw: Int  maker: Maker! }
        type Maker { name: String!  land: String }
        type Sailor @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { boats: () => BOATS, first: () => BOATS[0] },
        Boat: { __resolveReference: referenceIn(BOATS, 'id') },
      },
    },
    crews: {
      sdl: `type Sailor @key(fields: "id") { id: ID!  name: String!  papers: Papers }
        type Papers { no: Int!  until: String }
        type Boat @key(fields: "id") { id: ID!  route: [Stop!] }
        type Stop { port: Port! }
        type Port { code: ID!  depth: Int }`,
      resolvers: {
        Sailor: { __resolveReference: referenceIn(CREW, 'id') },
        Boat: { __resolveReference: referenceIn(BOATS, 'id') },
      },
    },
  },
  oracle: {
    Query: { boats: () => BOATS, first: () => BOATS[0] },
    Boat: { crew: ({ crew }: { crew: { id: string }[] }) => crew.map((sailor) => referenceIn(CREW, 'id')(sailor)) },
  },
  questions: [
    {
      name: 'scalars',
      query: '{ boats { name id name ... on Boat { name } ...N } first { id id id } } fragment N on Boat { id name }',
    },
    {
      name: 'objects',
      query: '{ boats { engine { kw } name engine { maker { land } } ... { engine { maker { name } kw } } } }',
    },
    {
      name: 'lists of entities',
      query:
        '{ boats { crew { name } crew { papers { no } } ...C } } fragment C on Boat { crew { id papers { until } } }',
    },
    {
      name: 'at the root',
      query:
        '{ first { name } boats { id } first { route { port { code } } } ...R } fragment R on Query { first { route { port { depth } } crew { name } } boats { name } }',
    },
    {
      name: 'under one alias',
      query:
        '{ boats { x: crew { a: name } x: crew { b: papers { no } a: name } } y: first { id } y: first { route { port { depth } } } }',
    },
    {
      name: 'some of them left out',
      query:
        'query ($a: Boolean!) { boats { crew @include(if: $a) { name } crew @skip(if: $a) { papers { no } } crew { id } engine @include(if: $a) { kw } } }',
      variables: { a: false },
    },
    {
      name: 'some of them kept',
      query:
        'query ($a: Boolean!) { boats { crew @include(if: $a) { name } crew @skip(if: $a) { papers { no } } crew { id } engine @include(if: $a) { kw } } }',
      variables: { a: true },
    },
    {
      name: 'with a failure in one',
      query: '{ boats { crew { id } crew { papers { no } } } first { crew { papers { until } } } }',
      failing: ['Sailor.papers'],
    },
  ],
};
