import { type AuditConfig, ConfigError } from '../config.js';
import type { Clock, Log, OperationExchange, OperationStep } from '../context.js';
import { describeFault } from '../faults.js';
import type { AuditHealth } from '../health.js';
import type { Asked, Route } from '../http.js';
import { type Identity, NOBODY } from '../identity.js';
import type { AuditStats } from '../stats.js';
import type { AuditDatabase } from './database.js';
import type { RecordAct } from './desk/index.js';
import { Disclosures } from './disclosed/disclosures.js';
import { DoorRefusals, type RefusedRequest } from './door.js';
import { Freshness } from './freshness.js';
import { logRoutes } from './log-routes.js';
import { type Desk, openDesk } from './open-desk.js';
import { createAuditStep } from './step.js';
import { appendBatch } from './store/append.js';
import { CheckpointFile } from './store/checkpoint-file.js';
import { Publisher } from './store/publish.js';
import { createReader } from './store/read.js';
import { Sequencer } from './store/sequencer.js';
import { TilesFolder } from './store/tiles-folder.js';
import { SubjectKeys } from './subject-keys.js';
import { tellingRoutes } from './telling-routes.js';
import { openSigner } from './verify/note.js';
import { tellLeftJournals } from './write/left-journals.js';
import { Members } from './write/members.js';
import { unavailable, Writer } from './write/writer.js';

export type { AuditDatabase } from './database.js';
export { type Desk, withoutDesk } from './open-desk.js';

/** What a gateway writes its log with. */
export interface AuditParts {
  readonly database: AuditDatabase;
  /** The name that checkpoints are signed under, and an Ed25519 private key, PKCS #8 PEM. */
  readonly signer: { readonly name: string; readonly privateKeyPem: string };
  /** What people and parcels are hashed with, the newest first. */
  readonly subjectKeys: readonly { readonly id: string; readonly key: Buffer }[];
  readonly journalDir: string;
  /** Where the last checkpoint is kept outside of the database, so that one which was set back is noticed; absent: nowhere. */
  readonly checkpointFile?: string;
  readonly pid: number;
  /** Whether this process may put entries into the tree; of all that may one does. */
  readonly sequences: boolean;
  /** How many it puts there at once; absent: as many as PostgreSQL is glad of. */
  readonly sequenceEntriesMax?: number;
}

export interface AuditSurroundings {
  readonly config: AuditConfig;
  readonly clock: Clock;
  readonly log: Log;
  isPersonal(exchange: OperationExchange): boolean;
  /** Who asks, for what is asked of the log otherwise than by GraphQL. */
  identify(asked: Asked): Identity | Promise<Identity>;
  readonly formsFolder: string;
}

export interface OpenAudit {
  readonly step: OperationStep;
  readonly routes: ReadonlyMap<string, Route>;
  readonly desk: Desk;
  /** Writes down what was refused before it was an operation; rejects when it cannot. */
  refused(request: RefusedRequest): Promise<void>;
  /** Writes down what an administrator did. */
  act(
    act: { what: string } & Record<string, string | number | boolean>,
    by?: Pick<RefusedRequest, 'requestId' | 'who'>,
  ): Promise<void>;
  health(): AuditHealth;
  stats(): AuditStats;
  /** The first entry is durable, and what processes before had left is told. MUST be called before anything is asked. */
  begin(): Promise<void>;
  stop(): Promise<void>;
}

const HOUR_MS = 3_600_000;
/** More than so many an act names no longer one by one: an entry has a bound. */
const ABOUT_MAX = 1_000;

export type WriteAct = (
  act: { readonly what: string } & Readonly<Record<string, string | number | boolean>>,
  /** `ids`: of whom. */
  by?: { readonly requestId?: string | undefined; readonly who?: Identity; readonly ids?: readonly string[] },
) => Promise<void>;

/** The audit log of one gateway: what it writes, its part in putting all entries in order, and what may be asked of it. */
export function openAudit(parts: AuditParts, surroundings: AuditSurroundings): OpenAudit {
  const { database, subjectKeys, journalDir, pid, sequences } = parts;
  const signer = openSigner(parts.signer.name, parts.signer.privateKeyPem);
  const { config, clock, log, isPersonal } = surroundings;
  const [newest, ...older] = subjectKeys;
  if (!newest) throw new ConfigError(['AUDIT_SUBJECT_KEYS holds no key.']);
  const keys = new SubjectKeys([newest, ...older]);
  const store = (batch: Parameters<typeof appendBatch>[1]) => appendBatch(database, batch);
  const { storeMs, journalBytesMax } = config;
  const writer = new Writer({ store, clock, log, storeMs, journalDir, journalBytesMax, pid });
  const members = new Members(keys);
  const door = new DoorRefusals({ writer, members, keys });
  const reader = createReader(database);
  const freshness = new Freshness({ reader, clock, lateMs: config.lateMs });
  const publisher = new Publisher(database, signer.vkey);
  const sequencer = sequences ? createSequencer(parts, surroundings, { freshness, publisher }) : undefined;
  const refuse = () => {
    if (writer.isRefusing || freshness.isLate) throw unavailable();
  };
  const act: WriteAct = (what, { requestId, who = NOBODY, ids = [] } = {}) => {
    const about = ids.length === 0 ? '' : `,"about":${JSON.stringify(keys.about(ids.slice(0, ABOUT_MAX)))}`;
    const said = members.of({ requestId, traceId: undefined, identity: who }) + about;
    return writer.append({ kind: 'act', members: `${said},"act":${JSON.stringify(what)}` });
  };
  const recordAct: RecordAct = (what, said, by) => act({ ...said, what }, { who: by, requestId: by.requestId });
  const desk = openDesk({ ...surroundings, reader, database, subjectKeys, act: recordAct });
  return {
    step: createAuditStep({ writer, door, members, disclosures: new Disclosures(keys), keys, isPersonal, refuse }),
    routes: tellingRoutes(new Map([...logRoutes(publisher, { ...surroundings, act: recordAct }), ...desk.routes]), {
      identify: surroundings.identify,
      tell: (refused) => door.write(refused),
    }),
    desk,
    refused: (request) => door.write(request),
    act,
    health: () =>
      healthOf(writer.stats, { freshness, problem: sequencer?.state.problem, isRefusing: writer.isRefusing }),
    stats: () => ({ ...writer.stats, checkpointAgeMs: freshness.ageMs }),
    async begin() {
      await tellLeftJournals(journalDir, { store, log, pid });
      await writer.append({ kind: 'begin', members: '' });
      freshness.start();
      sequencer?.start();
    },
    async stop() {
      freshness.stop();
      const end = () => door.settle().then(() => writer.end());
      await end().catch((error) => log.error({ fault: describeFault(error) }, 'the audit log has no last entry'));
      await sequencer?.stop();
      // So that the last entry does not wait for another gateway.
      await sequencer?.tick();
    },
  };
}

/** Puts entries into the tree, for gateways that have no process of their own for it. */
export function createSequencer(
  { database: db, signer, checkpointFile, sequenceEntriesMax: entriesMax }: AuditParts,
  { config, clock, log }: Pick<AuditSurroundings, 'config' | 'clock' | 'log'>,
  told: { readonly freshness?: Pick<Freshness, 'note'>; readonly publisher?: Publisher } = {},
): Sequencer {
  const { name, privateKeyPem } = signer;
  const mine = openSigner(name, privateKeyPem);
  const { publisher = new Publisher(db, mine.vkey) } = told;
  const folder = config.tilesDir === undefined ? undefined : new TilesFolder(publisher, config.tilesDir);
  return new Sequencer({
    ...{ db, clock, log, signer: mine, everyMs: config.sequenceMs },
    // However soon the last one is late: without entries there must be another before.
    quietMs: Math.min(HOUR_MS, config.lateMs / 2),
    ...(entriesMax === undefined ? {} : { entriesMax }),
    ...(checkpointFile === undefined ? {} : { memory: new CheckpointFile(checkpointFile) }),
    onCheckpoint: ({ atMs }) => {
      told.freshness?.note(atMs);
      return folder?.publish();
    },
  });
}

/** Of a gateway that was told to write nothing down. */
export const SWITCHED_OFF: AuditHealth = {
  reasons: ['AUDIT=off: it is not recorded who reads what'],
  refuses: false,
  keeps: 'nothing',
  journalBytes: 0,
  checkpointAgeSeconds: null,
};

function healthOf(
  { keeps, journalBytes }: Pick<AuditHealth, 'keeps' | 'journalBytes'>,
  { freshness, problem, isRefusing }: { freshness: Freshness; problem: string | undefined; isRefusing: boolean },
): AuditHealth {
  const { ageMs, isLate } = freshness;
  const reasons: string[] = [];
  if (keeps === 'journal') reasons.push('the store of the audit log does not answer: entries are kept in the journal');
  if (isRefusing)
    reasons.push('neither the store nor the journal takes entries of the audit log: nothing personal is read');
  if (isLate) reasons.push('the audit log has had no checkpoint for too long: nothing personal is read');
  if (problem) reasons.push(`no checkpoint of the audit log can be signed: ${problem}`);
  const checkpointAgeSeconds = ageMs === undefined ? null : Math.round(ageMs / 1000);
  return { reasons, refuses: isRefusing || isLate, keeps, journalBytes, checkpointAgeSeconds };
}
