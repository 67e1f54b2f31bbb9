import { openCitizenIdentity } from '../../subgraphs/citizen-identity/index';
import { STATEMENTS as identityStatements } from '../../subgraphs/citizen-identity/source';
import { openCivilStatus } from '../../subgraphs/civil-status/index';
import { STATEMENTS as civilStatusStatements } from '../../subgraphs/civil-status/source';
import type { Database } from '../../subgraphs/kit/database';
import type { Registry, RegistryOptions } from '../../subgraphs/kit/open-registry';
import type { Statement } from '../../subgraphs/kit/table';
import { openLand } from '../../subgraphs/land/index';
import { STATEMENTS as landStatements } from '../../subgraphs/land/source';
import { createScratchPostgres, describeOnPostgres, type ScratchPostgres } from '../helpers/scratch-postgres';

interface RegistryCase {
  readonly name: string;
  readonly open: (options: RegistryOptions) => Promise<Registry>;
  readonly statements: readonly Statement[];
}

const registries: RegistryCase[] = [
  { name: 'citizen_identity', open: openCitizenIdentity, statements: identityStatements },
  { name: 'civil_status', open: openCivilStatus, statements: civilStatusStatements },
  { name: 'land', open: openLand, statements: landStatements },
];

const rowsPerTable = 20_000;
/** A statement that nobody has prepared is planned for its values; one that is prepared may be planned for any. */
const planModes = ['force_custom_plan', 'force_generic_plan'];

interface Column {
  column_name: string;
  data_type: string;
}

describeOnPostgres('every statement is served by an index', () => {
  describe.each(registries)('of $name', ({ open, statements }) => {
    let scratch: ScratchPostgres;
    let registry: Registry;

    beforeAll(async () => {
      scratch = await createScratchPostgres();
      registry = await open({ url: scratch.url, dataDir: 'unused', log: () => {} });
      await fill(registry.database, statements);
    }, 120_000);
    afterAll(async () => {
      await registry.subgraph.close();
      await scratch.drop();
    });

    it.each(planModes)('on tables of 20,000 rows, with %s', async (mode) => {
      const scans: string[] = [];
      for (const statement of statements) {
        const plan = await explain(registry.database, statement, mode);
        if (/Seq Scan/.test(plan) || !/Index/.test(plan)) scans.push(`${statement.text}\n${plan}`);
      }
      expect(scans).toEqual([]);
    });
  });
});

/** The plan as PostgreSQL chooses it, with nothing forbidden, for keys that the table holds. */
async function explain(database: Database, statement: Statement, planMode: string): Promise<string> {
  const values = await Promise.all(
    statement.parameters.map(async ({ column, type }) => {
      const rows = await database.query<{ value: string }>(
        `select ${column} as value from ${statement.table} where ${column} is not null limit 10`,
      );
      const keys = rows.map(({ value }) => `'${value}'`);
      return type === 'text[]' ? `array[${keys.join(', ')}]` : keys[0]!;
    }),
  );
  const types = statement.parameters.map(({ type }) => type).join(', ');
  return database.transaction(async (tx) => {
    await tx.query(`set local plan_cache_mode = ${planMode}`);
    await tx.query(`prepare statement_under_test (${types}) as ${statement.text}`);
    const rows = await tx.query<{ 'QUERY PLAN': string }>(
      `explain execute statement_under_test (${values.join(', ')})`,
    );
    await tx.query('deallocate statement_under_test');
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  });
}

/** Fills the tables that the statements read: one row in ten is a replaced version, every key repeats a few times. */
async function fill(database: Database, statements: readonly Statement[]): Promise<void> {
  for (const name of new Set(statements.map(({ table }) => table))) {
    const columns = await database.query<Column>(
      `select column_name, data_type from information_schema.columns
       where table_schema = $1 and table_name = $2 order by ordinal_position`,
      name.split('.'),
    );
    await database.script(
      `insert into ${name} (${columns.map(({ column_name }) => column_name).join(', ')})
       select ${columns.map(columnValue).join(', ')} from generate_series(1, ${rowsPerTable}) n;
       analyze ${name};`,
    );
  }
}

function columnValue({ column_name: column, data_type: type }: Column): string {
  if (column === 'record_id') return "'R-' || (n / 2)";
  if (column === 'version') return '1 + n % 2';
  if (column === 'replaced_at') return "case when n % 10 = 0 then timestamptz '2024-01-01' end";
  if (type === 'integer' || type === 'numeric') return '1';
  if (type === 'boolean') return 'true';
  if (type === 'jsonb') return 'null';
  if (type === 'date') return "date '2020-01-01'";
  if (type.startsWith('timestamp')) return "timestamptz '2020-01-01'";
  // Units are few, as they are in truth; other keys have three rows each.
  return column.endsWith('_code') ? "'20' || n % 94" : "'0480' || (n / 3)";
}
