import type { Log } from '../gateway/context.js';
import type { Database } from '../subgraphs/kit/database.js';
import { DatabaseError } from '../subgraphs/kit/database-error.js';

/** What gateways act as: it may read the log and add to it, and nothing else. One a server, whatever databases it has. */
export const WRITER_ROLE = 'lien_thong_audit_writer';

const NOT_PERMITTED = '42501';
/** Somebody else made it, a moment ago or long since. */
const IS_THERE = ['42710', '23505'];

/** The tables of the log. Months are reached through their tables, and those that were detached by nobody but their owner. */
const TABLES = `pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
  WHERE nspname = 'audit' AND relkind IN ('r', 'p') AND NOT relispartition AND relname !~ '^(entry|lookup)_'`;

/**
 * Makes the role, gives it its rights, and lets `login` act as it: each as far as the owner may, and only where it is wanting. Whether
 * that is enough to write the log shows when it is opened.
 */
export async function grantWriter(owner: Database, { login, log }: { login: string; log: Log }): Promise<void> {
  if (!(await has(owner, `EXISTS (SELECT FROM pg_roles WHERE rolname = '${WRITER_ROLE}')`))) {
    await attempt(owner, `CREATE ROLE ${WRITER_ROLE} NOLOGIN`);
  }
  if (!(await has(owner, `EXISTS (SELECT FROM pg_roles WHERE rolname = '${WRITER_ROLE}')`))) {
    log.warn(
      { role: WRITER_ROLE },
      'the owner of the audit log may not make the role that gateways act as: CREATE ROLE it, and GRANT it to their login',
    );
    return;
  }
  await owner.transaction(async (tx) => {
    // Two that grant at the same time would disturb each other.
    await tx.query("SELECT pg_advisory_xact_lock(hashtext('lien-thong audit grants'))");
    const lacking = await tx.query<{ name: string }>(
      `SELECT relname AS name FROM ${TABLES}
         AND NOT (has_table_privilege('${WRITER_ROLE}', pg_class.oid, 'SELECT')
           AND (relname = 'migration' OR has_table_privilege('${WRITER_ROLE}', pg_class.oid, 'INSERT')))`,
    );
    for (const { name } of lacking) {
      const rights = name === 'migration' ? 'SELECT' : 'SELECT, INSERT';
      await tx.query(`GRANT ${rights} ON audit."${name}" TO ${WRITER_ROLE}`);
    }
    await tx.query(`GRANT USAGE ON SCHEMA audit TO ${WRITER_ROLE}`);
    await tx.query(`GRANT EXECUTE ON FUNCTION audit.open_month(date) TO ${WRITER_ROLE}`);
  });
  if (!(await has(owner, `pg_has_role($1, '${WRITER_ROLE}', 'MEMBER')`, [login]))) {
    await attempt(owner, `GRANT ${WRITER_ROLE} TO "${login.replaceAll('"', '""')}"`);
  }
}

/**
 * How the login may write the log: acting as the role, or else by rights of its own. Throws, with what to grant, when it may not.
 */
export async function refuseUnlessMayWrite(login: Database): Promise<'as writer' | 'by itself'> {
  const [row] = await login.query<{ login: string; asWriter: boolean | null; byItself: boolean }>(
    `SELECT session_user AS login,
       (SELECT pg_has_role(session_user, oid, 'MEMBER') AND ${mayWrite('oid')} FROM pg_roles WHERE rolname = '${WRITER_ROLE}') AS "asWriter",
       ${mayWrite('session_user')} AS "byItself"`,
  );
  if (row?.asWriter) return 'as writer';
  if (row?.byItself) return 'by itself';
  throw new Error(
    `the login ${row?.login} may not write the audit log: GRANT ${WRITER_ROLE} TO "${row?.login}", as a superuser or whoever made that role; ` +
      'where the role is not there yet, start the gateway once with AUDIT_OWNER_DATABASE_URL of a login that may create roles',
  );
}

function mayWrite(who: string): string {
  return `(has_schema_privilege(${who}, 'audit', 'USAGE') AND has_table_privilege(${who}, 'audit.entry', 'INSERT')
    AND has_table_privilege(${who}, 'audit.checkpoint', 'INSERT') AND has_table_privilege(${who}, 'audit.entry', 'SELECT'))`;
}

/** Whether the login, or the role, could change or delete rows, or give itself the right to. */
export function mayChange(login: Database): Promise<boolean> {
  return has(
    login,
    `EXISTS (SELECT FROM ${TABLES} AND (pg_has_role(session_user, relowner, 'MEMBER') OR EXISTS (
       SELECT FROM unnest(ARRAY['UPDATE', 'DELETE', 'TRUNCATE']) AS act, pg_roles
        WHERE (rolname = session_user OR rolname = '${WRITER_ROLE}') AND has_table_privilege(pg_roles.oid, pg_class.oid, act))))`,
  );
}

/** The URL whose connections act as the role from their begin. */
export function asWriter(url: string): string {
  const changed = new URL(url);
  const options = changed.searchParams.get('options');
  changed.searchParams.set('options', `${options ? `${options} ` : ''}-c role=${WRITER_ROLE}`);
  return changed.href;
}

async function has(db: Database, condition: string, values?: readonly unknown[]): Promise<boolean> {
  const [row] = await db.query<{ holds: boolean }>(`SELECT ${condition} AS holds`, values);
  return row?.holds ?? false;
}

async function attempt(owner: Database, statement: string): Promise<void> {
  try {
    await owner.query(statement);
  } catch (error) {
    if (!(error instanceof DatabaseError) || ![NOT_PERMITTED, ...IS_THERE].includes(error.code)) throw error;
  }
}
