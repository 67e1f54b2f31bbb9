import type { Database } from '../../subgraphs/kit/database';
import type { Registry, RegistryOptions } from '../../subgraphs/kit/open-registry';
import { openPostgres } from '../../subgraphs/kit/postgres';
import type { ReportedRecord } from '../../subgraphs/kit/provenance';
import type { LogEntry } from '../../subgraphs/kit/public-error';
import type { SubgraphResponse } from '../../subgraphs/kit/subgraph';
import { createEmbeddedStore } from './embedded-store';
import { insertRows, type RegistryTables } from './registry-rows';
import { createScratchPostgres, describeOnPostgres } from './scratch-postgres';

export interface TestRegistry extends Registry {
  /** What was logged. */
  readonly logs: LogEntry[];
  insert<Table extends keyof RegistryTables>(table: Table, ...rows: Partial<RegistryTables[Table]>[]): Promise<void>;
  /** The fields of one citizen, as a gateway would fetch them. */
  citizen(personalId: string, fields: string): Promise<Answer>;
  citizens(personalIds: readonly string[], fields: string): Promise<Answer>;
  execute(query: string, variables?: Record<string, unknown>): Promise<Answer>;
  /** How many statements read each table while `work` ran. */
  countReads(work: () => Promise<unknown>): Promise<Record<string, number>>;
  /** Removes every row. */
  empty(): Promise<void>;
  /** Closes the subgraph and removes its store. */
  close(): Promise<void>;
}

export interface Answer extends SubgraphResponse {
  /** The first entity of `_entities`. */
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's
  readonly entity: any;
  /** The reported records as `path -> record@version`, in the order of the paths. */
  readonly records: readonly string[];
}

/** The day that the registries of the tests take for today. */
export const testDay = new Date('2026-03-10T02:00:00.000Z');

export interface TestRegistryOptions {
  readonly store?: 'embedded' | 'postgres';
  readonly listItemsMax?: number;
}

export type OpenTestRegistry = (
  open: (options: RegistryOptions) => Promise<Registry>,
  options?: Omit<TestRegistryOptions, 'store'>,
) => Promise<TestRegistry>;

/** One suite for a registry, run on every store that it may live in; `tests` opens registries by what it is given. */
export function describeOnEachStore(name: string, tests: (openRegistry: OpenTestRegistry) => void): void {
  describe(`${name} on the embedded store`, () => tests((open, options) => openTestRegistry(open, options)));
  describeOnPostgres(`${name} on PostgreSQL`, () =>
    tests((open, options) => openTestRegistry(open, { ...options, store: 'postgres' })),
  );
}

/** A registry over an empty store of its own. Close it. */
export async function openTestRegistry(
  open: (options: RegistryOptions) => Promise<Registry>,
  { store = 'embedded', listItemsMax }: TestRegistryOptions = {},
): Promise<TestRegistry> {
  const logs: LogEntry[] = [];
  const statements: string[] = [];
  const onStatement = (text: string) => statements.push(text);
  const { database: empty, drop } = await (store === 'postgres' ? createPostgres : createEmbedded)(onStatement);
  const log = (entry: LogEntry) => logs.push(entry);
  const registry = await open({ database: empty, log, now: () => testDay, listItemsMax });
  const { subgraph, database } = registry;

  const execute = async (query: string, variables?: Record<string, unknown>): Promise<Answer> => {
    const response = await subgraph.execute({ query, variables });
    const entities = response.data?._entities as unknown[] | undefined;
    return { ...response, entity: entities?.[0], records: response.extensions.provenance.records.map(print).sort() };
  };
  const citizens = (personalIds: readonly string[], fields: string): Promise<Answer> =>
    execute(`query ($all: [_Any!]!) { _entities(representations: $all) { ... on Citizen { ${fields} } } }`, {
      all: personalIds.map((personalId) => ({ __typename: 'Citizen', personalId })),
    });

  return {
    ...registry,
    logs,
    insert: (table, ...rows) => insertRows(database, table, rows),
    execute,
    citizens,
    citizen: (personalId, fields) => citizens([personalId], fields),
    async countReads(work) {
      statements.length = 0;
      await work();
      const reads: Record<string, number> = {};
      for (const text of statements) {
        for (const table of new Set([...text.matchAll(/ from ([a-z_]+\.[a-z_]+)/g)].map((match) => match[1]!))) {
          reads[table] = (reads[table] ?? 0) + 1;
        }
      }
      return reads;
    },
    async empty() {
      const schema = subgraph.name.replaceAll('-', '_');
      const tables = await database.query<{ table_name: string }>(
        "select table_name from information_schema.tables where table_schema = $1 and table_name <> 'migration'",
        [schema],
      );
      await database.script(tables.map(({ table_name }) => `truncate ${schema}.${table_name}`).join('; '));
    },
    async close() {
      await subgraph.close();
      await drop();
    },
  };
}

interface TestStore {
  readonly database: Database;
  drop(): Promise<void>;
}

async function createEmbedded(onStatement: (text: string) => void): Promise<TestStore> {
  return { database: await createEmbeddedStore({ onStatement }), drop: async () => {} };
}

async function createPostgres(onStatement: (text: string) => void): Promise<TestStore> {
  const scratch = await createScratchPostgres();
  return { database: openPostgres(scratch.options({ onStatement })), drop: scratch.drop };
}

function print({ path, record, version }: ReportedRecord): string {
  return `${path.join('.')} -> ${record}@${version}`;
}
