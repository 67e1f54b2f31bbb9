import { GatewayError } from '../errors.js';
import type { FormVersion, PartyRole } from './form.js';

/** `PartyInput` of the schema. */
export interface PartyInput {
  role: string;
  personalId?: string | null;
  parcelId?: string | null;
}

const PERSONAL_ID = /^\d{12}$/;
/** GeoHash: digits and small letters without a, i, l and o. */
const PARCEL_ID = /^[0-9b-hjkmnp-z]{12}$/;

const PERSONAL_ID_RULE = 'a personal identification number has 12 digits';
const PARCEL_ID_RULE = 'a parcel identifier has 12 characters, digits and small letters without a, i, l and o';

/** Throws `BAD_USER_INPUT`; nothing is looked up for a number that cannot be one. */
export function requirePersonalId(personalId: string): void {
  if (!PERSONAL_ID.test(personalId)) throw new GatewayError('BAD_USER_INPUT', `personalId: ${PERSONAL_ID_RULE}.`);
}

/**
 * The parties' identifiers by role. All that is wrong with them is told in one error: `INVALID_PARTIES` where they don't fit
 * the form's roles, else `BAD_USER_INPUT` where a number is malformed. It names places and roles, never a value.
 */
export function matchParties(
  version: FormVersion,
  parties: readonly PartyInput[],
  partiesMax: number,
): ReadonlyMap<string, string> {
  if (parties.length > partiesMax) {
    throw new GatewayError(
      'INVALID_PARTIES',
      `parties: there are more than ${partiesMax}; the roles are ${rolesOf(version)}.`,
    );
  }
  const misfits: string[] = [];
  const malformed: string[] = [];
  const ids = new Map<string, string>();
  for (const [index, party] of parties.entries()) {
    const role = version.parties.find((each) => each.role === party.role);
    const place = `parties[${index}]`;
    const id = role ? idFor(role, party, { misfit: (text) => misfits.push(`${place}: ${text}`) }) : null;
    if (!role) misfits.push(`${place}: the role is not one of this procedure's, ${rolesOf(version)}`);
    else if (ids.has(role.role)) misfits.push(`${place}: the role ${role.role} is given more than once`);
    else ids.set(role.role, id ?? '');
    if (role && id !== null && !isWellFormed(role, id)) malformed.push(`${place}: ${ruleFor(role)}`);
  }
  const missing = version.parties.filter((each) => each.required && !ids.has(each.role));
  for (const { role, subject } of missing) misfits.push(`the role ${role} is missing; give it a ${keyFor(subject)}`);
  if (misfits.length > 0) throw new GatewayError('INVALID_PARTIES', sentence([...misfits, ...malformed]));
  if (malformed.length > 0) throw new GatewayError('BAD_USER_INPUT', sentence(malformed));
  return ids;
}

/** The identifier that fits the role's subject; reports and answers null when there is another, both or none. */
function idFor(role: PartyRole, party: PartyInput, report: { misfit(text: string): void }): string | null {
  const { personalId, parcelId } = { personalId: party.personalId ?? null, parcelId: party.parcelId ?? null };
  const wanted = keyFor(role.subject);
  if (personalId !== null && parcelId !== null) report.misfit(`give only ${wanted}, not both identifiers`);
  else if (personalId === null && parcelId === null) report.misfit(`give the ${wanted} of the ${role.role}`);
  else if ((role.subject === 'CITIZEN') === (personalId === null)) report.misfit(`${role.role} takes a ${wanted}`);
  else return personalId ?? parcelId;
  return null;
}

function isWellFormed(role: PartyRole, id: string): boolean {
  return (role.subject === 'CITIZEN' ? PERSONAL_ID : PARCEL_ID).test(id);
}

function ruleFor(role: PartyRole): string {
  return role.subject === 'CITIZEN' ? PERSONAL_ID_RULE : PARCEL_ID_RULE;
}

function keyFor(subject: PartyRole['subject']): 'personalId' | 'parcelId' {
  return subject === 'CITIZEN' ? 'personalId' : 'parcelId';
}

function rolesOf(version: FormVersion): string {
  return version.parties.map(({ role, required }) => (required ? role : `${role} (optional)`)).join(', ');
}

function sentence(problems: readonly string[]): string {
  return `${problems.join('; ')}.`;
}
