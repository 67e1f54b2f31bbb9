import { openCitizenIdentity } from '../../subgraphs/citizen-identity/index';
import { STATEMENTS as identityStatements } from '../../subgraphs/citizen-identity/source';
import { openCivilStatus } from '../../subgraphs/civil-status/index';
import { STATEMENTS as civilStatusStatements } from '../../subgraphs/civil-status/source';
import type { Database } from '../../subgraphs/kit/database';
import { batchKeysMax } from '../../subgraphs/kit/loaders';
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

/** A database that holds a seed of 1,000,000 citizens in all three registries: `.ci/run` makes one, which takes minutes. */
const millionUrl = process.env.TEST_MILLION_URL;

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
      expect(await scans(registry.database, statements, { mode, keysMax: 10 })).toEqual([]);
    });
  });
});

const describeOnMillion = millionUrl ? describe : describe.skip;
if (!millionUrl)
  process.stderr.write('\nSKIPPED: plans on 1,000,000 citizens: .ci/run makes them and sets TEST_MILLION_URL.\n\n');

describeOnMillion('with 1,000,000 citizens every statement is served by an index', () => {
  it.each(registries)(
    'of $name, for one key, for a household and for the largest batch',
    async ({ open, statements }) => {
      const registry = await open({ url: millionUrl, dataDir: 'unused', log: () => {} });
      try {
        const large = await largeTables(registry.database, statements);
        for (const mode of planModes) {
          for (const keysMax of [1, 10]) {
            expect(await scans(registry.database, statements, { mode, keysMax })).toEqual([]);
          }
          expect(await scans(registry.database, large, { mode, keysMax: batchKeysMax })).toEqual([]);
        }
      } finally {
        await registry.subgraph.close();
      }
    },
    120_000,
  );
});

it('has a million citizens to plan on in CI', () => {
  expect({ ci: process.env.CI === 'true', million: millionUrl !== undefined }).not.toEqual({
    ci: true,
    million: false,
  });
});

/**
 * Statements on tables of more than 8 MB. Even with 1,000,000 citizens a few tables are smaller (lineage, restrictions,
 * certificates of marital status): for the largest batch PostgreSQL may rightly read those whole.
 */
async function largeTables(database: Database, statements: readonly Statement[]): Promise<Statement[]> {
  const sizes = await Promise.all(
    statements.map(({ table }) =>
      database.query<{ size: number }>('select pg_relation_size($1::regclass) as size', [table]),
    ),
  );
  return statements.filter((_statement, index) => Number(sizes[index]?.[0]?.size) > 8 * 1024 * 1024);
}

/** The statements that PostgreSQL would serve by reading a whole table, with their plans. */
async function scans(
  database: Database,
  statements: readonly Statement[],
  how: { mode: string; keysMax: number },
): Promise<string[]> {
  const found: string[] = [];
  for (const statement of statements) {
    const plan = await explain(database, statement, how);
    if (/Seq Scan/.test(plan) || !/Index/.test(plan))
      found.push(`${statement.text}\n${plan.replace(/'{[^}]*}'/g, '…')}`);
  }
  return found;
}

/** The plan as PostgreSQL chooses it, with nothing forbidden, for keys that the table holds. */
async function explain(
  database: Database,
  statement: Statement,
  { mode, keysMax }: { mode: string; keysMax: number },
): Promise<string> {
  const values = await Promise.all(
    statement.parameters.map(async ({ column, type }) => {
      const rows = await database.query<{ value: string }>(
        `select ${column} as value from ${statement.table} where ${column} is not null limit ${keysMax}`,
      );
      const keys = rows.map(({ value }) => `'${value}'`);
      return type === 'text[]' ? `array[${keys.join(', ')}]` : keys[0]!;
    }),
  );
  const types = statement.parameters.map(({ type }) => type).join(', ');
  return database.transaction(async (tx) => {
    await tx.query(`set local plan_cache_mode = ${mode}`);
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
