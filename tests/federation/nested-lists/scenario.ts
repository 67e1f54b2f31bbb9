import type { Scenario } from '../../helpers/oracle-scenario.js';

const CELLS = [
  { id: 'c1', value: 1, mark: 'x' },
  { id: 'c2', value: null, mark: null },
  { id: 'c3', value: 3, mark: 'o' },
];
const [ONE, TWO, THREE] = CELLS;
const cellOf = ({ id }: { id: string }) => CELLS.find((cell) => cell.id === id) ?? null;
const around = ({ id }: { id: string }) =>
  id === 'c2' ? null : [[{ cells: [TWO, ONE] }, null], [], [{ cells: null }]];
const GRIDS = {
  board: () => [[ONE, TWO], [], [THREE, ONE]],
  sparse: () => [[ONE, null], null, [], [null, TWO, THREE]],
  cube: () => [[[ONE], [TWO, null]], null, [null, [], [[THREE][0]]]],
  numbers: () => [[1, null], null, [], [3]],
};

export const scenario: Scenario = {
  about: 'lists of lists of entities, with nulls in them',
  subgraphs: {
    boards: {
      sdl: `type Query { board: [[Cell!]!]!  sparse: [[Cell]]  cube: [[[Cell]]]  numbers: [[Int]]! }
        type Cell @key(fields: "id") { id: ID!  value: Int }`,
      resolvers: { Query: GRIDS, Cell: { __resolveReference: cellOf } },
    },
    marks: {
      sdl: `type Cell @key(fields: "id") { id: ID!  mark: String  around: [[Group]!] }
        type Group { cells: [Cell!] }`,
      resolvers: { Cell: { __resolveReference: cellOf, around } },
    },
  },
  oracle: { Query: GRIDS, Cell: { around } },
  questions: [
    { name: 'of two depths', query: '{ board { value mark } }' },
    { name: 'with nulls at both depths', query: '{ sparse { mark id } numbers }' },
    { name: 'of three depths', query: '{ cube { mark value } }' },
    { name: 'inside one another', query: '{ sparse { around { cells { value mark around { cells { value } } } } } }' },
    { name: 'several at once', query: '{ board { mark } sparse { value mark } cube { around { cells { value } } } }' },
    { name: 'with an item that fails', query: '{ cube { mark } }', failing: ['Cell.mark'] },
    {
      name: 'with an item that fails inside',
      query: '{ board { id around { cells { value } } } }',
      failing: ['Cell.value'],
    },
  ],
};
