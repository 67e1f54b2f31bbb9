import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDatabase } from '../../../subgraphs/kit/open-database';
import { openEmbedded } from '../../../subgraphs/kit/pglite';
import { createEmbeddedStore } from '../../helpers/embedded-store';
import { startKitProcess } from '../../helpers/kit-process';

describe('the embedded store in a folder', () => {
  let dataDir: string;
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'lien-thong-store-'));
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('is one engine for all registries, open until the last has closed it, and keeps what was written', async () => {
    const [land, civil] = await Promise.all([openEmbedded({ dataDir }), openEmbedded({ dataDir })]);
    await land.script('CREATE TABLE public.t (id integer); INSERT INTO t VALUES (1)');
    const noticed: string[] = [];
    await land.listen('t_changes', () => noticed.push('land'));
    await civil.listen('t_changes', () => noticed.push('civil'));
    await land.close();
    await land.close();
    expect(await civil.query('SELECT id FROM public.t')).toEqual([{ id: 1 }]);
    await expect(land.query('SELECT 1')).rejects.toThrow('closed');
    await civil.query('NOTIFY t_changes');
    expect(noticed).toEqual(['civil']);
    const closing = civil.close();
    const again = await openEmbedded({ dataDir });
    await closing;
    expect(await again.query('SELECT id FROM public.t')).toEqual([{ id: 1 }]);
    await again.close();
    expect(existsSync(join(dataDir, 'lock'))).toBe(false);
  });

  it('MUST NOT be opened by two processes; is taken over, whole, from one that was killed', async () => {
    const holder = startKitProcess(`
      require('./pglite.js').openEmbedded({ dataDir: ${JSON.stringify(dataDir)} }).then(async (db) => {
        await db.script('CREATE TABLE public.t (id integer); INSERT INTO t SELECT generate_series(1, 1000)');
        await db.transaction(async (tx) => {
          await tx.query('INSERT INTO public.t SELECT generate_series(1, 5000)');
          console.log('READY');
          await new Promise((resolve) => setTimeout(resolve, 60000));
        });
      });`);
    await holder.wrote('READY');
    const refusal = await openEmbedded({ dataDir }).catch((error: Error) => error);
    expect(String(refusal)).toContain(`in use by process ${holder.child.pid}: stop it`);
    expect(String(refusal)).toContain('LAND_DATABASE_URL');
    holder.child.kill('SIGKILL');
    await holder.ended;
    const db = await openEmbedded({ dataDir });
    expect(await db.query('SELECT count(*) AS count FROM public.t')).toEqual([{ count: 1000 }]);
    await db.close();
  });

  it('goes to one of several processes that find the lock of a dead one', async () => {
    writeFileSync(join(dataDir, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, startedAt: '1' }));
    const script = `
      const { lockStore } = require('./store-lock.js');
      try { lockStore(${JSON.stringify(join(dataDir, 'lock'))}, 'x'); console.log('TOOK'); setTimeout(() => {}, 60000); }
      catch (error) { console.log('REFUSED', error.message); }`;
    const processes = Array.from({ length: 4 }, () => startKitProcess(script));
    const outputs = await Promise.all(processes.map((one) => Promise.race([one.wrote('TOOK'), one.wrote('REFUSED')])));
    expect(outputs.filter((output) => output.includes('TOOK'))).toHaveLength(1);
    for (const { child } of processes) child.kill('SIGKILL');
    await Promise.all(processes.map(({ ended }) => ended));
  });

  it('starts anew when its creation was interrupted', async () => {
    const first = startKitProcess(`require('./pglite.js').openEmbedded({ dataDir: ${JSON.stringify(dataDir)} })`);
    while (!existsSync(join(dataDir, 'postgres.unfinished'))) await new Promise((resolve) => setTimeout(resolve, 5));
    first.child.kill('SIGKILL');
    await first.ended;
    const db = await openEmbedded({ dataDir });
    await db.ping(1_000);
    await db.close();
    expect(existsSync(join(dataDir, 'postgres.unfinished'))).toBe(false);
  });
});

describe('a transaction of the embedded store', () => {
  it('refuses a query beside its tx, which would wait for ever', async () => {
    const db = await createEmbeddedStore();
    await expect(db.transaction(() => db.query('SELECT 1'))).rejects.toThrow('use its tx');
    expect(await db.query('SELECT 1 AS n')).toEqual([{ n: 1 }]);
    await db.close();
  });
});

describe('openDatabase', () => {
  const options = { urlVariable: 'LAND_DATABASE_URL', dataDir: 'memory', applicationName: 'land' };

  it.each(['mysql://me:secret@host/land', 'host=secret', 'postgres://me:se cret@[host/land'])(
    'refuses %s, naming the variable and the cure and not the URL',
    async (url) => {
      const error = await openDatabase({ ...options, url }).catch((error: Error) => error);
      expect(String(error)).toMatch(/LAND_DATABASE_URL is not a PostgreSQL URL: write postgres:\/\//);
      expect(String(error)).not.toMatch(/se ?cret/);
    },
  );

  it('opens the embedded store without a URL', async () => {
    const db = await openDatabase({ ...options, url: '' });
    await db.ping(1_000);
    await db.close();
  });
});
