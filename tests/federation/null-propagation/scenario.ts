import type { Scenario } from '../../helpers/oracle-scenario.js';

const SHELVES = [
  { id: 'a', must: 'm', strict: [1, 2], loose: [1, null], box: { lid: 'l', inner: { must: 'i' } } },
  { id: 'b', must: null, strict: [1, null], loose: null, box: { lid: null, inner: null } },
];
const TAGS: Record<string, { label: string | null; color: string | null }> = {
  t1: { label: 'một', color: 'đỏ' },
  t2: { label: null, color: 'xanh' },
};
const shelfOf = ({ id }: { id: string }) => SHELVES.find((shelf) => shelf.id === id) ?? null;
const tagsOf = ({ id }: { id: string }) => (id === 'a' ? [{ id: 't1' }, { id: 't2' }] : [{ id: 't1' }]);
const labelOf = ({ id }: { id: string }) => TAGS[id]?.label ?? null;
const colorOf = ({ id }: { id: string }) => TAGS[id]?.color ?? null;
const ROOTS = {
  shelf: (_: unknown, reference: { id: string }) => shelfOf(reference),
  loose: () => SHELVES,
  strict: () => SHELVES,
  grid: () => [SHELVES, [SHELVES[0]]],
};

/** Where a value is null that must not be, its parent is null, and so on up; in the subgraph that has it, and across them. */
export const scenario: Scenario = {
  about: 'nulls that go up',
  subgraphs: {
    shelves: {
      sdl: `type Query { shelf(id: ID!): Shelf  loose: [Shelf]  strict: [Shelf!]  grid: [[Shelf!]] }
        type Shelf @key(fields: "id") { id: ID!  must: String!  strict: [Int!]  loose: [Int]  box: Box }
        type Box { lid: String!  inner: Inner! }
        type Inner { must: String! }`,
      resolvers: { Query: ROOTS, Shelf: { __resolveReference: shelfOf } },
    },
    tags: {
      sdl: `type Shelf @key(fields: "id") { id: ID!  tags: [Tag!]!  maybe: [Tag]!  first: Tag! }
        type Tag @key(fields: "id") { id: ID! }`,
      resolvers: { Shelf: { tags: tagsOf, maybe: tagsOf, first: (shelf: { id: string }) => tagsOf(shelf).at(-1) } },
    },
    labels: {
      sdl: 'type Tag @key(fields: "id") { id: ID!  label: String!  color: String }',
      resolvers: { Tag: { label: labelOf, color: colorOf } },
    },
  },
  oracle: {
    Query: ROOTS,
    Shelf: { tags: tagsOf, maybe: tagsOf, first: (shelf: { id: string }) => tagsOf(shelf).at(-1) },
    Tag: { label: labelOf, color: colorOf },
  },
  questions: [
    { name: 'to the item of a list', query: '{ loose { id must } }', errors: 1 },
    { name: 'past a list to its field', query: '{ strict { id must } }', errors: 1 },
    { name: 'to a list in a list', query: '{ grid { must } }', errors: 1 },
    { name: 'to a list of scalars', query: '{ loose { id strict loose } }', errors: 1 },
    {
      name: 'out of objects in objects',
      query: '{ loose { id box { inner { must } } } shelf(id: "a") { box { lid } } }',
      errors: 1,
    },
    { name: 'from another subgraph to the item', query: '{ loose { id maybe { label } } }', errors: 1 },
    { name: 'from another subgraph through two more', query: '{ loose { id tags { label color } } }', errors: 1 },
    {
      name: 'from another subgraph all the way',
      query: '{ strict { id tags { label } } shelf(id: "b") { id first { label } } }',
      errors: 1,
    },
    {
      name: 'and leave their neighbours',
      query: '{ loose { id t: maybe { color } first { label } } shelf(id: "b") { tags { label } } }',
      errors: 1,
    },
    { name: 'and stop at nothing', query: '{ shelf(id: "b") { id tags { id color } strict } }', errors: 1 },
    {
      name: 'from an item that fails',
      query: '{ shelf(id: "a") { must first { color id } } grid { id } }',
      failing: ['Shelf.first'],
    },
  ],
};
