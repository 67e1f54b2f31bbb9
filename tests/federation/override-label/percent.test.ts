import { type Federation, startFederation } from '../../helpers/federation.js';
import { createOracle } from '../../helpers/oracle.js';
import { differences } from '../../helpers/oracle-scenario.js';

const USERS = [{ id: 'u1' }, { id: 'u2' }];
const moved = (version: string) => ({
  User: { badge: ({ id }: { id: string }) => `${version} badge of ${id}`, title: () => `${version} title` },
});

/** Two fields that move together under one label, half of the way. */
const SUBGRAPHS = {
  old: {
    sdl: `type Query { users: [User!]! }
      type User @key(fields: "id") { id: ID!  badge: String  title: String }`,
    resolvers: { Query: { users: () => USERS }, ...moved('old') },
  },
  fresh: {
    sdl: `type User @key(fields: "id") {
      id: ID!
      badge: String @override(from: "old", label: "percent(50)")
      title: String @override(from: "old", label: "percent(50)")
    }`,
    resolvers: moved('new'),
  },
};
const oracleOf = (version: string) =>
  createOracle({
    subgraphs: SUBGRAPHS,
    resolvers: { Query: { users: () => USERS }, ...moved(version) },
    failing: new Set(),
  });
const QUESTION = '{ users { badge id title } first: users { title } }';

let federation: Federation;
beforeAll(async () => {
  federation = await startFederation({ subgraphs: SUBGRAPHS });
});
afterAll(() => federation?.stop());

const askAs = (requestId: string) => federation.ask(QUESTION, {}, { 'x-request-id': requestId });

test('of a field that has moved half of the way each request is answered by one of the two, and about half by each', async () => {
  const before = await oracleOf('old').ask(QUESTION);
  const after = await oracleOf('new').ask(QUESTION);
  let byTheNew = 0;
  for (let request = 0; request < 100; request += 1) {
    const answer = await askAs(`request-${request}`);
    const isNew = differences(answer, after).length === 0;
    expect(isNew ? [] : differences(answer, before)).toEqual([]);
    if (isNew) byTheNew += 1;
  }
  // The ids are the same in every run, so this cannot come out otherwise by chance.
  expect(byTheNew).toBeGreaterThan(30);
  expect(byTheNew).toBeLessThan(70);
});

test('a request of the same id is answered by the same', async () => {
  for (let request = 0; request < 20; request += 1) {
    const [one, other] = await Promise.all([askAs(`again-${request}`), askAs(`again-${request}`)]);
    expect(one.data).toEqual(other.data);
  }
});
