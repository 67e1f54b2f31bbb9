import { existsSync, readdirSync } from 'node:fs';
import { Publisher } from '../../gateway/audit/store/publish.js';
import type { Database } from '../../subgraphs/kit/database.js';
import { openPostgres } from '../../subgraphs/kit/postgres.js';
import { entriesOf, problemsOfAnswers, problemsOfTree, type Tree } from './answered-entries.js';
import {
  type AuditedGateway,
  type AuditedGateways,
  type AuditedOptions,
  startAuditedGateways,
} from './audited-gateways.js';
import { AuditedLoad } from './audited-load.js';
import { until } from './federation.js';
import { type PostgresServer, startPostgresServer } from './postgres-server.js';
import { CheckpointCollector } from './seen-checkpoints.js';

/** Processes start slowly while others use the same cores. */
export const START_MS = 60_000;

/** Gateways over a store of their own, clients that ask them without rest, and somebody who keeps all checkpoints. */
export interface AuditedScene {
  readonly store: PostgresServer;
  readonly gateways: AuditedGateways;
  readonly load: AuditedLoad;
  readonly collector: CheckpointCollector;
  gateway(name: string): AuditedGateway;
  /** Resolves when each of these gateways has answered data again. */
  serves(...gateways: readonly AuditedGateway[]): Promise<void>;
  /** The gateway that is in the middle of putting entries into the tree, as PostgreSQL sees it. */
  inTransaction(): Promise<AuditedGateway>;
  /** Ends the load, stops all gateways in order, and says what is wrong between what was answered, what was seen, and the log. */
  conclude(): Promise<Conclusion>;
  close(): Promise<void>;
}

export interface Conclusion {
  readonly problems: readonly string[];
  readonly exitCodes: readonly (number | null)[];
  readonly entries: Awaited<ReturnType<typeof entriesOf>>;
  readonly tree: Tree;
}

/** Whoever puts entries into the tree waits a moment before the checkpoint, so that it can be caught in its transaction. */
const WAIT_IN_TRANSACTION = `
  CREATE FUNCTION public.wait_a_moment() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.1); RETURN NULL; END $$;
  CREATE TRIGGER wait_a_moment BEFORE INSERT ON audit.checkpoint EXECUTE FUNCTION public.wait_a_moment();
`;

export async function openAuditedScene(options: Omit<AuditedOptions, 'databaseUrl'>): Promise<AuditedScene> {
  const store = await startPostgresServer();
  const gateways = await startAuditedGateways({ ...options, databaseUrl: store.url }).catch((error) =>
    store.stop().then(() => Promise.reject(error)),
  );
  const watching = openPostgres({ url: store.url, applicationName: 'test watches', poolMax: 1 });
  await watching.script(WAIT_IN_TRANSACTION);
  const load = new AuditedLoad({ token: gateways.token });
  const collector = new CheckpointCollector(gateways.all);
  const gateway = (name: string) => gateways.all.find((each) => each.name === name)!;
  const serves = async (...of: readonly AuditedGateway[]) => {
    const sinceMs = Date.now();
    const has = ({ name }: AuditedGateway) =>
      load.answered.some((answer) => answer.gateway === name && answer.hasData && answer.atMs > sinceMs);
    await until(() => of.every(has), START_MS);
  };
  return {
    store,
    gateways,
    load,
    collector,
    gateway,
    serves,
    async inTransaction() {
      let found: AuditedGateway | undefined;
      await until(async () => {
        const rows = await watching.query<{ name: string }>(
          "SELECT application_name AS name FROM pg_stat_activity WHERE wait_event = 'PgSleep'",
        );
        found = rows[0] && gateway(rows[0].name);
        return found !== undefined;
      }, START_MS);
      return found!;
    },
    async conclude() {
      await load.end();
      const seen = await collector.end();
      const exitCodes: (number | null)[] = [];
      for (const each of gateways.all) exitCodes.push(await each.stop());
      const database = openPostgres({ url: store.url, applicationName: 'test reads' });
      const publisher = new Publisher(database, gateways.signer.vkey);
      const files = new Map<string, Promise<Buffer | undefined>>();
      const read = (path: string) => {
        if (!files.has(path)) files.set(path, publisher.read(path));
        return files.get(path)!;
      };
      const tree = { read, vkey: gateways.signer.vkey, seen };
      const entries = await entriesOf(tree);
      const problems = [...problemsOfAnswers(load.answered, entries), ...(await problemsOfTree(tree))];
      problems.push(...(await leftOut(database, entries.length)), ...gateways.all.flatMap(leftJournals));
      await database.close();
      return { problems, exitCodes, entries, tree };
    },
    async close() {
      await load.end();
      await collector.end();
      await watching.close();
      await gateways.stop();
      await store.stop();
    },
  };
}

async function leftOut(database: Database, size: number): Promise<string[]> {
  const [row] = await database.query<{ count: number }>('SELECT count(*) AS count FROM audit.entry');
  return row!.count === size ? [] : [`${row!.count} entries were written and ${size} are in the tree`];
}

/** What nobody told the store. */
export function leftJournals({ journalDir, name }: AuditedGateway): string[] {
  const names = existsSync(journalDir) ? readdirSync(journalDir).filter((file) => file.startsWith('journal-')) : [];
  return names.map((file) => `gateway ${name} has left ${file}`);
}
