import type { Scenario } from '../../helpers/oracle-scenario.js';

const JOBS = [
  { id: 'j1', state: 'OPEN', grade: 'LOW', pay: 5 },
  { id: 'j2', state: 'SHUT', grade: 'HIGH', pay: 9 },
];
interface Filter {
  state?: string | null;
  least?: number;
}
const jobsFor = (_: unknown, { filter }: { filter?: Filter | null }) =>
  JOBS.filter(({ state, pay }) => (!filter?.state || filter.state === state) && pay >= (filter?.least ?? 0));
const echo = (_: unknown, { filter }: { filter?: Filter | null }) => JSON.stringify(filter ?? null);
const jobOf = ({ id }: { id: string }) => JOBS.find((job) => job.id === id) ?? null;

/** An enum of outputs is the union of its values, one of inputs their intersection; an input has the fields that all know. */
export const scenario: Scenario = {
  about: 'enums and inputs that subgraphs declare differently',
  subgraphs: {
    jobs: {
      sdl: `type Query { jobs(filter: Filter): [Job!]!  echo(filter: Filter, rank: Rank): String }
        enum State { OPEN SHUT }
        enum Grade { LOW MIDDLE }
        enum Rank { HIGH LOW }
        input Filter { state: State  least: Int = 0  onlyHere: Int }
        type Job @key(fields: "id") { id: ID!  state: State  pay: Int }`,
      resolvers: { Query: { jobs: jobsFor, echo }, Job: { __resolveReference: jobOf } },
    },
    grades: {
      sdl: `type Query { count(filter: Filter!, also: [State!] = [OPEN]): Int!  graded(grade: Rank): [Job!]! }
        enum State { SHUT OPEN }
        enum Grade { MIDDLE HIGH LOW }
        enum Rank { LOW HIGH NONE }
        input Filter { state: State  least: Int = 0 }
        type Job @key(fields: "id") { id: ID!  grade: Grade! }`,
      resolvers: {
        Query: {
          count: (_: unknown, given: { filter: Filter; also: string[] }) =>
            jobsFor(_, given).length + given.also.length,
          graded: (_: unknown, { grade }: { grade?: string }) => JOBS.filter((job) => !grade || job.grade === grade),
        },
        Job: { __resolveReference: jobOf },
      },
    },
  },
  oracle: {
    Query: {
      jobs: jobsFor,
      echo,
      count: (_: unknown, given: { filter: Filter; also: string[] }) => jobsFor(_, given).length + given.also.length,
      graded: argumentsOf,
    },
  },
  questions: [
    { name: 'are merged in answers', query: '{ jobs { state grade } graded { grade state } }' },
    {
      name: 'are taken in literals',
      query:
        '{ jobs(filter: { state: OPEN }) { id } count(filter: { least: 6, state: SHUT }, also: [OPEN, SHUT]) graded(grade: HIGH) { id pay } }',
    },
    {
      name: 'are taken in variables',
      query:
        'query ($f: Filter!, $s: [State!], $r: Rank) { jobs(filter: $f) { id } count(filter: $f, also: $s) graded(grade: $r) { id } }',
      variables: { f: { least: 6 }, s: ['SHUT', 'SHUT'], r: 'LOW' },
    },
    {
      name: 'keep a default apart from a null',
      query:
        'query ($s: State, $n: Int) { a: echo(filter: { state: $s, least: $n }) b: echo(filter: {}) c: echo(filter: null) d: echo(filter: { state: null, least: null }) e: echo }',
      variables: { n: null },
    },
    {
      name: 'have the values that the merge says',
      query:
        '{ s: __type(name: "State") { enumValues { name } } g: __type(name: "Grade") { enumValues { name } } r: __type(name: "Rank") { enumValues { name } } f: __type(name: "Filter") { inputFields { name defaultValue } } }',
    },
    { name: 'fail as outputs do', query: '{ jobs { id grade } }', failing: ['Job.grade'] },
  ],
};

function argumentsOf(_: unknown, { grade }: { grade?: string }) {
  return JOBS.filter((job) => !grade || job.grade === grade);
}
