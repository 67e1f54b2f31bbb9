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
create table citizen_identity.outbox (
  id bigint generated always as identity primary key,
  position bigint, type text, key jsonb,
  changed_at timestamptz not null default clock_timestamp()
);
create unique index outbox_position on citizen_identity.outbox (position) where position is not null;
create index outbox_unnumbered on citizen_identity.outbox (id) where position is null;

-- Names this feed, so that a position of another database is told from one of this. After a restore from a backup give it
-- a new id: positions of after the backup are used a second time.
create table citizen_identity.feed (
  one boolean primary key default true check (one),
  id uuid not null default gen_random_uuid(),
  -- The last position that was deleted.
  pruned_to bigint not null default 0, pruned_at timestamptz not null default now()
);
insert into citizen_identity.feed default values;

-- True while synthetic people are being written: nobody is told of them one by one, and of all of them at the end. The lock
-- makes the end wait for whoever was told so, or their change would be announced by nobody.
create function citizen_identity.is_seeding() returns boolean language plpgsql as $$
begin
  perform from citizen_identity.seed where finished_at is null for share;
  return found;
end $$;

-- Arguments: `type field column`, for every column of the table that holds a key. Whoever may write a record need not have
-- the right to write the outbox.
create function citizen_identity.announce() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  keys text;
  written bigint;
begin
  if citizen_identity.is_seeding() then return null; end if;
  select string_agg(
      format('(%L, %L, changed.%I)', split_part(arg, ' ', 1), split_part(arg, ' ', 2), split_part(arg, ' ', 3)), ', ')
    into keys from unnest(tg_argv) as arg;
  execute 'insert into citizen_identity.outbox (type, key)
    select distinct type, jsonb_build_object(field, value)
    from changed, lateral (values ' || keys || ') as named (type, field, value) where value is not null';
  get diagnostics written = row_count;
  if written > 0 then perform pg_notify('citizen_identity_outbox', ''); end if;
  return null;
end $$;

create function citizen_identity.announce_all() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if citizen_identity.is_seeding() then return null; end if;
  insert into citizen_identity.outbox default values;
  perform pg_notify('citizen_identity_outbox', '');
  return null;
end $$;

do $$
declare
  source record;
  event text;
begin
  for source in select * from (values
    ('person', 'Citizen personalId personal_id, Citizen personalId father_id, Citizen personalId mother_id'),
    ('residence', 'Citizen personalId personal_id'),
    ('card', 'Citizen personalId personal_id'),
    ('household', 'household id record_id'),
    ('household_member', 'Citizen personalId personal_id, household id household_id')
  ) as sources (name, keys) loop
    -- The rows of an update count as they were and as they are.
    foreach event in array array['insert new', 'delete old', 'update old', 'update new'] loop
      execute format(
        'create trigger outbox_%s after %s on citizen_identity.%I referencing %s table as changed for each statement
           execute function citizen_identity.announce(%s)',
        replace(event, ' ', '_'), split_part(event, ' ', 1), source.name, split_part(event, ' ', 2),
        (select string_agg(quote_literal(key), ', ') from regexp_split_to_table(source.keys, ',\s+') as key));
    end loop;
    execute format(
      'create trigger outbox_truncate after truncate on citizen_identity.%I for each statement
         execute function citizen_identity.announce_all()', source.name);
  end loop;
end $$;
create trigger outbox_seed after update or delete or truncate on citizen_identity.seed
  for each statement execute function citizen_identity.announce_all();

-- Where a clue leads. household: all whose answers show the household.
create function citizen_identity.led_to(clue text, id text) returns table (type text, key jsonb)
language sql stable rows 10 as $$
  select distinct 'Citizen', jsonb_build_object('personalId', personal_id) from citizen_identity.household_member
  where clue = 'household' and household_id = id and replaced_at is null and left_on is null
$$;

-- Gives every committed row of the outbox, up to `most`, its position, each entity once, and looks up where clues lead. One
-- reader at a time, until its commit: that is what makes positions visible in order. The statements after the lock see what
-- was committed before it, since the function is volatile.
create function citizen_identity.number_outbox(most int) returns void language plpgsql as $$
declare
  last bigint;
begin
  perform pg_advisory_xact_lock(hashtextextended('citizen_identity.outbox', 0));
  insert into citizen_identity.feed default values on conflict do nothing;
  select coalesce((select max(position) from citizen_identity.outbox), pruned_to) into last from citizen_identity.feed;
  with taken as (
    delete from citizen_identity.outbox where id in (
      select id from citizen_identity.outbox where position is null order by id limit most
    ) returning id, type, key, changed_at
  ), entity as (
    select id, type, key, changed_at from taken where type is null or type ~ '^[A-Z]'
    union all
    select taken.id, reached.type, reached.key, taken.changed_at
    from taken, lateral citizen_identity.led_to(taken.type, taken.key ->> 'id') as reached where taken.type ~ '^[a-z]'
  )
  insert into citizen_identity.outbox (position, type, key, changed_at)
  select last + row_number() over (order by max(id)), type, key, max(changed_at) from entity group by type, key;
  perform citizen_identity.prune_outbox(10000) from citizen_identity.feed where pruned_at < now() - interval '1 hour';
end $$;

-- Deletes up to `most` rows older than seven days, from the first position on. Only for `number_outbox`, under its lock.
create function citizen_identity.prune_outbox(most int) returns void language plpgsql as $$
declare
  gone_to bigint;
  gone bigint;
begin
  select max(position) into gone_to from (
    select position, bool_and(changed_at < now() - interval '7 days') over (order by position) as expired
    from (
      select position, changed_at from citizen_identity.outbox where position is not null order by position limit most
    ) as oldest
  ) as rows where expired;
  delete from citizen_identity.outbox where position <= gone_to;
  get diagnostics gone = row_count;
  update citizen_identity.feed set pruned_to = coalesce(gone_to, pruned_to),
    -- What is left over is deleted next time.
    pruned_at = case when gone < most then now() else pruned_at end;
end $$;
