import type { FormatName } from './format.js';
import type { Path } from './path.js';

/** Something wrong with a form, for whoever mends the file. */
export interface Problem {
  /** The file's name under the folder of forms. */
  readonly file: string;
  /** Where in the file: `field groom.fullName`, `check groom.alive`, `version 2026-01-01`. */
  readonly at: string;
  /** What is wrong and, where it can be told, how to mend it. */
  readonly problem: string;
}

export function describeProblem({ file, at, problem }: Problem): string {
  return at === '' ? `${file}: ${problem}` : `${file}: ${at}: ${problem}`;
}

/** A provision of law, where it was read, and whether a competent person has confirmed it. */
export interface Basis {
  readonly text: string;
  readonly readIn: string;
  readonly verified: boolean;
}

/** The form of one administrative procedure, with every version that is, was or will be in force. */
export interface Form {
  readonly file: string;
  readonly code: string;
  readonly name: string;
  readonly nameEn: string;
  /** By date; their terms don't overlap. */
  readonly versions: readonly FormVersion[];
}

/** Dates are `YYYY-MM-DD` in Vietnam; `effectiveTo` is the last day, null: open. */
export interface Term {
  readonly effectiveFrom: string;
  readonly effectiveTo: string | null;
}

export interface FormVersion extends Term {
  readonly readIn: string;
  readonly verified: boolean;
  readonly notes: readonly string[];
  readonly parties: readonly PartyRole[];
  readonly fields: readonly FormField[];
  readonly checks: readonly FormCheck[];
}

export type PartySubject = 'CITIZEN' | 'PARCEL';

/** A role; it names the party in the request and is the alias and the variable of the compiled operation. */
export interface PartyRole {
  readonly role: string;
  readonly label: string;
  readonly labelEn: string;
  readonly subject: PartySubject;
  readonly required: boolean;
}

export interface FormField extends Partial<Term> {
  readonly key: string;
  readonly label: string;
  readonly labelEn: string;
  /** The role it is about; null: the dossier as a whole, and then its paths name their roles. */
  readonly party: string | null;
  /** Where the value is looked for, the legally prevailing registry first; the first that has one wins. */
  readonly paths: readonly Path[];
  /** What must not contradict the value. A path that also stands in `paths` is not compared with itself. */
  readonly agree: readonly Path[];
  readonly format: FormatName;
  /** Puts the items of a `[*]` path into one text; null: the value is the list of them. */
  readonly join: string | null;
  /** What the form says when the registry answers with an empty list; null: an empty list is a gap. */
  readonly whenEmpty: string | null;
  /** A path whose record the value rests on where none holds it: the number that the request named, a count of nothing. */
  readonly recordOf: Path | null;
  /** Whether the citizen is asked when no registry has a value. */
  readonly askCitizen: boolean;
  readonly basis: Basis;
}

export interface FormCheck extends Partial<Term> {
  readonly key: string;
  readonly label: string;
  readonly labelEn: string;
  /** The role that the rule judges. */
  readonly party: string;
  /** A name in `RULES`. */
  readonly rule: string;
  /** What the rule needs to know besides: other roles, limits. */
  readonly with: Readonly<Record<string, string | number>>;
  readonly basis: Basis;
}

/** Whether a term, or one without dates, covers the day. */
export function inForce(term: Partial<Term>, day: string): boolean {
  return (term.effectiveFrom ?? '') <= day && (term.effectiveTo ?? '9999-12-31') >= day;
}
