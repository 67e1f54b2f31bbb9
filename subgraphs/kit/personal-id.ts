import { badInput } from './public-error.js';

const personalIdPattern = /^\d{12}$/;

/** Twelve digits: province of birth registration, sex and century, year, serial. There is no check digit. */
export function isPersonalId(value: unknown): value is string {
  return typeof value === 'string' && personalIdPattern.test(value);
}

/**
 * The personal identification number that a caller gave. Throws `BAD_USER_INPUT` for anything else, before any look-up; the
 * message MUST NOT repeat the value, which may be somebody's number with a slip in it.
 */
export function requirePersonalId(value: unknown): string {
  if (isPersonalId(value)) return value;
  throw badInput('personalId must be 12 digits');
}
