import type { Reading } from '../read.js';
import { decided, isAbsent, type Rule, unknown } from './rule.js';

/** No mortgage and no restriction is in force on the parcel. */
export const unencumbered: Rule = {
  subject: 'PARCEL',
  options: {},
  reads: () => ({ encumbered: 'encumbered', mortgages: 'mortgages[*].id', restrictions: 'restrictions[*].id' }),
  judge(facts) {
    const encumbered = facts.reading('encumbered');
    const details = [facts.reading('mortgages'), facts.reading('restrictions')] as const;
    const value = { mortgages: countOf(details[0]), restrictions: countOf(details[1]) };
    const found = details.filter((each) => each.kind === 'value' && (each.value as unknown[]).length > 0);
    if (found.length > 0) return decided(false, value, ...found);
    if (encumbered.kind === 'gap') return unknown(encumbered.reason, value);
    return decided(encumbered.value === false, value, encumbered);
  },
};

/** The parcel exists: it was neither split nor merged into others. */
export const activeParcel: Rule = {
  subject: 'PARCEL',
  options: {},
  reads: () => ({ status: 'status' }),
  judge(facts) {
    const status = facts.reading('status');
    if (status.kind === 'gap') return unknown(status.reason);
    return decided(status.value === 'ACTIVE', { status: String(status.value) }, status);
  },
};

/** The parcel has a certificate, and it was neither replaced nor withdrawn. */
export const certificateInForce: Rule = {
  subject: 'PARCEL',
  options: {},
  reads: () => ({ status: 'certificate.status' }),
  judge(facts) {
    const status = facts.reading('status');
    if (isAbsent(status)) return decided(false, { certificate: null });
    if (status.kind === 'gap') return unknown(status.reason);
    return decided(status.value === 'VALID', { certificate: String(status.value) }, status);
  },
};

/** The parcel has no certificate yet. */
export const noCertificate: Rule = {
  subject: 'PARCEL',
  options: {},
  reads: () => ({ certificate: 'certificate.serial', exists: 'status' }),
  judge(facts) {
    const certificate = facts.reading('certificate');
    const exists = facts.reading('exists');
    if (certificate.kind === 'value') return decided(false, { serial: String(certificate.value) }, certificate);
    if (!isAbsent(certificate)) return unknown(certificate.reason);
    return exists.kind === 'gap' ? unknown(exists.reason) : decided(true, null, exists);
  },
};

/** No permitted use of the parcel has expired; a use without a date is for a long term. */
export const usesInTerm: Rule = {
  subject: 'PARCEL',
  options: {},
  reads: () => ({ uses: 'landUses[*].purpose.code', expiresOn: 'landUses[*].expiresOn' }),
  judge(facts) {
    const uses = facts.reading('uses');
    const expiresOn = facts.reading('expiresOn');
    if (uses.kind === 'gap') return unknown(uses.reason);
    if (countOf(uses) === 0) return unknown('NO_RECORD');
    if (expiresOn.kind === 'gap') return isAbsent(expiresOn) ? decided(true, null, uses) : unknown(expiresOn.reason);
    const dates = (expiresOn.value as unknown[]).map(String);
    return decided(
      dates.every((date) => date >= facts.day),
      { expiresOn: dates },
      expiresOn,
    );
  },
};

/** The person presently holds a right in the parcel. */
export const holdsRight: Rule = {
  subject: 'CITIZEN',
  options: { parcel: 'PARCEL' },
  reads: (options) => ({
    holders: `${options.parcel}:landRights[*].holder.personalId`,
    parcel: `${options.parcel}:id`,
  }),
  judge(facts) {
    const holders = facts.reading('holders');
    const parcel = facts.reading('parcel');
    if (holders.kind === 'gap') return unknown(holders.reason);
    if (parcel.kind === 'gap') return unknown(parcel.reason);
    return decided((holders.value as unknown[]).includes(facts.id), null, holders, parcel);
  },
};

/** Two roles are two parcels. Needs no record. */
export const notSameParcel: Rule = {
  subject: 'PARCEL',
  options: { other: 'PARCEL' },
  reads: () => ({}),
  judge: (facts) => decided(facts.id !== facts.idOf(String(facts.with.other)), null),
};

/** Two parcels are held by the same persons: what is merged must belong together. */
export const sameHolders: Rule = {
  subject: 'PARCEL',
  options: { other: 'PARCEL' },
  reads: (options) => ({
    own: 'landRights[*].holder.personalId',
    other: `${options.other}:landRights[*].holder.personalId`,
  }),
  judge(facts) {
    const own = facts.reading('own');
    const other = facts.reading('other');
    if (own.kind === 'gap') return unknown(own.reason);
    if (other.kind === 'gap') return unknown(other.reason);
    if (countOf(own) === 0 || countOf(other) === 0) return unknown('NO_RECORD');
    return decided(keyOf(own) === keyOf(other), null, own, other);
  },
};

/** The measured area is the one that the certificate states. */
export const areasAgree: Rule = {
  subject: 'PARCEL',
  options: {},
  reads: () => ({ area: 'area', legalArea: 'legalArea' }),
  judge(facts) {
    const area = facts.reading('area');
    const legalArea = facts.reading('legalArea');
    if (area.kind === 'gap') return unknown(area.reason);
    if (legalArea.kind === 'gap') return unknown(legalArea.reason);
    return decided(area.value === legalArea.value, { area: area.value, legalArea: legalArea.value }, area, legalArea);
  },
};

function countOf(reading: Reading): number | null {
  return reading.kind === 'value' ? (reading.value as unknown[]).length : null;
}

function keyOf(reading: Reading & { kind: 'value' }): string {
  return [...new Set((reading.value as unknown[]).map(String))].sort().join(' ');
}
