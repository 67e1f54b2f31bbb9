import { compareText, type RecordRow } from '../kit/records.js';
import { isBefore, readDeath, readKnown, spouseIdOf } from './citizen.js';
import type { DeathRow, MarriageRow } from './rows.js';
import type { CivilStatusSource } from './source.js';

export type MaritalStatus = 'CHUA_KET_HON' | 'DANG_CO_VO_CHONG' | 'DA_LY_HON' | 'VO_CHONG_DA_CHET';

export interface MaritalStatusFound {
  /** Null when a marriage's record is too defective to tell. */
  readonly status: MaritalStatus | null;
  /** The records that it follows from. */
  readonly rows: readonly RecordRow[];
}

/** A marriage with what else the registry knows about its end. */
interface Judged {
  readonly marriage: MarriageRow;
  readonly state: 'in force' | 'divorced' | 'widowed' | 'annulled' | 'unclear';
  /** When it ended, as far as it is known; empty: not known. */
  readonly endedOn: string;
  readonly rows: readonly RecordRow[];
}

/**
 * The marital status that follows from the records; null when the registry has no record of the person at all, because the
 * absence of a marriage then proves nothing. A spouse's death ends a marriage even if nobody closed its entry. For a
 * deceased it is the status at death.
 */
export async function findMaritalStatus(
  source: CivilStatusSource,
  personalId: string,
): Promise<MaritalStatusFound | null> {
  const known = await readKnown(source, personalId);
  if (!known) return null;
  const judged = await Promise.all(
    known.marriages.map(async (marriage) => {
      const endsByDeath = marriage.status === 'IN_FORCE' || marriage.status === 'ENDED_BY_DEATH';
      const spouseDeath = endsByDeath ? await readDeath(source, spouseIdOf(marriage, personalId)) : null;
      return judge(marriage, spouseDeath, known.death);
    }),
  );

  const inForce = judged.filter(({ state }) => state === 'in force');
  if (inForce.length > 0) return found('DANG_CO_VO_CHONG', inForce);
  const unclear = judged.filter(({ state }) => state === 'unclear');
  if (unclear.length > 0) return found(null, unclear);
  const ended = judged
    .filter(({ state }) => state !== 'annulled')
    .sort(
      (a, b) => compareText(b.endedOn, a.endedOn) || compareText(b.marriage.registered_on, a.marriage.registered_on),
    );
  const last = ended[0];
  if (last) return found(last.state === 'divorced' ? 'DA_LY_HON' : 'VO_CHONG_DA_CHET', [last]);
  // An annulled marriage never was one.
  const { birth, death } = known;
  const basis = birth ?? death;
  return { status: 'CHUA_KET_HON', rows: [...(basis ? [basis] : []), ...judged.flatMap(({ rows }) => rows)] };
}

function judge(marriage: MarriageRow, spouseDeath: DeathRow | null, ownDeath: DeathRow | null): Judged {
  const rows = [marriage, ...(spouseDeath ? [spouseDeath] : [])];
  const endedOn = marriage.ended_on ?? spouseDeath?.died_on ?? '';
  const judged = (state: Judged['state']): Judged => ({ marriage, state, endedOn, rows });
  switch (marriage.status) {
    case 'DIVORCED':
      return judged('divorced');
    case 'ANNULLED':
      return judged('annulled');
    case 'IN_FORCE':
      return judged(spouseDeath && !outlived(ownDeath, spouseDeath) ? 'widowed' : 'in force');
    case 'ENDED_BY_DEATH':
      if (spouseDeath) return judged(outlived(ownDeath, spouseDeath) ? 'in force' : 'widowed');
      // Without a record of the spouse's death, the person's own is what ended it, unless it came later.
      return judged(ownDeath && !endedBefore(marriage, ownDeath) ? 'in force' : 'widowed');
    default:
      return judged('unclear');
  }
}

function endedBefore({ ended_on }: MarriageRow, { died_on }: DeathRow): boolean {
  return Boolean(ended_on && died_on && isBefore(ended_on, died_on));
}

/** Whether the spouse outlived the person, so that the marriage was in force when the person died. */
export function outlived(ownDeath: DeathRow | null, spouseDeath: DeathRow): boolean {
  return Boolean(ownDeath?.died_on && spouseDeath.died_on && isBefore(ownDeath.died_on, spouseDeath.died_on));
}

function found(status: MaritalStatus | null, judged: readonly Judged[]): MaritalStatusFound {
  return { status, rows: judged.flatMap(({ rows }) => rows) };
}
