/** What somebody is to the registries. */
export const ROLES = ['officer', 'department-system', 'auditor', 'citizen', 'operator'] as const;
export type Role = (typeof ROLES)[number];

/** Who asks, as the issuer of the token vouches for. */
export interface Caller {
  readonly subject: string;
  readonly role: Role;
  readonly department?: string;
  /** The system that the token was given to. */
  readonly system?: string;
  /** Who acts on the subject's behalf. */
  readonly actor?: string;
  /** The caller's own personal identification number. */
  readonly citizen?: string;
  readonly scopes: readonly string[];
}

/** What a read is for: an administrative procedure, and the dossier in it. */
export interface Purpose {
  readonly procedure: string;
  readonly dossier?: string;
}

/** Who asks for what; both absent: a request that says neither. */
export interface Identity {
  readonly caller?: Caller;
  readonly purpose?: Purpose;
  /** The same text for all callers and purposes that may read the same, as far as that does not hang on whom they ask for. */
  readonly callerClass: string;
  /** When the token no longer holds, milliseconds since 1970. */
  readonly untilMs: number;
}

/** Who says neither who asks nor what for. */
export const NOBODY: Identity = { callerClass: '', untilMs: Number.POSITIVE_INFINITY };

/** The gateway, when it asks a registry for nobody in particular: to hear what changed, to refresh, to compare. */
export const GATEWAY_ITSELF: Identity = { ...NOBODY };
