import { openCivilStatus } from '../../../subgraphs/civil-status/index';
import { ChangeFeed, type ChangesAnswer } from '../../../subgraphs/kit/changes';
import type { Database } from '../../../subgraphs/kit/database';
import { openLand } from '../../../subgraphs/land/index';
import { describeOnEachStore, type TestRegistry } from '../../helpers/test-registry';

const WAIT_MS = 20_000;
const parcel = (id: string) => ({ type: 'Parcel', key: { id } });

describeOnEachStore('the changes of a registry', (openRegistry) => {
  let registry: TestRegistry;
  let feed: ChangeFeed;
  let database: Database;
  let start: string;

  beforeAll(async () => {
    registry = await openRegistry(openLand);
    ({ database } = registry);
    feed = registry.subgraph.changes;
  });
  afterAll(() => registry.close());
  beforeEach(async () => {
    await registry.empty();
    start = (await readAll(feed)).position;
  });

  const mortgage = (id: string) => registry.insert('land.mortgage', { parcel_id: id });
  /** In an object, since what is waited for here is only that it waits. */
  const waitingRead = async (options: { signal?: AbortSignal } = {}) => {
    const read = feed.read({ after: start, waitMs: WAIT_MS, ...options });
    read.catch(() => {});
    await untilWaiting(feed, 1);
    return { read };
  };

  it('are told from a position on, in the order in which they were committed', async () => {
    for (const id of ['b', 'a', 'c']) await mortgage(id);
    const { position, isGap, changes } = await feed.read({ after: start, waitMs: 0 });
    expect(isGap).toBe(false);
    expect(changes).toMatchObject(['b', 'a', 'c'].map(parcel));
    expect(changes[0]?.changedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(await feed.read({ after: position, waitMs: 0 })).toEqual({ position, isGap: false, changes: [] });
    // The same position, the same answer: a client that lost one asks again.
    expect((await feed.read({ after: start, waitMs: 0 })).changes).toEqual(changes);
  });

  it('are not told to whoever has no position: only where to begin', async () => {
    await mortgage('a');
    const { position, isGap, changes } = await feed.read({ waitMs: WAIT_MS });
    expect({ isGap, changes }).toEqual({ isGap: false, changes: [] });
    expect(position).toMatch(/^[0-9a-f-]{36}:\d+$/);
  });

  it('are at most a thousand at once, the rest the next time', async () => {
    await database.query(
      `insert into land.mortgage (record_id, version, recorded_at, authority_name, parcel_id, mortgagee, registered_on)
       select 'M-' || n, 1, now(), '', 'p-' || n, '', now() from generate_series(1, 2300) as n`,
    );
    const sizes: number[] = [];
    const keys = new Set<unknown>();
    for (let after = start; ; ) {
      const { position, changes } = await feed.read({ after, waitMs: 0 });
      sizes.push(changes.length);
      for (const change of changes) keys.add('key' in change && change.key.id);
      if (changes.length === 0) break;
      after = position;
    }
    expect(sizes).toEqual([1_000, 1_000, 300, 0]);
    expect(keys.size).toBe(2_300);
  });

  it('are not made by a transaction that is rolled back, nor by a statement that changes no row', async () => {
    await database
      .transaction(async (tx) => {
        await tx.query("insert into land.outbox (type, key) values ('Parcel', '{}')");
        throw new Error('no');
      })
      .catch(() => {});
    await database.query("update land.mortgage set note = 'x' where parcel_id = 'nobody'");
    expect((await feed.read({ after: start, waitMs: 0 })).changes).toEqual([]);
  });

  it('name an entity once, however often it was changed meanwhile', async () => {
    await mortgage('a');
    await database.query("update land.mortgage set note = 'x'");
    await database.query('delete from land.mortgage');
    expect((await feed.read({ after: start, waitMs: 0 })).changes).toMatchObject([parcel('a')]);
  });

  it('wake whoever waits, well within a second', async () => {
    const latencies: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      const { read } = await waitingRead();
      const begun = performance.now();
      await mortgage(`w-${round}`);
      const { position, changes } = await read;
      latencies.push(performance.now() - begun);
      expect(changes).toMatchObject([parcel(`w-${round}`)]);
      start = position;
    }
    console.log(`from the write's beginning to the feed's answer: at most ${Math.max(...latencies).toFixed(1)} ms`);
    expect(Math.max(...latencies)).toBeLessThan(900);
  });

  it('are found without any notice, by looking each second', async () => {
    const { read } = await waitingRead();
    // What a lost notice leaves behind.
    await database.query(`insert into land.outbox (type, key) values ('Parcel', '{"id": "unnoticed"}')`);
    expect((await read).changes).toMatchObject([parcel('unnoticed')]);
  });

  it('are waited for only as long as was asked: then the position is the same', async () => {
    const answer = await feed.read({ after: start, waitMs: 30 });
    expect(answer).toEqual({ position: start, isGap: false, changes: [] });
  });

  it('wake a hundred readers at once with one look at the database', async () => {
    const reads = Array.from({ length: 100 }, () => feed.read({ after: start, waitMs: WAIT_MS }));
    await untilWaiting(feed, 100);
    let answers: ChangesAnswer[] = [];
    const looks = await registry.countReads(async () => {
      await mortgage('many');
      answers = await Promise.all(reads);
    });
    expect(answers.every(({ changes }) => changes.length === 1)).toBe(true);
    // Before and after what is new was numbered; once more, if a second had just passed.
    expect(looks['land.outbox']).toBeLessThanOrEqual(5);
  });

  it('are no longer waited for by whoever is gone', async () => {
    const gone = new AbortController();
    const { read } = await waitingRead({ signal: gone.signal });
    gone.abort(new Error('gone'));
    await expect(read).rejects.toThrow('gone');
    await expect(feed.read({ after: start, waitMs: 0, signal: gone.signal })).rejects.toThrow('gone');
  });

  it.each([
    ['of another feed', () => start.replace(/^.{8}/, '00000000')],
    ['in the future', () => start.replace(/\d+$/, (number) => String(Number(number) + 1))],
    ['malformed', () => 'yesterday'],
    ['empty', () => ''],
    ['beyond any number', () => `${start}9999999999999999`],
  ])('are unknown behind a position that is %s', async (_, after) => {
    expect(await feed.read({ after: after(), waitMs: WAIT_MS })).toEqual({ position: start, isGap: true, changes: [] });
  });

  it('are kept for seven days', async () => {
    await mortgage('old');
    await mortgage('older');
    const old = await readAll(feed, start);
    await mortgage('young');
    const young = await readAll(feed, old.position);
    await database.query("update land.outbox set changed_at = now() - interval '8 days' where position <= $1", [
      old.position.split(':')[1],
    ]);
    await database.query("update land.feed set pruned_at = now() - interval '2 hours'");
    await mortgage('new');
    // The old ones go when something new is numbered, and are told no more; who has read them goes on.
    const { changes } = await readAll(feed, old.position);
    expect(changes).toMatchObject([parcel('young'), parcel('new')]);
    expect(await feed.read({ after: start, waitMs: 0 })).toMatchObject({ isGap: true, changes: [] });
    expect(await feed.read({ after: young.position, waitMs: 0 })).toMatchObject({ isGap: false });
    const [left] = await database.query<{ count: number }>('select count(*) as count from land.outbox');
    expect(left?.count).toBeLessThanOrEqual(3);
  });

  it('go on when nothing is left of them', async () => {
    await mortgage('a');
    const { position } = await readAll(feed, start);
    await database.query("update land.outbox set changed_at = now() - interval '8 days'");
    await database.query('select land.prune_outbox(10000)');
    expect(await feed.read({ after: position, waitMs: 0 })).toEqual({ position, isGap: false, changes: [] });
    await mortgage('b');
    expect((await feed.read({ after: position, waitMs: 0 })).changes).toMatchObject([parcel('b')]);
  });

  it('are everything when a table is emptied', async () => {
    await database.script('truncate land.mortgage');
    const { changes } = await feed.read({ after: start, waitMs: 0 });
    expect(changes).toEqual([{ all: true, changedAt: expect.any(String) }]);
  });

  it('are nothing while a seed is under way, and everything at its end', async () => {
    await database.query('insert into land.seed (citizens, seed, defects_percent) values (1, 1, 0)');
    await mortgage('a');
    await registry.insert('land.parcel', { parcel_id: 'b' });
    await database.query("update land.mortgage set note = 'x'");
    expect((await feed.read({ after: start, waitMs: 0 })).changes).toEqual([]);
    await database.query('update land.seed set finished_at = now()');
    expect((await feed.read({ after: start, waitMs: 0 })).changes).toMatchObject([{ all: true }]);
  });

  it('are read by a second feed over the same database, from the same positions', async () => {
    const second = new ChangeFeed(database, 'land');
    const reads = [feed, second].map((each) => each.read({ after: start, waitMs: WAIT_MS }));
    await mortgage('a');
    const [one, other] = await Promise.all(reads);
    expect(one?.changes).toMatchObject([parcel('a')]);
    expect(other).toEqual(one);
    await second.close();
  });

  it('are the own ones of each registry of a database', async () => {
    const civilStatus = await openCivilStatus({
      database: { ...bind(database), close: async () => {} },
      log: () => {},
    });
    const { position } = await civilStatus.subgraph.changes.read({ waitMs: 0 });
    await mortgage('a');
    expect(await civilStatus.subgraph.changes.read({ after: position, waitMs: 0 })).toMatchObject({ changes: [] });
    expect(await feed.read({ after: position, waitMs: 0 })).toMatchObject({ isGap: true, changes: [] });
    await civilStatus.subgraph.close();
  });

  it('end with the subgraph: whoever waits is told that nothing changed', async () => {
    const own = new ChangeFeed(database, 'land');
    const read = own.read({ after: start, waitMs: WAIT_MS });
    await own.close();
    expect(await read).toEqual({ position: start, isGap: false, changes: [] });
    await expect(own.read({ waitMs: 0 })).rejects.toMatchObject({ code: '08003' });
  });
});

/** Everything behind a position, and the position behind which there is nothing. */
async function readAll(feed: ChangeFeed, after?: string): Promise<ChangesAnswer> {
  const changes = [];
  let { position } = after === undefined ? await feed.read({ waitMs: 0 }) : { position: after };
  for (;;) {
    const answer = await feed.read({ after: position, waitMs: 0 });
    position = answer.position;
    changes.push(...answer.changes);
    if (answer.changes.length === 0) return { ...answer, changes };
  }
}

async function untilWaiting(feed: ChangeFeed, reads: number): Promise<void> {
  while (feed.waiting < reads) await new Promise(setImmediate);
}

function bind(database: Database): Database {
  return {
    query: (text, values) => database.query(text, values),
    transaction: (work) => database.transaction(work),
    script: (text) => database.script(text),
    copyIn: (table, columns, rows) => database.copyIn(table, columns, rows),
    listen: (channel, onNotice) => database.listen(channel, onNotice),
    ping: (timeoutMs) => database.ping(timeoutMs),
    close: () => database.close(),
  };
}
