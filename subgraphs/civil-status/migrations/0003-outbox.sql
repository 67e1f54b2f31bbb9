-- The outbox: the entities whose answers a committed change may have made different. Gateways that remember answers read it
-- through `ChangeFeed` (kit/changes.ts). Triggers write it in the transaction of the change, so that neither is without the
-- other.
--
-- A type of the GraphQL schema with a key is an entity. Without a type: everything. A type in lower case is a clue: those
-- whom the change concerns through other records are looked up by `number_outbox`, not by the writer, since only after the
-- commit are the records of writers at the same time seen too.
--
-- Ids are handed out before the commit, so that an earlier one can become visible after a later one. A reader's place is
-- therefore a position, which `number_outbox` gives to what is committed; positions become visible in order.
create table civil_status.outbox (
  id bigint generated always as identity primary key,
  position bigint, type text, key jsonb,
  changed_at timestamptz not null default clock_timestamp()
);
create unique index outbox_position on civil_status.outbox (position) where position is not null;
create index outbox_unnumbered on civil_status.outbox (id) where position is null;

-- Names this feed, so that a position of another database is told from one of this. After a restore from a backup give it
-- a new id: positions of after the backup are used a second time.
create table civil_status.feed (
  one boolean primary key default true check (one),
  id uuid not null default gen_random_uuid(),
  -- The last position that was deleted.
  pruned_to bigint not null default 0, pruned_at timestamptz not null default now()
);
insert into civil_status.feed default values;

-- True while synthetic people are being written: nobody is told of them one by one, and of all of them at the end. The lock
-- makes the end wait for whoever was told so, or their change would be announced by nobody.
create function civil_status.is_seeding() returns boolean language plpgsql as $$
begin
  perform from civil_status.seed where finished_at is null for share;
  return found;
end $$;

-- Arguments: `type field column`, for every column of the table that holds a key. Whoever may write a record need not have
-- the right to write the outbox.
create function civil_status.announce() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  keys text;
  written bigint;
begin
  if civil_status.is_seeding() then return null; end if;
  select string_agg(
      format('(%L, %L, changed.%I)', split_part(arg, ' ', 1), split_part(arg, ' ', 2), split_part(arg, ' ', 3)), ', ')
    into keys from unnest(tg_argv) as arg;
  execute 'insert into civil_status.outbox (type, key)
    select distinct type, jsonb_build_object(field, value)
    from changed, lateral (values ' || keys || ') as named (type, field, value) where value is not null';
  get diagnostics written = row_count;
  if written > 0 then perform pg_notify('civil_status_outbox', ''); end if;
  return null;
end $$;

create function civil_status.announce_all() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if civil_status.is_seeding() then return null; end if;
  insert into civil_status.outbox default values;
  perform pg_notify('civil_status_outbox', '');
  return null;
end $$;

do $$
declare
  source record;
  event text;
begin
  for source in select * from (values
    ('birth', 'Citizen personalId personal_id, Citizen personalId mother_id, Citizen personalId father_id,
       known id personal_id, record id record_id'),
    ('marriage', 'Citizen personalId husband_id, Citizen personalId wife_id, known id husband_id,
       known id wife_id, record id record_id'),
    ('death', 'Citizen personalId personal_id, death id personal_id, record id record_id'),
    ('marital_certificate', 'Citizen personalId personal_id'),
    ('change_note', 'Citizen personalId subject_id, Citizen personalId second_subject_id, record id target_record_id')
  ) as sources (name, keys) loop
    -- The rows of an update count as they were and as they are.
    foreach event in array array['insert new', 'delete old', 'update old', 'update new'] loop
      execute format(
        'create trigger outbox_%s after %s on civil_status.%I referencing %s table as changed for each statement
           execute function civil_status.announce(%s)',
        replace(event, ' ', '_'), split_part(event, ' ', 1), source.name, split_part(event, ' ', 2),
        (select string_agg(quote_literal(key), ', ') from regexp_split_to_table(source.keys, ',\s+') as key));
    end loop;
    execute format(
      'create trigger outbox_truncate after truncate on civil_status.%I for each statement
         execute function civil_status.announce_all()', source.name);
  end loop;
end $$;
create trigger outbox_seed after update or delete or truncate on civil_status.seed
  for each statement execute function civil_status.announce_all();

-- Where a clue leads, through records that are in force.
-- record: those whose entry it is, since the answer shows the entry's history and notes.
-- death: spouses, whose marital status may follow from it; spouses, parents and children, whose heirs may be fewer.
-- known: children, whose heirs are alive, dead or not known.
create function civil_status.led_to(clue text, id text) returns table (type text, key jsonb)
language sql stable rows 10 as $$
  select 'Citizen', jsonb_build_object('personalId', personal_id) from (
    select personal_id from civil_status.birth where clue = 'record' and record_id = id and replaced_at is null
    union select husband_id from civil_status.marriage where clue = 'record' and record_id = id and replaced_at is null
    union select wife_id from civil_status.marriage where clue = 'record' and record_id = id and replaced_at is null
    union select personal_id from civil_status.death where clue = 'record' and record_id = id and replaced_at is null
    union select personal_id from civil_status.marital_certificate
      where clue = 'record' and record_id = id and replaced_at is null
    union select wife_id from civil_status.marriage where clue = 'death' and husband_id = id and replaced_at is null
    union select husband_id from civil_status.marriage where clue = 'death' and wife_id = id and replaced_at is null
    union select mother_id from civil_status.birth where clue = 'death' and birth.personal_id = id and replaced_at is null
    union select father_id from civil_status.birth where clue = 'death' and birth.personal_id = id and replaced_at is null
    union select personal_id from civil_status.birth
      where clue in ('death', 'known') and mother_id = id and replaced_at is null
    union select personal_id from civil_status.birth
      where clue in ('death', 'known') and father_id = id and replaced_at is null
  ) as reached where personal_id is not null
$$;

-- Gives every committed row of the outbox, up to `most`, its position, each entity once, and looks up where clues lead. One
-- reader at a time, until its commit: that is what makes positions visible in order. The statements after the lock see what
-- was committed before it, since the function is volatile.
create function civil_status.number_outbox(most int) returns void language plpgsql as $$
declare
  last bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('civil_status.outbox', 0));
  insert into civil_status.feed default values on conflict do nothing;
  select coalesce((select max(position) from civil_status.outbox), pruned_to) into last from civil_status.feed;
  with taken as (
    delete from civil_status.outbox where id in (
      select id from civil_status.outbox where position is null order by id limit most
    ) returning id, type, key, changed_at
  ), entity as (
    select id, type, key, changed_at from taken where type is null or type ~ '^[A-Z]'
    union all
    select taken.id, reached.type, reached.key, taken.changed_at
    from taken, lateral civil_status.led_to(taken.type, taken.key ->> 'id') as reached where taken.type ~ '^[a-z]'
  )
  insert into civil_status.outbox (position, type, key, changed_at)
  select last + row_number() over (order by max(id)), type, key, max(changed_at) from entity group by type, key;
  perform civil_status.prune_outbox(10000) from civil_status.feed where pruned_at < now() - interval '1 hour';
end $$;

-- Deletes up to `most` rows older than seven days, from the first position on. Only for `number_outbox`, under its lock.
create function civil_status.prune_outbox(most int) returns void language plpgsql as $$
declare
  gone_to bigint;
  gone bigint;
begin
  select max(position) into gone_to from (
    select position, bool_and(changed_at < now() - interval '7 days') over (order by position) as expired
    from (
      select position, changed_at from civil_status.outbox where position is not null order by position limit most
    ) as oldest
  ) as rows where expired;
  delete from civil_status.outbox where position <= gone_to;
  get diagnostics gone = row_count;
  update civil_status.feed set pruned_to = coalesce(gone_to, pruned_to),
    -- What is left over is deleted next time.
    pruned_at = case when gone < most then now() else pruned_at end;
end $$;
