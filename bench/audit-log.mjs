// The audit log of a gateway that is measured, and what it says of itself.
import { execFile } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rowsOfEmbeddedLog } from './built-product.mjs';
import { createDatabase } from './postgres.mjs';
import { root } from './processes.mjs';

const AGAIN_MS = 100;
/** Who has not caught up by then does not keep up. */
const SETTLED_MS_MAX = 120_000;

/** All but what a gateway says when it ends. */
const ENTRIES = `SELECT count(*)::int AS entries FROM audit.entry WHERE body NOT LIKE '%"kind":"end"%'`;
const SIZES = `SELECT pg_current_wal_lsn() - '0/0'::pg_lsn AS wal, sum(pg_total_relation_size(oid)) AS tables,
    sum(pg_total_relation_size(oid)) FILTER (WHERE relname LIKE 'entry%') AS entry,
    sum(pg_total_relation_size(oid)) FILTER (WHERE relname LIKE 'lookup%') AS lookup,
    (SELECT coalesce(sum(length(body)), 0) FROM audit.entry) AS lines
  FROM pg_class WHERE relnamespace = 'audit'::regnamespace AND relkind = 'r'`;

/** Settings of a gateway whose log is its own, in a folder that is gone when the bench ends. */
function ownLog() {
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return {
    AUDIT: 'on',
    DATA_DIR: folder,
    AUDIT_SIGNING_KEY: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
    AUDIT_SUBJECT_KEYS: `bench:${randomBytes(32).toString('base64')}`,
  };
}

/** A log in the embedded store: the `env` that makes a gateway write it. It can be counted when the gateway has stopped. */
export function embeddedLog() {
  const env = ownLog();
  const rows = (text) => rowsOfEmbeddedLog(env.DATA_DIR, text);
  return { env, count: async () => rows(ENTRIES)[0].entries, drop: async () => {} };
}

let made = 0;

/** A log in a database of its own of the server `postgres`, with its `sizes` in bytes. */
export async function postgresLog(postgres) {
  const { url, rows, drop } = await createDatabase(postgres, `audit_${process.pid}_${++made}`);
  const env = { ...ownLog(), AUDIT_DATABASE_URL: url };
  return {
    env,
    drop,
    rows,
    count: async () => (await rows(ENTRIES))[0].entries,
    async sizes() {
      const [sizes] = await rows(SIZES);
      return Object.fromEntries(Object.entries(sizes).map(([name, text]) => [name, Number(text)]));
    },
  };
}

/** How many entries a gateway has written. */
export async function written({ url }) {
  const text = await (await fetch(new URL('/metrics', url))).text();
  return Number(/^lien_thong_audit_entries_total (\d+)$/m.exec(text)?.[1] ?? Number.NaN);
}

/** How many of them are in the signed tree. */
export async function signed({ url }) {
  const response = await fetch(new URL('/audit/log/checkpoint', url));
  return response.status === 404 ? 0 : Number((await response.text()).split('\n')[1]);
}

/** Resolves when all that a gateway alone has written is in the tree: how many were not, and how many seconds it took. */
export async function settled(gateway) {
  const began = performance.now();
  const all = await written(gateway);
  const backlog = all - (await signed(gateway));
  for (let left = backlog; left > 0; left = all - (await signed(gateway))) {
    if (performance.now() - began > SETTLED_MS_MAX) throw new Error(`${left} entries do not come into the tree`);
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
  return { backlog, seconds: (performance.now() - began) / 1000 };
}

/** What `npm run audit -- verify` says of the log that a gateway publishes, to somebody with an auditor's token. */
export async function verified({ url }, token) {
  const key = await (await fetch(new URL('/audit/log/log.pub', url))).text();
  const args = ['verify', '--json', '--url', new URL('/audit/log/', url).href, '--key', key.trim()];
  const env = { ...process.env, AUDIT_TOKEN: token };
  // Not waited for in this thread: it may be asked for the issuer's keys meanwhile.
  const { stdout } = await promisify(execFile)(process.execPath, ['dist/cli/audit.js', ...args], { cwd: root, env });
  return JSON.parse(stdout);
}
