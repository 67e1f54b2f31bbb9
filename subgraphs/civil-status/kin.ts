import DataLoader from 'dataloader';
import type { GraphQLResolveInfo } from 'graphql';
import { selectedFields } from '../kit/selection.js';
import { type CivilStatusContext, readChildren, readDeath, readKnownButDeath, spouseIdOf } from './citizen.js';
import type { CivilStatusSource } from './source.js';

interface KinWanted {
  readonly personalId: string;
  /** Whether parents and children count as well as spouses. */
  readonly heirs: boolean;
}

/**
 * Finds whose deaths a conclusion about each person of a fetch rests on, and answers for all of them at the same moment, so
 * that their deaths are read in one statement.
 */
export function createKinLoader(source: CivilStatusSource): DataLoader<KinWanted, readonly string[], string> {
  const findKin = async ({ personalId, heirs }: KinWanted): Promise<string[]> => {
    const [{ birth, marriages }, children] = await Promise.all([
      readKnownButDeath(source, personalId),
      heirs ? readChildren(source, personalId) : [],
    ]);
    const parents = heirs ? [birth?.mother_id, birth?.father_id] : [];
    const spouses = marriages.map((marriage) => spouseIdOf(marriage, personalId));
    return [...spouses, ...parents, ...children.map((child) => child.personal_id)].filter((id) => id != null);
  };
  return new DataLoader((wanted) => Promise.all(wanted.map(findKin)), {
    cacheKeyFn: ({ personalId, heirs }) => `${personalId} ${heirs}`,
  });
}

/**
 * The marital status and the heirs rest on the deaths of others, whose numbers are known only from a person's records. When
 * they are selected those records are read first, and then the person's own death with the others.
 */
export async function readDeathsAhead(
  personalId: string,
  { source, kin }: CivilStatusContext,
  info: GraphQLResolveInfo,
): Promise<void> {
  const fields = selectedFields(info, 'Citizen');
  if (!fields.has('maritalStatus') && !fields.has('heirs')) return;
  const heirs = fields.has('heirs') || fields.has('children');
  const others = await kin.load({ personalId, heirs }).catch(reportedLater);
  for (const id of [personalId, ...(others ?? [])]) readDeath(source, id).catch(reportedLater);
}

// A failure is reported by the field that needs the rows, which finds the same promise in the loader.
function reportedLater(): undefined {}
