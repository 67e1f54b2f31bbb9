import { type Federation, startFederation, until } from '../../helpers/federation.js';
import { createOracle, type Oracle } from '../../helpers/oracle.js';
import { differences } from '../../helpers/oracle-scenario.js';

const PONDS = [
  { id: 'p1', name: 'Hồ Một', depth: 3, fish: ['cá chép'] },
  { id: 'p2', name: 'Hồ Hai', depth: null, fish: [] },
];
const pondOf = ({ id }: { id: string }) => PONDS.find((pond) => pond.id === id) ?? null;
const referenced = { __resolveReference: pondOf };

/** A subgraph goes, and another comes back in its place with a field less and a field more, while the gateway runs. */
const PONDS_SUBGRAPH = {
  sdl: `type Query { ponds: [Pond!]! }
    type Pond @key(fields: "id") { id: ID!  name: String! }`,
  resolvers: { Query: { ponds: () => PONDS }, Pond: referenced },
};
const DEPTHS = {
  sdl: 'type Pond @key(fields: "id") { id: ID!  depth: Int }',
  resolvers: { Pond: referenced },
};
const FISH = {
  sdl: 'type Pond @key(fields: "id") { id: ID!  fish: [String!]! }',
  resolvers: { Pond: referenced },
};
const ALL = { ponds: PONDS_SUBGRAPH, depths: DEPTHS, fish: FISH };
const WITHOUT_FISH = { ponds: PONDS_SUBGRAPH, depths: DEPTHS };
const WITHOUT_DEPTHS = { ponds: PONDS_SUBGRAPH, fish: FISH };

let federation: Federation;
beforeEach(async () => {
  federation = await startFederation({ subgraphs: ALL });
});
afterEach(() => federation?.stop());

const oracleOf = (subgraphs: typeof WITHOUT_FISH | typeof WITHOUT_DEPTHS): Oracle =>
  createOracle({ subgraphs, resolvers: { Query: { ponds: () => PONDS } }, failing: new Set() });

async function swapTo(subgraphs: typeof WITHOUT_FISH | typeof WITHOUT_DEPTHS, refused: string): Promise<void> {
  federation.replaceSupergraph(subgraphs);
  await until(async () => (await federation.ask(refused)).status === 400);
}

test('a field of a subgraph that was removed is refused, and what is left answers as the oracle of what is left', async () => {
  const everything = '{ ponds { fish depth name } }';
  expect(differences(await federation.ask(everything), await oracleOf(ALL).ask(everything))).toEqual([]);
  await swapTo(WITHOUT_FISH, everything);
  const { status, data, errors } = await federation.ask(everything);
  expect({ status, data, code: errors?.[0]?.extensions?.code }).toEqual({
    status: 400,
    data: undefined,
    code: 'GRAPHQL_VALIDATION_FAILED',
  });
  const rest = '{ ponds { depth name } }';
  expect(differences(await federation.ask(rest), await oracleOf(WITHOUT_FISH).ask(rest))).toEqual([]);
});

test('a subgraph that was removed is not asked again, and need not be there', async () => {
  await federation.ask('{ ponds { fish name } }');
  await swapTo(WITHOUT_FISH, '{ ponds { fish } }');
  await federation.subgraph('fish').refuse();
  const before = federation.requestsTo('fish').length;
  const rest = '{ ponds { depth name id } __type(name: "Pond") { fields { name } } }';
  expect(differences(await federation.ask(rest), await oracleOf(WITHOUT_FISH).ask(rest))).toEqual([]);
  expect(federation.requestsTo('fish')).toHaveLength(before);
  await federation.subgraph('fish').accept();
});

test('a subgraph that comes back is asked again', async () => {
  await swapTo(WITHOUT_FISH, '{ ponds { fish } }');
  await swapTo(WITHOUT_DEPTHS, '{ ponds { depth } }');
  const question = '{ ponds { fish name } }';
  expect(differences(await federation.ask(question), await oracleOf(WITHOUT_DEPTHS).ask(question))).toEqual([]);
});
