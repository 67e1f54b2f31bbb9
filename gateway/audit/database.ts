/** What the log needs of its SQL database; whoever opens it hands it in. */
export interface AuditQueryable {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface AuditDatabase extends AuditQueryable {
  /** Commits when `work` resolves, rolls back when it rejects. */
  transaction<Result>(work: (tx: AuditQueryable) => Promise<Result>): Promise<Result>;
  ping(timeoutMs: number): Promise<void>;
}
