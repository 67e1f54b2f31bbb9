import { referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const USERS = [
  { id: 'u1', all: 'all old', none: 'none old', plain: 'plain' },
  { id: 'u2', all: null, none: null, plain: null },
];

/**
 * A field on the move: of `percent(100)` the new subgraph answers, of `percent(0)` the old one, whatever comes by chance; a label that is not a
 * percentage is the old one's until somebody decides otherwise.
 */
export const scenario: Scenario = {
  about: 'a field that moves by percent',
  subgraphs: {
    old: {
      sdl: `type Query { users: [User!]!  home: String }
        type User @key(fields: "id") { id: ID!  all: String  none: String  plain: String }`,
      resolvers: {
        Query: { users: () => USERS, home: () => 'old home' },
        User: { __resolveReference: referenceIn(USERS, 'id') },
      },
    },
    fresh: {
      sdl: `type Query { seen: User  home: String @override(from: "old", label: "percent(100)") }
        type User @key(fields: "id") {
          id: ID!
          all: String @override(from: "old", label: "percent(100)")
          none: String @override(from: "old", label: "percent(0)")
          plain: String @override(from: "old", label: "new-office")
          more: Int
        }`,
      resolvers: {
        Query: { seen: () => ({ id: 'u1' }), home: () => 'new home' },
        User: {
          all: ({ id }: { id: string }) => `all new of ${id}`,
          none: () => 'none new',
          plain: () => 'plain new',
          more: () => 1,
        },
      },
    },
  },
  oracle: {
    Query: { users: () => USERS, seen: () => USERS[0], home: () => 'new home' },
    User: { all: ({ id }: { id: string }) => `all new of ${id}`, more: () => 1 },
  },
  questions: [
    {
      name: 'by a label of another kind is answered by the old',
      query: '{ users { plain more } seen { plain } }',
    },
    {
      name: 'to the last is answered by the new',
      query: '{ users { id all } }',
      stockDiffers: 'it takes no notice of labels',
    },
    { name: 'not begun is answered by the old', query: '{ users { none plain } }' },
    {
      name: 'goes beside one that does not',
      query: '{ users { all none plain more } }',
      stockDiffers: 'it takes no notice of labels',
    },
    {
      name: 'is answered from the new root',
      query: '{ seen { none more all } }',
      stockDiffers: 'it takes no notice of labels',
    },
    { name: 'may be a root field', query: '{ home seen { id } }', stockDiffers: 'it takes no notice of labels' },
  ],
};
