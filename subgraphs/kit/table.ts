import { RECORD_COLUMNS, type RecordRow } from './records.js';

/**
 * How a table of a registry is read. A `way` is one column by which rows are looked up, in the present state or among
 * replaced versions; each is served by an index of the registry's migration.
 */
export interface TableDefinition<Way extends string> {
  /** With its schema: `land.parcel`. */
  readonly name: string;
  /** The columns beyond those that every record has, with spaces between them. */
  readonly columns: string;
  readonly ways: { readonly [W in Way]: LookUpWay };
}

export interface LookUpWay {
  readonly column: string;
  readonly state: 'present' | 'replaced';
  /** The column in which `column` is looked up first, so that a key finds all rows that share `column` with its own. */
  readonly sharedBy?: string;
}

export interface Table<Row extends RecordRow, Way extends string> {
  readonly name: string;
  readonly wayNames: readonly Way[];
  readonly ways: { readonly [W in Way]: LookUpWay };
  /** The statement that looks up in these ways at once, a text array of keys for each, in this order. */
  statement(ways: readonly Way[]): Statement;
  /** The select list, for a registry's statement that fits no way. */
  readonly selectList: string;
  /** Only for the type checker: rows of this shape come back. */
  readonly row?: Row;
}

/** A statement that a source can run, and what its parameters are compared with, so that a test can explain it. */
export interface Statement {
  readonly table: string;
  readonly text: string;
  readonly parameters: readonly { readonly column: string; readonly type: 'text' | 'text[]' }[];
}

export const present = (column: string): LookUpWay => ({ column, state: 'present' });
export const replaced = (column: string): LookUpWay => ({ column, state: 'replaced' });
/** The rows whose `column` equals that of a row with the key in `by`, that row too: by a person all members of the household. */
export const sharing = (column: string, by: string): LookUpWay => ({ column, state: 'present', sharedBy: by });

/**
 * Describes a table. Several ways make one statement of `union all`: each branch has its own index and its own keys, the
 * planner cannot be tempted into a scan by an `or`, and one round trip serves them all. `way` says which branch a row is of.
 */
export function defineTable<Row extends RecordRow, Way extends string>(
  definition: TableDefinition<Way>,
): Table<Row, Way> {
  const wayNames = Object.keys(definition.ways) as Way[];
  const selectList = [...RECORD_COLUMNS, ...definition.columns.trim().split(/\s+/)].join(', ');
  const statements = new Map<string, Statement>();

  const compose = (ways: readonly Way[]): Statement => ({
    table: definition.name,
    text: ways
      .map((way, index) => {
        const { column, state, sharedBy } = definition.ways[way];
        const from = `from ${definition.name} where replaced_at is ${state === 'present' ? '' : 'not '}null and`;
        const keys = `any($${index + 1}::text[])`;
        const matches = sharedBy ? `in (select ${column} ${from} ${sharedBy} = ${keys})` : `= ${keys}`;
        return `select ${wayNames.indexOf(way)} as way, ${selectList} ${from} ${column} ${matches}`;
      })
      .join(' union all '),
    parameters: ways.map((way) => ({ column: keyColumn(definition.ways[way]), type: 'text[]' as const })),
  });

  return {
    name: definition.name,
    wayNames,
    ways: definition.ways,
    selectList,
    statement(ways) {
      const key = ways.join();
      let statement = statements.get(key);
      if (!statement) {
        statement = compose(ways);
        statements.set(key, statement);
      }
      return statement;
    },
  };
}

/** The column that a way's keys are values of. */
export function keyColumn({ column, sharedBy }: LookUpWay): string {
  return sharedBy ?? column;
}

/** Every way of a table alone, and all of them at once. */
export function statementsOf<Row extends RecordRow, Way extends string>(table: Table<Row, Way>): Statement[] {
  const alone = table.wayNames.map((way) => table.statement([way]));
  return alone.length === 1 ? alone : [...alone, table.statement(table.wayNames)];
}
