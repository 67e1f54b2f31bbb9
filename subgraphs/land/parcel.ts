import type { GraphQLResolveInfo } from 'graphql';
import { badInput } from '../kit/public-error.js';
import { RECORD, type RecordRow, type RecordStamp } from '../kit/records.js';
import { selectedFields, selectsMoreThan } from '../kit/selection.js';
import type { SubgraphContext } from '../kit/subgraph.js';
import type { ParcelRow } from './rows.js';
import type { LandSource } from './source.js';

export interface LandContext extends SubgraphContext {
  readonly source: LandSource;
}

/** A parcel as this registry answers for it. Without a row the registry was not asked, or holds no such parcel. */
export interface Parcel {
  readonly id: string;
  readonly row?: ParcelRow;
  readonly [RECORD]?: RecordStamp;
}

export function parcelOf(row: ParcelRow): Required<Parcel> {
  return { id: row.parcel_id, row, [RECORD]: row[RECORD]! };
}

/** Twelve characters of the GeoHash alphabet, which leaves out a, i, l and o. */
const parcelIdPattern = /^[0-9b-hjkmnp-z]{12}$/;

/** The parcel identifier that a caller gave. Throws `BAD_USER_INPUT` for anything else, before any look-up. */
export function requireParcelId(value: unknown): string {
  if (typeof value === 'string' && parcelIdPattern.test(value)) return value;
  throw badInput('id must be a GeoHash of 12 characters');
}

type Reads = (source: LandSource, parcelId: string) => Promise<unknown>[];
const readCertificates: Reads = (source, id) => [source.certificate.loadMany('byParcel', id)];
const readMortgages: Reads = (source, id) => [source.mortgage.loadMany('byParcel', id)];
const readRestrictions: Reads = (source, id) => [source.restriction.loadMany('byParcel', id)];

/** What must be read beside the parcel's own record, by the field that needs it. */
const readsOf: Readonly<Record<string, Reads>> = {
  landUses: (source, id) => [source.landUse.loadMany('byParcel', id)],
  certificate: readCertificates,
  certificateHistory: readCertificates,
  landRights: (source, id) => [source.landRight.loadMany('byParcel', id)],
  mortgages: readMortgages,
  restrictions: readRestrictions,
  encumbered: (source, id) => [...readMortgages(source, id), ...readRestrictions(source, id)],
  assets: (source, id) => [source.asset.loadMany('byParcel', id)],
  changes: (source, id) => [source.change.loadMany('byParcel', id)],
  formedFrom: (source, id) => [source.lineage.loadMany('byTo', id)],
  becameOf: (source, id) => [source.lineage.loadMany('byFrom', id)],
  history: (source, id) => [source.parcel.loadMany('replacedByParcel', id)],
};

/**
 * Reads a parcel; null when the registry holds none with this identifier. What the selected fields need of other tables is
 * asked for at the same moment, so that a fetch of many parcels takes one statement a table and one round trip.
 */
export async function readParcel(
  id: string,
  { source }: LandContext,
  info: GraphQLResolveInfo,
): Promise<Required<Parcel> | null> {
  const parcel = source.parcel.loadOne('byParcel', id);
  for (const field of selectedFields(info, 'Parcel')) {
    // A failure is reported by the field that needs the rows, which finds the same promise in the loader.
    for (const read of readsOf[field]?.(source, id) ?? []) read.catch(() => {});
  }
  const row = await parcel;
  return row && parcelOf(row);
}

/**
 * A parcel that a record points to. Its own record is read only when more than the identifier is asked for. `row`: the
 * record that the identifier stands in, where that is not the record which the answer names anyway.
 */
export async function linkParcel(
  link: { readonly id: string; readonly row?: RecordRow },
  context: LandContext,
  info: GraphQLResolveInfo,
): Promise<Parcel> {
  const { id, row } = link;
  const parcel = selectsMoreThan(info, 'Parcel', 'id') ? await readParcel(id, context, info) : null;
  return parcel ?? (row ? { id, [RECORD]: row[RECORD] } : { id });
}
