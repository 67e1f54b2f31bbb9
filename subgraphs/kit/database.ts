/**
 * What a registry's source needs of its SQL database. Two implementations, one contract (`tests/contracts/database.test.ts`):
 * `postgres.ts` over a pool of `pg`, `pglite.ts` over the embedded store. One SQL text serves both: tables are always
 * named with their schema (`land.parcel`), since the embedded store is one session that all registries share.
 */
export interface Queryable {
  /** Runs one statement with `$1`-style parameters. Rejects with the driver's error, never with a value of the row. */
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface Database extends Queryable {
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<Result>(work: (tx: Queryable) => Promise<Result>): Promise<Result>;
  /** Runs a script of several statements without parameters: migrations. */
  script(text: string): Promise<void>;
  /** Streams rows into `schema.table` by `COPY … FROM STDIN` in text format; returns the number of rows. */
  copyIn(table: string, columns: readonly string[], rows: AsyncIterable<readonly CopyValue[]>): Promise<number>;
  /**
   * Calls `onNotice` soon after each commit that notified the channel (`NOTIFY`), and whenever notices may have been lost,
   * because the connection had broken. Several commits may come as one call. Resolves, when it listens, to what ends it;
   * `close` ends it too. Rejects when it cannot begin.
   */
  listen(channel: string, onNotice: () => void): Promise<() => Promise<void>>;
  /** Resolves when the database answers; rejects when it doesn't within the deadline. */
  ping(timeoutMs: number): Promise<void>;
  close(): Promise<void>;
}

export type CopyValue = string | number | boolean | null;

/** Throws for a channel that SQL would have to quote. */
export function assertChannel(channel: string): void {
  if (!/^[a-z_][a-z0-9_]*$/.test(channel)) throw new Error(`${channel} is not a plain lower-case channel name`);
}
