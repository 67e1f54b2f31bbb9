import { argumentIn, referenceIn } from '../../helpers/oracle-data.js';
import type { Scenario } from '../../helpers/oracle-scenario.js';

const FILES = [
  { id: 'f1', name: 'hồ sơ 1', pages: 3, scanned: true, stamp: { no: 1, by: 'An' } },
  { id: 'f2', name: null, pages: null, scanned: null, stamp: null },
];
const ROOTS = {
  file: argumentIn(FILES, 'id'),
  files: (_: unknown, { first }: { first: number }) => FILES.slice(0, first),
  registry: () => ({ title: 'Sổ', chief: FILES[0], size: 2 }),
};

/** Both subgraphs answer the same root fields, and each has parts of what is below that the other has not. */
export const scenario: Scenario = {
  about: 'root fields that two subgraphs share',
  subgraphs: {
    paper: {
      sdl: `type Query @shareable { file(id: ID!): File  files(first: Int! = 9): [File!]!  registry: Registry! }
        type Registry { title: String! @shareable  chief: File @shareable }
        type File @key(fields: "id") { id: ID!  name: String @shareable  pages: Int  stamp: Stamp @shareable }
        type Stamp { no: Int! @shareable }`,
      resolvers: { Query: ROOTS, File: { __resolveReference: referenceIn(FILES, 'id') } },
    },
    scans: {
      sdl: `type Query @shareable { file(id: ID!): File  files(first: Int! = 9): [File!]!  registry: Registry! }
        type Registry { title: String! @shareable  chief: File @shareable  size: Int }
        type File @key(fields: "id") { id: ID!  name: String @shareable  scanned: Boolean  stamp: Stamp @shareable }
        type Stamp { no: Int! @shareable  by: String }`,
      resolvers: { Query: ROOTS, File: { __resolveReference: referenceIn(FILES, 'id') } },
    },
  },
  oracle: { Query: ROOTS },
  questions: [
    { name: 'are asked of either', query: '{ files { name id } registry { title } }' },
    { name: 'are asked of the one that has it all', query: '{ file(id: "f1") { scanned } files { pages } }' },
    { name: 'are asked of both when parts lie apart', query: '{ registry { title size chief { pages scanned } } }' },
    {
      name: 'have objects whose parts lie apart',
      query: '{ file(id: "f1") { pages stamp { no by } } files { stamp { by } } }',
    },
    {
      name: 'are asked with arguments',
      query: 'query ($n: Int!, $id: ID!) { files(first: $n) { pages scanned } file(id: $id) { name scanned } }',
      variables: { n: 1, id: 'f2' },
    },
    { name: 'fail on one side', query: '{ files { pages scanned } }', failing: ['File.scanned'] },
    { name: 'fail on both sides', query: '{ registry { title } file(id: "f1") { id } }', failing: ['Query.file'] },
  ],
};
