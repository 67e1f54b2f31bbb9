import type { Database } from '../../subgraphs/kit/database.js';

/** What a provenance claims: that this registry holds that record in that version. */
export interface Claim {
  registry: string;
  record: string;
  version: string;
  recordedAt: string;
}

/** Those of the claims that the registries' own tables do not bear out, looked up by SQL. */
export async function unrecorded(database: Database, claims: readonly Claim[]): Promise<Claim[]> {
  const records = await database.query<{ claim: string }>(await lookUp(database), [claims.map(({ record }) => record)]);
  const known = new Set(records.map(({ claim }) => claim));
  return claims.filter((claim) => !known.has(textOf(claim)));
}

function textOf({ registry, record, version, recordedAt }: Claim): string {
  return `${registry} ${record}@${version} ${recordedAt}`;
}

/** A statement over every table that keeps versions of records. */
async function lookUp(database: Database): Promise<string> {
  const tables = await database.query<{ table_schema: string; table_name: string }>(
    `select table_schema, table_name from information_schema.columns
     where column_name = 'record_id' and table_schema in ('citizen_identity', 'civil_status', 'land')`,
  );
  return tables
    .map(
      ({ table_schema, table_name }) =>
        `select '${table_schema.replaceAll('_', '-')} ' || record_id || '@' || version || ' ' ||
         to_char(recorded_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as claim
         from ${table_schema}.${table_name} where record_id = any($1::text[])`,
    )
    .join(' union all ');
}
