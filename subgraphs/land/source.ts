import type { Queryable } from '../kit/database.js';
import { createTableLoader, type TableLoader } from '../kit/loaders.js';
import { byLatestRecorded, stampRecord } from '../kit/records.js';
import { defineTable, present, replaced, type Statement, statementsOf } from '../kit/table.js';
import type {
  AssetRow,
  CertificateRow,
  LandChangeRow,
  LandRightRow,
  LandUseRow,
  LineageRow,
  MortgageRow,
  ParcelRow,
  RestrictionRow,
} from './rows.js';

const parcel = defineTable<ParcelRow, 'byParcel' | 'replacedByParcel'>({
  name: 'land.parcel',
  columns: `parcel_id commune_code commune_from map_sheet parcel_number former_commune_code former_map_sheet
    former_parcel_number area legal_area line origin_code use_form status boundary`,
  ways: { byParcel: present('parcel_id'), replacedByParcel: replaced('parcel_id') },
});

const lineage = defineTable<LineageRow, 'byFrom' | 'byTo'>({
  name: 'land.parcel_lineage',
  columns: 'from_parcel_id to_parcel_id',
  ways: { byFrom: present('from_parcel_id'), byTo: present('to_parcel_id') },
});

const landUse = defineTable<LandUseRow, 'byParcel'>({
  name: 'land.land_use',
  columns: 'parcel_id purpose_code area term expires_on',
  ways: { byParcel: present('parcel_id') },
});

const certificate = defineTable<CertificateRow, 'byParcel' | 'byRecord'>({
  name: 'land.certificate',
  columns: 'parcel_id serial book_no barcode issued_on signer_name status',
  ways: { byParcel: present('parcel_id'), byRecord: present('record_id') },
});

const landRight = defineTable<LandRightRow, 'byHolder' | 'byParcel'>({
  name: 'land.land_right',
  columns: `parcel_id holder_kind holder_id holder_name role share_numerator share_denominator certificate_id
    since until basis_code`,
  ways: { byHolder: present('holder_id'), byParcel: present('parcel_id') },
});

const mortgage = defineTable<MortgageRow, 'byParcel'>({
  name: 'land.mortgage',
  columns: 'parcel_id mortgagee contract_no registered_on released_on',
  ways: { byParcel: present('parcel_id') },
});

const restriction = defineTable<RestrictionRow, 'byParcel'>({
  name: 'land.restriction',
  columns: 'parcel_id kind content area partial document_no issued_on issuer_name lifted_on',
  ways: { byParcel: present('parcel_id') },
});

const asset = defineTable<AssetRow, 'byParcel'>({
  name: 'land.asset',
  columns: 'parcel_id kind built_area floor_area floors completed_in',
  ways: { byParcel: present('parcel_id') },
});

const change = defineTable<LandChangeRow, 'byParcel'>({
  name: 'land.change',
  columns: 'parcel_id kind_code registered_on content basis',
  ways: { byParcel: present('parcel_id') },
});

const byFormerNumber: Statement = {
  table: parcel.name,
  text:
    `select ${parcel.selectList} from ${parcel.name} where replaced_at is null ` +
    'and former_commune_code = $1 and former_map_sheet = $2 and former_parcel_number = $3',
  parameters: [
    { column: 'former_commune_code', type: 'text' },
    { column: 'former_map_sheet', type: 'text' },
    { column: 'former_parcel_number', type: 'text' },
  ],
};

/** Every statement that this source runs: look-ups in several ways run as one of these, or as a union of some. */
export const STATEMENTS: readonly Statement[] = [
  ...[statementsOf(parcel), statementsOf(lineage), statementsOf(landUse), statementsOf(certificate)].flat(),
  ...[statementsOf(landRight), statementsOf(mortgage), statementsOf(restriction)].flat(),
  ...[statementsOf(asset), statementsOf(change)].flat(),
  byFormerNumber,
];

/** A parcel's number before 1 July 2025. */
export interface FormerNumber {
  readonly communeCode: string;
  readonly mapSheet: string;
  readonly parcelNumber: string;
}

/** The registry's tables for one request: each key is read at most once, all keys of a moment in one statement a table. */
export interface LandSource {
  readonly parcel: TableLoader<ParcelRow, 'byParcel' | 'replacedByParcel'>;
  readonly lineage: TableLoader<LineageRow, 'byFrom' | 'byTo'>;
  readonly landUse: TableLoader<LandUseRow, 'byParcel'>;
  readonly certificate: TableLoader<CertificateRow, 'byParcel' | 'byRecord'>;
  readonly landRight: TableLoader<LandRightRow, 'byHolder' | 'byParcel'>;
  readonly mortgage: TableLoader<MortgageRow, 'byParcel'>;
  readonly restriction: TableLoader<RestrictionRow, 'byParcel'>;
  readonly asset: TableLoader<AssetRow, 'byParcel'>;
  readonly change: TableLoader<LandChangeRow, 'byParcel'>;
  /** The parcels that carried the number, the latest recorded first. */
  parcelsByFormerNumber(number: FormerNumber): Promise<ParcelRow[]>;
}

export function openLandSource(database: Queryable): LandSource {
  return {
    parcel: createTableLoader(database, parcel),
    lineage: createTableLoader(database, lineage),
    landUse: createTableLoader(database, landUse),
    certificate: createTableLoader(database, certificate),
    landRight: createTableLoader(database, landRight),
    mortgage: createTableLoader(database, mortgage),
    restriction: createTableLoader(database, restriction),
    asset: createTableLoader(database, asset),
    change: createTableLoader(database, change),
    async parcelsByFormerNumber({ communeCode, mapSheet, parcelNumber }) {
      const keys = [communeCode, mapSheet, parcelNumber];
      // As in the loaders: a null byte is in no PostgreSQL text.
      if (keys.some((key) => key.includes('\0'))) return [];
      const rows = await database.query<ParcelRow>(byFormerNumber.text, keys);
      return rows.map(stampRecord).sort(byLatestRecorded);
    },
  };
}
