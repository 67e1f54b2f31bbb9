import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Entry, parseEntry } from '../../gateway/audit/entry';
import type { Database } from '../../subgraphs/kit/database';
import { migrate } from '../../subgraphs/kit/migrate';
import { openPostgres } from '../../subgraphs/kit/postgres';
import { buildProduct } from './command';
import { AUDIT_ENV, OTHER_PERSON, PERSON, SIGNER, STRANGER } from './filled-audit-log';
import { createScratchPostgres } from './scratch-postgres';

const MIGRATIONS = join(__dirname, '..', '..', 'gateway', 'audit', 'store', 'migrations');

/** What an inspector says. */
export const WHY = ['--why', 'inspection', '--dossier', 'TT-2026-14'];

export interface AuditCommand {
  readonly database: Database;
  /** A folder for what commands write; `log.pub` in it holds the key. */
  readonly folder: string;
  /** Runs `npm run audit -- …` to its end. No personal number is in what it writes, and no stack. */
  run(args: readonly string[], told?: Told): Promise<{ code: number | null; out: string; output: string }>;
  /** The acts in the log, in the order in which they were written. */
  acts(): Promise<Entry[]>;
  close(): Promise<void>;
}

interface Told {
  readonly input?: string;
  readonly env?: Record<string, string>;
  /** Whether anybody takes what it prints. */
  readonly isReading?: boolean;
}

/** The command as it is built, with an empty log in a PostgreSQL database of its own. */
export async function startAuditCommand(): Promise<AuditCommand> {
  const product = buildProduct();
  const folder = mkdtempSync(join(tmpdir(), 'lien-thong-audit-command-'));
  writeFileSync(join(folder, 'log.pub'), `${SIGNER.vkey}\n`);
  const scratch = await createScratchPostgres();
  const database = openPostgres(scratch.options({ statementTimeoutMs: 60_000 }));
  await migrate(database, { schema: 'audit', folder: MIGRATIONS });
  return {
    database,
    folder,
    async run(args, { input, env, isReading = true } = {}) {
      const { child, ended } = product.run('audit', {
        args: [...args],
        env: { ...AUDIT_ENV, AUDIT_DATABASE_URL: scratch.url, DATA_DIR: folder, ...env },
      });
      let out = '';
      child.stdout?.on('data', (text: string) => {
        out += text;
      });
      if (!isReading) child.stdout?.destroy();
      child.stdin?.end(input ?? '');
      const { code, output } = await ended;
      expect(output).not.toMatch(/\n\s+at /);
      for (const id of [PERSON, OTHER_PERSON, STRANGER]) expect(output).not.toContain(id);
      return { code, out, output };
    },
    async acts() {
      const rows = await database.query<{ body: string }>('SELECT body FROM audit.entry ORDER BY at, n');
      return rows.map(({ body }) => parseEntry(body)).filter(({ kind }) => kind === 'act');
    },
    async close() {
      product.remove();
      await database.close();
      await scratch.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
