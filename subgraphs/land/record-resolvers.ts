import { codedValue } from '../kit/codes.js';
import type { Call } from '../kit/field-resolvers.js';
import type { RecordRow } from '../kit/records.js';
import type { Resolvers } from '../kit/subgraph.js';
import { authorityOf } from '../kit/units.js';
import { type LandContext, linkParcel } from './parcel.js';
import type {
  AssetRow,
  CertificateRow,
  LandChangeRow,
  LandUseRow,
  MortgageRow,
  ParcelRow,
  RestrictionRow,
} from './rows.js';
import { toNumber } from './values.js';

const recordId = (row: RecordRow) => row.record_id;

/** What is registered on a parcel; each object is one row. */
export const recordResolvers: Resolvers<LandContext> = {
  LandUse: {
    purpose: (row: LandUseRow) => codedValue('land-uses', row.purpose_code),
    area: (row: LandUseRow) => toNumber(row.area),
    expiresOn: (row: LandUseRow) => row.expires_on,
  },
  LandCertificate: {
    bookNo: (row: CertificateRow) => row.book_no,
    issuedOn: (row: CertificateRow) => row.issued_on,
    issuer: authorityOf,
    signerName: (row: CertificateRow) => row.signer_name,
    parcel: (row: CertificateRow, _: unknown, { context, info }: Call<LandContext>) =>
      linkParcel({ id: row.parcel_id }, context, info),
  },
  Mortgage: {
    id: recordId,
    contractNo: (row: MortgageRow) => row.contract_no,
    registeredOn: (row: MortgageRow) => row.registered_on,
    releasedOn: (row: MortgageRow) => row.released_on,
  },
  Restriction: {
    id: recordId,
    area: (row: RestrictionRow) => toNumber(row.area),
    documentNo: (row: RestrictionRow) => row.document_no,
    issuedOn: (row: RestrictionRow) => row.issued_on,
    issuer: (row: RestrictionRow) => (row.issuer_name ? { code: null, name: row.issuer_name } : null),
    liftedOn: (row: RestrictionRow) => row.lifted_on,
  },
  LandAsset: {
    id: recordId,
    builtArea: (row: AssetRow) => toNumber(row.built_area),
    floorArea: (row: AssetRow) => toNumber(row.floor_area),
    completedIn: (row: AssetRow) => row.completed_in,
  },
  LandChange: {
    id: recordId,
    kind: (row: LandChangeRow) => codedValue('land-changes', row.kind_code),
    registeredOn: (row: LandChangeRow) => row.registered_on,
    authority: authorityOf,
  },
  ParcelVersion: {
    recordedAt: (row: ParcelRow) => row.recorded_at,
    replacedAt: (row: ParcelRow) => row.replaced_at,
    authority: authorityOf,
    area: (row: ParcelRow) => toNumber(row.area),
    legalArea: (row: ParcelRow) => toNumber(row.legal_area),
    mapSheet: (row: ParcelRow) => row.map_sheet,
    parcelNumber: (row: ParcelRow) => row.parcel_number,
  },
};
