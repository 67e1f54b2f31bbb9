import { createServer, type Server } from 'node:net';
import type { Database } from '../../../subgraphs/kit/database';
import { openPostgres } from '../../../subgraphs/kit/postgres';
import { createScratchPostgres, describeOnPostgres, type ScratchPostgres } from '../../helpers/scratch-postgres';

describe('openPostgres without a server', () => {
  const password = 'p4ss-w0rd';

  it('tells that nothing listens, and neither address nor password', async () => {
    const db = openPostgres({ url: `postgres://me:${password}@127.0.0.1:1/land`, applicationName: 'test' });
    const error = await db.ping(5_000).catch((error: Error) => error);
    expect(error).toMatchObject({ name: 'DatabaseError', code: 'ECONNREFUSED' });
    expect(String(error)).not.toMatch(/127\.0\.0\.1|p4ss|me:/);
    await db.close();
  });

  it('gives up on a server that accepts and says nothing', async () => {
    const silent: Server = createServer(() => {}).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const url = `postgres://me:${password}@127.0.0.1:${port}/land`;
    const db = openPostgres({ url, applicationName: 'test', connectTimeoutMs: 200 });
    await expect(db.query('SELECT 1')).rejects.toMatchObject({ code: '08006' });
    await db.close();
    silent.close();
  });
});

describeOnPostgres('openPostgres', () => {
  let scratch: ScratchPostgres;
  let db: Database;
  beforeAll(async () => {
    scratch = await createScratchPostgres();
  });
  afterAll(() => scratch.drop());
  afterEach(() => db.close());

  it('begins its connections with the settings that are given, and with no others', async () => {
    const settings = { jit: 'off', work_mem: '8MB', search_path: 'a, "b c"' };
    const asked = `SELECT current_setting('jit') AS jit, current_setting('work_mem') AS work_mem, current_setting('search_path') AS search_path`;
    db = openPostgres(scratch.options());
    expect(await db.query(asked)).toEqual([{ jit: 'on', work_mem: '4MB', search_path: '"$user", public' }]);
    await db.close();
    db = openPostgres(scratch.options({ settings }));
    expect(await db.query(asked)).toEqual([settings]);
  });

  it('ends a statement at its deadline, and the connection serves on', async () => {
    db = openPostgres(scratch.options({ poolMax: 1, statementTimeoutMs: 100 }));
    const [before] = await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    await expect(db.query('SELECT pg_sleep(5)')).rejects.toMatchObject({ code: '57014' });
    await expect(db.transaction((tx) => tx.query('SELECT pg_sleep(5)'))).rejects.toMatchObject({ code: '57014' });
    expect(before?.pid).toBeGreaterThan(0);
    await db.ping(1_000);
  });

  it('lets a script take longer than a statement may, and sets the deadline again', async () => {
    db = openPostgres(scratch.options({ poolMax: 1, statementTimeoutMs: 100 }));
    await db.script('SELECT pg_sleep(0.3)');
    await expect(db.query('SELECT pg_sleep(5)')).rejects.toMatchObject({ code: '57014' });
  });

  it('recovers from connections that the server ends: idle, at work, inside a transaction', async () => {
    db = openPostgres(scratch.options({ poolMax: 2 }));
    const other = openPostgres(scratch.options({ applicationName: 'other', poolMax: 1 }));
    const killAll = () =>
      other.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'test'");
    await db.query('SELECT 1');
    await killAll();
    await db.query('SELECT 1').catch(() => db.query('SELECT 1'));

    const atWork = db.query('SELECT pg_sleep(30)').catch((error) => error);
    while (
      (await other.query("SELECT 1 FROM pg_stat_activity WHERE query LIKE '%sleep(30)%' AND state = 'active'")).length <
      2
    ) {
      // The second row is this very query.
    }
    await killAll();
    expect(await atWork).toMatchObject({ name: 'DatabaseError', code: '57P01' });

    const inside = db.transaction(async (tx) => {
      await tx.query('SELECT 1');
      await killAll();
      await tx.query('SELECT 2');
    });
    await expect(inside).rejects.toMatchObject({ name: 'DatabaseError' });
    expect(await db.query('SELECT 3 AS n')).toEqual([{ n: 3 }]);
    await other.close();
  });

  it('keeps its connection after a broken constraint', async () => {
    db = openPostgres(scratch.options({ poolMax: 1 }));
    const pid = async () => (await db.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]?.pid;
    const before = await pid();
    await expect(db.query('SELECT 1/0')).rejects.toMatchObject({ code: '22012' });
    expect(await pid()).toBe(before);
  });

  it('plans a text once a connection, and a bounded number of texts', async () => {
    db = openPostgres(scratch.options({ poolMax: 1 }));
    for (let n = 0; n < 600; n += 1) await db.query(`SELECT ${n} AS n`, []);
    for (let n = 0; n < 3; n += 1) await db.query('SELECT 1 AS n', []);
    const [row] = await db.query<{ count: number }>('SELECT count(*) AS count FROM pg_prepared_statements');
    expect(row?.count).toBe(500);
  });

  it('refuses a wrong database without telling its name', async () => {
    db = openPostgres(scratch.options({ url: scratch.url.replace(/scratch_/, 'secret_') }));
    const error = await db.ping(5_000).catch((error: Error) => error);
    expect(error).toMatchObject({ code: '3D000' });
    expect(String(error)).not.toContain('secret_');
  });
});
