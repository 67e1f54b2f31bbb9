import type { GraphQLResolveInfo } from 'graphql';
import { codedValue, landOriginOf } from '../kit/codes.js';
import type { Call } from '../kit/field-resolvers.js';
import { isPersonalId, requirePersonalId } from '../kit/personal-id.js';
import { distinctBy, newestFirst } from '../kit/records.js';
import type { Resolvers } from '../kit/subgraph.js';
import { addressOf, unitOf } from '../kit/units.js';
import { type LandContext, linkParcel, type Parcel, parcelOf, readParcel, requireParcelId } from './parcel.js';
import { recordResolvers } from './record-resolvers.js';
import type { LandRightRow, LineageRow, MortgageRow, ParcelRow, RestrictionRow } from './rows.js';
import type { FormerNumber } from './source.js';
import { boundaryOf, toNumber } from './values.js';

/** A field that the parcel's own record holds. */
function held(read: (row: ParcelRow) => unknown) {
  return ({ row }: Parcel) => (row ? read(row) : null);
}

/** A list of what is registered on a parcel; null for a parcel that the registry doesn't hold. */
function listOf<Item, Arguments>(
  load: (id: string, context: LandContext, args: Arguments) => Promise<readonly Item[]>,
) {
  return ({ id, row }: Parcel, args: Arguments, { context }: Call<LandContext>): Promise<readonly Item[]> | null =>
    row ? load(id, context, args) : null;
}

function landRightsOf(rows: readonly LandRightRow[], includeEnded: boolean): LandRightRow[] {
  const wanted = rows.filter((row) => includeEnded || row.until === null);
  return newestFirst(
    distinctBy(wanted, (row) => row.record_id),
    (row) => row.since,
  );
}

async function readMortgages(id: string, { source }: LandContext): Promise<MortgageRow[]> {
  return newestFirst(await source.mortgage.loadMany('byParcel', id), (row) => row.registered_on);
}

async function readRestrictions(id: string, { source }: LandContext): Promise<RestrictionRow[]> {
  return newestFirst(await source.restriction.loadMany('byParcel', id), (row) => row.issued_on);
}

const readCertificates = listOf(async (id, { source }) =>
  newestFirst(await source.certificate.loadMany('byParcel', id), (row) => row.issued_on),
);

/** The parcels at the other end of splits and merges. */
function lineage(way: 'byFrom' | 'byTo', otherEnd: (row: LineageRow) => string) {
  return async ({ id, row }: Parcel, _: unknown, { context, info }: Call<LandContext>) => {
    if (!row) return null;
    const rows = distinctBy(await context.source.lineage.loadMany(way, id), otherEnd);
    const sorted = newestFirst(rows, () => null);
    return Promise.all(sorted.map((link) => linkParcel({ id: otherEnd(link), row: link }, context, info)));
  };
}

/** True as soon as one mortgage or restriction is in force; it rests on all that are, or on the parcel's record if none is. */
async function isEncumbered(parcel: Parcel, _: unknown, { context, info }: Call<LandContext>) {
  if (!parcel.row) return null;
  const [mortgages, restrictions] = await Promise.all([
    readMortgages(parcel.id, context),
    readRestrictions(parcel.id, context),
  ]);
  const inForce = [
    ...mortgages.filter(({ released_on }) => released_on === null),
    ...restrictions.filter(({ lifted_on }) => lifted_on === null),
  ];
  context.provenance.rests(info.path, inForce);
  return inForce.length > 0;
}

export const resolvers: Resolvers<LandContext> = {
  Query: {
    parcel: (_: unknown, { id }: { id: unknown }, { context, info }: Call<LandContext>) =>
      readParcel(requireParcelId(id), context, info),
    parcelsByFormerNumber: async (_: unknown, number: FormerNumber, { context }: Call<LandContext>) => {
      const rows = await context.source.parcelsByFormerNumber(number);
      return distinctBy(rows, (row) => row.parcel_id).map(parcelOf);
    },
  },

  Citizen: {
    __resolveReference: (reference: { personalId: unknown }) => ({
      personalId: requirePersonalId(reference.personalId),
    }),
    // The registry holds rights, not persons: for somebody without any it says that there are none.
    landRights: async (
      { personalId }: { personalId: string },
      { includeEnded }: { includeEnded: boolean },
      { context }: Call<LandContext>,
    ) => landRightsOf(await context.source.landRight.loadMany('byHolder', personalId), includeEnded),
  },

  Parcel: {
    __resolveReference: (reference: { id: unknown }, context: LandContext, info: GraphQLResolveInfo) =>
      readParcel(requireParcelId(reference.id), context, info),
    commune: held((row) => unitOf(row.commune_code, row.commune_from)),
    mapSheet: held((row) => row.map_sheet),
    parcelNumber: held((row) => row.parcel_number),
    formerCommune: held((row) => unitOf(row.former_commune_code, null)),
    formerMapSheet: held((row) => row.former_map_sheet),
    formerParcelNumber: held((row) => row.former_parcel_number),
    area: held((row) => toNumber(row.area)),
    legalArea: held((row) => toNumber(row.legal_area)),
    address: held((row) => addressOf({ line: row.line, code: row.commune_code, validFrom: row.commune_from })),
    landUses: listOf((id, { source }) => source.landUse.loadMany('byParcel', id)),
    origin: held((row) => landOriginOf(row.origin_code)),
    useForm: held((row) => row.use_form),
    status: held((row) => row.status),
    certificate: async (parcel: Parcel, args: unknown, call: Call<LandContext>) =>
      (await readCertificates(parcel, args, call))?.find(({ status }) => status === 'VALID') ?? null,
    certificateHistory: readCertificates,
    landRights: listOf(async (id, { source }, { includeEnded }: { includeEnded: boolean }) =>
      landRightsOf(await source.landRight.loadMany('byParcel', id), includeEnded),
    ),
    mortgages: listOf(async (id, context, { includeReleased }: { includeReleased: boolean }) =>
      (await readMortgages(id, context)).filter(({ released_on }) => includeReleased || released_on === null),
    ),
    restrictions: listOf(async (id, context, { includeLifted }: { includeLifted: boolean }) =>
      (await readRestrictions(id, context)).filter(({ lifted_on }) => includeLifted || lifted_on === null),
    ),
    encumbered: isEncumbered,
    assets: listOf((id, { source }) => source.asset.loadMany('byParcel', id)),
    changes: listOf(async (id, { source }) =>
      newestFirst(await source.change.loadMany('byParcel', id), (row) => row.registered_on),
    ),
    formedFrom: lineage('byTo', (row) => row.from_parcel_id),
    becameOf: lineage('byFrom', (row) => row.to_parcel_id),
    boundary: held((row) => boundaryOf(row.boundary)),
    history: listOf(async (id, { source }) => {
      const versions = await source.parcel.loadMany('replacedByParcel', id);
      return [...versions].sort((a, b) => b.version - a.version);
    }),
  },

  LandRight: {
    id: (row: LandRightRow) => row.record_id,
    parcel: (row: LandRightRow, _: unknown, { context, info }: Call<LandContext>) =>
      linkParcel({ id: row.parcel_id }, context, info),
    holder: (row: LandRightRow) => ({
      kind: codedValue('land-users', row.holder_kind),
      name: row.holder_name,
      personalId: row.holder_id,
      citizen: isPersonalId(row.holder_id) ? { personalId: row.holder_id } : null,
    }),
    share: (row: LandRightRow) =>
      row.share_numerator !== null && row.share_denominator !== null
        ? { numerator: row.share_numerator, denominator: row.share_denominator }
        : null,
    certificate: (row: LandRightRow, _: unknown, { context }: Call<LandContext>) =>
      context.source.certificate.loadOne('byRecord', row.certificate_id),
    basis: (row: LandRightRow) => codedValue('land-changes', row.basis_code),
  },

  ...recordResolvers,
};
