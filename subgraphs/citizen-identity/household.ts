import DataLoader from 'dataloader';
import type { Call } from '../kit/field-resolvers.js';
import { isPersonalId } from '../kit/personal-id.js';
import { distinctBy, newestFirst, oldestFirst } from '../kit/records.js';
import type { Resolvers } from '../kit/subgraph.js';
import { addressOf } from '../kit/units.js';
import { type Citizen, type IdentityContext, linkCitizen } from './citizen.js';
import type { HouseholdMemberRow, HouseholdRow, IdentitySource } from './source.js';

/** A household seen from one of its members, whose look-up found all the others. */
type ViewedHousehold = HouseholdRow & { readonly viewer: string };

/** The household that the person belongs to now: of several, which only defective data has, the one joined last. */
export async function readHousehold(
  { personalId }: Pick<Citizen, 'personalId'>,
  { source }: Pick<IdentityContext, 'source'>,
): Promise<ViewedHousehold | null> {
  const householdId = householdIdOf(await source.householdMember.loadMany('ofHouseholdsOf', personalId), personalId);
  const household = await source.household.loadOne('byRecord', householdId);
  return household && { ...household, viewer: personalId };
}

/** Who belongs to a person's household: what must be known before the members' own records can be read with the person's. */
export interface HouseholdCircle {
  readonly memberIds: readonly string[];
  readonly headId: string | null;
}

/**
 * Finds the circles of all persons of a fetch, and answers them all at the same moment: what is read then for some of them
 * joins what is read for the others.
 */
export function createCircleLoader(source: IdentitySource): DataLoader<string, HouseholdCircle> {
  return new DataLoader((personalIds) =>
    Promise.all(
      personalIds.map(async (personalId) => {
        const rows = await source.householdMember.loadMany('ofHouseholdsOf', personalId);
        const householdId = householdIdOf(rows, personalId);
        const household = await source.household.loadOne('byRecord', householdId);
        const memberIds = membersOf(rows, householdId).map((row) => row.personal_id);
        return { memberIds, headId: household?.head_id ?? null };
      }),
    ),
  );
}

function householdIdOf(rows: readonly HouseholdMemberRow[], personalId: string): string | null {
  const own = rows.filter((row) => row.personal_id === personalId && isMemberNow(row));
  return newestFirst(own, (row) => row.joined_on)[0]?.household_id ?? null;
}

function membersOf(rows: readonly HouseholdMemberRow[], householdId: string | null): HouseholdMemberRow[] {
  return distinctBy(
    rows.filter((row) => row.household_id === householdId && isMemberNow(row)),
    (row) => row.personal_id,
  );
}

/** The present members, each once, the head first, then in the order in which they joined. */
async function readMembers(household: ViewedHousehold, { source }: IdentityContext): Promise<HouseholdMemberRow[]> {
  const rows = await source.householdMember.loadMany('ofHouseholdsOf', household.viewer);
  return oldestFirst(membersOf(rows, household.record_id), (row) =>
    row.personal_id === household.head_id ? '' : (row.joined_on ?? '9999'),
  );
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
    members: (row: ViewedHousehold, _: unknown, { context }: Call<IdentityContext>) => readMembers(row, context),
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
