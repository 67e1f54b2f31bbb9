import type DataLoader from 'dataloader';
import { isPersonalId } from '../kit/personal-id.js';
import { distinctBy, newestFirst, oldestFirst, RECORD, type RecordStamp } from '../kit/records.js';
import type { SubgraphContext } from '../kit/subgraph.js';
import type { BirthRow, DeathRow, MarriageRow } from './rows.js';
import type { CivilStatusSource } from './source.js';

export interface CivilStatusContext extends SubgraphContext {
  readonly source: CivilStatusSource;
  readonly kin: DataLoader<{ readonly personalId: string; readonly heirs: boolean }, readonly string[], string>;
}

/** A person as this registry answers for them: a number, and where a record names them, that record. */
export interface Citizen {
  readonly personalId: string;
  readonly [RECORD]?: RecordStamp;
}

/** A marriage seen from one of its spouses, so that `spouse` is the other. */
export type ViewedMarriage = MarriageRow & { readonly viewer?: string };

/** A citizen whom a record names; null for what is no personal identification number. */
export function citizenNamed(personalId: string | null, record?: { readonly [RECORD]?: RecordStamp }): Citizen | null {
  if (!isPersonalId(personalId)) return null;
  return record?.[RECORD] ? { personalId, [RECORD]: record[RECORD] } : { personalId };
}

export function readBirth(source: CivilStatusSource, personalId: string | null): Promise<BirthRow | null> {
  return source.birth.loadOne('byPerson', personalId);
}

export function readDeath(source: CivilStatusSource, personalId: string | null): Promise<DeathRow | null> {
  return source.death.loadOne('byPerson', personalId);
}

/** All marriages of a person, ended ones too, the latest registered first. */
export async function readMarriages(source: CivilStatusSource, personalId: string): Promise<ViewedMarriage[]> {
  const [asHusband, asWife] = await Promise.all([
    source.marriage.loadMany('byHusband', personalId),
    source.marriage.loadMany('byWife', personalId),
  ]);
  const rows = distinctBy([...asHusband, ...asWife], (row) => row.record_id);
  return newestFirst(rows, (row) => row.registered_on).map((row) => ({ ...row, viewer: personalId }));
}

/** The birth records that name the person as parent, one a child, the oldest child first. */
export async function readChildren(source: CivilStatusSource, personalId: string): Promise<BirthRow[]> {
  const [ofMother, ofFather] = await Promise.all([
    source.birth.loadMany('byMother', personalId),
    source.birth.loadMany('byFather', personalId),
  ]);
  const rows = distinctBy([...ofMother, ...ofFather], (row) => row.record_id);
  const oldest = oldestFirst(rows, (row) => row.date_of_birth);
  // The same child twice is a defect of the data; a child without a number is told apart by its record.
  return distinctBy(oldest, (row) => row.personal_id);
}

/** What tells that the registry knows a person at all. */
export interface KnownBy {
  readonly birth: BirthRow | null;
  readonly marriages: readonly ViewedMarriage[];
  readonly death: DeathRow | null;
}

/**
 * The person's birth, marriages and death; null when the registry has none of them. All three are asked for at once: a
 * single person has no marriage, and is the commonest case.
 */
export async function readKnown(source: CivilStatusSource, personalId: string): Promise<KnownBy | null> {
  const [{ birth, marriages }, death] = await Promise.all([
    readKnownButDeath(source, personalId),
    readDeath(source, personalId),
  ]);
  return birth || death || marriages.length > 0 ? { birth, marriages, death } : null;
}

export async function readKnownButDeath(
  source: CivilStatusSource,
  personalId: string,
): Promise<Omit<KnownBy, 'death'>> {
  const [birth, marriages] = await Promise.all([readBirth(source, personalId), readMarriages(source, personalId)]);
  return { birth, marriages };
}

/** The number of the other spouse; null when the record doesn't hold it. */
export function spouseIdOf(marriage: MarriageRow, personalId: string): string | null {
  return marriage.husband_id === personalId ? marriage.wife_id : marriage.husband_id;
}

export function spouseNameOf(marriage: MarriageRow, personalId: string): string {
  return marriage.husband_id === personalId ? marriage.wife_name : marriage.husband_name;
}

/** Whether one date lies before another as far as both are known: `1990` is not before `1990-03`. */
export function isBefore(a: string, b: string): boolean {
  const length = Math.min(a.length, b.length);
  return a.slice(0, length) < b.slice(0, length);
}
