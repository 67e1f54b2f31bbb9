import type { Registration } from '../known-operations.js';

/** Who answers for an operation and what it is for, as its file or its manifest says it. */
export interface Declared {
  readonly owner?: string | undefined;
  /** Codes of procedures, or `any` alone; absent: nothing is said. */
  readonly purposes?: readonly string[] | undefined;
}

const LINE = /^#[ \t]*(owner|purpose):[ \t]*(.*?)[ \t]*$/;
/** `1.000894`, or with the authority behind it as the national portal writes it: `1.000894.000.00.00.H48`. */
const PROCEDURE = /^\d\.\d{6}(\.[\dA-Z]+)*$/;
const ANY = 'any';

/** What the comments above an operation declare: `# owner: …`, and `# purpose: …` with commas between, on one line or several. */
export function declaredAbove(text: string): Declared {
  let owner: string | undefined;
  let purposes: string[] | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line !== '' && !line.startsWith('#')) break;
    const [, name, value = ''] = LINE.exec(line) ?? [];
    if (name === 'owner') owner = value || undefined;
    if (name === 'purpose') purposes = [...(purposes ?? []), ...value.split(',').flatMap((part) => part.trim() || [])];
  }
  return { owner, purposes };
}

/**
 * What is declared as the gateway keeps it, or a sentence on what is wrong with it. `mustDeclare`: an operation on our own
 * registries says who answers for it and what it is for.
 */
export function registrationOf({ owner, purposes }: Declared, mustDeclare: boolean): Registration | string {
  if (mustDeclare && !owner) return 'it says not who answers for it: write "# owner: …" above it';
  if (!purposes || purposes.length === 0) {
    return mustDeclare
      ? `it says not what it is for: write "# purpose: 1.000894, …" or "# purpose: ${ANY}" above it`
      : { owner };
  }
  if (purposes.length === 1 && purposes[0] === ANY) return { owner };
  const wrong = purposes.find((purpose) => !PROCEDURE.test(purpose));
  if (wrong === undefined) return { owner, purposes: new Set(purposes) };
  return `its purpose "${wrong}" is no code of a procedure, such as 1.000894; "${ANY}" stands alone`;
}
