import type { AuditReader } from '../../gateway/audit/reader.js';
import { appendBatch } from '../../gateway/audit/store/append.js';
import { createReader } from '../../gateway/audit/store/read.js';
import { SubjectKeys } from '../../gateway/audit/subject-keys.js';
import { readConfig } from '../../gateway/config.js';
import type { Database } from '../../subgraphs/kit/database.js';
import { openDatabase } from '../../subgraphs/kit/open-database.js';
import { readSubjectKeys } from '../audit-keys.js';
import { readDataDir } from '../config.js';
import { createRecorder, type RecordAct } from './record.js';

/** The log, for a command that reads or changes it. */
export interface OpenLog {
  readonly database: Database;
  readonly reader: AuditReader;
  readonly keys: SubjectKeys;
  /** Says in the log what the command does; MUST resolve before anything that it found out is printed. */
  readonly record: RecordAct;
  close(): Promise<void>;
}

/**
 * Opens the log where the configuration says it is, as a gateway does or as the owner of its tables. Neither it nor a key is made for
 * asking: a gateway makes them.
 */
export async function openLog({ as = 'gateway' }: { as?: 'gateway' | 'owner' } = {}): Promise<OpenLog> {
  const config = readConfig();
  const { databaseUrl, ownerDatabaseUrl } = config.audit;
  const dataDir = readDataDir();
  const keys = new SubjectKeys(readSubjectKeys({ config, dataDir, make: false }));
  const isOwner = as === 'owner' && ownerDatabaseUrl !== undefined;
  const url = isOwner ? ownerDatabaseUrl : databaseUrl;
  const database = await openDatabase({
    ...(url && { url }),
    urlVariable: isOwner ? 'AUDIT_OWNER_DATABASE_URL' : 'AUDIT_DATABASE_URL',
    dataDir,
    applicationName: 'lien-thong-audit',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS[as],
  });
  const recorder = createRecorder((batch) => appendBatch(database, batch), {
    keys,
    storeMs: STATEMENT_TIMEOUT_MS.gateway,
  });
  return {
    database,
    reader: createReader(database),
    keys,
    record: recorder.record,
    close: () => recorder.end().finally(() => database.close()),
  };
}

/** Whoever waits at a terminal would rather wait than try again, and a month that is retired is counted before. */
const STATEMENT_TIMEOUT_MS = { gateway: 60_000, owner: 3_600_000 };
