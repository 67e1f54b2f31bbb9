import { median, printTable } from './table.mjs';

/** As many rows as go into the tree at once. */
const BATCH = 1_000;
const BATCHES = 40;

/** Prints what finding entries takes up, and what it costs whoever puts entries into the tree. */
export async function weighLookup(client, entries) {
  const { rows: sizes } = await client.query(`
    SELECT CASE WHEN t.relname LIKE 'entry%' THEN 'entries' WHEN t.relname LIKE 'lookup%' THEN 'look-up' ELSE 'leaves' END AS part,
      coalesce(am.amname, 'rows') AS what, sum(pg_table_size(c.oid))::float8 AS bytes
    FROM pg_class AS t JOIN pg_namespace AS s ON s.oid = t.relnamespace
      JOIN LATERAL (SELECT t.oid UNION ALL SELECT indexrelid FROM pg_index WHERE indrelid = t.oid) AS part (oid) ON true
      JOIN pg_class AS c ON c.oid = part.oid LEFT JOIN pg_am AS am ON am.oid = c.relam AND c.relkind = 'i'
    WHERE s.nspname = 'audit' AND t.relkind = 'r' AND (t.relname LIKE 'entry%' OR t.relname LIKE 'lookup%' OR t.relname = 'leaf')
    GROUP BY 1, 2 ORDER BY 1, 3 DESC`);
  printTable(
    `What ${entries.toLocaleString('en')} entries take up`,
    ['part', 'what', 'GiB', 'bytes an entry'],
    sizes.map(({ part, what, bytes }) => [part, what, (bytes / 2 ** 30).toFixed(2), (bytes / entries).toFixed(0)]),
  );

  // Rows as the next ones would be: of people and officers of the month, with a dossier and a request that are new.
  await client.query(`
    CREATE TABLE made.next AS
    SELECT leaf_index + ${entries} AS leaf_index, at, writer, n + ${entries} AS n, marks[1:cardinality(marks) - 2] ||
      ARRAY[hashint8extended(leaf_index / 4, 77), hashint8extended(leaf_index, 78)] AS marks, row_number() OVER (ORDER BY leaf_index) - 1 AS k
    FROM audit.lookup WHERE leaf_index >= ${entries - BATCH * BATCHES}`);
  await client.query('CREATE TABLE made.bare (LIKE audit.lookup)');
  const rows = [];
  for (const [what, table] of [
    ['a table without indexes', 'made.bare'],
    ['the look-up table', 'audit.lookup'],
  ]) {
    const [times, wal] = [[], []];
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const { rows: before } = await client.query('SELECT pg_current_wal_insert_lsn() AS lsn');
      const began = performance.now();
      await client.query(`INSERT INTO ${table} SELECT leaf_index, at, writer, n, marks FROM made.next
        WHERE k >= ${batch * BATCH} AND k < ${(batch + 1) * BATCH} ORDER BY k`);
      times.push(((performance.now() - began) * 1_000) / BATCH);
      const { rows: after } = await client.query(
        'SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1)::float8 AS bytes',
        [before[0].lsn],
      );
      wal.push(after[0].bytes / BATCH);
    }
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    rows.push([what, median(times).toFixed(0), mean(times).toFixed(0), mean(wal).toFixed(0)]);
  }
  printTable(
    `What each further entry costs, ${BATCH.toLocaleString('en')} at once`,
    ['written into', 'µs an entry, median', 'mean', 'bytes of write-ahead log an entry'],
    rows,
  );
}
