import * as land from './land.js';
import * as person from './person.js';
import type { Rule } from './rule.js';

export type { Rule } from './rule.js';

/** Every rule that a form's check may name. */
export const RULES: Readonly<Record<string, Rule>> = {
  alive: person.alive,
  'of-age': person.ofAge,
  'of-sex': person.ofSex,
  'born-before': person.bornBefore,
  unmarried: person.unmarried,
  'not-same-person': person.notSamePerson,
  'married-to': person.marriedTo,
  'has-record': person.hasRecord,
  'no-record': person.noRecord,
  'heir-of': person.heirOf,
  'card-valid': person.cardValid,
  unencumbered: land.unencumbered,
  'active-parcel': land.activeParcel,
  'certificate-in-force': land.certificateInForce,
  'no-certificate': land.noCertificate,
  'uses-in-term': land.usesInTerm,
  'holds-right': land.holdsRight,
  'not-same-parcel': land.notSameParcel,
  'same-holders': land.sameHolders,
  'areas-agree': land.areasAgree,
};
