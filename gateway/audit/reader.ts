/** What is looked for in the log. All that is given must hold. */
export interface Find {
  /** Marks (`markOf`) that an entry has all of; several lists: all of one of them (a person under an old and a new key). */
  readonly anyOf?: readonly (readonly string[])[];
  readonly fromMs?: number;
  /** Before this. */
  readonly untilMs?: number;
  /** Goes on after this leaf, in the order asked for. */
  readonly afterLeaf?: number;
  readonly order: 'newest first' | 'oldest first';
  /** So many at most. */
  readonly first: number;
}

/** An entry in the tree. */
export interface LoggedEntry {
  /** Its place in the tree, from 0. */
  readonly leaf: number;
  /** The entry as it was written; `undefined`: its month has been retired, and only its hash is kept. */
  readonly line: string | undefined;
}

/** Reads the log. What was written moments ago is there when the sequencer has put it into the tree. */
export interface AuditReader {
  find(asked: Find): Promise<LoggedEntry[]>;
  entry(leaf: number): Promise<LoggedEntry | undefined>;
  /** Details by their hashes; those that are not kept are absent. */
  details(hashes: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** What proves values: `undefined` when it was erased, or never kept. */
  opening(valuesHash: string): Promise<{ readonly salt: Buffer; readonly digests: Buffer } | undefined>;
  /** The newest checkpoint, a signed note; `undefined`: there is none yet. */
  checkpoint(): Promise<{ readonly size: number; readonly atMs: number; readonly note: string } | undefined>;
  /** The hashes of an inclusion proof of a leaf in the tree of a size. */
  inclusionProof(leaf: number, size: number): Promise<Buffer[]>;
  consistencyProof(from: number, to: number): Promise<Buffer[]>;
}
