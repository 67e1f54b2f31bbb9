import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAuditOwner, openAuditStore } from '../../cli/open-audit';
import { appendBatch } from '../../gateway/audit/store/append';
import { createReader } from '../../gateway/audit/store/read';
import { retireMonths } from '../../gateway/audit/store/retire';
import { Sequencer } from '../../gateway/audit/store/sequencer';
import type { Database } from '../../subgraphs/kit/database';
import { openPostgres } from '../../subgraphs/kit/postgres';
import { createClock, createSigner, createTestLog, MARCH_MS, TestWriter } from '../helpers/audit-store';
import { createScratchPostgres, describeOnPostgres, type ScratchPostgres } from '../helpers/scratch-postgres';

const TABLES = ['entry', 'detail', 'opening', 'leaf', 'tile', 'checkpoint', 'progress', 'lookup', 'embargo'];
const NOT_PERMITTED = { code: '42501' };

/** What a gateway does with its store: a month's tables made, an entry kept, put into the tree, and found. */
async function useStore(db: Database): Promise<void> {
  const writer = new TestWriter();
  await appendBatch(db, { writer: writer.id, entries: writer.some(3, MARCH_MS) });
  const log = createTestLog();
  const sequencer = new Sequencer({ db, clock: createClock(), signer: createSigner(), log, everyMs: 1_000 });
  await sequencer.tick();
  expect(log.at('error')).toEqual([]);
  expect(await createReader(db).find({ order: 'newest first', first: 9 })).toHaveLength(3);
}

describeOnPostgres('the audit log in PostgreSQL', () => {
  let scratch: ScratchPostgres;
  let server: Database;
  let names: { owner: string; gateway: string; stranger: string };
  const log = createTestLog();
  const opened: Database[] = [];

  beforeEach(async () => {
    scratch = await createScratchPostgres();
    server = openPostgres(scratch.options());
    const suffix = randomBytes(6).toString('hex');
    names = { owner: `owner_${suffix}`, gateway: `gateway_${suffix}`, stranger: `stranger_${suffix}` };
    await server.script(`CREATE ROLE ${names.owner} LOGIN CREATEROLE; CREATE ROLE ${names.gateway} LOGIN; CREATE ROLE ${names.stranger} LOGIN;
      GRANT CREATE ON DATABASE ${new URL(scratch.url).pathname.slice(1)} TO ${names.owner};`);
    log.lines.length = 0;
  });
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((db) => db.close()));
    await server.close();
    await scratch.drop();
    const drop = openPostgres({ url: process.env.TEST_POSTGRES_URL ?? '', applicationName: 'test' });
    for (const name of Object.values(names)) await drop.script(`DROP ROLE ${name}`);
    await drop.close();
  });

  const urlOf = (name: keyof typeof names) => {
    const url = new URL(scratch.url);
    url.username = names[name];
    return url.href;
  };
  const open = async (config: { databaseUrl: string; ownerDatabaseUrl?: string }) => {
    const store = await openAuditStore(config, { dataDir: 'none', log });
    opened.push(store.database);
    return store;
  };

  async function expectCannotChange(db: Database): Promise<void> {
    for (const table of TABLES) {
      const [column] = await server.query<{ name: string }>(
        `SELECT attname AS name FROM pg_attribute WHERE attrelid = 'audit.${table}'::regclass AND attnum = 2`,
      );
      const name = column?.name;
      await expect(db.query(`UPDATE audit.${table} SET ${name} = ${name}`)).rejects.toMatchObject(NOT_PERMITTED);
      await expect(db.query(`DELETE FROM audit.${table}`)).rejects.toMatchObject(NOT_PERMITTED);
      await expect(db.query(`TRUNCATE audit.${table}`)).rejects.toMatchObject(NOT_PERMITTED);
      await expect(db.query(`DROP TABLE audit.${table}`)).rejects.toMatchObject(NOT_PERMITTED);
    }
    for (const month of ['entry_2026_03', 'lookup_2026_03', 'entry_other']) {
      await expect(db.query(`DELETE FROM audit.${month}`)).rejects.toMatchObject(NOT_PERMITTED);
      await expect(db.query(`INSERT INTO audit.${month} SELECT * FROM audit.${month}`)).rejects.toMatchObject(
        NOT_PERMITTED,
      );
    }
    await expect(db.query('ALTER TABLE audit.entry DETACH PARTITION audit.entry_2026_03')).rejects.toMatchObject(
      NOT_PERMITTED,
    );
    await expect(db.query('CREATE TABLE audit.more (a int)')).rejects.toMatchObject(NOT_PERMITTED);
    const insert = `INSERT INTO audit.migration (version, title, sha256) VALUES (9, 'a', 'b')`;
    await expect(db.query(insert)).rejects.toMatchObject(NOT_PERMITTED);
  }

  it('is opened by a superuser, who acts as a role that can only read and insert', async () => {
    const { database, canChange, isEmbedded } = await open({ databaseUrl: scratch.url });
    expect({ canChange, isEmbedded }).toEqual({ canChange: true, isEmbedded: false });
    expect(await database.query('SELECT current_user AS name')).toEqual([{ name: 'lien_thong_audit_writer' }]);
    await useStore(database);
    await expectCannotChange(database);
    expect(log.at('info')).toEqual(['the audit log was migrated']);
  });

  it('is opened by a login that could change nothing whatever it tried, and made by another', async () => {
    const config = { databaseUrl: urlOf('gateway'), ownerDatabaseUrl: urlOf('owner') };
    const { database, canChange } = await open(config);
    expect(canChange).toBe(false);
    await useStore(database);
    await expectCannotChange(database);
    const login = openPostgres({ url: urlOf('gateway'), applicationName: 'test' });
    opened.push(login);
    await expectCannotChange(login);
    await expect(login.query(`SET ROLE ${names.owner}`)).rejects.toMatchObject(NOT_PERMITTED);
    // Those who share the server have nothing to do with it.
    const stranger = openPostgres({ url: urlOf('stranger'), applicationName: 'test' });
    opened.push(stranger);
    await expect(stranger.query('SELECT * FROM audit.entry')).rejects.toMatchObject(NOT_PERMITTED);
    await expect(stranger.query("SELECT audit.open_month('2026-01-01')")).rejects.toMatchObject(NOT_PERMITTED);
    // Another gateway, which does not know the owner, and one that begins at the same time.
    const others = await Promise.all([open({ databaseUrl: urlOf('gateway') }), open(config), open(config)]);
    expect(others.map((other) => other.canChange)).toEqual([false, false, false]);
    expect(await createReader(others[0]!.database).find({ order: 'newest first', first: 9 })).toHaveLength(3);
    const owner = await openAuditOwner(config, { dataDir: 'none' });
    opened.push(owner);
    expect(await retireMonths(owner, '2026-04', { drop: true })).toEqual([{ month: '2026-03', entries: 3 }]);
  });

  it('is opened by its owner who may make no role, and it is said that he could change it', async () => {
    await server.script(`ALTER ROLE ${names.owner} NOCREATEROLE`);
    const { database, canChange } = await open({ databaseUrl: urlOf('owner') });
    expect(canChange).toBe(true);
    await useStore(database);
  });

  it('says that a login could change it that was given more than it needs', async () => {
    const config = { databaseUrl: urlOf('gateway'), ownerDatabaseUrl: urlOf('owner') };
    await open(config);
    await server.script(`GRANT DELETE ON audit.checkpoint TO ${names.gateway}`);
    expect((await open(config)).canChange).toBe(true);
    await server.script(
      `REVOKE DELETE ON audit.checkpoint FROM ${names.gateway}; GRANT ${names.owner} TO ${names.gateway}`,
    );
    expect((await open(config)).canChange).toBe(true);
  });

  it.each([
    [
      'no schema and no right to make it',
      async () => {},
      /^AUDIT_DATABASE_URL: the schema audit is not there.*Set AUDIT_OWNER_DATABASE_URL/,
    ],
    [
      'a schema that is behind',
      async () => {
        await open({ databaseUrl: urlOf('gateway'), ownerDatabaseUrl: urlOf('owner') });
        await server.script('DELETE FROM audit.migration');
      },
      /the schema audit lacks log, and this login may not make it/,
    ],
    [
      'no rights in it',
      async () => {
        await open({ databaseUrl: urlOf('owner') });
        await server.script(
          `GRANT USAGE ON SCHEMA audit TO ${names.gateway}; GRANT SELECT ON audit.migration TO ${names.gateway}`,
        );
      },
      /^AUDIT_DATABASE_URL: the login gateway_\w+ may not write the audit log: GRANT lien_thong_audit_writer TO "gateway_/,
    ],
  ])('is not opened, and the cure said, with %s', async (_name, prepare, message) => {
    await prepare();
    await expect(open({ databaseUrl: urlOf('gateway') })).rejects.toThrow(message);
  });

  it('names the variable and never the URL when it cannot be reached', async () => {
    const url = 'postgres://somebody:secret@127.0.0.1:1/none';
    const failure = (config: Parameters<typeof open>[0]) => open(config).then(String, (error: Error) => error.message);
    expect(await failure({ databaseUrl: url })).toMatch(/^AUDIT_DATABASE_URL: nothing accepts connections/);
    const other = await failure({ databaseUrl: scratch.url, ownerDatabaseUrl: url });
    expect(other).toMatch(/^AUDIT_OWNER_DATABASE_URL: nothing accepts connections/);
    const wrong = await failure({ databaseUrl: 'mysql://a:secret@b/c' });
    expect(wrong).toMatch(/^AUDIT_DATABASE_URL is not a PostgreSQL URL/);
    expect(`${other}${wrong}`).not.toContain('secret');
  });
});

describe('the audit log in the embedded store', () => {
  it('is opened in the folder of the registries, with its tables', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'audit-data-'));
    const log = createTestLog();
    const { database, canChange, isEmbedded } = await openAuditStore({}, { dataDir, log });
    expect({ canChange, isEmbedded }).toEqual({ canChange: true, isEmbedded: true });
    await useStore(database);
    const owner = await openAuditOwner({}, { dataDir });
    await database.close();
    expect(await retireMonths(owner, '2026-04')).toEqual([{ month: '2026-03', entries: 3 }]);
    await owner.close();
    const again = await openAuditStore({}, { dataDir, log });
    expect(await createReader(again.database).checkpoint()).toMatchObject({ size: 3 });
    await again.database.close();
    expect(log.at('info')).toEqual(['the audit log was migrated']);
    await rm(dataDir, { recursive: true });
  });
});
