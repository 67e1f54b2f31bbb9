import type { RecordRow } from '../kit/records.js';

/** `numeric` columns are text, as the database writes them: square metres. Days are `YYYY-MM-DD`. */
export interface ParcelRow extends RecordRow {
  parcel_id: string;
  commune_code: string | null;
  commune_from: string | null;
  map_sheet: string | null;
  parcel_number: string | null;
  former_commune_code: string | null;
  former_map_sheet: string | null;
  former_parcel_number: string | null;
  area: string | null;
  legal_area: string | null;
  line: string | null;
  origin_code: string | null;
  use_form: string | null;
  status: string;
  boundary: unknown;
}

export interface LineageRow extends RecordRow {
  from_parcel_id: string;
  to_parcel_id: string;
}

export interface LandUseRow extends RecordRow {
  parcel_id: string;
  purpose_code: string;
  area: string | null;
  term: string | null;
  expires_on: string | null;
}

export interface CertificateRow extends RecordRow {
  parcel_id: string;
  serial: string;
  book_no: string | null;
  barcode: string | null;
  issued_on: string | null;
  signer_name: string | null;
  status: string;
}

export interface LandRightRow extends RecordRow {
  parcel_id: string;
  holder_kind: string;
  holder_id: string | null;
  holder_name: string;
  role: string;
  share_numerator: number | null;
  share_denominator: number | null;
  /** The certificate's record, not its serial. */
  certificate_id: string | null;
  since: string | null;
  until: string | null;
  basis_code: string | null;
}

export interface MortgageRow extends RecordRow {
  parcel_id: string;
  mortgagee: string;
  contract_no: string | null;
  registered_on: string;
  released_on: string | null;
}

export interface RestrictionRow extends RecordRow {
  parcel_id: string;
  kind: string;
  content: string;
  area: string | null;
  partial: boolean;
  document_no: string | null;
  issued_on: string | null;
  issuer_name: string | null;
  lifted_on: string | null;
}

export interface AssetRow extends RecordRow {
  parcel_id: string;
  kind: string;
  built_area: string | null;
  floor_area: string | null;
  floors: number | null;
  completed_in: string | null;
}

export interface LandChangeRow extends RecordRow {
  parcel_id: string;
  kind_code: string;
  registered_on: string;
  content: string;
  basis: string | null;
}
