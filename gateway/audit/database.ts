/** What the log needs of its SQL database; whoever opens it hands it in. */
export interface AuditQueryable {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface AuditDatabase extends AuditQueryable {
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<Result>(work: (tx: AuditQueryable) => Promise<Result>): Promise<Result>;
  ping(timeoutMs: number): Promise<void>;
}

/**
 * What whoever opens a PostgreSQL server for the log sets there: whatever the log asks is found before its plan is compiled, or more
 * processes have begun.
 */
export const AUDIT_SETTINGS = { jit: 'off', max_parallel_workers_per_gather: '0' } as const;
