import { type CodedValue, nationalityOf } from '../kit/codes.js';
import { distinctBy, oldestFirst, RECORD, type RecordStamp } from '../kit/records.js';
import type { Citizen, IdentityContext } from './citizen.js';
import type { PersonRow } from './source.js';

/** A relative as the record that names them words it; a child is named by the child's own record. */
interface Relative {
  readonly relation: 'CHA' | 'ME' | 'VO_CHONG' | 'CON';
  readonly personalId: string | null;
  readonly fullName: string | null;
  readonly nationality: CodedValue | null;
  readonly [RECORD]?: RecordStamp;
}

/** Father, mother and spouse as the person's record names them, then the children whose records name the person. */
export async function relativesOf(
  { personalId, row }: Required<Citizen>,
  { source }: IdentityContext,
): Promise<Relative[]> {
  const [ofFather, ofMother] = await Promise.all([
    source.person.loadMany('byFather', personalId),
    source.person.loadMany('byMother', personalId),
  ]);
  const children = distinctBy([...ofFather, ...ofMother], (child) => child.personal_id);
  return [
    ...named('CHA', row.father_id, row.father_name),
    ...named('ME', row.mother_id, row.mother_name),
    ...named('VO_CHONG', row.spouse_id, row.spouse_name),
    ...oldestFirst(children, (child) => child.date_of_birth).map(childOf),
  ];
}

function named(relation: 'CHA' | 'ME' | 'VO_CHONG', personalId: string | null, fullName: string | null): Relative[] {
  return personalId || fullName ? [{ relation, personalId, fullName, nationality: null }] : [];
}

function childOf(row: PersonRow): Relative {
  return {
    relation: 'CON',
    personalId: row.personal_id,
    fullName: row.full_name,
    nationality: nationalityOf(row.nationality),
    [RECORD]: row[RECORD],
  };
}
