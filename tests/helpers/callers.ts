import type { Grant } from '../../gateway/access/index.js';
import type { Caller, Identity } from '../../gateway/identity.js';

const SCOPES = ['sensitive:ethnicity', 'sensitive:religion', 'sensitive:blood-group', 'sensitive:cause-of-death'];

/** Somebody who asks for something, as if a token had said so. */
export function identityOf(caller: Partial<Caller>, procedure?: string): Identity {
  const { role = 'officer', department, citizen, scopes = SCOPES, subject = 'a-test' } = caller;
  const whole = { subject, role, scopes, ...(department ? { department } : {}), ...(citizen ? { citizen } : {}) };
  return {
    caller: whole,
    ...(procedure ? { purpose: { procedure } } : {}),
    callerClass: [role, department, scopes.join(' '), procedure].join('|'),
    untilMs: Number.POSITIVE_INFINITY,
  };
}

/** For tests of other things than permission: whoever asks may read everything. */
export const ANYBODY = identityOf({ subject: 'anybody' }, '1.000894');

export const everythingTo = (role: Caller['role']): Grant => ({
  name: 'EverythingForATest',
  roles: [role],
  reads: 'EVERYTHING',
  subjects: 'PARTIES',
  from: '2000-01-01',
  basis: 'a test',
  readIn: 'a test',
  verified: false,
  selection: { kind: 'SelectionSet' as never, selections: [] },
});

/** What a gateway is started with so that permission is no matter. */
export const NO_MATTER_WHO = { identify: () => ANYBODY, grants: () => [everythingTo('officer')] };

/** What somebody asks of everything, who must not come to an end. */
export const NO_BUDGETS = { requestsASecond: 0, requestsBurst: 0, costASecond: 0, costBurst: 0, citizensADay: 0 };
