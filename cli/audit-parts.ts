import { join } from 'node:path';
import { type AuditParts, createSequencer } from '../gateway/audit/index.js';
import type { Config } from '../gateway/config.js';
import type { Log } from '../gateway/context.js';
import { readAuditKeys } from './audit-keys.js';
import { readDataDir, refuseUnwritable } from './config.js';
import { type OpenedAuditStore, openAuditStore } from './open-audit.js';
import { answerQuery, databaseOfPrimary } from './shared-database.js';
import type { WorkerRole } from './worker.js';
import type { WorkersOptions } from './workers.js';

/** Beside the journal, which outlives the process and is not the database's: one that was set back is noticed by it. */
const CHECKPOINT_FILE = 'last-checkpoint';

/** What a gateway writes its audit log with, and what is to be closed when it has stopped. */
export interface OpenParts {
  readonly parts: AuditParts;
  close(): Promise<void>;
}

/** Opens the log of a gateway; `undefined`: nothing is recorded. A worker whose primary process has the store asks that. */
export async function openAuditParts(
  config: Config,
  { log, role }: { log: Log; role?: WorkerRole | undefined },
): Promise<OpenParts | undefined> {
  if (!config.audit.isOn) {
    log.warn({}, 'AUDIT=off: it is not recorded who reads what');
    return undefined;
  }
  const isShared = role !== undefined && isEmbedded(config);
  const opened = isShared ? undefined : await openAndWarn(config, log);
  const database = opened?.database ?? databaseOfPrimary(role!.channel);
  const parts = { ...partsOf(config), database, sequences: !isShared, ...atOnce(config) };
  return { parts, close: async () => opened?.database.close() };
}

/** For workers whose log only this process can open: puts it in order, and answers what they ask of its store. */
export async function openAuditOfWorkers(
  config: Config,
  log: Log,
): Promise<(Pick<WorkersOptions, 'onQuery'> & { close(): Promise<void> }) | undefined> {
  if (!config.audit.isOn || !isEmbedded(config)) return undefined;
  const { database } = await openAndWarn(config, log);
  const parts = { ...partsOf(config), database, sequences: true, ...atOnce(config) };
  const sequencer = createSequencer(parts, { config: config.audit, clock: { now: Date.now }, log });
  sequencer.start();
  return {
    onQuery: (question) => answerQuery(database, question),
    async close() {
      await sequencer.stop();
      await sequencer.tick();
      await database.close();
    },
  };
}

/** The embedded store holds up everything else in its process while it works: so it is given little at a time. */
function atOnce(config: Config): { sequenceEntriesMax?: number } {
  return isEmbedded(config) ? { sequenceEntriesMax: 100 } : {};
}

function isEmbedded({ audit }: Config): boolean {
  return audit.databaseUrl === undefined;
}

async function openAndWarn(config: Config, log: Log): Promise<OpenedAuditStore> {
  const opened = await openAuditStore(config.audit, { dataDir: readDataDir(), log });
  if (opened.canChange && !isEmbedded(config)) {
    const cure =
      'let the gateway log in as a member of lien_thong_audit_writer, and give the owner to AUDIT_OWNER_DATABASE_URL';
    log.warn({}, `whoever has AUDIT_DATABASE_URL could change the audit log: ${cure}`);
  }
  return opened;
}

function partsOf(config: Config): Omit<AuditParts, 'database' | 'sequences'> {
  const dataDir = readDataDir();
  const { signer, subjectKeys } = readAuditKeys(config, dataDir);
  const journalDir = journalDirOf(config, dataDir);
  refuseUnwritable({ AUDIT_JOURNAL_DIR: journalDir, AUDIT_TILES_DIR: config.audit.tilesDir });
  return { signer, subjectKeys, journalDir, checkpointFile: join(journalDir, CHECKPOINT_FILE), pid: process.pid };
}

export function journalDirOf({ audit }: Config, dataDir: string): string {
  return audit.journalDir ?? join(dataDir, 'audit-journal');
}
