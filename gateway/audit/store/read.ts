import type { AuditQueryable } from '../database.js';
import type { AuditReader, Find, LoggedEntry } from '../reader.js';
import { readDetails } from './entry-marks.js';
import { findEntries } from './find.js';
import { TreeStore } from './tree-store.js';
import { readHead } from './waiting.js';

export function createReader(db: AuditQueryable): AuditReader {
  return new AuditTables(db);
}

/** Reads the log from its tables. */
export class AuditTables implements AuditReader {
  readonly #tree: TreeStore;

  constructor(private readonly db: AuditQueryable) {
    this.#tree = new TreeStore(db);
  }

  find(asked: Find): Promise<LoggedEntry[]> {
    return findEntries(this.db, asked);
  }

  async entry(leaf: number): Promise<LoggedEntry | undefined> {
    const [line] = await this.lines(leaf, 1);
    if (line !== undefined) return { leaf, line };
    const { leaves } = await readHead(this.db);
    return leaf >= 0 && leaf < leaves ? { leaf, line: undefined } : undefined;
  }

  /** The lines of so many leaves, in order; `undefined` where only the hash is kept, or there is no leaf. */
  async lines(from: number, count: number): Promise<(string | undefined)[]> {
    const rows = await this.db.query<{ leaf: number; line: string }>(
      `SELECT leaf_index AS leaf, entry.body AS line FROM audit.lookup JOIN audit.entry USING (writer, n, at)
        WHERE leaf_index >= $1 AND leaf_index < $2 ORDER BY leaf_index LIMIT $3`,
      [from, from + count, count],
    );
    const lines = new Map(rows.map(({ leaf, line }) => [leaf, line]));
    return Array.from({ length: count }, (_, index) => lines.get(from + index));
  }

  details(hashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return readDetails(this.db, hashes);
  }

  async opening(valuesHash: string): Promise<{ readonly salt: Buffer; readonly digests: Buffer } | undefined> {
    const [row] = await this.db.query<{ salt: Buffer; digests: Buffer }>(
      'SELECT salt, digests FROM audit.opening WHERE hash = $1',
      [valuesHash],
    );
    return row;
  }

  async checkpoint(): Promise<{ readonly size: number; readonly atMs: number; readonly note: string } | undefined> {
    return (await readHead(this.db)).checkpoint;
  }

  inclusionProof(leaf: number, size: number): Promise<Buffer[]> {
    return this.#tree.inclusionProof(leaf, size);
  }

  consistencyProof(from: number, to: number): Promise<Buffer[]> {
    return this.#tree.consistencyProof(from, to);
  }
}
