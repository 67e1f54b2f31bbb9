import { argumentIn, referenceIn, rowsOf } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const PUPILS = [
  { id: 'p1', name: 'An', room: 'r1', parent: null },
  { id: 'p2', name: 'Bi', room: 'r1', parent: 'p1' },
  { id: 'p3', name: 'Cú', room: 'r2', parent: 'p2' },
];
const ROOMS = [
  { id: 'r1', floor: 1, beside: 'r2' },
  { id: 'r2', floor: null, beside: 'r1' },
];
const pupilOf = referenceIn(PUPILS, 'id');
const roomOf = referenceIn(ROOMS, 'id');
const roomOfPupil = ({ id }: { id: string }) => roomOf({ id: pupilOf({ id })?.room });
const parentOf = ({ parent }: { parent: string | null }) => pupilOf({ id: parent });

/** A pupil leads to a room in the other subgraph, a room to its pupils in the first, and both to their like. */
export const scenario: Scenario = {
  about: 'entities that lead to each other and to themselves',
  subgraphs: {
    pupils: {
      sdl: `type Query { pupil(id: ID!): Pupil  pupils: [Pupil!]! }
        type Pupil @key(fields: "id") { id: ID!  name: String!  parent: Pupil  ancestors: [Pupil!]! }
        type Room @key(fields: "id") { id: ID!  pupils: [Pupil!]! }`,
      resolvers: {
        Query: { pupil: argumentIn(PUPILS, 'id'), pupils: () => PUPILS },
        Pupil: { __resolveReference: pupilOf, parent: parentOf, ancestors: ancestorsOf },
        Room: { pupils: rowsOf(PUPILS, 'room') },
      },
    },
    rooms: {
      sdl: `type Query { rooms: [Room!]! }
        type Room @key(fields: "id") { id: ID!  floor: Int  beside: Room! }
        type Pupil @key(fields: "id") { id: ID!  room: Room }`,
      resolvers: {
        Query: { rooms: () => ROOMS },
        Room: { __resolveReference: roomOf, beside: ({ beside }: { beside: string }) => roomOf({ id: beside }) },
        Pupil: { room: roomOfPupil },
      },
    },
  },
  oracle: {
    Query: { pupil: argumentIn(PUPILS, 'id'), pupils: () => PUPILS, rooms: () => ROOMS },
    Pupil: { room: roomOfPupil, parent: parentOf, ancestors: ancestorsOf },
    Room: { pupils: rowsOf(PUPILS, 'room'), beside: ({ beside }: { beside: string }) => roomOf({ id: beside }) },
  },
  questions: [
    { name: 'once around', query: '{ pupils { room { pupils { name } } } }' },
    {
      name: 'three times around',
      query: '{ pupil(id: "p1") { room { pupils { room { pupils { room { floor pupils { name } } } } } } } }',
    },
    {
      name: 'from the other side',
      query: '{ rooms { pupils { room { floor beside { pupils { name room { id } } } } } } }',
    },
    {
      name: 'to themselves',
      query:
        '{ rooms { beside { beside { floor pupils { id } } } } pupil(id: "p3") { parent { parent { parent { name } name room { floor } } } ancestors { room { floor } } } }',
    },
    {
      name: 'through one fragment at every level',
      query: '{ pupils { ...P room { pupils { ...P } } } } fragment P on Pupil { name parent { room { floor } } }',
    },
    {
      name: 'with an error on the way around',
      query: '{ pupils { name room { floor beside { id } } } }',
      failing: ['Room.beside'],
    },
  ],
};

function ancestorsOf({ parent }: { parent: string | null }): unknown[] {
  const found = pupilOf({ id: parent });
  return found ? [found, ...ancestorsOf(found)] : [];
}
