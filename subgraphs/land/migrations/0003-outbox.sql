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
create table land.outbox (
  id bigint generated always as identity primary key,
  position bigint, type text, key jsonb,
  changed_at timestamptz not null default clock_timestamp()
);
create unique index outbox_position on land.outbox (position) where position is not null;
create index outbox_unnumbered on land.outbox (id) where position is null;

-- Names this feed, so that a position of another database is told from one of this. After a restore from a backup give it
-- a new id: positions of after the backup are used a second time.
create table land.feed (
  one boolean primary key default true check (one),
  id uuid not null default gen_random_uuid(),
  -- The last position that was deleted.
  pruned_to bigint not null default 0, pruned_at timestamptz not null default now()
);
insert into land.feed default values;

-- Which rights cite a certificate, for whoever shows it.
create index land_right_certificate on land.land_right (certificate_id)
  where replaced_at is null and certificate_id is not null;

-- True while synthetic people are being written: nobody is told of them one by one, and of all of them at the end. The lock
-- makes the end wait for whoever was told so, or their change would be announced by nobody.
create function land.is_seeding() returns boolean language plpgsql as $$
begin
  perform from land.seed where finished_at is null for share;
  return found;
end $$;

-- Arguments: `type field column`, for every column of the table that holds a key. Whoever may write a record need not have
-- the right to write the outbox.
create function land.announce() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  keys text;
  written bigint;
begin
  if land.is_seeding() then return null; end if;
  select string_agg(
      format('(%L, %L, changed.%I)', split_part(arg, ' ', 1), split_part(arg, ' ', 2), split_part(arg, ' ', 3)), ', ')
    into keys from unnest(tg_argv) as arg;
  execute 'insert into land.outbox (type, key)
    select distinct type, jsonb_build_object(field, value)
    from changed, lateral (values ' || keys || ') as named (type, field, value) where value is not null';
  get diagnostics written = row_count;
  if written > 0 then perform pg_notify('land_outbox', ''); end if;
  return null;
end $$;

create function land.announce_all() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if land.is_seeding() then return null; end if;
  insert into land.outbox default values;
  perform pg_notify('land_outbox', '');
  return null;
end $$;

do $$
declare
  source record;
  event text;
begin
  for source in select * from (values
    ('parcel', 'Parcel id parcel_id'),
    ('parcel_lineage', 'Parcel id from_parcel_id, Parcel id to_parcel_id'),
    ('land_use', 'Parcel id parcel_id'),
    ('certificate', 'Parcel id parcel_id, certificate id record_id'),
    ('land_right', 'Parcel id parcel_id, Citizen personalId holder_id'),
    ('mortgage', 'Parcel id parcel_id'),
    ('restriction', 'Parcel id parcel_id'),
    ('asset', 'Parcel id parcel_id'),
    ('change', 'Parcel id parcel_id')
  ) as sources (name, keys) loop
    -- The rows of an update count as they were and as they are.
    foreach event in array array['insert new', 'delete old', 'update old', 'update new'] loop
      execute format(
        'create trigger outbox_%s after %s on land.%I referencing %s table as changed for each statement
           execute function land.announce(%s)',
        replace(event, ' ', '_'), split_part(event, ' ', 1), source.name, split_part(event, ' ', 2),
        (select string_agg(quote_literal(key), ', ') from regexp_split_to_table(source.keys, ',\s+') as key));
    end loop;
    execute format(
      'create trigger outbox_truncate after truncate on land.%I for each statement
         execute function land.announce_all()', source.name);
  end loop;
end $$;
create trigger outbox_seed after update or delete or truncate on land.seed
  for each statement execute function land.announce_all();

-- The look-ups that answer with a parcel: by its identifier, and by the number that it had before.
create function land.announce_look_ups() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if land.is_seeding() then return null; end if;
  insert into land.outbox (type, key)
  select distinct 'Query', jsonb_build_object('field', named.field, 'args', named.args)
  from changed, lateral (values
    ('parcel', jsonb_build_object('id', parcel_id)),
    ('parcelsByFormerNumber',
      case when former_commune_code is not null and former_map_sheet is not null and former_parcel_number is not null
      then jsonb_build_object('communeCode', former_commune_code, 'mapSheet', former_map_sheet,
        'parcelNumber', former_parcel_number) end)
  ) as named (field, args) where named.args is not null;
  if found then perform pg_notify('land_outbox', ''); end if;
  return null;
end $$;
create trigger outbox_look_ups_insert after insert on land.parcel referencing new table as changed
  for each statement execute function land.announce_look_ups();
create trigger outbox_look_ups_delete after delete on land.parcel referencing old table as changed
  for each statement execute function land.announce_look_ups();
create trigger outbox_look_ups_update_old after update on land.parcel referencing old table as changed
  for each statement execute function land.announce_look_ups();
create trigger outbox_look_ups_update_new after update on land.parcel referencing new table as changed
  for each statement execute function land.announce_look_ups();

-- Where a clue leads. certificate: the rights that cite it, which show it in the answers of their holders and parcels.
create function land.led_to(clue text, id text) returns table (type text, key jsonb)
language sql stable rows 10 as $$
  select distinct named.type, jsonb_build_object(named.field, named.value)
  from land.land_right, lateral (values ('Citizen', 'personalId', holder_id), ('Parcel', 'id', parcel_id))
    as named (type, field, value)
  where clue = 'certificate' and certificate_id = id and replaced_at is null and named.value is not null
$$;

-- Gives every committed row of the outbox, up to `most`, its position, each entity once, and looks up where clues lead. One
-- reader at a time, until its commit: that is what makes positions visible in order. The statements after the lock see what
-- was committed before it, since the function is volatile.
create function land.number_outbox(most int) returns void language plpgsql as $$
declare
  last bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('land.outbox', 0));
  insert into land.feed default values on conflict do nothing;
  select coalesce((select max(position) from land.outbox), pruned_to) into last from land.feed;
  with taken as (
    delete from land.outbox where id in (
      select id from land.outbox where position is null order by id limit most
    ) returning id, type, key, changed_at
  ), entity as (
    select id, type, key, changed_at from taken where type is null or type ~ '^[A-Z]'
    union all
    select taken.id, reached.type, reached.key, taken.changed_at
    from taken, lateral land.led_to(taken.type, taken.key ->> 'id') as reached where taken.type ~ '^[a-z]'
  )
  insert into land.outbox (position, type, key, changed_at)
  select last + row_number() over (order by max(id)), type, key, max(changed_at) from entity group by type, key;
  perform land.prune_outbox(10000) from land.feed where pruned_at < now() - interval '1 hour';
end $$;

-- Deletes up to `most` rows older than seven days, from the first position on. Only for `number_outbox`, under its lock.
create function land.prune_outbox(most int) returns void language plpgsql as $$
declare
  gone_to bigint;
  gone bigint;
begin
  select max(position) into gone_to from (
    select position, bool_and(changed_at < now() - interval '7 days') over (order by position) as expired
    from (
      select position, changed_at from land.outbox where position is not null order by position limit most
    ) as oldest
  ) as rows where expired;
  delete from land.outbox where position <= gone_to;
  get diagnostics gone = row_count;
  update land.feed set pruned_to = coalesce(gone_to, pruned_to),
    -- What is left over is deleted next time.
    pruned_at = case when gone < most then now() else pruned_at end;
end $$;
