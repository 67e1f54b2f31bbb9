// Who read person X, among ten million entries of a month? Fills a log without a gateway (audit-month.sql), and looks up as the
// gateway does. Needs PostgreSQL; for ten million 20 GB and half an hour.
import { readFileSync } from 'node:fs';
import pg from 'pg';
import { LEFT_AFTER, MONTH, measureQuestions } from './audit-questions.mjs';
import { weighLookup } from './audit-weight.mjs';
import { auditStore } from './built-product.mjs';
import { readOptions } from './options.mjs';
import { createStore } from './registries.mjs';

const { postgres, entries } = readOptions();
if (!postgres) {
  process.stderr.write('audit-lookup is left out: it needs a PostgreSQL server, --postgres URL\n');
  process.exit(0);
}
const { open, migrateAudit, createReader, markOf } = auditStore();
const store = await createStore(postgres);
try {
  const url = store.env.LAND_DATABASE_URL;
  const database = open(url);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await migrateAudit(database);
  await fill(client);
  const { rows: people } = await client.query(
    `SELECT hash, substr(split_part(records, '@', 1), 2) AS id FROM made.person ORDER BY k`,
  );
  const { rows: requests } = await client.query(
    `SELECT made.hash('request ' || k, 16) AS request FROM generate_series(0, $1::bigint - 1, greatest($1::bigint / 1000, 1)) AS k`,
    [entries],
  );
  const asked = { entries, people, requests: requests.map(({ request }) => request), markOf };
  // One question after another: the pool has opened one connection, and that is asked.
  const [{ pid }] = await database.query('SELECT pg_backend_pid() AS pid');
  await measureQuestions({ reader: createReader(database), pid, ...asked });
  await weighLookup(client, entries);
  await client.end();
  await database.close();
} finally {
  await store.drop();
}

async function fill(client) {
  const timed = async (what, text, values) => {
    const began = performance.now();
    await client.query(text, values);
    process.stderr.write(`${what}: ${((performance.now() - began) / 60_000).toFixed(1)} minutes\n`);
  };
  await client.query(readFileSync(new URL('audit-month.sql', import.meta.url), 'utf8'));
  await client.query('SELECT made.drop_index()');
  const { since, days } = MONTH;
  const leftBefore = Math.floor(entries * LEFT_AFTER);
  await timed('entries', `CALL made.month(0, ${entries}, '${since}', ${days}, ${leftBefore})`);
  await timed('the index of marks', 'SELECT made.build_index()');
  await timed('what autovacuum does', 'VACUUM (ANALYZE)');
}
