import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Entry, parseEntry, recordsOf, type Shape, subjectHash } from '../../gateway/audit/entry.js';
import { type AuditParts, createSequencer } from '../../gateway/audit/index.js';
import type { AuditReader } from '../../gateway/audit/reader.js';
import { createReader } from '../../gateway/audit/store/read.js';
import { DEFAULTS } from '../../gateway/config.js';
import type { Log } from '../../gateway/context.js';
import type { Database } from '../../subgraphs/kit/database.js';
import { migrate } from '../../subgraphs/kit/migrate.js';

/** What a test may look at in a log. */
export interface LogOfTest {
  readonly parts: AuditParts;
  readonly reader: AuditReader;
  /** All entries as they were written, those of each writer in their order, whether they are in the tree or not. */
  entries(): Promise<ReadEntry[]>;
  /** Of one request. */
  ofRequest(requestId: string): Promise<ReadEntry[]>;
  /** Puts all that was written into the tree. */
  sequence(): Promise<void>;
  /** A person or parcel, as entries name it. */
  hashOf(id: string): string;
}

export interface ReadEntry {
  readonly line: string;
  readonly entry: Entry;
  readonly shape: Shape | undefined;
  /** `path: outcome registry/record@version tier`, of each field. */
  readonly fields: readonly string[];
}

/** Brings the log's tables into a store. */
export async function migrateLog(database: Database): Promise<void> {
  const folder = dirname(require.resolve('#gateway/audit/store/migrations/0001-log.sql'));
  await migrate(database, { schema: 'audit', folder });
}

/** The parts of a log with keys of its own, in a store that may hold other things as well. */
export async function openLog(database: Database, given: true | Partial<AuditParts> = true) {
  await migrateLog(database);
  const dir = mkdtempSync(join(tmpdir(), 'lien-thong-audit-'));
  const privateKeyPem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const parts: AuditParts = {
    database,
    signer: { name: 'test.example/log', privateKeyPem },
    subjectKeys: [{ id: 'k1', key: randomBytes(32) }],
    journalDir: join(dir, 'journal'),
    pid: process.pid,
    sequences: false,
    ...(given === true ? {} : given),
  };
  const ofTest = (log: Log, now: () => number): LogOfTest => logOfTest(database, { parts, log, now });
  return { parts, ofTest, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

function logOfTest(
  database: Database,
  { parts, log, now }: { parts: AuditParts; log: Log; now: () => number },
): LogOfTest {
  const reader = createReader(database);
  const sequencer = createSequencer(parts, { config: DEFAULTS.audit, clock: { now }, log });
  const entries = async () => {
    const rows = await database.query<{ body: string }>('SELECT body FROM audit.entry ORDER BY at, writer, n');
    const kept = await database.query<{ hash: string; body: string }>('SELECT hash, body FROM audit.detail');
    const details = new Map(kept.map(({ hash, body }) => [hash, body]));
    return rows.map(({ body }) => readEntry(body, details));
  };
  return {
    parts,
    reader,
    entries,
    ofRequest: async (requestId) => (await entries()).filter(({ entry }) => entry.req === requestId),
    sequence: () => sequencer.tick(),
    hashOf: (id) => subjectHash(parts.subjectKeys[0]!.key, id),
  };
}

function readEntry(line: string, details: ReadonlyMap<string, string>): ReadEntry {
  const entry = parseEntry(line);
  const body = entry.shape && details.get(entry.shape);
  const shape = body ? (JSON.parse(body) as Shape) : undefined;
  const list = entry.fromIn ? JSON.parse(details.get(entry.fromIn)!) : undefined;
  const records = (shape && recordsOf(entry, shape, list)) ?? [];
  const nameOf = (index: number) => {
    const { registry, record, version, cache } = records[index]!;
    return `${registry}/${record}@${version} ${cache}`;
  };
  const fields = shape?.fields.map(([path, from, outcome]) => `${path}: ${[outcome, ...from.map(nameOf)].join(' ')}`);
  return { line, entry, shape, fields: fields ?? [] };
}
