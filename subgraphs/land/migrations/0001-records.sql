-- Every row is one version of one record. A change inserts the next version and sets replaced_at on the one before, in one
-- transaction; nothing is deleted. The present state is `replaced_at is null`, which the partial indexes serve.
--
-- A unit is stored as (code, valid_from): most codes were used again on 1 July 2025. valid_from is null for a unit of before.
-- authority_name is the authority's name at the time of the entry and is never rewritten. Areas are square metres.

create table land.parcel (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  parcel_id text not null,
  commune_code text, commune_from date, map_sheet text, parcel_number text,
  former_commune_code text, former_map_sheet text, former_parcel_number text,
  area numeric(12, 1), legal_area numeric(12, 1), line text, origin_code text, use_form text, status text not null,
  boundary jsonb,
  primary key (record_id, version)
);
create index parcel_parcel_id on land.parcel (parcel_id) where replaced_at is null;
create index parcel_history on land.parcel (parcel_id, version) where replaced_at is not null;
create index parcel_former on land.parcel (former_commune_code, former_map_sheet, former_parcel_number)
  where replaced_at is null;

-- One split or merge is one row a pair of parcels.
create table land.parcel_lineage (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  from_parcel_id text not null, to_parcel_id text not null,
  primary key (record_id, version)
);
create index parcel_lineage_from on land.parcel_lineage (from_parcel_id) where replaced_at is null;
create index parcel_lineage_to on land.parcel_lineage (to_parcel_id) where replaced_at is null;

create table land.land_use (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  parcel_id text not null, purpose_code text not null, area numeric(12, 1), term text, expires_on date,
  primary key (record_id, version)
);
create index land_use_parcel on land.land_use (parcel_id) where replaced_at is null;

create table land.certificate (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  parcel_id text not null, serial text not null, book_no text, barcode text, issued_on date, signer_name text,
  status text not null,
  primary key (record_id, version)
);
create index certificate_parcel on land.certificate (parcel_id) where replaced_at is null;
create index certificate_record on land.certificate (record_id) where replaced_at is null;

create table land.land_right (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  parcel_id text not null, holder_kind text not null, holder_id text, holder_name text not null, role text not null,
  share_numerator int, share_denominator int, certificate_id text, since text, until text, basis_code text,
  primary key (record_id, version)
);
create index land_right_holder on land.land_right (holder_id) where replaced_at is null and holder_id is not null;
create index land_right_parcel on land.land_right (parcel_id) where replaced_at is null;

create table land.mortgage (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  parcel_id text not null, mortgagee text not null, contract_no text, registered_on date not null, released_on date,
  primary key (record_id, version)
);
create index mortgage_parcel on land.mortgage (parcel_id) where replaced_at is null;

create table land.restriction (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  parcel_id text not null, kind text not null, content text not null, area numeric(12, 1), partial boolean not null,
  document_no text, issued_on date, issuer_name text, lifted_on date,
  primary key (record_id, version)
);
create index restriction_parcel on land.restriction (parcel_id) where replaced_at is null;

create table land.asset (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  parcel_id text not null, kind text not null, built_area numeric(12, 1), floor_area numeric(12, 1), floors int,
  completed_in text,
  primary key (record_id, version)
);
create index asset_parcel on land.asset (parcel_id) where replaced_at is null;

create table land.change (
  record_id text not null, version int not null, recorded_at timestamptz not null, replaced_at timestamptz,
  authority_code text, authority_name text not null, note text,
  parcel_id text not null, kind_code text not null, registered_on date not null, content text not null, basis text,
  primary key (record_id, version)
);
create index change_parcel on land.change (parcel_id) where replaced_at is null;
