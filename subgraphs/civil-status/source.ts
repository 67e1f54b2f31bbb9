import type { Queryable } from '../kit/database.js';
import { createTableLoader, type TableLoader } from '../kit/loaders.js';
import { defineTable, present, replaced, type Statement, statementsOf } from '../kit/table.js';
import type { BirthRow, CertificateRow, ChangeNoteRow, DeathRow, MarriageRow } from './rows.js';

const entry = 'record_no book_no registered_on signer_name signer_title';

type BirthWay = 'byPerson' | 'byMother' | 'byFather' | 'replacedByRecord';
const birth = defineTable<BirthRow, BirthWay>({
  name: 'civil_status.birth',
  columns: `${entry} personal_id full_name date_of_birth sex ethnicity_code nationality
    birth_place_text birth_unit_code birth_unit_from home_town_text home_unit_code home_unit_from
    mother_id mother_name mother_birth_year mother_ethnicity_code mother_nationality
    mother_line mother_unit_code mother_unit_from
    father_id father_name father_birth_year father_ethnicity_code father_nationality
    father_line father_unit_code father_unit_from
    informant_name informant_relation informant_document`,
  ways: {
    byPerson: present('personal_id'),
    byMother: present('mother_id'),
    byFather: present('father_id'),
    replacedByRecord: replaced('record_id'),
  },
});

type MarriageWay = 'byHusband' | 'byWife' | 'replacedByRecord';
const marriage = defineTable<MarriageRow, MarriageWay>({
  name: 'civil_status.marriage',
  columns: `${entry} husband_id husband_name husband_birth_date husband_ethnicity_code husband_nationality
    husband_line husband_unit_code husband_unit_from husband_document
    wife_id wife_name wife_birth_date wife_ethnicity_code wife_nationality
    wife_line wife_unit_code wife_unit_from wife_document
    status ended_on ended_by`,
  ways: {
    byHusband: present('husband_id'),
    byWife: present('wife_id'),
    replacedByRecord: replaced('record_id'),
  },
});

type DeathWay = 'byPerson' | 'replacedByRecord';
const death = defineTable<DeathRow, DeathWay>({
  name: 'civil_status.death',
  columns: `${entry} personal_id full_name date_of_birth sex died_on died_at place cause
    notice_no notice_on notice_issuer last_line last_unit_code last_unit_from`,
  ways: { byPerson: present('personal_id'), replacedByRecord: replaced('record_id') },
});

const certificate = defineTable<CertificateRow, 'byPerson'>({
  name: 'civil_status.marital_certificate',
  columns: `${entry} personal_id line unit_code unit_from resided_from resided_until marital_status purpose valid_until`,
  ways: { byPerson: present('personal_id') },
});

type ChangeNoteWay = 'bySubject' | 'bySecondSubject' | 'byTarget';
const changeNote = defineTable<ChangeNoteRow, ChangeNoteWay>({
  name: 'civil_status.change_note',
  columns: 'kind target_kind target_record_id subject_id second_subject_id decision_no decided_on content',
  ways: {
    bySubject: present('subject_id'),
    bySecondSubject: present('second_subject_id'),
    byTarget: present('target_record_id'),
  },
});

/** Every statement that this source runs: look-ups in several ways run as one of these, or as a union of some. */
export const STATEMENTS: readonly Statement[] = [
  ...statementsOf(birth),
  ...statementsOf(marriage),
  ...statementsOf(death),
  ...statementsOf(certificate),
  ...statementsOf(changeNote),
];

/** The registry's tables for one request: each key is read at most once, all keys of a moment in one statement a table. */
export interface CivilStatusSource {
  readonly birth: TableLoader<BirthRow, BirthWay>;
  readonly marriage: TableLoader<MarriageRow, MarriageWay>;
  readonly death: TableLoader<DeathRow, DeathWay>;
  readonly certificate: TableLoader<CertificateRow, 'byPerson'>;
  readonly changeNote: TableLoader<ChangeNoteRow, ChangeNoteWay>;
}

export function openCivilStatusSource(database: Queryable): CivilStatusSource {
  return {
    birth: createTableLoader(database, birth),
    marriage: createTableLoader(database, marriage),
    death: createTableLoader(database, death),
    certificate: createTableLoader(database, certificate),
    changeNote: createTableLoader(database, changeNote),
  };
}
