// Who asks where it matters who asks: officers who register a marriage, each with a token, a purpose and a dossier of their own.
import { readFileSync } from 'node:fs';
import { UNBOUNDED } from './gateways.mjs';
import { scenariosOf } from './scenarios.mjs';

/** So many that none spends what a caller may by default. */
const OFFICERS = 400;
/** May read all that the marriage form needs. */
const OFFICER = { role: 'officer', department: 'H48', scope: 'sensitive:ethnicity' };

/** What a caller may ask for is bounded as it is by itself. */
export const BOUNDS = Object.fromEntries(Object.keys(UNBOUNDED).map((name) => [name, '']));

/** The headers of each officer's requests, by an issuer's tokens (issuer.mjs). */
export function headersOf(issuer) {
  return Array.from({ length: OFFICERS }, (_, index) => ({
    authorization: `Bearer ${issuer.tokenOf({ ...OFFICER, sub: `officer-${index}` })}`,
    purpose: `procedure=1.000894; dossier=H48.2026.${String(index).padStart(6, '0')}`,
  }));
}

/** What an officer may read all of: a person's part of the marriage form, or both. */
export async function scenariosForOfficer(names, where) {
  const scenarios = await scenariosOf(names, where);
  const party = readFileSync(new URL('party.graphql', import.meta.url), 'utf8');
  return scenarios.map((scenario) =>
    scenario.people
      ? {
          ...scenario,
          title: 'a person’s part of the marriage form',
          bodies: scenario.people.map((personalId) => JSON.stringify({ query: party, variables: { personalId } })),
        }
      : scenario,
  );
}
