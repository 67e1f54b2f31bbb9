import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database, Queryable } from './database.js';
import { DatabaseError } from './database-error.js';

/** A file of the migrations folder, or a row of `<schema>.migration`. */
interface Migration {
  version: number;
  title: string;
  sha256: string;
}
interface MigrationFile extends Migration {
  file: string;
  sql: string;
}
export type AppliedMigration = Pick<Migration, 'version' | 'title'>;

const FILE_NAME = /^(\d{4})-([a-z0-9]+(?:-[a-z0-9]+)*)\.sql$/;
const SCHEMA_NAME = /^[a-z_][a-z0-9_]*$/;
/** A script's transaction ends with it; a file that ends it earlier would be recorded without being whole. */
const ENDS_TRANSACTION = /^\s*(commit|rollback|end\s+transaction|start\s+transaction)\b/im;
const UNIQUE_VIOLATION = '23505';

/**
 * Brings a schema up to the `NNNN-title.sql` files of `folder`, each in one transaction together with its row in
 * `<schema>.migration`; returns those that this call applied, in order. Safe to run again, and from several processes
 * at once. Throws, before anything is applied, on a file name or number out of place, on an applied file that was
 * edited or is gone, and on a database newer than the files.
 */
export async function migrate(
  db: Database,
  { schema, folder }: { schema: string; folder: string },
): Promise<AppliedMigration[]> {
  if (!SCHEMA_NAME.test(schema)) throw new Error(`migrations: ${schema} is not a plain lower-case schema name`);
  const files = readMigrationFiles(folder);
  // A session lock would outlive a failed script; this one ends with the transaction that every script is.
  const lock = `SELECT pg_advisory_xact_lock(${lockKey(schema)});`;
  await db.script(
    `${lock} CREATE SCHEMA IF NOT EXISTS ${schema};
     CREATE TABLE IF NOT EXISTS ${schema}.migration (
       version integer PRIMARY KEY, title text NOT NULL, sha256 text NOT NULL,
       applied_at timestamptz NOT NULL DEFAULT now());`,
  );
  const recorded = await readRecorded(db, schema);
  refuseUnlessFilesContinue(recorded, files);
  const applied: AppliedMigration[] = [];
  for (const file of files.slice(recorded.length)) {
    if (await apply(db, { schema, lock, file })) applied.push({ version: file.version, title: file.title });
  }
  return applied;
}

/**
 * The files that a database still lacks, in order, for a login that may read and not migrate. Throws as `migrate` does where they do
 * not belong together, and with the database's error where there is no such schema.
 */
export async function missingMigrations(
  db: Queryable,
  { schema, folder }: { schema: string; folder: string },
): Promise<AppliedMigration[]> {
  const files = readMigrationFiles(folder);
  const recorded = await readRecorded(db, schema);
  refuseUnlessFilesContinue(recorded, files);
  return files.slice(recorded.length).map(({ version, title }) => ({ version, title }));
}

/**
 * The record comes first, so that a process which waited behind another for the lock fails on the other's record
 * before it changes anything. Resolves to whether this process applied the file.
 */
async function apply(
  db: Database,
  { schema, lock, file }: { schema: string; lock: string; file: MigrationFile },
): Promise<boolean> {
  // The file's name is checked, the digest hexadecimal: nothing here can end the literal.
  const record = `INSERT INTO ${schema}.migration (version, title, sha256)
    VALUES (${file.version}, '${file.title}', '${file.sha256}');`;
  try {
    await db.script(`${lock} ${record}\n${file.sql}`);
    return true;
  } catch (error) {
    if (error instanceof DatabaseError && error.code === UNIQUE_VIOLATION) {
      const other = (await readRecorded(db, schema)).find(({ version }) => version === file.version);
      if (other?.sha256 === file.sha256) return false;
      if (other !== undefined) throw edited(file);
    }
    const reason = error instanceof Error ? error.message : 'unknown';
    throw new Error(`migration ${file.file} of ${schema} failed and was rolled back: ${reason}`, { cause: error });
  }
}

function readRecorded(db: Queryable, schema: string): Promise<Migration[]> {
  return db.query<Migration>(`SELECT version, title, sha256 FROM ${schema}.migration ORDER BY version`);
}

function readMigrationFiles(folder: string): MigrationFile[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file): MigrationFile => {
      const match = FILE_NAME.exec(file);
      if (!match) throw new Error(`migrations: ${file} must be named NNNN-title.sql (0001-create-tables.sql)`);
      const sql = readFileSync(join(folder, file), 'utf8');
      if (ENDS_TRANSACTION.test(sql)) throw new Error(`migrations: ${file} must not begin or end a transaction itself`);
      // The same file checked out with other line ends is the same file.
      const sha256 = createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex');
      return { file, version: Number(match[1]), title: match[2]!, sha256, sql };
    });
  files.forEach(({ file, version }, index) => {
    if (version === index + 1) return;
    const problem = version === files[index - 1]?.version ? 'has the number of another file' : 'is out of order';
    throw new Error(`migrations: ${file} ${problem}: number the files 0001, 0002, … without gaps`);
  });
  return files;
}

function refuseUnlessFilesContinue(recorded: readonly Migration[], files: readonly MigrationFile[]): void {
  recorded.forEach(({ version, title, sha256 }, index) => {
    const file = files[index];
    if (file === undefined) {
      throw new Error(
        `migrations: the database is newer than this program: it records ${version}-${title}, which no file has. ` +
          'Run the program version that made it, or restore a copy of the database from before',
      );
    }
    if (file.version !== version || file.sha256 !== sha256) throw edited(file);
  });
}

function edited({ file }: MigrationFile): Error {
  return new Error(`migrations: ${file} was edited after it was applied: put it back and write a new migration`);
}

/** A number of 48 bits a schema, the same in every process. */
function lockKey(schema: string): number {
  return createHash('sha256').update(`lien-thong migrations of ${schema}`).digest().readUIntBE(0, 6);
}
