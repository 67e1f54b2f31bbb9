import { dirname } from 'node:path';
import type { Database } from './database.js';
import { migrate } from './migrate.js';
import { openDatabase } from './open-database.js';
import type { Log } from './public-error.js';
import type { Subgraph } from './subgraph.js';

interface RegistryBasics {
  readonly log: Log;
  /** The clock, by which a card or a temporary residence has expired. */
  readonly now?: () => Date;
  /** How many items of a list are handed out, `LIST_ITEMS_MAX` unless told; the rest is reported as missing. */
  readonly listItemsMax?: number;
}

interface DatabaseToOpen {
  /** `postgres://…`; unset: the embedded store under `dataDir`. */
  readonly url?: string;
  readonly dataDir: string;
  /** Told the text of every statement. */
  readonly onStatement?: (text: string) => void;
}

/** What a registry needs: a database to open, or one that is open and becomes the registry's to close. */
export type RegistryOptions = RegistryBasics & (DatabaseToOpen | { readonly database: Database });

/** A registry that is open: its subgraph, and its database for whoever fills it. Closing the subgraph closes both. */
export interface Registry {
  readonly subgraph: Subgraph;
  readonly database: Database;
}

/** Opens a registry's database and brings its tables up to date. Rejects, with the database closed, when either fails. */
export async function openRegistryDatabase(name: string, options: RegistryOptions): Promise<Database> {
  const schema = name.replaceAll('-', '_');
  const database = 'database' in options ? options.database : await open(name, options);
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

function open(name: string, { url, dataDir, onStatement }: DatabaseToOpen): Promise<Database> {
  const urlVariable = `${name.replaceAll('-', '_').toUpperCase()}_DATABASE_URL`;
  return openDatabase({ url, urlVariable, dataDir, applicationName: `lien-thong ${name}`, onStatement });
}

/** Until tomorrow in Viet Nam, milliseconds. */
export function msLeftOfDayInVietnam(now: Date): number {
  return DAY_MS - ((now.getTime() + VIETNAM_MS) % DAY_MS);
}

const DAY_MS = 86_400_000;
const VIETNAM_MS = 7 * 3_600_000;

/** Today in Viet Nam (UTC+7 all year), `YYYY-MM-DD`. */
export function dayInVietnam(now: Date): string {
  return new Date(now.getTime() + VIETNAM_MS).toISOString().slice(0, 10);
}
