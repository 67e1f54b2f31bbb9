import { createProgress } from '../../cli/progress';
import { describe as describeReport, readArguments } from '../../cli/seed';
import { type RegistryDatabases, readSeedStates, seedRegistries } from '../../cli/seed-registries';
import type { Database } from '../../subgraphs/kit/database';
import { openRegistryDatabase } from '../../subgraphs/kit/open-registry';
import { createEmbeddedStore } from '../helpers/embedded-store';
import { seededRows } from '../helpers/seeded-rows';

describe('the arguments of seed', () => {
  it('have defaults', () => {
    expect(readArguments({})).toEqual({ citizens: 10_000, seed: 1, defectsPercent: 2, replace: false });
  });

  it('are read', () => {
    const values = { citizens: '500', seed: '0', defects: '0.5', replace: true };
    expect(readArguments(values)).toEqual({ citizens: 500, seed: 0, defectsPercent: 0.5, replace: true });
  });

  it('that are wrong are named all at once, each with its cure and exit code 2', () => {
    const refused = () => readArguments({ citizens: '10k', seed: '-1', defects: '101' });
    expect(refused).toThrow(
      '--citizens "10k": write a whole number from 17 to 20000000, digits only, e.g. --citizens 10000',
    );
    expect(refused).toThrow('--seed "-1": write a whole number from 0 to');
    expect(refused).toThrow('--defects "101": write a number from 0 to 100');
    expect(refused).toThrow(expect.objectContaining({ exitCode: 2 }));
  });

  it.each(['16', '20000001', '1e4', '1000.5', '', ' 100'])('--citizens %j is refused', (citizens) => {
    expect(() => readArguments({ citizens })).toThrow('--citizens');
  });
});

describe('seeding', () => {
  let store: Database;
  let databases: RegistryDatabases;
  const options = { citizens: 300, seed: 1, defectsPercent: 2 };
  const count = async (table: string) =>
    (await store.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`))[0]?.n;

  beforeAll(async () => {
    store = await createEmbeddedStore();
    for (const name of ['citizen-identity', 'civil-status', 'land']) {
      await openRegistryDatabase(name, { database: store, log: () => {} });
    }
    databases = { 'citizen-identity': store, 'civil-status': store, land: store };
  });
  afterAll(() => store.close());

  it('writes every row of the population and says how many, then says that it is done', async () => {
    expect((await readSeedStates(databases)).land).toEqual({ phase: 'empty' });
    const progress: number[] = [];
    const report = await seedRegistries({ databases, ...options, onProgress: (done) => progress.push(done) });
    const expected = seededRows(options);
    for (const [registry, tables] of Object.entries(report.rows)) {
      for (const [name, rows] of Object.entries(tables)) {
        const table = `${registry.replace('-', '_')}.${name}`;
        expect([table, rows, await count(table)]).toEqual([
          table,
          expected.all(table).length,
          expected.all(table).length,
        ]);
      }
    }
    expect(progress.at(-1)).toBe(300);
    expect(Object.values(report.defects).reduce((sum, defects) => sum + defects)).toBe(expected.defects.length);
    const states = await readSeedStates(databases);
    expect(Object.values(states)).toEqual(
      Array(3).fill({ phase: 'seeded', citizens: 300, seed: 1, defectsPercent: 2 }),
    );
    expect(describeReport(report, { seed: 1, seconds: 1 })).toMatch(/^300 citizens in \d+ families, seed 1, 1\.0 s\n/);
  });

  it('keeps dates, numbers and boundaries as they are', async () => {
    const [parcel] = await store.query<{ area: number; boundary: { type: string; coordinates: number[][][] } }>(
      "SELECT area, boundary FROM land.parcel WHERE map_sheet = '4901' AND parcel_number = '112'",
    );
    expect(Number(parcel?.area)).toBe(105.5);
    expect(parcel?.boundary).toMatchObject({ type: 'Polygon', coordinates: [expect.any(Array)] });
    const [person] = await store.query(
      "SELECT full_name, date_of_birth FROM citizen_identity.person WHERE personal_id = '048090000001' AND replaced_at IS NULL",
    );
    expect(person).toEqual({ full_name: 'Trần Minh Khôi', date_of_birth: '1990-03-14' });
  });

  it('refuses registries that hold records, changes nothing, and names the way out', async () => {
    const before = await count('citizen_identity.person');
    await expect(seedRegistries({ databases, ...options })).rejects.toThrow(
      /citizen-identity registry already holds records.*--replace/,
    );
    expect(await count('citizen_identity.person')).toBe(before);
  });

  it('replaces them when told to', async () => {
    await seedRegistries({ databases, ...options, citizens: 100, replace: true });
    expect((await readSeedStates(databases)).land).toMatchObject({ phase: 'seeded', citizens: 100 });
    expect(await count('land.seed')).toBe(1);
  });

  it('that was interrupted can be told, and is refused without --replace', async () => {
    const failing: Database = {
      query: (text, values) => store.query(text, values),
      transaction: (work) => store.transaction(work),
      script: (text) => store.script(text),
      copyIn: (table, columns, rows) =>
        table === 'land.certificate' ? Promise.reject(new Error('disk full')) : store.copyIn(table, columns, rows),
      listen: (channel, onNotice) => store.listen(channel, onNotice),
      ping: (timeoutMs) => store.ping(timeoutMs),
      close: () => Promise.resolve(),
    };
    const broken = { ...databases, land: failing };
    await expect(seedRegistries({ databases: broken, ...options, replace: true })).rejects.toThrow('disk full');
    const states = await readSeedStates(databases);
    // With what it was told to make, so that a start can make the same anew.
    expect(Object.values(states)).toEqual(Array(3).fill({ phase: 'interrupted', ...options }));
    await expect(seedRegistries({ databases, ...options })).rejects.toThrow('holds an unfinished seed');
    await seedRegistries({ databases, ...options, replace: true });
    expect((await readSeedStates(databases))['civil-status'].phase).toBe('seeded');
  });

  it('tells records that no seed wrote from its own', async () => {
    await store.script('DELETE FROM land.seed');
    expect((await readSeedStates(databases)).land).toEqual({ phase: 'records' });
  });
});

describe('progress', () => {
  const written = (isTTY: boolean): string => {
    const parts: string[] = [];
    const progress = createProgress('seeding', { isTTY, write: (part: string) => parts.push(part) });
    for (let done = 0; done <= 1_000; done += 5) progress(done, 1_000);
    return parts.join('');
  };

  it('is a line every ten percent where nobody watches', () => {
    expect(written(false).trim().split('\n')).toHaveLength(11);
    expect(written(false)).toMatch(/^seeding: 0 %\nseeding: 10 %\n(.*\n)*seeding: 100 %\n$/);
  });

  it('is a bar drawn over itself on a terminal', () => {
    expect(written(true).match(/\n/g)).toHaveLength(1);
    expect(written(true)).toContain('\rseeding [############.............] 50 %');
  });
});
