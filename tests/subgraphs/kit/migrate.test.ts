import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../../subgraphs/kit/database';
import { migrate } from '../../../subgraphs/kit/migrate';
import { openPostgres } from '../../../subgraphs/kit/postgres';
import { createEmbeddedStore } from '../../helpers/embedded-store';
import { startKitProcess } from '../../helpers/kit-process';
import { createScratchPostgres, describeOnPostgres, type ScratchPostgres } from '../../helpers/scratch-postgres';

const FIRST = { '0001-create-parcel.sql': 'CREATE TABLE land.parcel (id text PRIMARY KEY);' };
const SECOND = { '0002-add-area.sql': 'ALTER TABLE land.parcel ADD COLUMN area numeric; -- mét vuông' };

describe('migrate, on the embedded store', () => {
  migratesInOrder(() => createEmbeddedStore());
});

describeOnPostgres('migrate, on PostgreSQL', () => {
  let scratch: ScratchPostgres;
  beforeEach(async () => {
    scratch = await createScratchPostgres();
  });
  afterEach(() => scratch.drop());
  migratesInOrder(async () => openPostgres(scratch.options()));

  it('applies each file once when two processes migrate at once', async () => {
    const folder = folderWith({
      ...FIRST,
      '0002-slow.sql': 'SELECT pg_sleep(0.3); CREATE TABLE land.slow (id integer);',
      '0003-last.sql': 'CREATE TABLE land.last (id integer);',
    });
    const script = `
      const db = require('./postgres.js').openPostgres({ url: ${JSON.stringify(scratch.url)}, applicationName: 'test' });
      require('./migrate.js').migrate(db, { schema: 'land', folder: ${JSON.stringify(folder)} })
        .then((applied) => console.log('APPLIED', applied.length)).finally(() => db.close());`;
    const ends = await Promise.all([1, 2, 3].map(() => startKitProcess(script).ended));
    expect(ends.map(({ code, output }) => [code, output.includes('APPLIED')])).toEqual(Array(3).fill([0, true]));
    const applied = ends.map(({ output }) => Number(/APPLIED (\d)/.exec(output)?.[1]));
    expect(applied.reduce((sum, count) => sum + count)).toBe(3);
  });
});

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folderWith(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-migrations-'));
  folders.push(folder);
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(folder, name), sql);
  return folder;
}

function migratesInOrder(open: () => Promise<Database>): void {
  let db: Database;
  beforeEach(async () => {
    db = await open();
  });
  afterEach(() => db.close());

  const run = (files: Record<string, string>) => migrate(db, { schema: 'land', folder: folderWith(files) });
  const recorded = () => db.query('SELECT version, title FROM land.migration ORDER BY version');

  it('applies what is new, in order, and nothing twice', async () => {
    expect(await run(FIRST)).toEqual([{ version: 1, title: 'create-parcel' }]);
    expect(await run({ ...SECOND, ...FIRST })).toEqual([{ version: 2, title: 'add-area' }]);
    expect(await run({ ...FIRST, ...SECOND })).toEqual([]);
    expect(await db.query('SELECT area FROM land.parcel')).toEqual([]);
    expect(await recorded()).toHaveLength(2);
  });

  it('keeps nothing of a file that fails, names it, and goes on when it is mended', async () => {
    const broken = { '0002-broken.sql': 'CREATE TABLE land.half (id integer); SELECT * FROM land.nothing;' };
    await expect(run({ ...FIRST, ...broken })).rejects.toThrow(/0002-broken\.sql of land failed.*land\.nothing/);
    expect(await recorded()).toEqual([{ version: 1, title: 'create-parcel' }]);
    await expect(db.query('SELECT * FROM land.half')).rejects.toMatchObject({ code: '42P01' });
    expect(await run({ ...FIRST, ...SECOND })).toHaveLength(1);
  });

  it('refuses a file that was edited after it was applied, but not one with other line ends', async () => {
    await run({ '0001-a.sql': 'SELECT 1;\nSELECT 2;\n' });
    expect(await run({ '0001-a.sql': 'SELECT 1;\r\nSELECT 2;\r\n' })).toEqual([]);
    await expect(run({ '0001-a.sql': 'SELECT 3;' })).rejects.toThrow('0001-a.sql was edited after it was applied');
  });

  it('refuses a database newer than the files', async () => {
    await run({ ...FIRST, ...SECOND });
    await expect(run(FIRST)).rejects.toThrow(/newer than this program.*2-add-area.*Run the program version/);
  });

  it.each([
    ['a gap', { ...FIRST, '0003-c.sql': '' }, '0003-c.sql is out of order'],
    ['a number twice', { ...FIRST, '0001-other.sql': '' }, '0001-other.sql has the number of another file'],
    ['a name of another form', { 'first.sql': '' }, 'first.sql must be named NNNN-title.sql'],
    ['a file that ends its transaction', { '0001-a.sql': 'SELECT 1;\nCOMMIT;' }, '0001-a.sql must not begin or end'],
  ])('refuses %s before it applies anything', async (_, files, message) => {
    await expect(run(files as unknown as Record<string, string>)).rejects.toThrow(message);
    await expect(recorded()).rejects.toMatchObject({ code: '42P01' });
  });

  it('keeps schemas apart', async () => {
    await run(FIRST);
    const folder = folderWith({ '0001-create-birth.sql': 'CREATE TABLE civil_status.birth (id text);' });
    expect(await migrate(db, { schema: 'civil_status', folder })).toHaveLength(1);
    expect(await recorded()).toHaveLength(1);
  });
}
