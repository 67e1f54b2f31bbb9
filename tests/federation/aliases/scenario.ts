import { argumentIn, referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const USERS = [
  { id: 'u1', name: 'An', rank: 1, friends: ['u2'] },
  { id: 'u2', name: 'Bình', rank: null, friends: ['u1', 'u2'] },
];
const friendsOf = ({ id }: { id: string }, { first }: { first: number }) =>
  (USERS.find((user) => user.id === id)?.friends ?? [])
    .slice(0, first)
    .map((friend) => USERS.find((user) => user.id === friend));

export const scenario: Scenario = {
  about: 'aliases',
  subgraphs: {
    users: {
      sdl: `type Query { user(id: ID!): User  users: [User!]! }
        type User @key(fields: "id") { id: ID!  name(upper: Boolean = false): String! }`,
      resolvers: {
        Query: { user: argumentIn(USERS, 'id'), users: () => USERS },
        User: { __resolveReference: referenceIn(USERS, 'id'), name: nameOf },
      },
    },
    ranks: {
      sdl: 'type User @key(fields: "id") { id: ID!  rank(plus: Int = 0): Int  friends(first: Int! = 9): [User!]! }',
      resolvers: { User: { __resolveReference: referenceIn(USERS, 'id'), rank: rankOf, friends: friendsOf } },
    },
  },
  oracle: {
    Query: { user: argumentIn(USERS, 'id'), users: () => USERS },
    User: { name: nameOf, rank: rankOf, friends: friendsOf },
  },
  questions: [
    { name: 'of a key', query: '{ users { key: id rank } user(id: "u1") { a: id b: id friends { c: id } } }' },
    {
      name: 'of __typename',
      query: '{ t: __typename users { kind: __typename rank friends { __typename k: __typename rank } } }',
    },
    {
      name: 'of one field with different arguments',
      query:
        '{ users { a: rank(plus: 1) b: rank(plus: 2) rank n: name name(upper: true) } x: user(id: "u1") { rank } y: user(id: "u2") { rank } }',
    },
    {
      name: 'that are names which every object has',
      query:
        '{ users { constructor: name toString: rank hasOwnProperty: id valueOf: friends { isPrototypeOf: rank } } }',
    },
    {
      name: 'that are __proto__',
      query:
        '{ users { __proto__: name rank } __proto__: user(id: "u2") { __proto__: rank friends { __proto__: name } } }',
    },
    { name: 'that are names of each other', query: '{ users { name: rank rank: name } }' },
    {
      name: 'of the key on another field',
      stockDiffers: 'an alias takes the place of a field that it needs itself',
      query: '{ users { id: name rank friends(first: 1) { id: rank name } } }',
    },
    { name: 'of __typename on another field', query: '{ users { type: __typename id: __typename rank } }' },
    {
      name: 'of an object twice, with different parts',
      query: '{ users { a: friends(first: 1) { name } b: friends(first: 2) { rank friends { c: rank(plus: 5) } } } }',
    },
    {
      name: 'that begin with what the planner adds',
      query: '{ users { _0: rank __alias_0: name _entities: id representations: rank(plus: 3) } }',
    },
    { name: 'of a field that fails', query: '{ users { r: rank n: name rank(plus: 1) } }', failing: ['User.rank'] },
  ],
};

function nameOf({ id }: { id: string }, { upper }: { upper: boolean }): string {
  const { name } = USERS.find((user) => user.id === id)!;
  return upper ? name.toUpperCase() : name;
}

function rankOf({ id }: { id: string }, { plus }: { plus: number }): number | null {
  const rank = USERS.find((user) => user.id === id)?.rank ?? null;
  return rank === null ? null : rank + plus;
}
