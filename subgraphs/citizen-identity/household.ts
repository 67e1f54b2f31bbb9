import type { Call } from '../kit/field-resolvers.js';
import { isPersonalId } from '../kit/personal-id.js';
import { distinctBy, newestFirst, oldestFirst } from '../kit/records.js';
import type { Resolvers } from '../kit/subgraph.js';
import { addressOf } from '../kit/units.js';
import { type Citizen, type IdentityContext, linkCitizen } from './citizen.js';
import type { HouseholdMemberRow, HouseholdRow } from './source.js';

/** The household that the person belongs to now: of several, which only defective data has, the one joined last. */
export async function readHousehold(
  { personalId }: Citizen,
  { source }: IdentityContext,
): Promise<HouseholdRow | null> {
  const memberships = (await source.householdMember.loadMany('byPerson', personalId)).filter(isMemberNow);
  const membership = newestFirst(memberships, (row) => row.joined_on)[0];
  return membership ? source.household.loadOne('byRecord', membership.household_id) : null;
}

/** The present members, each once, the head first, then in the order in which they joined. */
async function readMembers(household: HouseholdRow, { source }: IdentityContext): Promise<HouseholdMemberRow[]> {
  const rows = await source.householdMember.loadMany('byHousehold', household.record_id);
  const members = distinctBy(rows.filter(isMemberNow), (row) => row.personal_id);
  return oldestFirst(members, (row) => (row.personal_id === household.head_id ? '' : (row.joined_on ?? '9999')));
}

function isMemberNow(row: HouseholdMemberRow): boolean {
  return row.left_on === null;
}

export const householdResolvers: Resolvers<IdentityContext> = {
  Household: {
    id: (row: HouseholdRow) => row.record_id,
    head: (row: HouseholdRow, _: unknown, { context, info }: Call<IdentityContext>) =>
      linkCitizen(row.head_id, context, info),
    address: (row: HouseholdRow) => addressOf({ line: row.line, code: row.unit_code, validFrom: row.unit_from }),
    members: (row: HouseholdRow, _: unknown, { context }: Call<IdentityContext>) => readMembers(row, context),
  },
  HouseholdMember: {
    // A malformed number is handed out as recorded: one defective member must not hide the others.
    citizen: (row: HouseholdMemberRow, _: unknown, { context, info }: Call<IdentityContext>) =>
      isPersonalId(row.personal_id)
        ? linkCitizen(row.personal_id, context, info)
        : ({ personalId: row.personal_id } satisfies Citizen),
    joinedOn: (row: HouseholdMemberRow) => row.joined_on,
  },
};
