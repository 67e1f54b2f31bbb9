/** What the cache has done since the process began, and what it holds now. */
export interface CacheStats {
  /** Objects looked up, by subgraph and what came of it. */
  readonly lookUps: ReadonlyMap<string, Readonly<Record<'hit' | 'stale' | 'partial' | 'miss' | 'shared', number>>>;
  /** What this process remembers: entities and answers, their bytes, and how many were forgotten to make room. */
  readonly memory: {
    readonly entries: number;
    readonly bytes: number;
    readonly evicted: number;
    /** The answers, which rest on several, under ''. */
    readonly bytesBySubgraph: ReadonlyMap<string, number>;
  };
  /**
   * How often Redis failed or was too late, how many values in it could not be opened, whether it is left alone now, and the bytes
   * that were read and written, by subgraph.
   */
  readonly redis?: {
    readonly failures: number;
    readonly unreadable: number;
    readonly open: boolean;
    readonly bytes: ReadonlyMap<string, { readonly read: number; readonly written: number }>;
  };
  /** Whose changes must be heard, and whether they are; the other gateways under ''. */
  readonly heard: ReadonlyMap<string, boolean>;
  /** Answers that were compared with the registry's. */
  readonly shadow?: Readonly<Record<'same' | 'different' | 'failed', number>>;
}

/** What a caller has a budget of. */
export type BudgetName = 'requests' | 'cost' | 'citizens';

/** What was decided on callers' budgets since the process began. */
export interface BudgetStats {
  /** Operations refused, by the budget that must be waited for longest. */
  readonly refused: Readonly<Record<BudgetName, number>>;
  /** Operations by who decided: what was taken from Redis before (`held`), Redis, or this process by itself. */
  readonly decided: Readonly<Record<'held' | 'redis' | 'process', number>>;
  /** How often Redis failed or was too late, and whether it is asked now. */
  readonly redis?: { readonly failures: number; readonly decides: boolean };
}

/** What the audit log has written since the process began, and where it is kept now. */
export interface AuditStats {
  readonly entries: number;
  readonly batches: number;
  readonly journalBytes: number;
  readonly keeps: 'store' | 'journal' | 'nothing';
  /** `undefined`: no checkpoint is known. */
  readonly checkpointAgeMs: number | undefined;
}
