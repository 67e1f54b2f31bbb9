import type { ChangesAnswer } from '../../../subgraphs/kit/changes';
import { type SubgraphServer, serveSubgraph } from '../../../subgraphs/kit/serve';
import { openLand } from '../../../subgraphs/land/index';
import { openTestRegistry, type TestRegistry } from '../../helpers/test-registry';

let registry: TestRegistry;
let server: SubgraphServer;
const logs: object[] = [];

beforeEach(async () => {
  logs.length = 0;
  registry = await openTestRegistry(openLand);
  server = await serveSubgraph(registry.subgraph, {
    host: '127.0.0.1',
    port: 0,
    trust: 'anyone',
    log: (entry) => logs.push(entry),
  });
});
afterEach(async () => {
  await server.stop(1_000);
  await registry.subgraph.close();
});

const get = (query: string, init?: RequestInit) => fetch(new URL(`/changes${query}`, server.url), init);
const read = async (query = ''): Promise<ChangesAnswer> => (await get(query)).json() as Promise<ChangesAnswer>;
const untilWaiting = async () => {
  while (registry.subgraph.changes.waiting === 0) await new Promise(setImmediate);
};

describe('GET /changes', () => {
  it('says where to begin, and what changed from there on', async () => {
    const response = await get('');
    expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'no-store']);
    const { position, ...nothing } = (await response.json()) as ChangesAnswer;
    expect(nothing).toEqual({ isGap: false, changes: [] });
    await registry.insert('land.parcel', {
      parcel_id: 'w7ce00000001',
      former_commune_code: '20200',
      former_map_sheet: '5',
      former_parcel_number: '7',
    });
    const { changes } = await read(`?after=${position}`);
    const changedAt = expect.any(String);
    const lookUp = { communeCode: '20200', mapSheet: '5', parcelNumber: '7' };
    expect(changes).toHaveLength(3);
    expect(changes).toEqual(
      expect.arrayContaining([
        { type: 'Parcel', key: { id: 'w7ce00000001' }, changedAt },
        { type: 'Query', key: { field: 'parcel', args: { id: 'w7ce00000001' } }, changedAt },
        { type: 'Query', key: { field: 'parcelsByFormerNumber', args: lookUp }, changedAt },
      ]),
    );
  });

  it('waits for a change as long as it is asked to', async () => {
    const { position } = await read();
    expect(await read(`?after=${position}&wait=20`)).toEqual({ position, isGap: false, changes: [] });
    const answer = read(`?after=${position}&wait=20000`);
    await untilWaiting();
    await registry.insert('land.mortgage', { parcel_id: 'a' });
    expect((await answer).changes).toMatchObject([{ type: 'Parcel', key: { id: 'a' } }]);
  });

  it('tells a gap for a position that it cannot go on from', async () => {
    expect(await read('?after=yesterday&wait=20000')).toMatchObject({ isGap: true, changes: [] });
  });

  it.each([
    ['?wait=soon', 'wait must be a number of milliseconds from 0 to 30000'],
    ['?wait=-1', 'wait must be a number of milliseconds from 0 to 30000'],
    ['?wait=30001', 'wait must be a number of milliseconds from 0 to 30000'],
    ['?wait=', 'wait must be a number of milliseconds from 0 to 30000'],
    ['?wait=1&wait=2', 'give wait once'],
    ['?from=1', 'the parameters are after and wait'],
  ])('refuses %s', async (query, error) => {
    const response = await get(query);
    expect([response.status, await response.json()]).toEqual([400, { error }]);
  });

  it('is a GET', async () => {
    expect((await get('', { method: 'POST' })).status).toBe(405);
  });

  it('answers 503 when the database cannot be asked', async () => {
    await registry.database.close();
    const response = await get('');
    expect([response.status, await response.json()]).toEqual([503, { error: 'the registry cannot be reached' }]);
  });

  it('does not keep a stopping server: whoever waits goes on elsewhere, from the same position', async () => {
    const { position } = await read();
    const waiting = [1, 2].map(() => get(`?after=${position}&wait=20000`));
    while (registry.subgraph.changes.waiting < 2) await new Promise(setImmediate);
    await server.stop(10_000);
    for (const response of await Promise.all(waiting)) {
      expect(response.headers.get('connection')).toBe('close');
      expect(await response.json()).toEqual({ position, isGap: false, changes: [] });
    }
  });

  it('stops to wait for a client that is gone', async () => {
    const { position } = await read();
    const gone = new AbortController();
    const feedRead = jest.spyOn(registry.subgraph.changes, 'read');
    get(`?after=${position}&wait=20000`, { signal: gone.signal }).catch(() => {});
    await untilWaiting();
    gone.abort();
    await expect(feedRead.mock.results[0]?.value).rejects.toThrow('aborted');
    expect(registry.subgraph.changes.waiting).toBe(0);
    expect(logs).toEqual([]);
  });
});
