-- Every row is one version of one record. A change inserts the next version and sets replaced_at on the one before, in one
-- transaction; nothing is deleted. The present state is `replaced_at is null`, which the partial indexes serve.
--
-- A unit is stored as (code, valid_from): most codes were used again on 1 July 2025. valid_from is null for a unit of before.
-- authority_name is the authority's name at the time of the entry and is never rewritten.

create table citizen_identity.person (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  personal_id text not null,
  full_name text, other_name text, date_of_birth text, sex text,
  birth_place_text text, birth_unit_code text, birth_unit_from date,
  birth_registration_code text, birth_registration_from date,
  home_town_text text, home_unit_code text, home_unit_from date,
  ethnicity_code text, religion_code text, nationality text, blood_group text, marital_status text,
  father_id text, father_name text, mother_id text, mother_name text, spouse_id text, spouse_name text,
  old_id_number text, life_status text, phone text, email text,
  primary key (record_id, version)
);
create index person_personal_id on citizen_identity.person (personal_id) where replaced_at is null;
create index person_history on citizen_identity.person (personal_id, version) where replaced_at is not null;
create index person_father on citizen_identity.person (father_id) where replaced_at is null and father_id is not null;
create index person_mother on citizen_identity.person (mother_id) where replaced_at is null and mother_id is not null;

create table citizen_identity.residence (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  personal_id text not null, kind text not null,
  line text, unit_code text, unit_from date,
  since text, until date, ended_on date,
  primary key (record_id, version)
);
create index residence_personal_id on citizen_identity.residence (personal_id) where replaced_at is null;

create table citizen_identity.household (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  head_id text, line text, unit_code text, unit_from date,
  primary key (record_id, version)
);
create index household_record on citizen_identity.household (record_id) where replaced_at is null;

create table citizen_identity.household_member (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  household_id text not null, personal_id text not null, relation text not null, joined_on text, left_on date,
  primary key (record_id, version)
);
create index household_member_household on citizen_identity.household_member (household_id) where replaced_at is null;
create index household_member_person on citizen_identity.household_member (personal_id) where replaced_at is null;

create table citizen_identity.card (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  personal_id text not null, card_number text not null, issued_on date not null, expires_on date,
  revoked_on date,
  primary key (record_id, version)
);
create index card_personal_id on citizen_identity.card (personal_id) where replaced_at is null;
