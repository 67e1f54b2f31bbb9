import { dirname } from 'node:path';
import type { Database } from './database.js';
import { migrate } from './migrate.js';
import { openDatabase } from './open-database.js';
import type { Log } from './public-error.js';
import type { Subgraph } from './subgraph.js';

export interface RegistryOptions {
  /** `postgres://…`; unset: the embedded store under `dataDir`. */
  readonly url?: string;
  readonly dataDir: string;
  readonly log: Log;
  /** Told the text of every statement. */
  readonly onStatement?: (text: string) => void;
  /** The clock, by which a card or a temporary residence has expired. */
  readonly now?: () => Date;
}

/** A registry that is open: its subgraph, and its database for whoever fills it. Closing the subgraph closes both. */
export interface Registry {
  readonly subgraph: Subgraph;
  readonly database: Database;
}

/** Opens a registry's database and brings its tables up to date. Rejects, with the database closed, when either fails. */
export async function openRegistryDatabase(name: string, options: RegistryOptions): Promise<Database> {
  const schema = name.replaceAll('-', '_');
  const { url, dataDir, onStatement } = options;
  const database = await openDatabase({
    url,
    urlVariable: `${schema.toUpperCase()}_DATABASE_URL`,
    dataDir,
    applicationName: `lien-thong ${name}`,
    onStatement,
  });
  try {
    const folder = dirname(require.resolve(`#subgraphs/${name}/migrations/0001-records.sql`));
    const applied = await migrate(database, { schema, folder });
    if (applied.length > 0) {
      options.log({ level: 'info', msg: 'migrated', registry: name, migrations: applied.map(({ title }) => title) });
    }
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Today in Viet Nam (UTC+7 all year), `YYYY-MM-DD`. */
export function dayInVietnam(now: Date): string {
  return new Date(now.getTime() + 7 * 3_600_000).toISOString().slice(0, 10);
}
