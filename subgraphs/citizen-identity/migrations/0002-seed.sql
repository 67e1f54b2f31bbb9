-- What filled the tables with synthetic people, if anything did. A row without finished_at: that was interrupted, the tables
-- are not whole, and the next start must fill them again.
create table citizen_identity.seed (
  citizens int not null, seed bigint not null, defects_percent numeric not null,
  started_at timestamptz not null default now(), finished_at timestamptz
);
