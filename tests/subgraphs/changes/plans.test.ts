import { seedRegistries } from '../../../cli/seed-registries';
import { openCitizenIdentity } from '../../../subgraphs/citizen-identity/index';
import { openCivilStatus } from '../../../subgraphs/civil-status/index';
import type { Database } from '../../../subgraphs/kit/database';
import { openPostgres } from '../../../subgraphs/kit/postgres';
import { openLand } from '../../../subgraphs/land/index';
import { createScratchPostgres, describeOnPostgres, type ScratchPostgres } from '../../helpers/scratch-postgres';

describeOnPostgres('whom a change concerns through other records', () => {
  let scratch: ScratchPostgres;
  let database: Database;

  beforeAll(async () => {
    scratch = await createScratchPostgres();
    database = openPostgres(scratch.options());
    const options = { database, log: () => {} };
    for (const open of [openCitizenIdentity, openCivilStatus, openLand]) await open(options);
    const databases = { 'citizen-identity': database, 'civil-status': database, land: database };
    await seedRegistries({ databases, citizens: 5_000, seed: 5, defectsPercent: 0 });
  });
  afterAll(async () => {
    await database.close();
    await scratch.drop();
  });

  it.each(['citizen_identity', 'civil_status', 'land'])('is found by indexes in %s', async (schema) => {
    // As `number_outbox` calls it: the clue is known only when the statement runs. Some tables are so small here that
    // reading them whole is cheapest, so the question is whether there is an index at all.
    const plan = await database.transaction(async (tx) => {
      await tx.query('set local enable_seqscan = off');
      return tx.query<{ 'QUERY PLAN': string }>(
        `explain select reached.* from (select type, key from ${schema}.outbox limit 100) as taken,
           lateral ${schema}.led_to(taken.type, taken.key ->> 'id') as reached`,
      );
    });
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    const scanned = [...text.matchAll(/Seq Scan on (\w+)/g)].map(([, table]) => table);
    expect(scanned.filter((table) => table !== 'outbox')).toEqual([]);
    expect(text).toMatch(/Index Cond: .*outbox.key/);
  });
});
