import { type Federation, startFederation } from '../../helpers/federation.js';
import { createOracle } from '../../helpers/oracle.js';
import { differences } from '../../helpers/oracle-scenario.js';

/** What was done, in its order, by the subgraphs or by the oracle. */
const done: string[] = [];
let total = 0;
const add = (_: unknown, { n }: { n: number }) => {
  done.push(`add ${n}`);
  total += n;
  return { total };
};
const note = (_: unknown, { text }: { text: string }) => {
  done.push(`note ${text}`);
  return text;
};

/** Two subgraphs that do things, each of which another time comes to something else. */
const SUBGRAPHS = {
  sums: {
    sdl: `type Query { total: Int }
      type Mutation { add(n: Int! = 1): Sum }
      type Sum { total: Int }`,
    resolvers: { Mutation: { add } },
  },
  notes: {
    sdl: 'type Mutation { note(text: String!): String }',
    resolvers: { Mutation: { note } },
  },
};

let federation: Federation;
beforeAll(async () => {
  federation = await startFederation({ subgraphs: SUBGRAPHS });
});
afterAll(() => federation?.stop());

const oracle = createOracle({ subgraphs: SUBGRAPHS, resolvers: { Mutation: { add, note } }, failing: new Set() });

async function doneBy<Outcome>(work: () => Promise<Outcome>): Promise<{ outcome: Outcome; events: string[] }> {
  done.length = 0;
  total = 0;
  const outcome = await work();
  return { outcome, events: [...done] };
}

test.each([
  ['of one name', 'mutation { a: add { total } b: add { total } }', 2],
  [
    'of one name and the same arguments',
    'mutation { a: add(n: 5) { total } b: add(n: 5) { total } add(n: 5) { total } }',
    3,
  ],
  ['of one name and other arguments', 'mutation { a: add(n: 1) { total } b: add(n: 2) { total } }', 2],
  [
    'of one name with another subgraph between them',
    'mutation { a: add { total } note(text: "x") b: add { total } c: note(text: "x") }',
    4,
  ],
  [
    'in fragments',
    'mutation { ...A ... on Mutation { b: add { total } } } fragment A on Mutation { a: add { total } }',
    2,
  ],
  ['that are one, because they have one response name', 'mutation { add { total } add { t: total } }', 1],
  [
    'of which conditions leave some out',
    'mutation ($no: Boolean = false) { a: add { total } b: add @include(if: $no) { total } c: add @skip(if: $no) { total } }',
    2,
  ],
])('mutations %s are carried out as often as they are asked for, in their order', async (_name, query, times) => {
  const { outcome: expected, events } = await doneBy(() => oracle.ask(query));
  expect(events).toHaveLength(times);
  const ours = await doneBy(() => federation.ask(query));
  expect(ours.events).toEqual(events);
  expect(differences(ours.outcome, expected)).toEqual([]);
});
