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

/** What the store takes well within its time, as bytes of a journal. */
export const TOLD_BYTES_MAX = 256 * 1024;

/** Batches of one writer as fewer: those whose numbers follow one another are one. */
export function joined(batches: readonly Batch[]): Batch[] {
  const runs: Batch[][] = [];
  for (const batch of batches) {
    const run = runs.at(-1);
    if (run && run.at(-1)!.entries.at(-1)!.n + 1 === batch.entries[0]!.n) run.push(batch);
    else runs.push([batch]);
  }
  return runs.map((run) => ({
    writer: run[0]!.writer,
    entries: run.flatMap(({ entries }) => entries),
    details: run.flatMap(({ details }) => details),
    openings: run.flatMap(({ openings }) => openings),
  }));
}
