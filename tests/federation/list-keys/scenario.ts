import type { Scenario } from '../../helpers/oracle-scenario.js';

const SETS = [
  {
    tags: ['đỏ', 'xanh'],
    parts: [
      { id: 'p1', no: { n: 1 } },
      { id: 'p2', no: { n: 2 } },
    ],
    name: 'một',
    size: 5,
    worth: 1.5,
  },
  {
    tags: ['xanh', 'đỏ'],
    parts: [
      { id: 'p2', no: { n: 2 } },
      { id: 'p1', no: { n: 1 } },
    ],
    name: 'hai',
    size: 7,
    worth: null,
  },
  { tags: [], parts: [], name: 'ba', size: null, worth: 0 },
];
const byTags = ({ tags }: { tags: string[] }) => SETS.find((set) => set.tags.join() === tags.join()) ?? null;
const byParts = ({ parts }: { parts: { id: string; no: { n: number } }[] }) =>
  SETS.find(
    (set) => JSON.stringify(set.parts) === JSON.stringify(parts.map(({ id, no }) => ({ id, no: { n: no.n } }))),
  ) ?? null;

/** Two sets with the same members in another order are two entities; the empty list is a key like any other. */
export const scenario: Scenario = {
  about: 'keys that are lists',
  subgraphs: {
    sets: {
      sdl: `type Query { sets: [Set!]!  pairs: [[Set]] }
        type Set @key(fields: "tags") @key(fields: "parts { id no { n } }") { tags: [String!]!  parts: [Part!]!  name: String! }
        type Part @shareable { id: ID!  no: No! }
        type No @shareable { n: Int! }`,
      resolvers: {
        Query: {
          sets: () => SETS,
          pairs: () => [
            [SETS[1], null],
            [SETS[0], SETS[1]],
          ],
        },
        Set: {
          __resolveReference: (reference: { tags?: string[]; parts?: (typeof SETS)[number]['parts'] }) =>
            reference.tags ? byTags({ tags: reference.tags }) : byParts({ parts: reference.parts ?? [] }),
        },
      },
    },
    sizes: {
      sdl: 'type Set @key(fields: "tags") { tags: [String!]!  size: Int }',
      resolvers: { Set: { __resolveReference: byTags } },
    },
    values: {
      sdl: `type Query { dearest: Set }
        type Set @key(fields: "parts { no { n } id }") { parts: [Part!]!  worth: Float }
        type Part @shareable { id: ID!  no: No! }
        type No @shareable { n: Int! }`,
      resolvers: { Query: { dearest: () => SETS[0] }, Set: { __resolveReference: byParts } },
    },
  },
  oracle: {
    Query: {
      sets: () => SETS,
      pairs: () => [
        [SETS[1], null],
        [SETS[0], SETS[1]],
      ],
      dearest: () => SETS[0],
    },
  },
  questions: [
    { name: 'of scalars', query: '{ sets { name size } }' },
    { name: 'of objects in objects', query: '{ sets { worth name } }' },
    { name: 'of both kinds, one after the other', query: '{ dearest { size worth name } }' },
    {
      name: 'that the client sees in part',
      query: '{ sets { worth parts { no { __typename } } size } dearest { parts { id } tags } }',
    },
    { name: 'in lists of lists', query: '{ pairs { size worth } }' },
    { name: 'with a field that fails', query: '{ sets { size worth } }', failing: ['Set.worth'] },
  ],
};
