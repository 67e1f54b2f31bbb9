import type { RecordRow } from '../kit/records.js';

/** What every entry of a civil-status book has. Dates are as precise as the book: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`. */
export interface EntryRow extends RecordRow {
  record_no: string;
  book_no: string | null;
  registered_on: string;
  signer_name: string | null;
  signer_title: string | null;
}

export interface BirthRow extends EntryRow {
  personal_id: string | null;
  full_name: string;
  date_of_birth: string | null;
  sex: string | null;
  ethnicity_code: string | null;
  nationality: string | null;
  birth_place_text: string | null;
  birth_unit_code: string | null;
  birth_unit_from: string | null;
  home_town_text: string | null;
  home_unit_code: string | null;
  home_unit_from: string | null;
  mother_id: string | null;
  mother_name: string | null;
  mother_birth_year: string | null;
  mother_ethnicity_code: string | null;
  mother_nationality: string | null;
  mother_line: string | null;
  mother_unit_code: string | null;
  mother_unit_from: string | null;
  father_id: string | null;
  father_name: string | null;
  father_birth_year: string | null;
  father_ethnicity_code: string | null;
  father_nationality: string | null;
  father_line: string | null;
  father_unit_code: string | null;
  father_unit_from: string | null;
  informant_name: string | null;
  informant_relation: string | null;
  informant_document: string | null;
}

export interface MarriageRow extends EntryRow {
  husband_id: string | null;
  husband_name: string;
  husband_birth_date: string | null;
  husband_ethnicity_code: string | null;
  husband_nationality: string | null;
  husband_line: string | null;
  husband_unit_code: string | null;
  husband_unit_from: string | null;
  husband_document: string | null;
  wife_id: string | null;
  wife_name: string;
  wife_birth_date: string | null;
  wife_ethnicity_code: string | null;
  wife_nationality: string | null;
  wife_line: string | null;
  wife_unit_code: string | null;
  wife_unit_from: string | null;
  wife_document: string | null;
  /** `IN_FORCE`, `DIVORCED`, `ENDED_BY_DEATH`, `ANNULLED`; defective data may hold anything. */
  status: string;
  ended_on: string | null;
  ended_by: string | null;
}

export interface DeathRow extends EntryRow {
  personal_id: string | null;
  full_name: string;
  date_of_birth: string | null;
  sex: string | null;
  died_on: string | null;
  /** `HH:MM` */
  died_at: string | null;
  place: string | null;
  cause: string | null;
  notice_no: string | null;
  notice_on: string | null;
  notice_issuer: string | null;
  last_line: string | null;
  last_unit_code: string | null;
  last_unit_from: string | null;
}

export interface CertificateRow extends EntryRow {
  personal_id: string;
  line: string | null;
  unit_code: string | null;
  unit_from: string | null;
  resided_from: string | null;
  resided_until: string | null;
  marital_status: string;
  purpose: string | null;
  valid_until: string | null;
}

export interface ChangeNoteRow extends RecordRow {
  kind: string;
  target_kind: string;
  target_record_id: string;
  subject_id: string | null;
  second_subject_id: string | null;
  decision_no: string | null;
  decided_on: string | null;
  content: string;
}
