import * as graphql from 'graphql';
import { openCivilStatus } from '../../../subgraphs/civil-status/index';
import { DatabaseError } from '../../../subgraphs/kit/database-error';
import { createDocumentCache } from '../../../subgraphs/kit/documents';
import type { LogEntry } from '../../../subgraphs/kit/public-error';
import { serveSubgraph } from '../../../subgraphs/kit/serve';
import { createSubgraph, type Subgraph } from '../../../subgraphs/kit/subgraph';
import { createEmbeddedStore } from '../../helpers/embedded-store';
import { openTestRegistry } from '../../helpers/test-registry';

const an = '048090000001';
const entities = `query ($all: [_Any!]!) { _entities(representations: $all) { ... on Citizen { birth { fullName } } } }`;
const representations = [{ __typename: 'Citizen', personalId: an }];

const opened: Subgraph[] = [];
afterEach(() => Promise.all(opened.splice(0).map((subgraph) => subgraph.close())));

/** A subgraph whose database, once migrated, answers every query by `query`. */
async function openOver(query: () => Promise<never>, logs: LogEntry[] = []): Promise<Subgraph> {
  const database = await createEmbeddedStore();
  const { subgraph } = await openCivilStatus({ database, log: (entry) => logs.push(entry) });
  opened.push(subgraph);
  jest.spyOn(database, 'query').mockImplementation(query);
  return subgraph;
}

describe('the document cache', () => {
  const schema = graphql.buildSchema('type Query { a: Int b: Int }');

  it('never parses or validates the same text twice, not even a wrong one', () => {
    const check = createDocumentCache(schema);
    expect(check('{ a }')).toBe(check('{ a }'));
    expect(check('{ c }')).toBe(check('{ c }'));
    expect(check('{ c }').errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    expect(check('{').errors).toMatchObject([{ extensions: { code: 'GRAPHQL_PARSE_FAILED' } }]);
  });

  it('forgets the least recently used beyond its limits of count and of text', () => {
    const few = createDocumentCache(schema, { documentsMax: 2, documentCharsMax: 1_000 });
    const [a, b] = [few('{ a }'), few('{ b }')];
    few('{ a }');
    few('{ a b }');
    expect(few('{ a }')).toBe(a);
    expect(few('{ b }')).not.toBe(b);

    const short = createDocumentCache(schema, { documentsMax: 100, documentCharsMax: 12 });
    const first = short('{ a }');
    expect(short('{ a }')).toBe(first);
    short('{ b }');
    short('{ a b }');
    expect(short('{ a }')).not.toBe(first);
    expect(short('{ a b a b a b }')).not.toBe(short('{ a b a b a b }'));
  });
});

describe('an error', () => {
  it('of an unreachable database is REGISTRY_UNAVAILABLE, without address, SQL or value', async () => {
    const logs: LogEntry[] = [];
    const subgraph = await openOver(
      () => Promise.reject(new DatabaseError('ECONNREFUSED', 'postgres://u:p@db:5432')),
      logs,
    );
    const { data, errors } = await subgraph.execute({
      query: entities,
      variables: { all: representations },
      requestId: 'r-1',
    });
    expect(data).toEqual({ _entities: [{ birth: null }] });
    expect(errors).toEqual([
      {
        message: 'the registry cannot be reached',
        path: ['_entities', 0, 'birth'],
        locations: expect.anything(),
        extensions: { code: 'REGISTRY_UNAVAILABLE' },
      },
    ]);
    expect(logs.at(-1)).toMatchObject({
      level: 'error',
      registry: 'civil-status',
      requestId: 'r-1',
      code: 'REGISTRY_UNAVAILABLE',
    });
  });

  it('that nobody threw on purpose is masked, and logged without the person’s number', async () => {
    const logs: LogEntry[] = [];
    const subgraph = await openOver(() => Promise.reject(new TypeError(`row of ${an} is odd: select 1`)), logs);
    const { errors } = await subgraph.execute({ query: entities, variables: { all: representations } });
    expect(errors).toMatchObject([
      { message: 'the registry could not answer', extensions: { code: 'INTERNAL_SERVER_ERROR' } },
    ]);
    expect(logs.at(-1)).toMatchObject({ fault: { error: 'TypeError', message: 'row of … is odd: select 1' } });
    expect(JSON.stringify(logs)).not.toContain(an);
  });

  it('that GraphQL words itself is logged without its message, which quotes what is stored', async () => {
    const logs: LogEntry[] = [];
    const database = await createEmbeddedStore();
    const subgraph = createSubgraph({
      name: 'land',
      resolvers: {
        Parcel: { __resolveReference: () => ({ id: 'x', assets: [{ floors: 'Nguyễn Văn An\n    ở 2 Âu Cơ' }] }) },
      },
      database,
      log: (entry) => logs.push(entry),
      openContext: (base) => base,
    });
    opened.push(subgraph);
    const { errors } = await subgraph.execute({
      query:
        '{ _entities(representations: [{ __typename: "Parcel", id: "x" }]) { ... on Parcel { assets { floors } } } }',
    });
    expect(errors).toMatchObject([{ message: 'the registry could not answer' }]);
    expect(logs).toMatchObject([{ fault: { error: 'GraphQLError', stack: expect.stringMatching(/^ {4}at /) } }]);
    expect(logs[0]?.fault).not.toHaveProperty('message');
    expect(JSON.stringify([logs, errors])).not.toMatch(/Nguyễn|Âu Cơ/);
  });

  it('of a request never repeats a value of it', async () => {
    const subgraph = await openOver(() => Promise.reject(new Error('not reached')));
    const wrongVariable = await subgraph.execute({
      query: 'query ($all: [_Any!]!) { _entities(representations: $all) { __typename } }',
      variables: { all: [null, an] },
    });
    expect(wrongVariable.errors).toMatchObject([
      { message: 'Variable "$all" has an invalid value or none.', extensions: { code: 'BAD_USER_INPUT' } },
    ]);
    const wrongText = await subgraph.execute({
      query: `{ _entities(representations: []) { ... on Citizen { marriages(includeEnded: "${an}") { status } } } }`,
    });
    expect(wrongText.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
    expect(JSON.stringify(wrongText)).not.toContain(an);
    const noOperation = await subgraph.execute({ query: 'query A { __typename }', operationName: 'B' });
    expect(noOperation.errors).toMatchObject([{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }]);
    expect(noOperation.data).toBeUndefined();
  });
});

describe('a list of more items than a registry hands out', () => {
  const children = `query { _entities(representations: [{ __typename: "Citizen", personalId: "${an}" }]) {
    ... on Citizen { children { personalId } } } }`;
  const ids = ['048215000001', '048215000002', '048215000003', '048215000004'];
  const answer = async (listItemsMax?: number) => {
    const registry = await openTestRegistry(openCivilStatus, { listItemsMax });
    for (const id of ids) {
      await registry.insert('civil_status.birth', { personal_id: id, mother_id: an, date_of_birth: id.slice(8) });
    }
    const server = await serveSubgraph(registry.subgraph, {
      host: '127.0.0.1',
      port: 0,
      trust: 'anyone',
      log: () => {},
    });
    const inProcess = await registry.execute(children);
    const body = JSON.stringify({ query: children });
    const overHttp = await fetch(server.url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    const served = (await overHttp.json()) as typeof inProcess;
    await server.stop();
    await registry.close();
    return [inProcess, served];
  };

  it('keeps the first and says at its path that the rest is missing, in the process and over HTTP', async () => {
    for (const { data, errors } of await answer(3)) {
      expect(data).toEqual({ _entities: [{ children: ids.slice(0, 3).map((personalId) => ({ personalId })) }] });
      expect(errors).toMatchObject([
        {
          message: expect.stringMatching(/more than 3 items.*first 3.*REGISTRY_LIST_ITEMS_MAX/),
          path: ['_entities', 0, 'children'],
          extensions: { code: 'OPERATION_TOO_LARGE' },
        },
      ]);
    }
  });

  it('is whole, without an error, when it has just as many', async () => {
    for (const { data, errors } of [...(await answer(4)), ...(await answer())]) {
      expect(data).toEqual({ _entities: [{ children: ids.map((personalId) => ({ personalId })) }] });
      expect(errors).toBeUndefined();
    }
  });
});

describe('provenance', () => {
  it('names the registry in every response, even without a record', async () => {
    const subgraph = await openOver(() => Promise.reject(new Error('not reached')));
    const { data, extensions } = await subgraph.execute({ query: '{ __typename _service { sdl } }' });
    expect(extensions).toEqual({ provenance: { registry: 'civil-status', records: [] } });
    expect(data).toMatchObject({ _service: { sdl: expect.stringContaining('type BirthRecord') } });
  });
});

it('a resolver of a field that the schema does not have is refused when the subgraph is built', async () => {
  const database = await createEmbeddedStore();
  const build = (resolvers: object) => () =>
    createSubgraph({
      name: 'land',
      resolvers: resolvers as never,
      database,
      log: () => {},
      openContext: (base) => base,
    });
  expect(build({ Parcel: { aera: () => 1 } })).toThrow('resolver Parcel.aera: the schema has no such field');
  expect(build({ Parcle: {} })).toThrow('resolvers of Parcle: the schema has no such type');
  await database.close();
});
