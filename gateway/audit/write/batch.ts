/** Entries that are made durable together, and what they name that may not be kept yet. */
export interface Batch {
  readonly writer: string;
  /** In the order of their numbers, which follow one another. */
  readonly entries: readonly { readonly n: number; readonly atMs: number; readonly line: string }[];
  readonly details: readonly Detail[];
  readonly openings: readonly Opening[];
}

export interface Detail {
  readonly hash: string;
  readonly body: string;
}

/** What proves the values of an answer, by the hash that an entry has of them. */
export interface Opening {
  readonly hash: string;
  readonly salt: Buffer;
  readonly digests: Buffer;
}

/** Makes a batch durable. It may be asked for the same batch again, when nobody heard that it was. */
export type Store = (batch: Batch) => Promise<void>;
