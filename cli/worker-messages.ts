import type { Figures, MetricsPage } from '../gateway/telemetry/metrics.js';

/** What the primary process says to a worker. */
export type ToWorker =
  | { type: 'stop' }
  /** Answered by `figures` with the same number. */
  | { type: 'read figures'; round: number }
  /** The answer to `write page`; without a page none could be written. */
  | { type: 'page'; asked: number; page: MetricsPage | undefined }
  /** The answer to `query`; without rows it failed, and `problem` says why. */
  | { type: 'rows'; asked: number; rows?: readonly object[]; problem?: string };

/** What a worker says to the primary process. */
export type ToPrimary =
  /** The answer to `read figures`; without figures they could not be read, and `problem` says why. */
  | { type: 'figures'; round: number; figures?: Figures; problem?: string }
  /** A page of all workers' figures is wanted; answered by `page` with the same number. */
  | { type: 'write page'; asked: number }
  /** A statement for the audit log's store, where only the primary process has it open; answered by `rows` with the same number. */
  | { type: 'query'; asked: number; text: string; values?: readonly unknown[] | undefined };
