import { type GraphQLField, type GraphQLObjectType, getNamedType } from 'graphql';
import { WHO_ASKS } from '../errors.js';
import type { Given, GrantNode } from './grant-tree.js';
import type { Mask } from './masks.js';
import type { Requirement, Requirements } from './requirements.js';
import type { Standing } from './standing.js';

/** The policy that our own SDLs ask for: that a rule lets it be read, here, by this caller and for this purpose. */
export const PURPOSE_POLICY = 'purpose';

/** Why something may not be read. */
export type Refusal = 'authentication' | 'purpose' | 'grant' | 'scopes' | 'policy' | 'other procedure';

/** What a refusal says: what is wrong and how to mend it. It tells nothing that the operation did not. */
export const REFUSALS: Record<Refusal, string> = {
  authentication: WHO_ASKS.message,
  purpose: 'This is read only for a purpose; send the header `purpose: procedure=…; dossier=…`.',
  grant: 'No rule lets this role read this for the declared purpose; ask for what the procedure needs.',
  scopes: 'This is read only with a scope that the token has not; ask its issuer for one.',
  policy: 'This is read only under a policy that does not hold for this caller.',
  'other procedure':
    'The dossier is of another procedure than the declared purpose; declare the purpose that it is for.',
};

/** Where in an answer one is, as far as reading there is a matter of rules. */
export interface Place {
  /** What the rules that apply let be read below. */
  readonly nodes: readonly GrantNode[];
  /** Whether everything below needs a rule. */
  readonly isGoverned: boolean;
}

export type Verdict =
  | { readonly may: true; readonly mask?: Mask; readonly below: Place; readonly rule?: string }
  | { readonly may: false; readonly why: Refusal };

/**
 * Whether a field of an object may be read at a place. Everything at and below what asks for the policy `purpose` is read only
 * where a rule says so; whatever else the field, or the type that it returns, asks for must hold as well.
 */
export function judge(
  at: {
    type: GraphQLObjectType;
    field: GraphQLField<unknown, unknown>;
    place: Place;
    given?: Given | undefined;
    also?: readonly Requirement[];
  },
  { requirements, standing }: { requirements: Requirements; standing: Standing },
): Verdict {
  const { type, field, place } = at;
  const nodes = place.nodes.flatMap((node) => node.children(type, field.name, at.given));
  const asked = [
    ...requirements.ofField(type.name, field.name),
    ...requirements.ofType(getNamedType(field.type).name),
    ...(at.also ?? []),
  ];
  const isGoverned = place.isGoverned || asked.some(asksForPurpose);
  if (isGoverned && nodes.length === 0) {
    const { caller, purpose } = standing.identity;
    return { may: false, why: !caller ? 'authentication' : !purpose ? 'purpose' : 'grant' };
  }
  for (const requirement of asked) {
    const why = unmet(requirement, standing);
    if (why) return { may: false, why };
  }
  const [first] = nodes;
  // Where one rule shows it and another masks it, it may be shown.
  const mask = nodes.every((node) => node.mask) ? first?.mask : undefined;
  return { may: true, ...(mask ? { mask } : {}), below: { nodes, isGoverned }, ...(first ? { rule: first.rule } : {}) };
}

function asksForPurpose(requirement: Requirement): boolean {
  return requirement.kind === 'policies' && requirement.anyOf.some((all) => all.includes(PURPOSE_POLICY));
}

function unmet(requirement: Requirement, { identity, scopes, rules }: Standing): Refusal | undefined {
  const { caller } = identity;
  if (!caller) return 'authentication';
  switch (requirement.kind) {
    case 'authenticated':
      return undefined;
    case 'scopes':
      return requirement.anyOf.some((all) => all.every((scope) => scopes.has(scope))) ? undefined : 'scopes';
    case 'policies': {
      // That a rule lets it be read has been asked already.
      const holds = (policy: string) => policy === PURPOSE_POLICY || rules.has(policy);
      return requirement.anyOf.some((all) => all.every(holds)) ? undefined : 'policy';
    }
  }
}
