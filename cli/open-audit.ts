import { dirname, join } from 'node:path';
import { AUDIT_SETTINGS } from '../gateway/audit/database.js';
import type { AuditConfig } from '../gateway/config.js';
import type { Log } from '../gateway/context.js';
import type { Database } from '../subgraphs/kit/database.js';
import { DatabaseError } from '../subgraphs/kit/database-error.js';
import { type AppliedMigration, migrate, missingMigrations } from '../subgraphs/kit/migrate.js';
import { databaseUrlProblem } from '../subgraphs/kit/open-database.js';
import { openEmbedded } from '../subgraphs/kit/pglite.js';
import { openPostgres } from '../subgraphs/kit/postgres.js';
import { asWriter, grantWriter, mayChange, refuseUnlessMayWrite } from './audit-role.js';

export interface OpenedAuditStore {
  readonly database: Database;
  /**
   * Whether what the gateway connects as could change or delete entries, if it wanted to: it owns the tables, or is a superuser. Its
   * statements never do, and act as a role that can not; who steals its password could. In the embedded store always so.
   */
  readonly canChange: boolean;
  readonly isEmbedded: boolean;
}

export interface AuditStorePlace {
  readonly dataDir: string;
  readonly log: Log;
}

type AuditUrls = Pick<AuditConfig, 'databaseUrl' | 'ownerDatabaseUrl'>;

const NOT_PERMITTED = '42501';
/** The owner's statements go through whole months. */
const OWNER_STATEMENT_MS = 3_600_000;

/**
 * Opens the log's database for a gateway, with its tables up to date: PostgreSQL, where the gateway acts as a role that can only read
 * and insert, or the embedded store. Rejects with the cure, and without the URL, when it cannot be opened or may not be written.
 */
export async function openAuditStore(config: AuditUrls, { dataDir, log }: AuditStorePlace): Promise<OpenedAuditStore> {
  const { databaseUrl: url } = config;
  if (!url) return { database: await openMigrated(dataDir, log), canChange: true, isEmbedded: true };
  const login = openAt(url, { variable: 'AUDIT_DATABASE_URL' });
  try {
    const [{ name } = { name: '' }] = await login.query<{ name: string }>('SELECT session_user AS name');
    await prepareAsOwner(config, { login: name, log });
    const canChange = await mayChange(login);
    const isWriter = (await refuseUnlessMayWrite(login)) === 'as writer';
    const database = openAt(isWriter ? asWriter(url) : url, { variable: 'AUDIT_DATABASE_URL' });
    return { database, canChange, isEmbedded: false };
  } catch (error) {
    throw named(error, 'AUDIT_DATABASE_URL');
  } finally {
    await login.close();
  }
}

/** The log's database as its owner has it, who may retire months and erase openings. */
export async function openAuditOwner(
  config: AuditUrls,
  { dataDir }: Pick<AuditStorePlace, 'dataDir'>,
): Promise<Database> {
  const { variable, url } = ownerOf(config);
  if (!url) return openEmbedded({ dataDir: embeddedIn(dataDir) });
  return openAt(url, { variable, statementTimeoutMs: OWNER_STATEMENT_MS });
}

/**
 * Brings the tables up to date and gives the gateway's role its rights. A login that may not goes on where somebody else has done it:
 * production gives a gateway a login of few rights, and migrates with another.
 */
async function prepareAsOwner(config: AuditUrls, { login, log }: { login: string; log: Log }): Promise<void> {
  const { variable, url = '' } = ownerOf(config);
  const owner = openAt(url, { variable, statementTimeoutMs: OWNER_STATEMENT_MS });
  try {
    tellMigrated(await migrate(owner, migrations()), log);
    await grantWriter(owner, { login, log });
  } catch (error) {
    if (!(error instanceof DatabaseError) || error.code !== NOT_PERMITTED) throw named(error, variable);
    const missing = await missingMigrations(owner, migrations()).catch(() => undefined);
    if (missing?.length === 0) return;
    const lacks = missing
      ? `lacks ${missing.map(({ title }) => title).join(', ')}`
      : 'is not there, or may not be read';
    throw new Error(
      `${variable}: the schema audit ${lacks}, and this login may not make it. Set AUDIT_OWNER_DATABASE_URL to a login that may create ` +
        'schemas in the database (GRANT CREATE ON DATABASE … TO …), and roles.',
      { cause: error },
    );
  } finally {
    await owner.close();
  }
}

function ownerOf({ databaseUrl, ownerDatabaseUrl }: AuditUrls): { variable: string; url: string | undefined } {
  return ownerDatabaseUrl
    ? { variable: 'AUDIT_OWNER_DATABASE_URL', url: ownerDatabaseUrl }
    : { variable: 'AUDIT_DATABASE_URL', url: databaseUrl };
}

function openAt(url: string, { variable, ...rest }: { variable: string; statementTimeoutMs?: number }): Database {
  const problem = databaseUrlProblem(url, variable);
  if (problem) throw new Error(problem);
  return openPostgres({ url, applicationName: 'lien-thong audit', settings: AUDIT_SETTINGS, ...rest });
}

/** A store of its own: a registry that stands alone may have the one beside, which only one process can open. */
export function embeddedIn(dataDir: string): string {
  return join(dataDir, 'audit');
}

async function openMigrated(dataDir: string, log: Log): Promise<Database> {
  const database = await openEmbedded({ dataDir: embeddedIn(dataDir) });
  try {
    tellMigrated(await migrate(database, migrations()), log);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

function migrations(): { schema: string; folder: string } {
  return { schema: 'audit', folder: dirname(require.resolve('#gateway/audit/store/migrations/0001-log.sql')) };
}

function tellMigrated(applied: readonly AppliedMigration[], log: Log): void {
  if (applied.length > 0) log.info({ migrations: applied.map(({ title }) => title) }, 'the audit log was migrated');
}

/** An error that doesn't yet name the variable which the URL came from. */
function named(error: unknown, variable: string): Error {
  if (!(error instanceof Error) || /^AUDIT_\w+/.test(error.message)) return error as Error;
  return new Error(`${variable}: ${error.message}`, { cause: error });
}
