import type { OperationResult, ResponsePath, SourceRecord } from './context.js';

/** A rule that let something be read. */
export interface RuleApplied {
  readonly name: string;
  readonly basis: string;
  readonly verified: boolean;
  readonly from: string;
  readonly until?: string;
  /** A hash of the whole rule. */
  readonly version: string;
}

/** What was decided of an operation: the same object for all that are alike. */
export interface Ruling {
  /** Those of which something in the operation is read. */
  readonly rules: readonly RuleApplied[];
}

/** A field of a dossier's form, or one of its checks, as it was answered. */
export interface FormOutcome {
  /** `form KEY` or `check KEY`. */
  readonly path: string;
  readonly value: unknown;
  /** As the log says it: `shown`, `shown CONFLICT`, `missing REASON`, `refused REASON`. */
  readonly outcome: string;
  readonly records: readonly SourceRecord[];
}

/**
 * What is to be answered for of one operation beside its answer: noted on its way down and up by whoever decides it, read when the
 * answer is about to leave.
 */
export class Account {
  ruling: Ruling | undefined;
  readonly masked: { readonly path: ResponsePath; readonly as: string }[] = [];
  /** What it asked in turn, as a dossier does, with whom it asked for. */
  readonly parts: { readonly result: OperationResult; readonly account: Account }[] = [];
  readonly form: FormOutcome[] = [];
  /** Whether there was one. */
  hasForm = false;
}
