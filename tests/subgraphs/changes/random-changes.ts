import type { Queryable } from '../../../subgraphs/kit/database';
import type { Random } from '../../federation/differential/random';

type Row = Record<string, unknown>;

interface Column {
  readonly table: string;
  readonly name: string;
  readonly isNullable: boolean;
}

/** The columns in which a table's rows name others, and where the names come from. */
const REFERENCES: Record<string, string[]> = {
  household_id: ['household.record_id'],
  certificate_id: ['certificate.record_id'],
  target_record_id: ['birth.record_id', 'marriage.record_id', 'death.record_id', 'marital_certificate.record_id'],
};

export interface ChangeMaker {
  readonly tables: readonly string[];
  /** Changes one row in one of the ways in which a registry, or whoever mends it, does; tells which. */
  change(tx: Queryable, table: string): Promise<string>;
}

/** Changes a registry's tables at random. `persons` and `parcels` are whom the rows may come to be about. */
export async function createChangeMaker(
  database: Queryable,
  { schema, random, persons, parcels }: { schema: string; random: Random; persons: string[]; parcels: string[] },
): Promise<ChangeMaker> {
  const columns = await database.query<{ table: string; name: string; is_nullable: string }>(
    `select table_name as table, column_name as name, is_nullable from information_schema.columns
     where table_schema = $1 and table_name not in ('migration', 'seed', 'outbox', 'feed') order by 1, ordinal_position`,
    [schema],
  );
  const byTable = new Map<string, Column[]>();
  for (const { is_nullable, ...column } of columns) {
    byTable.set(column.table, [...(byTable.get(column.table) ?? []), { ...column, isNullable: is_nullable === 'YES' }]);
  }
  let moments = 0;
  const newId = () => `NEW-${random.int(1e9)}`;
  // Most changes concern a few, so that what follows from several records together comes about.
  const focus = new Set<unknown>([...Array.from({ length: 8 }, () => random.pick(persons)), ...persons.slice(-4)]);
  for (let count = 0; count < 4; count += 1) focus.add(random.pick(parcels));
  const pickOf = (names: string[]): string => {
    const few = random.chance(0.8) ? names.filter((name) => focus.has(name)) : [];
    return random.pick(few.length > 0 ? few : names);
  };

  const pickRow = async (tx: Queryable, table: string, where = 'true'): Promise<Row | undefined> => {
    const rows = await tx.query<Row>(`select * from ${schema}.${table} where ${where} order by record_id, version`);
    const few = random.chance(0.6) ? rows.filter((row) => Object.values(row).some((value) => focus.has(value))) : [];
    return rows.length > 0 ? random.pick(few.length > 0 ? few : rows) : undefined;
  };
  const valueFor = async (tx: Queryable, { table, name, isNullable }: Column): Promise<unknown> => {
    if (isNullable && random.chance(0.15)) return null;
    if (/^(personal|holder|head|husband|wife|father|mother|spouse|subject|second_subject)_id$/.test(name))
      return pickOf(persons);
    if (/parcel_id$/.test(name)) return pickOf(parcels);
    const [of, column] = random.pick(REFERENCES[name] ?? [`${table}.${name}`]).split('.');
    return (await pickRow(tx, of!))?.[column!] ?? null;
  };
  const mutate = async (tx: Queryable, table: string, row: Row): Promise<Row> => {
    const own = byTable.get(table)!.filter(({ name }) => !/^(record_id|version|recorded_at|replaced_at)$/.test(name));
    const references = own.filter(({ name }) => name.endsWith('_id'));
    const mutated = { ...row };
    const chosen = [...random.some(own, 1).slice(0, 3), ...(random.chance(0.6) ? [random.pick(references)] : [])];
    for (const column of chosen) {
      const value = await valueFor(tx, column);
      if (value !== null || column.isNullable) mutated[column.name] = value;
    }
    return mutated;
  };
  const insert = async (tx: Queryable, table: string, row: Row): Promise<void> => {
    const names = Object.keys(row);
    await tx.query(
      `insert into ${schema}.${table} (${names}) values (${names.map((_, index) => `$${index + 1}`)})`,
      names.map((name) => encode(row[name])),
    );
  };
  const update = async (tx: Queryable, table: string, [from, to]: [Row, Row]): Promise<void> => {
    const names = Object.keys(to);
    await tx.query(
      `update ${schema}.${table} set ${names.map((name, index) => `${name} = $${index + 3}`)}
       where record_id = $1 and version = $2`,
      [from.record_id, from.version, ...names.map((name) => encode(to[name]))],
    );
  };
  const present = 'replaced_at is null';
  const nextMoment = () => new Date(Date.UTC(2026, 2, 1) + (moments += 1) * 60_000).toISOString();

  /** How a registry works: the next version, and the end of the one before. */
  const version = async (tx: Queryable, table: string): Promise<string> => {
    const row = await pickRow(tx, table, present);
    if (!row) return 'nothing';
    const at = nextMoment();
    const changed = await mutate(tx, table, row);
    const [{ latest }] = (await tx.query<{ latest: number }>(
      `select max(version) as latest from ${schema}.${table} where record_id = $1`,
      [row.record_id],
    )) as [{ latest: number }];
    await update(tx, table, [row, { ...row, replaced_at: at }]);
    await insert(tx, table, { ...changed, version: latest + 1, recorded_at: at });
    return 'a new version';
  };
  const add = async (tx: Queryable, table: string): Promise<string> => {
    const row = await pickRow(tx, table);
    if (!row) return 'nothing';
    const own = { record_id: newId(), version: 1, recorded_at: nextMoment(), replaced_at: null };
    await insert(tx, table, { ...(await mutate(tx, table, row)), ...own });
    return 'a new record';
  };
  const overwrite = async (tx: Queryable, table: string): Promise<string> => {
    const row = await pickRow(tx, table, random.chance(0.7) ? present : 'true');
    if (row) await update(tx, table, [row, await mutate(tx, table, row)]);
    return 'an overwritten row';
  };
  const rename = async (tx: Queryable, table: string): Promise<string> => {
    const row = await pickRow(tx, table);
    if (row) await update(tx, table, [row, { ...row, record_id: newId() }]);
    return 'another record id';
  };
  const retire = async (tx: Queryable, table: string): Promise<string> => {
    const row = await pickRow(tx, table);
    if (row) await update(tx, table, [row, { ...row, replaced_at: row.replaced_at === null ? nextMoment() : null }]);
    return 'a version that ends, or is in force again';
  };
  const remove = async (tx: Queryable, table: string): Promise<string> => {
    const row = await pickRow(tx, table);
    if (row) {
      const key = [row.record_id, row.version];
      await tx.query(`delete from ${schema}.${table} where record_id = $1 and version = $2`, key);
    }
    return 'a deleted row';
  };
  const ways = [version, version, version, add, add, overwrite, overwrite, retire, remove, rename];
  return {
    tables: [...byTable.keys()],
    change: async (tx, table) => `${table}: ${await random.pick(ways)(tx, table)}`,
  };
}

/** A list in a jsonb column would be taken for an array. */
function encode(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
