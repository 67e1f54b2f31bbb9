import type { AuditQueryable } from '../../../../gateway/audit/database';
import { markOf } from '../../../../gateway/audit/marks';
import type { Find } from '../../../../gateway/audit/reader';
import { findEntries } from '../../../../gateway/audit/store/find';
import { type AuditStore, createPostgresAudit, MARCH_MS } from '../../../helpers/audit-store';
import { describeOnPostgres } from '../../../helpers/scratch-postgres';

const ROWS = 60_000;
const [common, some, rare] = [markOf('kind', 'read'), markOf('department', 'd1'), markOf('subject', 'person')];

describeOnPostgres('how entries are found among many', () => {
  let store: AuditStore;
  let plans: string[];

  beforeAll(async () => {
    store = await createPostgresAudit();
    await store.db.query("SELECT audit.open_month('2026-03-01')");
    await store.db.query(
      `INSERT INTO audit.lookup (leaf_index, at, writer, n, marks)
       SELECT i, to_timestamp($1::float8 / 1000 + i), 'w', i + 1,
              ARRAY[$2::bigint, i * 1000 + 1, i * 1000 + 2] || CASE WHEN i % 30 = 0 THEN ARRAY[$3::bigint] END || CASE WHEN i % 20000 = 7 THEN ARRAY[$4::bigint] END
         FROM generate_series(0, $5::bigint - 1) AS i`,
      [MARCH_MS, common, some, rare, ROWS],
    );
  });
  afterAll(() => store.close());
  beforeEach(() => {
    plans = [];
  });

  /** The rows of the log that were found, with the plans of the statements noted that found them; the entries are read afterwards. */
  async function find(asked: Pick<Find, 'anyOf'>): Promise<number[]> {
    const db: AuditQueryable = {
      async query(text, values) {
        if (!text.includes('audit.lookup')) return store.db.query(text, values);
        const plan = await store.db.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
        plans.push(plan.map((line) => line['QUERY PLAN']).join('\n'));
        return store.db.query(text, values);
      },
    };
    return (await findEntries(db, { ...asked, order: 'newest first', first: 50 })).map(({ leaf }) => leaf);
  }

  describe.each(['before anyone has analysed the month', 'afterwards'])('%s', (when) => {
    beforeAll(async () => {
      if (when === 'afterwards') await store.db.script('ANALYZE audit.lookup');
    });

    it('finds what few entries have through the index of marks', async () => {
      expect(await find({ anyOf: [[rare]] })).toEqual([40_007, 20_007, 7]);
      expect(plans.at(-1)).toContain('Bitmap Index Scan on lookup_2026_03_lookup_keys_idx');
      plans = [];
      expect(await find({ anyOf: [[common, rare], [markOf('subject', 'nobody')]] })).toEqual([40_007, 20_007, 7]);
      expect(plans.at(-1)).toContain('Bitmap Index Scan on lookup_2026_03_lookup_keys_idx');
      for (const plan of plans) expect(plan).not.toContain('Seq Scan on lookup_2026_03');
    });

    it('finds what many entries have by going through the newest, and no further than needed', async () => {
      const newest = Array.from({ length: 50 }, (_, index) => ROWS - 1 - index);
      expect(await find({ anyOf: [[common]] })).toEqual(newest);
      // The last leaf, and the rows before it.
      expect(plans).toHaveLength(2);
      // However it goes through them, there are no more than these.
      expect(plans[1]).toMatch(/Index Scan .*lookup_2026_03_pkey/);
      expect(plans[1]).toContain("leaf_index >= '58000'");
      plans = [];
      expect(await find({ anyOf: [[some]] })).toEqual(Array.from({ length: 50 }, (_, index) => ROWS - 30 - 30 * index));
      expect(plans).toHaveLength(2);
      expect(await find({})).toEqual(newest);
      for (const plan of plans) expect(plan).not.toMatch(/Seq Scan on lookup_2026_03|lookup_keys/);
    });
  });
});
