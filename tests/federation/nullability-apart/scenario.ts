import { argumentIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const THINGS = [
  { __typename: 'Road', id: 'r1', size: 12, tags: ['a'], spot: { x: 1, next: { y: 2 } }, keeper: 'k1' },
  { __typename: 'Tree', id: 't1', size: null, tags: null, spot: null, keeper: null },
  { __typename: 'Lamp', id: 'l1', size: 3, tags: ['c', null], spot: { x: null, next: null }, keeper: 'k2' },
  { __typename: 'Tree', id: 't2', size: 9, tags: ['b', null], spot: { x: 5, next: { y: null } }, keeper: 'k1' },
];
const KEEPERS = [
  { id: 'k1', name: 'Phòng Một', phone: '0236-1' },
  { id: 'k2', name: 'Phòng Hai', phone: null },
];
const keeperOf = ({ keeper }: { keeper: string | null }) => KEEPERS.find(({ id }) => id === keeper) ?? null;
const thingOf = ({ id }: { id: string }) => THINGS.find((thing) => thing.id === id) ?? null;

/** One field name, three types that disagree on what may be null: the planner renames in the fetch and names back after it. */
export const scenario: Scenario = {
  about: 'types whose fields of one name differ in what may be null',
  subgraphs: {
    things: {
      sdl: `type Query { things: [Thing!]!  grid: [[Thing]] thing(id: ID!): Thing }
        union Thing = Road | Tree | Lamp
        type Road @key(fields: "id") { id: ID!  size: Int! @shareable  tags: [String!]! @shareable  spot: RoadSpot! @shareable  keeper: Keeper! @shareable }
        type Tree @key(fields: "id") { id: ID!  size: Int @shareable  tags: [String] @shareable  spot: TreeSpot @shareable  keeper: Keeper @shareable }
        type Lamp @key(fields: "id") { id: ID!  size: Int @shareable  tags: [String]! @shareable  spot: TreeSpot! @shareable  keeper: Keeper @shareable }
        type RoadSpot @shareable { x: Int!  next: RoadNext! }
        type TreeSpot @shareable { x: Int  next: TreeNext }
        type RoadNext @shareable { y: Int! }
        type TreeNext @shareable { y: Int }
        type Keeper @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { things: () => THINGS, grid: () => [THINGS, null, [null, THINGS[2]]], thing: argumentIn(THINGS, 'id') },
        Road: { __resolveReference: thingOf, keeper: keeperOf },
        Tree: { __resolveReference: thingOf, keeper: keeperOf },
        Lamp: { __resolveReference: thingOf, keeper: keeperOf },
      },
    },
    keepers: {
      sdl: `type Keeper @key(fields: "id") { id: ID!  name: String  phone: String }
        type Road @key(fields: "id") { id: ID!  size: Int @shareable  tags: [String] @shareable  spot: RoadSpot @shareable  keeper: Keeper @shareable }
        type Tree @key(fields: "id") { id: ID!  size: Int @shareable  tags: [String] @shareable  spot: TreeSpot @shareable  keeper: Keeper @shareable }
        type Lamp @key(fields: "id") { id: ID!  size: Int @shareable  tags: [String] @shareable  spot: TreeSpot @shareable  keeper: Keeper @shareable }
        type RoadSpot @shareable { x: Int  next: RoadNext }
        type TreeSpot @shareable { x: Int  next: TreeNext }
        type RoadNext @shareable { y: Int }
        type TreeNext @shareable { y: Int }`,
      resolvers: {
        Road: { __resolveReference: thingOf, keeper: keeperOf },
        Tree: { __resolveReference: thingOf, keeper: keeperOf },
        Lamp: { __resolveReference: thingOf, keeper: keeperOf },
        Keeper: { __resolveReference: ({ id }: { id: string }) => keeperOf({ keeper: id }) },
      },
    },
  },
  oracle: {
    Query: { things: () => THINGS, grid: () => [THINGS, null, [null, THINGS[2]]], thing: argumentIn(THINGS, 'id') },
    Road: { keeper: keeperOf },
    Tree: { keeper: keeperOf },
    Lamp: { keeper: keeperOf },
  },
  questions: [
    {
      name: 'as scalars',
      query: '{ things { ... on Road { size tags } ... on Tree { size tags } ... on Lamp { size tags } } }',
    },
    {
      name: 'as objects in objects',
      query:
        '{ things { ... on Road { spot { x next { y } } } ... on Tree { spot { next { y } x } } ... on Lamp { spot { x } } } }',
    },
    {
      name: 'as entities that go on to another subgraph',
      query:
        '{ things { ... on Road { keeper { name } } ... on Tree { keeper { phone } } ... on Lamp { keeper { id } } } }',
    },
    {
      name: 'in a list of lists',
      query: '{ grid { ... on Tree { keeper { name } size } ... on Road { keeper { name } size } } }',
    },
    {
      name: 'with two conditions on the way',
      query:
        'query ($a: Boolean!, $b: Boolean!) { things { ... on Road @include(if: $a) { keeper { name phone } } ... on Tree @skip(if: $b) { keeper { phone } } } }',
      variables: { a: true, b: false },
    },
    {
      name: 'with one of two conditions false',
      query:
        'query ($a: Boolean!, $b: Boolean!) { things { ... on Road @include(if: $a) { keeper { name phone } } ... on Tree @skip(if: $b) { keeper { phone } } } }',
      variables: { a: false, b: false },
    },
    {
      name: 'under one alias, from other fields',
      query:
        '{ thing(id: "t2") { ... on Road { x: keeper { x: phone y: name } } ... on Tree { x: keeper { x: phone } } ... on Lamp { x: keeper { z: id } } } }',
    },
    {
      name: 'and lead to an error at the name that the client gave',
      query: '{ things { ... on Road { keeper { phone } } ... on Tree { keeper { phone } } } }',
      failing: ['Keeper.phone'],
    },
  ],
  // What fails in a field that the subgraph says is never null empties more there than the merged schema tells.
  needed: [
    'Road.size',
    'Road.tags',
    'Road.spot',
    'Road.keeper',
    'RoadSpot.x',
    'RoadSpot.next',
    'RoadNext.y',
    'Lamp.tags',
    'Lamp.spot',
  ],
};
