import { parseCheckpoint } from '../../../gateway/audit/verify/checkpoint.js';
import { parseNote } from '../../../gateway/audit/verify/note.js';
import type { AuditedGateway } from '../../helpers/audited-gateways.js';
import { type AuditedScene, openAuditedScene, START_MS } from '../../helpers/audited-scene.js';
import { until } from '../../helpers/federation.js';
import { describeOnOwnPostgres } from '../../helpers/postgres-server.js';

/** A tick is 100 ms; processes of the machine's other work may take their time. */
const A_FEW_TICKS_MS = 5_000;
/** Who hangs in its transaction has the lock for 10 s. */
const HANGS_MS = 10_000;

let scene: AuditedScene | undefined;
afterEach(async () => {
  for (const gateway of scene?.gateways.all ?? []) gateway.signal('SIGCONT');
  await scene?.close();
  scene = undefined;
});

async function openLoaded(options: { preload?: string } = {}): Promise<AuditedScene> {
  scene = await openAuditedScene({ names: ['a', 'b'], ...options });
  for (const gateway of scene.gateways.all) scene.load.add(gateway);
  await scene.serves(...scene.gateways.all);
  return scene;
}

const otherThan = ({ gateways: { all } }: AuditedScene, one: AuditedGateway) => all.find((each) => each !== one)!;

async function sizeOf({ url }: AuditedGateway): Promise<number> {
  const note = await fetch(`${url}/audit/log/checkpoint`).then((response) => response.text());
  return parseCheckpoint(parseNote(note).text).size;
}

/** Resolves when what this gateway shows has grown from what it is now. */
async function grows(gateway: AuditedGateway, withinMs: number): Promise<void> {
  const before = await sizeOf(gateway);
  await until(async () => (await sizeOf(gateway)) > before, withinMs);
}

describeOnOwnPostgres('of two gateways under load', () => {
  test(
    'whichever is stopped or killed while it puts entries into the tree, the other does within a few ticks',
    async () => {
      const at = await openLoaded();
      for (const ends of ['stop', 'kill', 'stop', 'kill'] as const) {
        const leader = await at.inTransaction();
        await leader[ends]();
        await grows(otherThan(at, leader), A_FEW_TICKS_MS);
        await leader.start();
        await at.serves(leader);
      }
      const { problems, exitCodes, entries } = await at.conclude();
      expect(problems.slice(0, 20)).toEqual([]);
      expect(exitCodes).toEqual([0, 0]);
      // Those that were killed have no last entry; all others have.
      expect(entries.filter(({ kind }) => kind === 'begin')).toHaveLength(6);
      expect(entries.filter(({ kind }) => kind === 'end')).toHaveLength(4);
    },
    START_MS * 3,
  );

  test(
    'one that hangs in its transaction does not hold up the log for ever, and does no harm when it goes on',
    async () => {
      const at = await openLoaded();
      const leader = await at.inTransaction();
      leader.signal('SIGSTOP');
      const other = otherThan(at, leader);
      const [lock] = await at.store.query<{ name: string }>(
        "SELECT application_name AS name FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory'",
      );
      expect(lock?.name).toBe(leader.name);
      await grows(other, HANGS_MS + A_FEW_TICKS_MS);
      leader.signal('SIGCONT');
      await at.serves(leader, other);
      const { problems, exitCodes } = await at.conclude();
      expect(problems.slice(0, 20)).toEqual([]);
      expect(exitCodes).toEqual([0, 0]);
    },
    START_MS * 2,
  );

  test(
    'were both to do it at once, no entry would be in the tree twice: one of the two transactions fails',
    async () => {
      const at = await openLoaded({ preload: BOTH_LEAD });
      const isRefused = ({ name }: AuditedGateway) =>
        /DatabaseError 23505.*was not put in order/.test(at.gateway(name).output());
      await until(() => at.gateways.all.some(isRefused), START_MS);
      const { problems } = await at.conclude();
      expect(problems.slice(0, 20)).toEqual([]);
    },
    START_MS * 2,
  );
});

/** Each believes that it has the lock, and that it is its turn. */
const BOTH_LEAD = `
const Module = require('node:module');
const load = Module._load;
Module._load = function (request, ...rest) {
  const loaded = load.call(this, request, ...rest);
  if (/store\\/turns\\.js$|^\\.\\/turns\\.js$/.test(request)) loaded.Turns.prototype.isOthers = () => false;
  if (request === 'pg' && !loaded.bothLead) {
    loaded.bothLead = true;
    const { query } = loaded.Client.prototype;
    loaded.Client.prototype.query = function (asked, ...more) {
      const lock = 'pg_try_advisory_xact_lock($1)';
      if (asked?.text?.includes(lock)) asked = { ...asked, text: asked.text.replace(lock, '$1::bigint IS NOT NULL') };
      return query.call(this, asked, ...more);
    };
  }
  return loaded;
};
`;
