import type { SelectionSetNode } from 'graphql';
import type { Role } from '../identity.js';

/** A rule that lets somebody read something; what no rule lets be read is not. Read from `schema/policies`. */
export interface Grant {
  /** Unique; also what `@policy(policies: [["name"]])` in an SDL may ask for. */
  readonly name: string;
  readonly roles: readonly Role[];
  /** Absent: whatever department the caller is of. */
  readonly departments?: readonly string[];
  /** Absent: whatever procedure it is for. */
  readonly procedures?: readonly string[];
  /**
   * `FORM`: what the form of the purpose's procedure needs; `SELECTION`: what is written below. `EVERYTHING` cannot be said in a
   * policy: it is for graphs whose data nobody has to protect, such as a test's.
   */
  readonly reads: 'FORM' | 'SELECTION' | 'EVERYTHING';
  /** `SELF`: of people only the caller; `PARTIES`: whoever the operation names. */
  readonly subjects: 'SELF' | 'PARTIES';
  /** The days on which it is in force, `YYYY-MM-DD`, both included. */
  readonly from: string;
  readonly until?: string;
  /** The provision that it rests on, where that was read, and whether a competent person has confirmed it. */
  readonly basis: string;
  readonly readIn: string;
  readonly verified: boolean;
  readonly selection: SelectionSetNode;
}
