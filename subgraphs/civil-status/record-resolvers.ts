import { codedValue, nationalityOf } from '../kit/codes.js';
import { dateInWords } from '../kit/date-in-words.js';
import type { Call } from '../kit/field-resolvers.js';
import { newestFirst, type RecordRow } from '../kit/records.js';
import type { Resolvers } from '../kit/subgraph.js';
import { type Address, addressOf, authorityOf, placeOf } from '../kit/units.js';
import { type CivilStatusContext, citizenNamed, type ViewedMarriage } from './citizen.js';
import type { BirthRow, CertificateRow, ChangeNoteRow, DeathRow, EntryRow, MarriageRow } from './rows.js';

type RecordKind = 'KS' | 'KH' | 'KT' | 'XNHN';

/** The fields of the interface `CivilStatusRecord`. */
function entryResolvers(kind: RecordKind) {
  return {
    recordId: (row: EntryRow) => row.record_id,
    recordedAt: (row: EntryRow) => row.recorded_at,
    recordKind: () => kind,
    recordNo: (row: EntryRow) => row.record_no,
    bookNo: (row: EntryRow) => row.book_no,
    registeredOn: (row: EntryRow) => row.registered_on,
    registrar: authorityOf,
    signer: (row: EntryRow) => (row.signer_name ? { name: row.signer_name, title: row.signer_title } : null),
    changes: async (row: EntryRow, _: unknown, { context }: Call<CivilStatusContext>) =>
      newestFirst(
        await context.source.changeNote.loadMany('byTarget', row.record_id),
        (note) => note.decided_on ?? note.recorded_at,
      ),
  };
}

/** The versions before the one shown, newest first. */
function versionsBefore<Row extends RecordRow>(row: Row, versions: readonly Row[]): Row[] {
  return versions.filter(({ version }) => version < row.version).sort((a, b) => b.version - a.version);
}

function parentOnRecord(row: BirthRow, side: 'mother' | 'father') {
  const personalId = row[`${side}_id`];
  const fullName = row[`${side}_name`];
  if (!personalId && !fullName) return null;
  return {
    fullName,
    yearOfBirth: row[`${side}_birth_year`],
    ethnicity: codedValue('ethnic-groups', row[`${side}_ethnicity_code`]),
    nationality: nationalityOf(row[`${side}_nationality`]),
    residence: residenceOf(row[`${side}_line`], row[`${side}_unit_code`], row[`${side}_unit_from`]),
    personalId,
    citizen: citizenNamed(personalId),
  };
}

function spouseOnRecord(row: MarriageRow, side: 'husband' | 'wife') {
  const personalId = row[`${side}_id`];
  return {
    fullName: row[`${side}_name`],
    dateOfBirth: row[`${side}_birth_date`],
    ethnicity: codedValue('ethnic-groups', row[`${side}_ethnicity_code`]),
    nationality: nationalityOf(row[`${side}_nationality`]),
    residence: residenceOf(row[`${side}_line`], row[`${side}_unit_code`], row[`${side}_unit_from`]),
    identityDocument: row[`${side}_document`],
    personalId,
    citizen: citizenNamed(personalId),
  };
}

function residenceOf(line: string | null, code: string | null, validFrom: string | null): Address | null {
  return addressOf({ line, code, validFrom });
}

export const recordResolvers: Resolvers<CivilStatusContext> = {
  BirthRecord: {
    ...entryResolvers('KS'),
    personalId: (row: BirthRow) => row.personal_id,
    fullName: (row: BirthRow) => row.full_name,
    dateOfBirth: (row: BirthRow) => row.date_of_birth,
    dateOfBirthInWords: (row: BirthRow) => dateInWords(row.date_of_birth),
    ethnicity: (row: BirthRow) => codedValue('ethnic-groups', row.ethnicity_code),
    nationality: (row: BirthRow) => nationalityOf(row.nationality),
    placeOfBirth: (row: BirthRow) =>
      placeOf({ text: row.birth_place_text, code: row.birth_unit_code, validFrom: row.birth_unit_from }),
    homeTown: (row: BirthRow) =>
      placeOf({ text: row.home_town_text, code: row.home_unit_code, validFrom: row.home_unit_from }),
    mother: (row: BirthRow) => parentOnRecord(row, 'mother'),
    father: (row: BirthRow) => parentOnRecord(row, 'father'),
    informant: (row: BirthRow) =>
      row.informant_name
        ? {
            fullName: row.informant_name,
            relation: row.informant_relation,
            identityDocument: row.informant_document,
          }
        : null,
    history: async (row: BirthRow, _: unknown, { context }: Call<CivilStatusContext>) =>
      versionsBefore(row, await context.source.birth.loadMany('replacedByRecord', row.record_id)),
  },

  MarriageRecord: {
    ...entryResolvers('KH'),
    husband: (row: MarriageRow) => spouseOnRecord(row, 'husband'),
    wife: (row: MarriageRow) => spouseOnRecord(row, 'wife'),
    spouse: (row: ViewedMarriage) =>
      row.viewer && spouseOnRecord(row, row.husband_id === row.viewer ? 'wife' : 'husband'),
    endedOn: (row: MarriageRow) => row.ended_on,
    endedBy: (row: MarriageRow) => row.ended_by,
    history: async (row: ViewedMarriage, _: unknown, { context }: Call<CivilStatusContext>) =>
      versionsBefore(row, await context.source.marriage.loadMany('replacedByRecord', row.record_id)).map((earlier) => ({
        ...earlier,
        viewer: row.viewer,
      })),
  },

  DeathRecord: {
    ...entryResolvers('KT'),
    personalId: (row: DeathRow) => row.personal_id,
    fullName: (row: DeathRow) => row.full_name,
    dateOfBirth: (row: DeathRow) => row.date_of_birth,
    diedOn: (row: DeathRow) => row.died_on,
    timeOfDeath: (row: DeathRow) => row.died_at,
    placeOfDeath: (row: DeathRow) => row.place,
    notice: (row: DeathRow) =>
      row.notice_no ? { number: row.notice_no, issuedOn: row.notice_on, issuer: row.notice_issuer } : null,
    lastResidence: (row: DeathRow) => residenceOf(row.last_line, row.last_unit_code, row.last_unit_from),
    history: async (row: DeathRow, _: unknown, { context }: Call<CivilStatusContext>) =>
      versionsBefore(row, await context.source.death.loadMany('replacedByRecord', row.record_id)),
  },

  MaritalStatusCertificate: {
    ...entryResolvers('XNHN'),
    residence: (row: CertificateRow) => residenceOf(row.line, row.unit_code, row.unit_from),
    residedFrom: (row: CertificateRow) => row.resided_from,
    residedUntil: (row: CertificateRow) => row.resided_until,
    maritalStatus: (row: CertificateRow) => row.marital_status,
    validUntil: (row: CertificateRow) => row.valid_until,
  },

  ChangeNote: {
    id: (row: ChangeNoteRow) => row.record_id,
    recordKind: (row: ChangeNoteRow) => row.target_kind,
    recordId: (row: ChangeNoteRow) => row.target_record_id,
    decisionNo: (row: ChangeNoteRow) => row.decision_no,
    decidedOn: (row: ChangeNoteRow) => row.decided_on,
    authority: authorityOf,
  },
};
