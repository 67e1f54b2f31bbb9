import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { AUDIT_SETTINGS, type AuditDatabase, type AuditQueryable } from '../../gateway/audit/database';
import { detailHash, type Entry, hashOf, type Shape, shortHash } from '../../gateway/audit/entry';
import { openSigner } from '../../gateway/audit/verify/note';
import type { Log, LogFields } from '../../gateway/context';
import type { Database } from '../../subgraphs/kit/database';
import { migrate } from '../../subgraphs/kit/migrate';
import { openPostgres } from '../../subgraphs/kit/postgres';
import { createEmbeddedStore } from './embedded-store';
import { createScratchPostgres, describeOnPostgres } from './scratch-postgres';

export interface AuditStore {
  readonly db: Database;
  /** Other connections to the same tables; on the embedded store there is only one. */
  another(): Database;
  close(): Promise<void>;
}

const MIGRATIONS = join(__dirname, '../../gateway/audit/store/migrations');

export async function migrateAudit(db: Database): Promise<void> {
  await migrate(db, { schema: 'audit', folder: MIGRATIONS });
}

export async function createEmbeddedAudit(): Promise<AuditStore> {
  const db = await createEmbeddedStore();
  await migrateAudit(db);
  return { db, another: () => db, close: () => db.close() };
}

export async function createPostgresAudit(): Promise<AuditStore & { readonly url: string }> {
  const scratch = await createScratchPostgres();
  const opened: Database[] = [];
  const another = () => {
    const db = openPostgres(scratch.options({ poolMax: 4, settings: AUDIT_SETTINGS }));
    opened.push(db);
    return db;
  };
  const db = another();
  await migrateAudit(db);
  const close = async () => {
    await Promise.all(opened.map((each) => each.close()));
    await scratch.drop();
  };
  return { db, another, close, url: scratch.url };
}

/** The same tests on both stores. */
export function onEveryStore(tests: (open: () => Promise<AuditStore>) => void): void {
  describe('the embedded store', () => tests(createEmbeddedAudit));
  describeOnPostgres('PostgreSQL', () => tests(createPostgresAudit));
}

/** Leaves the tables as they are made, for the next test: a store of its own for each takes half a second. */
export async function emptyAudit(db: Database): Promise<void> {
  await db.script(
    'TRUNCATE audit.entry, audit.detail, audit.opening, audit.leaf, audit.tile, audit.checkpoint, audit.progress, audit.lookup',
  );
}

export const ORIGIN = 'example.test/audit';

export function createSigner(name = ORIGIN) {
  const { privateKey } = generateKeyPairSync('ed25519');
  return openSigner(name, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
}

/** 2026-03-01T00:00:00Z. */
export const MARCH_MS = Date.UTC(2026, 2, 1);

export interface TestClock {
  now(): number;
  ms: number;
}

export function createClock(ms = MARCH_MS): TestClock {
  const clock = { ms, now: () => clock.ms };
  return clock;
}

export interface TestLog extends Log {
  readonly lines: { level: string; message: string; fields: LogFields }[];
  /** The messages of this level. */
  at(level: string): string[];
}

export function createTestLog(): TestLog {
  const lines: TestLog['lines'] = [];
  const write = (level: string) => (fields: LogFields, message: string) => void lines.push({ level, message, fields });
  const at = (level: string) => lines.filter((line) => line.level === level).map(({ message }) => message);
  return { lines, at, debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

export interface WrittenEntry {
  readonly n: number;
  readonly atMs: number;
  readonly line: string;
  readonly entry: Entry;
}

/** Writes entries as a gateway does: numbered, and each with the hash of the one before. */
export class TestWriter {
  readonly id = randomBytes(12).toString('base64url');
  #n = 0;
  #before = '';

  /** Whether it has written nothing yet. */
  get isFresh(): boolean {
    return this.#n === 0;
  }

  next(atMs: number, fields: Partial<Entry> = { kind: 'read' }): WrittenEntry {
    this.#n += 1;
    const p = this.#before === '' ? '' : shortHash(this.#before);
    const entry = { v: 1, w: this.id, n: this.#n, p, at: atMs, kind: 'read', ...fields } as Entry;
    const line = JSON.stringify(entry);
    this.#before = line;
    return { n: this.#n, atMs, line, entry };
  }

  some(count: number, atMs: number, fields?: Partial<Entry>): WrittenEntry[] {
    return Array.from({ length: count }, (_, index) => this.next(atMs + index, fields));
  }
}

export function shapeOf(overrides: Partial<Shape> = {}): { hash: string; body: string; shape: Shape } {
  const shape: Shape = { v: 1, op: hashOf('query { a }'), rules: [], registries: [], fields: [], ...overrides };
  const body = JSON.stringify(shape);
  return { hash: detailHash(body), body, shape };
}

/** A database whose statement number `failing` fails, counted from 0; what is sent is counted on. */
export function failingAt(db: Database, failing: number): AuditDatabase & { readonly sent: number } {
  let sent = 0;
  const through = (to: AuditQueryable): AuditQueryable => ({
    query: async (text, values) => {
      if (sent++ === failing) throw new Error('the test made this statement fail');
      return to.query(text, values);
    },
  });
  return {
    get sent() {
      return sent;
    },
    ...through(db),
    transaction: (work) => db.transaction((tx) => work(through(tx))),
    ping: (timeoutMs) => db.ping(timeoutMs),
  };
}
