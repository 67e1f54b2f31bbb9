import type { GraphQLResolveInfo } from 'graphql';
import { isPersonalId } from '../kit/personal-id.js';
import { RECORD, type RecordStamp } from '../kit/records.js';
import { selectedFields, selectsMoreThan } from '../kit/selection.js';
import type { SubgraphContext } from '../kit/subgraph.js';
import type { IdentitySource, PersonRow } from './source.js';

export interface IdentityContext extends SubgraphContext {
  readonly source: IdentitySource;
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
  household: (source, id) => [source.householdMember.loadMany('byPerson', id)],
  relatives: (source, id) => [source.person.loadMany('byFather', id), source.person.loadMany('byMother', id)],
  card: (source, id) => [source.card.loadMany('byPerson', id)],
  cardHistory: (source, id) => [source.card.loadMany('byPerson', id)],
  identityHistory: (source, id) => [source.person.loadMany('replacedByPerson', id)],
};

/**
 * Reads the person of an entity reference; null when the registry doesn't know them. What the selected fields need of other
 * tables is asked for at the same moment, so that a fetch of many persons takes one statement a table and one round trip.
 */
export async function readCitizen(
  personalId: string,
  { source }: IdentityContext,
  info: GraphQLResolveInfo,
): Promise<Citizen | null> {
  const person = source.person.loadOne('byPerson', personalId);
  for (const field of selectedFields(info, 'Citizen')) {
    // A failure is reported by the field that needs the rows, which finds the same promise in the loader.
    for (const read of readsOf[field]?.(source, personalId) ?? []) read.catch(() => {});
  }
  const row = await person;
  return row && { personalId, row, [RECORD]: row[RECORD] };
}

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
