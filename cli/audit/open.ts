import type { AuditReader } from '../../gateway/audit/reader.js';
import { appendBatch } from '../../gateway/audit/store/append.js';
import { Publisher } from '../../gateway/audit/store/publish.js';
import { createReader } from '../../gateway/audit/store/read.js';
import { TilesFolder } from '../../gateway/audit/store/tiles-folder.js';
import { TreeStore } from '../../gateway/audit/store/tree-store.js';
import { SubjectKeys } from '../../gateway/audit/subject-keys.js';
import { type Config, readConfig } from '../../gateway/config.js';
import type { Database } from '../../subgraphs/kit/database.js';
import { readSubjectKeys } from '../audit-keys.js';
import { readDataDir } from '../config.js';
import { openAuditOwner, openAuditStore } from '../open-audit.js';
import { createRecorder, type RecordAct, SILENT } from './record.js';

/** The log, for a command that reads or changes it. */
export interface OpenLog {
  readonly database: Database;
  readonly reader: AuditReader;
  /** The hashes of what was written, whatever the table of entries says now. */
  readonly tree: TreeStore;
  readonly keys: SubjectKeys;
  /** Says in the log what the command does; MUST resolve before anything that it found out is printed. */
  readonly record: RecordAct;
  /** Where it is published as files, if it is. */
  readonly tilesFolder: TilesFolder | undefined;
  close(): Promise<void>;
}

/** To be written down a command may wait as long as whoever waits for it does. */
const STORE_MS = 60_000;

/**
 * Opens the log where the configuration says it is, as a gateway does or as the owner of its tables. No key is made for asking: with
 * another key than the gateways' nobody would be found, and nobody would know why.
 */
export async function openLog({ as = 'gateway' }: { as?: 'gateway' | 'owner' } = {}): Promise<OpenLog> {
  const config = readConfig();
  const dataDir = readDataDir();
  const keys = new SubjectKeys(readSubjectKeys({ config, dataDir, make: false }));
  const database = await openAs(as, config, dataDir);
  const { tilesDir } = config.audit;
  // The folder has a public key of its own; what is taken out of it needs none.
  const tilesFolder = tilesDir === undefined ? undefined : new TilesFolder(new Publisher(database, ''), tilesDir);
  const recorder = createRecorder((batch) => appendBatch(database, batch), { keys, storeMs: STORE_MS });
  return {
    database,
    reader: createReader(database),
    tree: new TreeStore(database),
    keys,
    record: recorder.record,
    tilesFolder,
    close: () => recorder.end().finally(() => database.close()),
  };
}

async function openAs(as: 'gateway' | 'owner', { audit }: Config, dataDir: string): Promise<Database> {
  if (as === 'owner') return openAuditOwner(audit, { dataDir });
  const { database } = await openAuditStore(audit, { dataDir, log: SILENT });
  return database;
}
