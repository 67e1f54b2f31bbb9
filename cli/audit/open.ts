import type { AuditReader } from '../../gateway/audit/reader.js';
import { appendBatch } from '../../gateway/audit/store/append.js';
import { Publisher } from '../../gateway/audit/store/publish.js';
import { createReader } from '../../gateway/audit/store/read.js';
import { SubjectKeys } from '../../gateway/audit/subject-keys.js';
import type { Read } from '../../gateway/audit/verify/tile-reader.js';
import { readConfig } from '../../gateway/config.js';
import type { Database } from '../../subgraphs/kit/database.js';
import { openDatabase } from '../../subgraphs/kit/open-database.js';
import { readSigner, readSubjectKeys } from '../audit-keys.js';
import { readDataDir } from '../config.js';
import { createRecorder, type RecordAct } from './record.js';

/** The log, for a command that reads or changes it. */
export interface OpenLog {
  readonly database: Database;
  readonly reader: AuditReader;
  /** What is published of the log, by its paths. */
  readonly read: Read;
  readonly keys: SubjectKeys;
  /** Says in the log what the command does; MUST resolve before anything that it found out is printed. */
  readonly record: RecordAct;
  close(): Promise<void>;
}

/** Opens the log where the configuration says it is. Neither it nor a key is made for asking: a gateway makes them. */
export async function openLog(): Promise<OpenLog> {
  const config = readConfig();
  const where = { config, dataDir: readDataDir(), make: false };
  const keys = new SubjectKeys(readSubjectKeys(where));
  const database = await openDatabase({
    ...(config.audit.databaseUrl && { url: config.audit.databaseUrl }),
    urlVariable: 'AUDIT_DATABASE_URL',
    dataDir: where.dataDir,
    applicationName: 'lien-thong-audit',
    statementTimeoutMs: STATEMENT_TIMEOUT_MS,
  });
  const recorder = createRecorder((batch) => appendBatch(database, batch), { keys, storeMs: STATEMENT_TIMEOUT_MS });
  let publisher: Publisher | undefined;
  return {
    database,
    reader: createReader(database),
    read: (path) => (publisher ??= new Publisher(database, readSigner(where))).read(path),
    keys,
    record: recorder.record,
    close: () => recorder.end().finally(() => database.close()),
  };
}

/** Whoever waits at a terminal would rather wait than be told to try again. */
const STATEMENT_TIMEOUT_MS = 60_000;
