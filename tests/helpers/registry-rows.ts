import type * as identity from '../../subgraphs/citizen-identity/source';
import type * as civilStatus from '../../subgraphs/civil-status/rows';
import type { Database } from '../../subgraphs/kit/database';
import type * as land from '../../subgraphs/land/rows';

/** The tables of the registries, with the rows that their sources read. */
export interface RegistryTables {
  'citizen_identity.person': identity.PersonRow;
  'citizen_identity.residence': identity.ResidenceRow;
  'citizen_identity.household': identity.HouseholdRow;
  'citizen_identity.household_member': identity.HouseholdMemberRow;
  'citizen_identity.card': identity.CardRow;
  'civil_status.birth': civilStatus.BirthRow;
  'civil_status.marriage': civilStatus.MarriageRow;
  'civil_status.death': civilStatus.DeathRow;
  'civil_status.marital_certificate': civilStatus.CertificateRow;
  'civil_status.change_note': civilStatus.ChangeNoteRow;
  'land.parcel': land.ParcelRow;
  'land.parcel_lineage': land.LineageRow;
  'land.land_use': land.LandUseRow;
  'land.certificate': land.CertificateRow;
  'land.land_right': land.LandRightRow;
  'land.mortgage': land.MortgageRow;
  'land.restriction': land.RestrictionRow;
  'land.asset': land.AssetRow;
  'land.change': land.LandChangeRow;
}

type Defaults = { readonly [Table in keyof RegistryTables]: Partial<RegistryTables[Table]> };

const entry = { record_no: '1/2015', registered_on: '2015-05-20', signer_name: 'Lê Thị Ký', signer_title: 'Chủ tịch' };

/** What a row has that a test doesn't care about: the columns that must not be null. */
const defaults: Defaults = {
  'citizen_identity.person': {
    personal_id: '048090000001',
    full_name: 'Nguyễn Văn An',
    sex: 'NAM',
    life_status: 'SONG',
  },
  'citizen_identity.residence': { personal_id: '048090000001', kind: 'THUONG_TRU' },
  'citizen_identity.household': {},
  'citizen_identity.household_member': { household_id: 'HO-1', personal_id: '048090000001', relation: 'CHU_HO' },
  'citizen_identity.card': { personal_id: '048090000001', card_number: '048090000001', issued_on: '2021-06-01' },
  'civil_status.birth': { ...entry, full_name: 'Nguyễn Văn An' },
  'civil_status.marriage': { ...entry, husband_name: 'Trần Văn Bình', wife_name: 'Lê Thị Cúc', status: 'IN_FORCE' },
  'civil_status.death': { ...entry, full_name: 'Nguyễn Văn An' },
  'civil_status.marital_certificate': { ...entry, personal_id: '048090000001', marital_status: 'CHUA_KET_HON' },
  'civil_status.change_note': {
    kind: 'CAI_CHINH',
    target_kind: 'KS',
    target_record_id: 'KS-1',
    content: 'cải chính tên',
  },
  'land.parcel': { parcel_id: 'w7ce00000001', status: 'ACTIVE' },
  'land.parcel_lineage': { from_parcel_id: 'w7ce00000001', to_parcel_id: 'w7ce00000002' },
  'land.land_use': { parcel_id: 'w7ce00000001', purpose_code: 'ODT' },
  'land.certificate': { parcel_id: 'w7ce00000001', serial: 'AA 00012345', status: 'VALID' },
  'land.land_right': {
    parcel_id: 'w7ce00000001',
    holder_kind: 'CNV',
    holder_name: 'Nguyễn Văn An',
    role: 'CHU_SU_DUNG',
  },
  'land.mortgage': { parcel_id: 'w7ce00000001', mortgagee: 'Ngân hàng Sông Hàn', registered_on: '2022-03-01' },
  'land.restriction': { parcel_id: 'w7ce00000001', kind: 'QUY_HOACH', content: 'hành lang đường', partial: true },
  'land.asset': { parcel_id: 'w7ce00000001', kind: 'Nhà ở riêng lẻ' },
  'land.change': {
    parcel_id: 'w7ce00000001',
    kind_code: 'CN',
    registered_on: '2020-01-10',
    content: 'chuyển nhượng',
  },
};

let recordCount = 0;

/** Inserts rows, each with what every record has unless the test says otherwise. */
export async function insertRows<Table extends keyof RegistryTables>(
  database: Database,
  table: Table,
  rows: readonly Partial<RegistryTables[Table]>[],
): Promise<void> {
  for (const row of rows) {
    recordCount += 1;
    const values: Record<string, unknown> = {
      record_id: `R-${recordCount}`,
      version: 1,
      recorded_at: '2024-01-02T03:04:05.000Z',
      authority_code: '20200',
      authority_name: 'Ủy ban nhân dân phường Hòa Minh',
      ...defaults[table],
      ...row,
    };
    const columns = Object.keys(values);
    const places = columns.map((_, index) => `$${index + 1}`);
    await database.query(
      `insert into ${table} (${columns.join(', ')}) values (${places.join(', ')})`,
      Object.values(values),
    );
  }
}
