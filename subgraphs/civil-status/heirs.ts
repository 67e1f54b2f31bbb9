import { RECORD, type RecordRow, type RecordStamp } from '../kit/records.js';
import {
  type Citizen,
  citizenNamed,
  isBefore,
  readChildren,
  readDeath,
  readKnown,
  spouseIdOf,
  spouseNameOf,
} from './citizen.js';
import type { DeathRow, MarriageRow } from './rows.js';
import type { CivilStatusSource } from './source.js';

/** An heir, and the record that makes them one. */
export interface Heir {
  readonly citizen: Citizen | null;
  /** Null when the record holds a number without a name. */
  readonly fullName: string | null;
  readonly relation: 'VO_CHONG' | 'CHA' | 'ME' | 'CON';
  readonly [RECORD]?: RecordStamp;
}

/**
 * The heirs of the first rank, Civil Code 91/2015 Art. 651(1)(a): the spouse of the marriage in force at death, the parents
 * that the birth record names, the children whose birth records name the deceased. Those who died first are listed too: in
 * their place their children may inherit (Art. 652). Empty for a living person; null for one whom the registry doesn't know.
 */
export async function findHeirs(source: CivilStatusSource, personalId: string): Promise<Heir[] | null> {
  const known = await readKnown(source, personalId);
  if (!known) return null;
  const { birth, death, marriages } = known;
  if (!death) return [];
  const [children, spouses] = await Promise.all([
    readChildren(source, personalId),
    readSpousesAtDeath(source, marriages, { personalId, death }),
  ]);
  return [
    ...spouses.map((marriage) =>
      heir('VO_CHONG', { id: spouseIdOf(marriage, personalId), name: spouseNameOf(marriage, personalId) }, marriage),
    ),
    ...(birth ? [heir('CHA', { id: birth.father_id, name: birth.father_name }, birth)] : []),
    ...(birth ? [heir('ME', { id: birth.mother_id, name: birth.mother_name }, birth)] : []),
    ...children.map((child) => heir('CON', { id: child.personal_id, name: child.full_name }, child)),
  ].filter(({ citizen, fullName }) => citizen !== null || fullName !== null);
}

/**
 * The death of an heir; `null`: none is registered; `'not known'`: the registry cannot say, because the heir has no number
 * or it has no record of them. A spouse has the marriage and a child the birth, a parent may have nothing.
 */
export async function readDeathOfHeir(
  source: CivilStatusSource,
  { citizen, relation }: Heir,
): Promise<DeathRow | null | 'not known'> {
  if (!citizen) return 'not known';
  if (relation === 'VO_CHONG' || relation === 'CON') return readDeath(source, citizen.personalId);
  const known = await readKnown(source, citizen.personalId);
  return known ? known.death : 'not known';
}

/** The marriages that were in force when the person died; more than one only in defective data. */
async function readSpousesAtDeath(
  source: CivilStatusSource,
  marriages: readonly MarriageRow[],
  deceased: { readonly personalId: string; readonly death: DeathRow },
): Promise<MarriageRow[]> {
  const diedOn = deceased.death.died_on;
  const candidates = marriages.filter(({ status, ended_on }) => {
    if (status === 'IN_FORCE' || status === 'ENDED_BY_DEATH') return true;
    return status === 'DIVORCED' && diedOn !== null && ended_on !== null && isBefore(diedOn, ended_on);
  });
  const spouseDeaths = await Promise.all(
    candidates.map((marriage) => readDeath(source, spouseIdOf(marriage, deceased.personalId))),
  );
  return candidates.filter((_, index) => {
    const spouseDiedOn = spouseDeaths[index]?.died_on;
    return !(spouseDiedOn && diedOn && isBefore(spouseDiedOn, diedOn));
  });
}

function heir(
  relation: Heir['relation'],
  named: { readonly id: string | null; readonly name: string | null },
  row: RecordRow,
): Heir {
  return { relation, citizen: citizenNamed(named.id), fullName: named.name, [RECORD]: row[RECORD] };
}
