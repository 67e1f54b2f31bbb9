-- Fills the audit log of a month with entries as an office writes them, so that looking them up can be measured and its plans
-- asserted: tens of millions in minutes, without a gateway. Each entry has the bytes, the marks (gateway/audit/marks.ts) and the leaf
-- hash that a real one has. Two things are not real: `p` is not the hash of the entry before, and there are neither tiles nor
-- signed checkpoints, so none of this verifies. Nobody in it exists.
CREATE SCHEMA made;

CREATE FUNCTION made.mark(name text, value text) RETURNS bigint STABLE RETURN
  ('x' || left(encode(sha256(convert_to(name || E'\n' || value, 'UTF8')), 'hex'), 16))::bit(64)::bigint;
-- The first so many characters of SHA-256, base64url.
CREATE FUNCTION made.hash(value text, characters int) RETURNS text STABLE RETURN
  left(translate(encode(sha256(convert_to(value, 'UTF8')), 'base64'), '+/=', '-_'), characters);
-- The same number for the same entry and question, in every run.
CREATE FUNCTION made.draw(entry bigint, question bigint, choices int) RETURNS int STABLE RETURN
  (hashint8extended(entry, question) & 2147483647) % choices;

-- Officer 1 is the busy one: of every hundred entries one is theirs. Officer 2 was as busy and left, and 301 sat at a portal that was
-- closed, from which more than a quarter of all entries had come.
CREATE TABLE made.officer (k int PRIMARY KEY, text text, marks bigint[]);
INSERT INTO made.officer
SELECT k, format('"sub":"officer-%s","role":"%s","dept":"department-%s","sys":"%s"', k, role, dept, sys),
  ARRAY[made.mark('actor', 'officer-' || k), made.mark('role', role), made.mark('department', 'department-' || dept), made.mark('system', sys)]
FROM generate_series(1, 301) AS k,
  LATERAL (SELECT CASE WHEN k % 25 = 0 THEN 'registrar' ELSE 'officer' END AS role, k % 20 + 1 AS dept,
    CASE WHEN k = 301 THEN 'old-portal' WHEN k % 3 = 0 THEN 'land-desk' ELSE 'one-stop' END AS sys) AS of_officer;

-- Each procedure has an operation, which asks for eight records of two people; in each third of the cases other fields are shown.
CREATE TABLE made.shape (k int PRIMARY KEY, hash text, body text, procedure text, marks bigint[]);
INSERT INTO made.shape
SELECT k, made.hash(body, 32), body, procedure, ARRAY[made.mark('procedure', procedure), made.mark('operation', 'Procedure' || p), made.mark('kind', 'read')] || outcomes
FROM (
  SELECT k, p, '1.' || lpad(p::text, 6, '0') AS procedure,
    (SELECT array_agg(DISTINCT made.mark('outcome', split_part(made_outcome, ' ', 1)))
       FROM unnest(CASE k % 3 WHEN 0 THEN ARRAY['shown'] WHEN 1 THEN ARRAY['shown', 'masked'] ELSE ARRAY['shown', 'masked', 'missing'] END) AS made_outcome
    ) AS outcomes,
    format('{"v":1,"op":"%s","name":"Procedure%s","rules":[{"name":"officers-for-procedures","basis":"Law on Identification, article 10","verified":false,"from":"2025-07-01","version":"%s"}],"registries":["citizen-identity","civil-status","civil-status","land","citizen-identity","civil-status","civil-status","land"],"fields":[%s]}',
      made.hash('operation ' || p, 43), p, made.hash('rule', 16),
      (SELECT string_agg(format('["form field%s",[%s],"%s"]', f, f % 8,
         CASE WHEN f = 3 AND k % 3 > 0 THEN 'masked LAST4' WHEN f = 5 AND k % 3 = 2 THEN 'missing NO_RECORD' ELSE 'shown' END), ',' ORDER BY f)
         FROM generate_series(0, 29) AS f)
    ) AS body
  FROM generate_series(0, 119) AS k, LATERAL (SELECT k / 3 + 1 AS p) AS of_procedure
) AS made_shape;
INSERT INTO audit.detail SELECT hash, body FROM made.shape;

CREATE TABLE made.refusal (marks bigint[]);
INSERT INTO made.refusal SELECT ARRAY[made.mark('kind', 'refused'), made.mark('operation', 'Marriage'), made.mark('outcome', 'refused'), made.mark('code', 'NOT_PERMITTED')];

-- A person with four records of theirs.
CREATE TABLE made.person (k int PRIMARY KEY, hash text, records text, marks bigint[]);
INSERT INTO made.person
SELECT k, hash, format('c%s@3 1 b%s@1 m%s@2 2 p%s@7', id, id, id, id),
  ARRAY[made.mark('subject', hash), made.mark('record', 'citizen-identity/c' || id), made.mark('record', 'civil-status/b' || id),
    made.mark('record', 'civil-status/m' || id), made.mark('record', 'land/p' || id)]
FROM generate_series(0, 99999) AS k,
  LATERAL (SELECT made.hash('person ' || k, 16) AS hash, lower(left(md5('record ' || k), 11)) AS id) AS of_person;
ANALYZE made.officer, made.shape, made.person;

-- `count` leaves from `first` on, one each `step_ms` from `since_ms` on. In the order of their times, but one in a thousand lay in a
-- gateway's journal for up to an hour. Before the leaf `left_before` officer 2 and the old portal were there.
CREATE FUNCTION made.fill(first bigint, count bigint, since_ms bigint, step_ms float8, left_before bigint) RETURNS void LANGUAGE sql
SET work_mem = '256MB' AS $$
WITH drawn AS MATERIALIZED (
  SELECT leaf, made.hash('writer ' || leaf % 4, 16) AS writer, leaf / 4 + 1 AS n, made.hash('request ' || leaf, 16) AS request,
    'H48.2026.' || lpad((leaf / 4)::text, 8, '0') AS dossier, made.draw(leaf, 1, 100) < 3 AS is_refused,
    made.draw(leaf / 4, 2, 100000) AS one, (made.draw(leaf / 4, 2, 100000) + 1 + made.draw(leaf / 4, 3, 99999)) % 100000 AS other, made.draw(leaf / 4, 4, 120) AS shape,
    CASE WHEN made.draw(leaf, 5, 100) = 0 THEN 1
      WHEN leaf < left_before AND made.draw(leaf, 5, 100) = 1 THEN 2
      WHEN leaf < left_before AND made.draw(leaf, 5, 100) < 30 THEN 301
      ELSE made.draw(leaf, 6, 298) + 3 END AS officer,
    since_ms + floor((leaf - first) * step_ms)::bigint - CASE WHEN made.draw(leaf, 7, 1000) = 0 THEN made.draw(leaf, 8, 3600000) ELSE 0 END AS ms
  FROM generate_series(first, first + count - 1) AS leaf
), entry AS MATERIALIZED (
  SELECT leaf, writer, n, to_timestamp(ms / 1000.0) AS at,
    format('{"v":1,"w":"%s","n":%s,"p":"%s","at":%s,"kind":"%s","req":"%s","who":{%s},"about":["k1","%s","%s"],"why":{"procedure":"%s","dossier":"%s"},%s}',
      writer, n, CASE WHEN n > 1 THEN left(md5('before ' || leaf), 16) END, ms, CASE WHEN is_refused THEN 'refused' ELSE 'read' END, request,
      officer.text, one.hash, other.hash, shape.procedure, dossier,
      CASE WHEN is_refused THEN '"code":"NOT_PERMITTED","name":"Marriage"' ELSE
        format('"shape":"%s","from":"%s 0 %s","got":[%s,-4980,"MEMORY",4100,"REDIS"],"values":"%s"',
          shape.hash, one.records, other.records, ms - 20, left(md5('values ' || leaf), 22)) END) AS body,
    CASE WHEN is_refused THEN ARRAY[one.marks[1], other.marks[1], shape.marks[1]] || refusal.marks ELSE one.marks || other.marks || shape.marks END
      || officer.marks || ARRAY[made.mark('dossier', dossier), made.mark('request', request)] AS marks
  FROM drawn JOIN made.officer ON officer.k = officer JOIN made.shape ON shape.k = shape
    JOIN made.person AS one ON one.k = one JOIN made.person AS other ON other.k = other, made.refusal
), entries AS (
  INSERT INTO audit.entry (writer, n, at, body) SELECT writer, n, at, body FROM entry ORDER BY leaf
), leaves AS (
  INSERT INTO audit.leaf (first_index, hashes)
  SELECT min(leaf), string_agg(sha256('\x00'::bytea || convert_to(body, 'UTF8')), '' ORDER BY leaf) FROM entry GROUP BY leaf / 1000
), checkpoints AS (
  INSERT INTO audit.checkpoint (size, at, note) SELECT max(leaf) + 1, max(at), 'made' FROM entry GROUP BY leaf / 250 ORDER BY 1
)
INSERT INTO audit.lookup (leaf_index, at, writer, n, marks) SELECT leaf, at, writer, n, marks FROM entry ORDER BY leaf
$$;

-- The same for many: in transactions of 100,000, and over days. Call it alone, since it commits.
CREATE PROCEDURE made.month(first bigint, count bigint, since timestamptz, days float8, left_before bigint) LANGUAGE plpgsql AS $$
DECLARE
  at_once CONSTANT bigint := 100000;
  since_ms CONSTANT bigint := extract(epoch FROM since) * 1000;
  step_ms CONSTANT float8 := days * 86400000 / count;
  done bigint := 0;
BEGIN
  PERFORM audit.open_month(since::date);
  COMMIT;
  WHILE done < count LOOP
    PERFORM made.fill(first + done, least(at_once, count - done), since_ms + (done * step_ms)::bigint, step_ms, left_before);
    COMMIT;
    done := done + at_once;
  END LOOP;
END
$$;

-- An index is built in a quarter of the time that it takes to put as many rows into it one after another, and becomes smaller.
CREATE TABLE made.dropped_index (definition text);
CREATE FUNCTION made.drop_index() RETURNS void LANGUAGE sql AS $$
  INSERT INTO made.dropped_index SELECT replace(pg_get_indexdef('audit.lookup_marks'::regclass), ' ON ONLY ', ' ON ');
  DROP INDEX audit.lookup_marks;
$$;
CREATE FUNCTION made.build_index() RETURNS void LANGUAGE plpgsql SET maintenance_work_mem = '2GB' AS $$
BEGIN
  EXECUTE (SELECT definition FROM made.dropped_index);
END
$$;
