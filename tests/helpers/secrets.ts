import type { Database } from '../../subgraphs/kit/database.js';

/** What the registries hold of people, as their own tables have it: names, addresses, and numbers of things but not of people. */
export async function readSecrets(database: Database): Promise<string[]> {
  const columns = await database.query<{ from: string; column: string }>(
    `select table_schema || '.' || table_name as from, column_name as column from information_schema.columns
     where table_schema in ('citizen_identity', 'civil_status', 'land')
     and (column_name in ('phone', 'email', 'line', 'card_number', 'old_id_number', 'mortgagee', 'contract_no', 'serial')
       or column_name like '%full\\_name' or column_name in ('mother_name', 'father_name', 'husband_name', 'wife_name',
         'holder_name', 'informant_name', 'spouse_name'))`,
  );
  const selects = columns.map(
    ({ from, column }) => `select ${column} as secret from ${from} where ${column} is not null`,
  );
  const rows = await database.query<{ secret: string }>(selects.join(' union '));
  // Shorter ones ("Tổ 5") could stand in any line by chance.
  return rows.map(({ secret }) => secret).filter((secret) => secret.length >= 6);
}
