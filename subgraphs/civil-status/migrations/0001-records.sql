-- Every row is one version of one record. A change inserts the next version and sets replaced_at on the one before, in one
-- transaction; nothing is deleted. The present state is `replaced_at is null`, which the partial indexes serve.
--
-- A unit is stored as (code, valid_from): most codes were used again on 1 July 2025. valid_from is null for a unit of before.
-- authority_name is the registering authority's name at the time of the entry and is never rewritten.

create table civil_status.birth (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  record_no text not null, book_no text, registered_on text not null, signer_name text, signer_title text,
  personal_id text, full_name text not null, date_of_birth text, sex text, ethnicity_code text, nationality text,
  birth_place_text text, birth_unit_code text, birth_unit_from date,
  home_town_text text, home_unit_code text, home_unit_from date,
  mother_id text, mother_name text, mother_birth_year text, mother_ethnicity_code text, mother_nationality text,
  mother_line text, mother_unit_code text, mother_unit_from date,
  father_id text, father_name text, father_birth_year text, father_ethnicity_code text, father_nationality text,
  father_line text, father_unit_code text, father_unit_from date,
  informant_name text, informant_relation text, informant_document text,
  primary key (record_id, version)
);
create index birth_personal_id on civil_status.birth (personal_id) where replaced_at is null;
create index birth_mother on civil_status.birth (mother_id) where replaced_at is null and mother_id is not null;
create index birth_father on civil_status.birth (father_id) where replaced_at is null and father_id is not null;

create table civil_status.marriage (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  record_no text not null, book_no text, registered_on text not null, signer_name text, signer_title text,
  husband_id text, husband_name text not null, husband_birth_date text, husband_ethnicity_code text,
  husband_nationality text, husband_line text, husband_unit_code text, husband_unit_from date, husband_document text,
  wife_id text, wife_name text not null, wife_birth_date text, wife_ethnicity_code text,
  wife_nationality text, wife_line text, wife_unit_code text, wife_unit_from date, wife_document text,
  status text not null, ended_on text, ended_by text,
  primary key (record_id, version)
);
create index marriage_husband on civil_status.marriage (husband_id) where replaced_at is null;
create index marriage_wife on civil_status.marriage (wife_id) where replaced_at is null;

create table civil_status.death (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  record_no text not null, book_no text, registered_on text not null, signer_name text, signer_title text,
  personal_id text, full_name text not null, date_of_birth text, sex text,
  died_on text, died_at text, place text, cause text,
  notice_no text, notice_on text, notice_issuer text,
  last_line text, last_unit_code text, last_unit_from date,
  primary key (record_id, version)
);
create index death_personal_id on civil_status.death (personal_id) where replaced_at is null;

create table civil_status.marital_certificate (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  record_no text not null, book_no text, registered_on text not null, signer_name text, signer_title text,
  personal_id text not null, line text, unit_code text, unit_from date, resided_from text, resided_until text,
  marital_status text not null, purpose text, valid_until date,
  primary key (record_id, version)
);
create index marital_certificate_personal_id on civil_status.marital_certificate (personal_id) where replaced_at is null;

-- subject_id and second_subject_id are whom the noted record concerns: the child of a birth, both spouses of a marriage.
create table civil_status.change_note (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  kind text not null, target_kind text not null, target_record_id text not null,
  subject_id text, second_subject_id text, decision_no text, decided_on text, content text not null,
  primary key (record_id, version)
);
create index change_note_target on civil_status.change_note (target_record_id) where replaced_at is null;
create index change_note_subject on civil_status.change_note (subject_id) where replaced_at is null;
create index change_note_second on civil_status.change_note (second_subject_id)
  where replaced_at is null and second_subject_id is not null;
