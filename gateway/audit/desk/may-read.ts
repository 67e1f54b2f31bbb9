import { GatewayError, WHO_ASKS } from '../../errors.js';
import type { Identity } from '../../identity.js';

/** What auditors declare as their purpose: the same as `schema/policies/auditors.graphql` says, and a test sees that it is. */
export const AUDIT_PROCEDURE = 'audit';

/** Refuses whoever may not read the whole log. Of GraphQL the policies do; this is for what goes past it. */
export function requireAuditor({ caller, purpose }: Identity): void {
  if (!caller) throw WHO_ASKS;
  if (caller.role !== 'auditor')
    throw new GatewayError('NOT_PERMITTED', 'Only auditors read the log of who read what.');
  if (purpose?.procedure === AUDIT_PROCEDURE) return;
  const header = `purpose: procedure=${AUDIT_PROCEDURE}; dossier=…`;
  if (!purpose)
    throw new GatewayError('PURPOSE_REQUIRED', `Say what the inspection is for; send the header \`${header}\`.`);
  throw new GatewayError('NOT_PERMITTED', `The log is read for an inspection; send the header \`${header}\`.`);
}

/** The citizen who asks, of whom the token alone tells. */
export function citizenAsking({ caller }: Identity): string {
  if (!caller) throw WHO_ASKS;
  if (caller.role === 'citizen' && caller.citizen !== undefined) return caller.citizen;
  throw new GatewayError(
    'NOT_PERMITTED',
    'This is for citizens, of their own data: send a token of the role citizen that names the personal number.',
  );
}
