import type DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import { isPersonalId } from '../kit/personal-id.js';
import { RECORD, type RecordStamp } from '../kit/records.js';
import { selectedBelow, selectedFields, selectsMoreThan } from '../kit/selection.js';
import type { SubgraphContext } from '../kit/subgraph.js';
import type { HouseholdCircle } from './household.js';
import type { IdentitySource, PersonRow } from './source.js';

export interface IdentityContext extends SubgraphContext {
  readonly source: IdentitySource;
  readonly circles: DataLoader<string, HouseholdCircle>;
  /** Today in Viet Nam, `YYYY-MM-DD`. */
  readonly today: string;
}

/** A citizen as this registry answers for them. Without a row the registry was not asked, or doesn't know the person. */
export interface Citizen {
  readonly personalId: string;
  readonly row?: PersonRow;
  readonly [RECORD]?: RecordStamp;
}

/** What must be read beside the person's own record, by the field that needs it. */
const readsOf: Readonly<Record<string, (source: IdentitySource, personalId: string) => Promise<unknown>[]>> = {
  permanentResidence: readResidences,
  temporaryResidence: readResidences,
  currentResidence: readResidences,
  residenceHistory: readResidences,
  household: (source, id) => [source.householdMember.loadMany('ofHouseholdsOf', id)],
  relatives: (source, id) => [source.person.loadMany('byFather', id), source.person.loadMany('byMother', id)],
  card: (source, id) => [source.card.loadMany('byPerson', id)],
  cardHistory: (source, id) => [source.card.loadMany('byPerson', id)],
  identityHistory: (source, id) => [source.person.loadMany('replacedByPerson', id)],
};

/**
 * Reads the person of an entity reference; null when the registry doesn't know them. What the selected fields need of other
 * tables is asked for at the same moment, and for the members of the household too when the selection goes on to them: a
 * fetch of many persons, or of one and their whole household, takes one statement a table.
 */
export async function readCitizen(
  personalId: string,
  context: IdentityContext,
  info: GraphQLResolveInfo,
): Promise<Citizen | null> {
  const { source } = context;
  const others = await readCircle(personalId, context, info);
  const person = source.person.loadOne('byPerson', personalId);
  readAhead(source, personalId, selectedFields(info, 'Citizen'));
  for (const { id, fields } of others) {
    source.person.loadOne('byPerson', id).catch(reportedLater);
    readAhead(source, id, fields);
  }
  const row = await person;
  return row && { personalId, row, [RECORD]: row[RECORD] };
}

/** Those of the household whose own records the selection goes on to, with the fields that it wants of them. */
async function readCircle(
  personalId: string,
  { circles }: IdentityContext,
  info: GraphQLResolveInfo,
): Promise<{ readonly id: string; readonly fields: ReadonlySet<string> }[]> {
  const { ofMembers, ofHead } = selectedOfHousehold(info);
  if (!ofMembers && !ofHead) return [];
  const circle = await circles.load(personalId).catch(reportedLater);
  if (!circle) return [];
  return [
    ...(ofMembers ? circle.memberIds.map((id) => ({ id, fields: ofMembers })) : []),
    ...(ofHead && circle.headId ? [{ id: circle.headId, fields: ofHead }] : []),
  ].filter(({ id }) => isPersonalId(id));
}

interface SelectedOfHousehold {
  readonly ofMembers: ReadonlySet<string> | undefined;
  readonly ofHead: ReadonlySet<string> | undefined;
}

const selections = new WeakMap<GraphQLResolveInfo['fieldNodes'], SelectedOfHousehold>();

/** What is wanted of members and head beyond their numbers; undefined where it is nothing. */
function selectedOfHousehold(info: GraphQLResolveInfo): SelectedOfHousehold {
  const known = selections.get(info.fieldNodes);
  if (known) return known;
  const beyondKey = (...path: `${string}.${string}`[]) => {
    const names = selectedBelow(info, ['Citizen.household', ...path], 'Citizen');
    return [...names].some((name) => name !== 'personalId' && name !== '__typename') ? names : undefined;
  };
  const selected = {
    ofMembers: beyondKey('Household.members', 'HouseholdMember.citizen'),
    ofHead: beyondKey('Household.head'),
  };
  selections.set(info.fieldNodes, selected);
  return selected;
}

function readAhead(source: IdentitySource, personalId: string, fields: ReadonlySet<string>): void {
  for (const field of fields) {
    for (const read of readsOf[field]?.(source, personalId) ?? []) read.catch(reportedLater);
  }
}

// A failure is reported by the field that needs the rows, which finds the same promise in the loader.
function reportedLater(): undefined {}

/**
 * A citizen that a record points to; null for what is no personal identification number. Their own record is read only when
 * more than the number is asked for; a person unknown here keeps the number, which other registries may know.
 */
export function linkCitizen(
  personalId: string | null,
  context: IdentityContext,
  info: GraphQLResolveInfo,
): Citizen | Promise<Citizen> | null {
  if (!isPersonalId(personalId)) return null;
  if (!selectsMoreThan(info, 'Citizen', 'personalId')) return { personalId };
  return readCitizen(personalId, context, info).then((citizen) => citizen ?? { personalId });
}

function readResidences(source: IdentitySource, personalId: string): Promise<unknown>[] {
  return [source.residence.loadMany('byPerson', personalId)];
}
