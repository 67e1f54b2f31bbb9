import { generateKeyPairSync } from 'node:crypto';
import type { AuditDatabase } from '../../gateway/audit/database';
import { disclosed } from '../../gateway/audit/disclosed/disclosed';
import { hashOf, type RuleInForce } from '../../gateway/audit/entry';
import { appendBatch } from '../../gateway/audit/store/append';
import { Sequencer } from '../../gateway/audit/store/sequencer';
import { SubjectKeys } from '../../gateway/audit/subject-keys';
import { openSigner } from '../../gateway/audit/verify/note';
import { Writer } from '../../gateway/audit/write/writer';
import type { Log, SourceRecord } from '../../gateway/context';

export const PERSON = '048090000001';
export const OTHER_PERSON = '048192000002';
export const STRANGER = '048187000004';
export const PARCEL = 'w6ugq4zbn2d1';
export const ORIGIN = 'gateway.example/audit';

export const PEM = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
export const SIGNER = openSigner(ORIGIN, PEM);
const SUBJECT_KEY = Buffer.alloc(32, 7);
export const SUBJECT_KEYS = `k1:${SUBJECT_KEY.toString('base64')}`;
export const KEYS = new SubjectKeys([{ id: 'k1', key: SUBJECT_KEY }]);

/** What a command is told of the log that `fillLog` writes, beside where it is. */
export const AUDIT_ENV = { AUDIT_ORIGIN: ORIGIN, AUDIT_SIGNING_KEY: PEM, AUDIT_SUBJECT_KEYS: SUBJECT_KEYS };

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {} };

const RULE: RuleInForce = {
  name: 'marriage-registration',
  basis: 'Civil Status Law, Article 18',
  verified: false,
  from: '2026-01-01',
  version: 'AAAAAAAAAAAAAAAA',
};

export interface ReadToLog {
  readonly at: string;
  readonly about: readonly string[];
  readonly officer?: string;
  readonly dossier?: string;
  readonly request?: string;
  /** The values by their paths; `null`: none was there. */
  readonly values?: Readonly<Record<string, unknown>>;
  /** The code of one that was refused. */
  readonly refused?: string;
  readonly rule?: RuleInForce;
}

export const FIRST_READ: ReadToLog = {
  at: '2026-11-02T01:02:03.000Z',
  about: [PERSON],
  officer: 'officer-an',
  dossier: 'H48.2026.000123',
  request: 'request-1',
  values: { 'citizen.fullName': 'Nguyễn Văn Thử', 'citizen.dateOfBirth': '1990-01-01', 'citizen.death': null },
};

/** Writes entries as a gateway does, a writer of its own from its first to its last. */
export async function fillLog(database: AuditDatabase, reads: readonly ReadToLog[]): Promise<void> {
  let nowMs = Date.parse(reads[0]?.at ?? '2026-11-01T00:00:00Z');
  const writer = new Writer({
    store: (batch) => appendBatch(database, batch),
    clock: { now: () => nowMs },
    log: SILENT,
    storeMs: 30_000,
    journalDir: '',
    journalBytesMax: 0,
    pid: process.pid,
  });
  await writer.append({ kind: 'begin', members: '' });
  let last: Promise<void> | undefined;
  for (const read of reads) {
    nowMs = Date.parse(read.at);
    last = writer.append(draftOf(read, nowMs));
  }
  await last;
  await writer.end();
}

function draftOf(read: ReadToLog, nowMs: number): Parameters<Writer['append']>[0] {
  const { about, officer = 'officer-binh', dossier, request, values = {}, refused, rule = RULE } = read;
  const who = { sub: officer, role: 'officer', dept: '01', sys: 'one-stop-shop' };
  const why = { procedure: '1.000894', ...(dossier && { dossier }) };
  const members = { req: request, who, about: KEYS.about(about), why };
  const said = `,${JSON.stringify(members).slice(1, -1)}`;
  if (refused) return { kind: 'refused', members: `${said},"code":"${refused}","op":"${hashOf('query')}"` };
  const record: SourceRecord = {
    registry: 'citizen-identity',
    record: 'CI-2020-000001',
    version: '3',
    recordedAt: '2026-01-02T03:04:05.000Z',
    retrievedAtMs: nowMs - 12_000,
    cache: 'MEMORY',
  } as SourceRecord;
  const leaves = Object.entries(values).map(([path, value]) => ({
    path,
    value,
    outcome: value === null ? 'missing NO_RECORD' : 'shown',
    records: value === null ? [] : [record],
  }));
  const operation = { hash: hashOf('query'), name: 'Citizen' };
  const { members: what, details, opening } = disclosed({ operation, rules: [rule], leaves, also: [] });
  return { kind: 'read', members: `${said}${what}`, details, openings: [opening] };
}

/** Puts into the tree what is there, and signs it. */
export async function sequence(db: AuditDatabase, nowMs = Date.now(), signer = SIGNER): Promise<void> {
  const sequencer = new Sequencer({ db, clock: { now: () => nowMs }, signer, log: SILENT, everyMs: 1_000 });
  await sequencer.tick();
  const { phase, problem } = sequencer.state;
  if (phase !== 'leading' || problem) throw new Error(`nothing was sequenced: ${phase}, ${problem}`);
}
