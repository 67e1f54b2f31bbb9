import { type Change, ChangeFeed } from '../../../subgraphs/kit/changes';
import type { Database, Queryable } from '../../../subgraphs/kit/database';
import type { Registry } from '../../../subgraphs/kit/open-registry';
import { openPostgres } from '../../../subgraphs/kit/postgres';
import { serveSubgraph } from '../../../subgraphs/kit/serve';
import { openLand } from '../../../subgraphs/land/index';
import { createScratchPostgres, describeOnPostgres, type ScratchPostgres } from '../../helpers/scratch-postgres';

const WAIT_MS = 20_000;

describeOnPostgres('the changes of a registry that several processes write and read', () => {
  let scratch: ScratchPostgres;
  let registry: Registry;
  let feed: ChangeFeed;
  /** Another process's connections. */
  let other: Database;
  let start: string;

  beforeEach(async () => {
    scratch = await createScratchPostgres();
    registry = await openLand({ database: openPostgres(scratch.options()), log: () => {} });
    feed = registry.subgraph.changes;
    other = openPostgres(scratch.options());
    ({ position: start } = await feed.read({ waitMs: 0 }));
  });
  afterEach(async () => {
    await registry.subgraph.close();
    await other.close();
    await scratch.drop();
  });

  it('are not lost when a transaction was open while later ones committed', async () => {
    const late = await openTransaction(other);
    await insert(late.tx, 'late');
    await insert(registry.database, 'early');
    const early = await feed.read({ after: start, waitMs: WAIT_MS });
    expect(idsOf(early.changes)).toEqual(['early']);
    expect(await feed.read({ after: early.position, waitMs: 0 })).toMatchObject({ changes: [] });
    const waiting = feed.read({ after: early.position, waitMs: WAIT_MS });
    await late.commit();
    expect(idsOf((await waiting).changes)).toEqual(['late']);
  });

  it('come to every reader, each once and in one order, from writers that overlap', async () => {
    const writers = 8;
    const rounds = 25;
    const ids = Array.from({ length: writers * rounds }, (_, index) => `p-${index}`);
    const feeds = [feed, new ChangeFeed(other, 'land'), new ChangeFeed(registry.database, 'land')];
    const reading = feeds.map(async (each) => {
      const seen: unknown[] = [];
      for (let after = start; seen.length < ids.length; ) {
        const { position, isGap, changes } = await each.read({ after, waitMs: WAIT_MS });
        expect(isGap).toBe(false);
        seen.push(...idsOf(changes));
        after = position;
      }
      return seen;
    });
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        const database = openPostgres(scratch.options({ poolMax: 1 }));
        for (let round = 0; round < rounds; round += 1) {
          await database.transaction(async (tx) => {
            await insert(tx, ids[writer * rounds + round]!);
            await tx.query('select pg_sleep($1)', [((writer * 7 + round * 3) % 10) / 1_000]);
          });
        }
        await database.close();
      }),
    );
    const [first, ...others] = await Promise.all(reading);
    expect([...first!].sort()).toEqual([...ids].sort());
    for (const seen of others) expect(seen).toEqual(first);
    for (const each of feeds.slice(1)) await each.close();
  });

  it('reach whom they concern through a record of a writer at the same time', async () => {
    const certificate = await openTransaction(other);
    await certificate.tx.query(`insert into land.certificate (record_id, version, recorded_at, authority_name, parcel_id,
      serial, status) values ('C', 1, now(), '', 'of-certificate', 'AA 1', 'VALID')`);
    // The writer of the certificate cannot know the right that cites it, and this one is told before it changes.
    await registry.database.query(`insert into land.land_right (record_id, version, recorded_at, authority_name, parcel_id,
      holder_kind, holder_id, holder_name, role, certificate_id)
      values ('R', 1, now(), '', 'of-right', 'CNV', '048090000001', '', '', 'C')`);
    const { position } = await feed.read({ after: start, waitMs: WAIT_MS });
    await certificate.commit();
    const { changes } = await feed.read({ after: position, waitMs: WAIT_MS });
    expect(changes.map((change) => 'key' in change && change.key)).toEqual(
      expect.arrayContaining([{ id: 'of-certificate' }, { id: 'of-right' }, { personalId: '048090000001' }]),
    );
  });

  it('are told although the connection that listens was cut', async () => {
    const read = feed.read({ after: start, waitMs: WAIT_MS });
    await untilListening(other);
    await other.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query = 'LISTEN land_outbox'`);
    const begun = performance.now();
    await insert(other, 'a');
    expect(idsOf((await read).changes)).toEqual(['a']);
    const ms = performance.now() - begun;
    console.log(`a change just after the listening connection was cut: ${ms.toFixed(0)} ms`);
    expect(ms).toBeLessThan(2_000);
  });

  it('are lost to nobody when the database restarts: the read rejects, the next one goes on', async () => {
    const read = feed.read({ after: start, waitMs: WAIT_MS });
    await untilListening(other);
    await insert(other, 'before');
    expect(idsOf((await read).changes)).toEqual(['before']);
    // Every connection of the subgraph ends, and new ones are refused, as by a server that restarts.
    const name = new URL(scratch.url).pathname.slice(1);
    await onServer(scratch, `alter database ${name} allow_connections false`);
    await onServer(
      scratch,
      `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = '${name}' and pid <> pg_backend_pid()`,
    );
    await expect(feed.read({ after: start, waitMs: WAIT_MS })).rejects.toMatchObject({ name: 'DatabaseError' });
    const server = await serveSubgraph(registry.subgraph, {
      host: '127.0.0.1',
      port: 0,
      trust: 'anyone',
      log: () => {},
    });
    const refused = await fetch(new URL(`/changes?after=${start}`, server.url));
    expect([refused.status, await refused.json()]).toEqual([503, { error: 'the registry cannot be reached' }]);
    await server.stop();
    await onServer(scratch, `alter database ${name} allow_connections true`);
    await insert(other, 'after');
    const ids: unknown[] = [];
    for (let after = start; ids.length < 2; ) {
      const { position, isGap, changes } = await feed.read({ after, waitMs: WAIT_MS });
      expect(isGap).toBe(false);
      ids.push(...idsOf(changes));
      after = position;
    }
    expect(ids).toEqual(['before', 'after']);
  });

  it('reject a read that waits when the database goes away', async () => {
    const read = feed.read({ after: start, waitMs: WAIT_MS });
    read.catch(() => {});
    await untilListening(other);
    const name = new URL(scratch.url).pathname.slice(1);
    await onServer(scratch, `alter database ${name} allow_connections false`);
    await onServer(
      scratch,
      `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = '${name}' and pid <> pg_backend_pid()`,
    );
    await expect(read).rejects.toMatchObject({ name: 'DatabaseError' });
    await onServer(scratch, `alter database ${name} allow_connections true`);
  });

  it('are announced for a writer who may not touch the outbox', async () => {
    const role = `writer_${new URL(scratch.url).pathname.slice(9, 20)}`;
    await registry.database.script(`create role ${role}; grant usage on schema land to ${role};
      grant insert on land.mortgage to ${role};`);
    await registry.database.transaction(async (tx) => {
      await tx.query(`set local role ${role}`);
      await insert(tx, 'a');
    });
    expect(idsOf((await feed.read({ after: start, waitMs: 0 })).changes)).toEqual(['a']);
    await registry.database.script(`drop owned by ${role}; drop role ${role};`);
  });

  it('reach a client over HTTP in well under a second', async () => {
    const server = await serveSubgraph(registry.subgraph, {
      host: '127.0.0.1',
      port: 0,
      trust: 'anyone',
      log: () => {},
    });
    const latencies: number[] = [];
    for (let round = 0, after = start; round < 20; round += 1) {
      const answer = fetch(new URL(`/changes?after=${after}&wait=20000`, server.url));
      while (feed.waiting === 0) await new Promise(setImmediate);
      const begun = performance.now();
      await insert(other, `h-${round}`);
      const { position, changes } = (await (await answer).json()) as { position: string; changes: Change[] };
      latencies.push(performance.now() - begun);
      expect(idsOf(changes)).toEqual([`h-${round}`]);
      after = position;
    }
    latencies.sort((a, b) => a - b);
    console.log(
      `a long poll over HTTP: median ${latencies[10]!.toFixed(1)} ms, at most ${latencies.at(-1)!.toFixed(1)} ms`,
    );
    expect(latencies.at(-1)).toBeLessThan(1_000);
    await server.stop();
  });
});

async function insert(database: Queryable, parcelId: string): Promise<void> {
  await database.query(
    `insert into land.mortgage (record_id, version, recorded_at, authority_name, parcel_id, mortgagee, registered_on)
     values ($1, 1, now(), '', $1, '', now())`,
    [parcelId],
  );
}

function idsOf(changes: readonly Change[]): unknown[] {
  return changes.map((change) => ('key' in change ? change.key.id : 'all'));
}

/** A transaction that stays open until it is told to commit. */
async function openTransaction(database: Database): Promise<{ tx: Queryable; commit(): Promise<void> }> {
  let mayCommit = () => {};
  const ended = new Promise<void>((resolve) => (mayCommit = resolve));
  return new Promise((resolve, reject) => {
    const committed = database.transaction(async (tx) => {
      await tx.query('select 1');
      resolve({
        tx,
        commit() {
          mayCommit();
          return committed;
        },
      });
      await ended;
    });
    committed.catch(reject);
  });
}

async function untilListening(database: Database): Promise<void> {
  for (;;) {
    const listeners = await database.query(
      "select from pg_stat_activity where datname = current_database() and query = 'LISTEN land_outbox' and state = 'idle'",
    );
    if (listeners.length > 0) return;
  }
}

async function onServer(scratch: ScratchPostgres, statement: string): Promise<void> {
  const url = new URL(scratch.url);
  url.pathname = '/postgres';
  const server = openPostgres({ url: url.href, applicationName: 'test-server', poolMax: 1 });
  await server.script(statement);
  await server.close();
}
