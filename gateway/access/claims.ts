import { type Caller, type Purpose, ROLES, type Role } from '../identity.js';
import { PURPOSE_PARTS } from './purpose.js';

/** What a token says of its caller, beside whom it was issued by and for, and until when. */
export interface Claims {
  readonly caller: Caller;
  readonly purpose: Partial<Purpose>;
  /** SHA-256 of the client certificate that the token is bound to, base64url (RFC 8705, section 3.1). */
  readonly certificate?: string;
}

/** A claim that no caller can be made of. `must` says what it has to be, and nothing of what it is. */
export class ClaimError extends Error {
  constructor(
    readonly claim: string,
    readonly must: string,
  ) {
    super(`${claim} must be ${must}`);
    this.name = 'ClaimError';
  }
}

const SCOPES_MAX = 100;

/** How each claim that is one text is written. They go on to the registries in headers, so all are ASCII. */
const TEXTS = {
  sub: { pattern: /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/, must: 'the caller, in 1 to 255 ASCII characters' },
  department: { pattern: /^[\w.:/-]{1,64}$/, must: 'a code of 1 to 64 letters, digits and . : / - _' },
  client_id: {
    pattern: /^[\x21-\x7e]{1,255}$/,
    must: 'the client that the token was given to, in 1 to 255 ASCII characters',
  },
  citizen: { pattern: /^\d{12}$/, must: 'a personal identification number, 12 digits' },
  procedure: { pattern: PURPOSE_PARTS.procedure, must: 'the code of a procedure, e.g. 1.000894' },
  dossier: { pattern: PURPOSE_PARTS.dossier, must: 'the number of a dossier, e.g. H48.2026.000123' },
} as const;

/** Throws a `ClaimError`. */
export function readClaims(claims: Readonly<Record<string, unknown>>): Claims {
  const subject = textOf(claims, 'sub');
  if (subject === undefined) throw new ClaimError('sub', TEXTS.sub.must);
  const [department, citizen] = [textOf(claims, 'department'), textOf(claims, 'citizen')];
  const [system, actor] = [textOf(claims, 'client_id'), actorOf(claims.act)];
  const caller: Caller = Object.freeze({
    subject,
    role: roleOf(claims.role),
    ...(department === undefined ? {} : { department }),
    ...(system === undefined ? {} : { system }),
    ...(actor === undefined ? {} : { actor }),
    ...(citizen === undefined ? {} : { citizen }),
    scopes: Object.freeze(scopesOf(claims)),
  });
  const purpose = { procedure: textOf(claims, 'procedure'), dossier: textOf(claims, 'dossier') };
  return { caller, purpose, certificate: certificateOf(claims.cnf) };
}

function textOf(claims: Readonly<Record<string, unknown>>, claim: keyof typeof TEXTS): string | undefined {
  const value = claims[claim];
  if (value === undefined) return undefined;
  const { pattern, must } = TEXTS[claim];
  if (typeof value !== 'string' || !pattern.test(value)) throw new ClaimError(claim, must);
  return value;
}

/** Who acts for the subject (RFC 8693, section 4.1). Who acted before them is nothing that is decided by. */
function actorOf(act: unknown): string | undefined {
  if (act === undefined) return undefined;
  const sub = typeof act === 'object' && act !== null ? (act as { sub?: unknown }).sub : undefined;
  if (typeof sub !== 'string' || !TEXTS.sub.pattern.test(sub))
    throw new ClaimError('act', 'an object whose sub is who acts');
  return sub;
}

function roleOf(role: unknown): Role {
  const known = ROLES.find((name) => name === role);
  if (!known) throw new ClaimError('role', `one of ${ROLES.join(', ')}`);
  return known;
}

/** `scope` as RFC 8693 (section 4.2) has it, or a list called `scopes`; sorted, so that the same scopes are the same text. */
function scopesOf({ scope, scopes }: { scope?: unknown; scopes?: unknown }): string[] {
  if (scope !== undefined && typeof scope !== 'string') throw new ClaimError('scope', 'one text, with spaces between');
  if (scopes !== undefined && !Array.isArray(scopes)) throw new ClaimError('scopes', 'a list of texts');
  const all: unknown[] = [...(scope?.split(' ').filter(Boolean) ?? []), ...(scopes ?? [])];
  // RFC 6749, section 3.3.
  const isScope = (name: unknown): name is string =>
    typeof name === 'string' && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(name);
  if (!all.every(isScope) || all.length > SCOPES_MAX) {
    throw new ClaimError(scopes ? 'scopes' : 'scope', `at most ${SCOPES_MAX} scopes without spaces or quotes`);
  }
  return [...new Set(all)].sort();
}

/** A token that is bound to something is no bearer token: what cannot be checked here, such as DPoP (RFC 9449), is refused. */
function certificateOf(confirmation: unknown): string | undefined {
  if (confirmation === undefined) return undefined;
  const [[method, value] = [], ...others] = Object.entries(confirmation ?? {});
  if (method !== 'x5t#S256' || typeof value !== 'string' || others.length > 0) {
    throw new ClaimError('cnf', 'the x5t#S256 of a client certificate and nothing else');
  }
  return value;
}
