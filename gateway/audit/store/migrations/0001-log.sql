-- Entries, as gateways write them. Nobody changes or deletes one: what a gateway connects as has no right to, and a month that is
-- no longer kept is detached whole.
CREATE TABLE audit.entry (
  writer text NOT NULL,
  n bigint NOT NULL,
  at timestamptz NOT NULL,
  -- The line of JSON whose bytes are the leaf. Several are sent and read as one text, a line each.
  body text NOT NULL CHECK (strpos(body, E'\n') = 0),
  -- The same entry may come twice, when nobody heard that it had been kept: then it is the same row.
  PRIMARY KEY (writer, n, at)
) PARTITION BY RANGE (at);
CREATE TABLE audit.entry_other PARTITION OF audit.entry DEFAULT;

-- What many entries have in common, by its hash.
CREATE TABLE audit.detail (
  hash text PRIMARY KEY,
  body text NOT NULL
);

-- What proves which values were shown; without the row nobody can tell. It alone may be deleted, by the owner.
CREATE TABLE audit.opening (
  hash text PRIMARY KEY,
  salt bytea NOT NULL,
  digests bytea NOT NULL
);

-- The tree. Hashes are kept for ever, so that what is proved today can be proved when the entries are gone.
CREATE TABLE audit.leaf (
  -- A run of leaves that were put into the tree together: where it begins, and their hashes one after another.
  first_index bigint PRIMARY KEY,
  hashes bytea NOT NULL
);
-- Full tiles only (C2SP tlog-tiles): level 0 holds the hashes of leaves. The root is a hash of the tile above, which may not be full.
CREATE TABLE audit.tile (
  level int NOT NULL,
  n bigint NOT NULL,
  hashes bytea NOT NULL,
  root bytea NOT NULL,
  PRIMARY KEY (level, n)
);
CREATE TABLE audit.checkpoint (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  size bigint NOT NULL,
  at timestamptz NOT NULL,
  note text NOT NULL
);
CREATE INDEX checkpoint_at ON audit.checkpoint (at);
-- How far each writer's entries are in the tree: the last row of each. `skipped`: how many up to there the owner gave up as lost.
CREATE TABLE audit.progress (
  writer text NOT NULL,
  n bigint NOT NULL,
  skipped bigint NOT NULL DEFAULT 0,
  at timestamptz NOT NULL,
  PRIMARY KEY (writer, n)
);

-- Where what is to be found: written with the leaf, a month a partition.
CREATE TABLE audit.lookup (
  leaf_index bigint NOT NULL,
  at timestamptz NOT NULL,
  writer text NOT NULL,
  n bigint NOT NULL,
  marks bigint[] NOT NULL,
  PRIMARY KEY (leaf_index, at)
) PARTITION BY RANGE (at);
-- What rows are looked up by: the marks of an entry, and the blocks of leaves that it lies in (gateway/audit/store/blocks.ts), so that
-- a mark can be looked up in a part of the tree. Marks are hashes and hardly ever as small as numbers of blocks; if one is, a row is
-- looked at in vain.
CREATE FUNCTION audit.lookup_keys(marks bigint[], leaf bigint) RETURNS bigint[] IMMUTABLE PARALLEL SAFE RETURN
  marks || ARRAY[leaf >> 14, (1::bigint << 48) + (leaf >> 18), (2::bigint << 48) + (leaf >> 22), (3::bigint << 48) + (leaf >> 26), (4::bigint << 48) + (leaf >> 30)];
-- What waits to be put into the index is kept short, kB: whoever puts it there waits for it, and whoever looks goes through it.
CREATE INDEX lookup_marks ON audit.lookup USING gin (audit.lookup_keys(marks, leaf_index)) WITH (gin_pending_list_limit = 256);
-- Rows lie nearly in the order of their times, so a few bytes a block say which blocks can hold a time. Only those few rows are looked for
-- by it that came late, in its own words: for others it would be a bad choice.
CREATE INDEX lookup_time ON audit.lookup USING brin ((at - 'epoch'::timestamptz), (leaf_index + 0)) WITH (autosummarize = on);
CREATE TABLE audit.lookup_other PARTITION OF audit.lookup DEFAULT;

-- What is withheld from whom it is about while an investigation goes on: the last row of each investigation says whether it still does.
CREATE TABLE audit.embargo (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  investigation text NOT NULL,
  subject text NOT NULL,
  until timestamptz,
  is_lifted boolean NOT NULL,
  at timestamptz NOT NULL
);

-- Makes the tables of a month, for whoever may only write into them. Where rows of the month lie in the table for all others
-- already, that is where they stay. Whoever copies the log holds its tables, and everybody would wait behind this: it gives up soon.
CREATE FUNCTION audit.open_month(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
  first timestamptz := date_trunc('month', month)::timestamp AT TIME ZONE 'UTC';
  next timestamptz := (date_trunc('month', month) + interval '1 month')::timestamp AT TIME ZONE 'UTC';
  name text;
  parent text;
BEGIN
  FOREACH parent IN ARRAY ARRAY['entry', 'lookup'] LOOP
    name := parent || to_char(month, '_YYYY_MM');
    IF to_regclass('audit.' || name) IS NULL THEN
      PERFORM pg_advisory_xact_lock(hashtext('audit.' || name));
      BEGIN
        EXECUTE format('CREATE TABLE IF NOT EXISTS audit.%I PARTITION OF audit.%I FOR VALUES FROM (%L) TO (%L)', name, parent, first, next);
      EXCEPTION WHEN check_violation THEN
        NULL;
      END;
    END IF;
  END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION audit.open_month(date) FROM PUBLIC;
