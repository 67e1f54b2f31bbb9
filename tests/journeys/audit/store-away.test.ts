import type { AuditedGateway } from '../../helpers/audited-gateways.js';
import { type Answered, ask } from '../../helpers/audited-load.js';
import { type AuditedScene, leftJournals, openAuditedScene, START_MS } from '../../helpers/audited-scene.js';
import { until } from '../../helpers/federation.js';
import { describeOnOwnPostgres } from '../../helpers/postgres-server.js';
import { copyLog, restoreLog } from '../../helpers/restored-log.js';

const STORE_MS = 800;
/** What an answer may take besides, on a machine that does other things too. */
const SLACK_MS = 1_500;
const AUDIT_UNAVAILABLE = 'AUDIT_UNAVAILABLE';

let scene: AuditedScene | undefined;
afterEach(async () => {
  scene?.store.resume();
  await scene?.close();
  scene = undefined;
});

async function open(env: Record<string, string> = {}): Promise<{ at: AuditedScene; gateway: AuditedGateway }> {
  scene = await openAuditedScene({ names: ['a'], env: { AUDIT_STORE_MS: `${STORE_MS}`, ...env } });
  const [gateway] = scene.gateways.all;
  scene.load.add(gateway!);
  await scene.serves(gateway!);
  return { at: scene, gateway: gateway! };
}

/** Resolves with what `/health/ready` says when that is so. */
async function healthWhen(
  gateway: AuditedGateway,
  holds: (health: Awaited<ReturnType<AuditedGateway['health']>>) => boolean,
) {
  let health = await gateway.health();
  await until(async () => holds((health = await gateway.health())), START_MS);
  return health;
}

const since = ({ load }: AuditedScene, ms: number): Answered[] => load.answered.filter(({ atMs }) => atMs > ms);

async function expectWhole(at: AuditedScene): Promise<void> {
  const { problems, exitCodes } = await at.conclude();
  expect(problems.slice(0, 20)).toEqual([]);
  expect(exitCodes).toEqual([0]);
}

describeOnOwnPostgres('a store that is away', () => {
  test.each([
    ['does not answer', 'pause', 'resume'],
    ['has died', 'kill', 'start'],
  ] as const)(
    'because it %s costs no answer: the journal holds the entries until it is back',
    async (_, leave, come) => {
      const { at, gateway } = await open();
      const before = await healthWhen(gateway, ({ body }) => body.audit.keeps === 'store');
      expect(before.body).toMatchObject({ status: 'ready', reasons: [] });
      const awayMs = Date.now();
      await at.store[leave]();
      const away = await healthWhen(gateway, ({ body }) => body.audit.keeps === 'journal');
      expect(away).toMatchObject({ status: 200, body: { status: 'degraded', audit: { refuses: false } } });
      expect(away.body.reasons).toEqual([expect.stringMatching(/entries are kept in the journal/)]);
      expect(leftJournals(gateway)).toHaveLength(1);
      await at.serves(gateway);
      const answers = since(at, awayMs);
      expect(answers.filter(({ status }) => status === 503)).toEqual([]);
      expect(Math.max(...answers.map(({ tookMs }) => tookMs))).toBeLessThan(STORE_MS + SLACK_MS);

      await at.store[come]();
      const back = await healthWhen(
        gateway,
        ({ body: { audit } }) => audit.keeps === 'store' && audit.journalBytes === 0,
      );
      expect(back.body).toMatchObject({ status: 'ready', reasons: [] });
      await until(() => leftJournals(gateway).length === 0, START_MS);
      await at.serves(gateway);
      await expectWhole(at);
    },
    START_MS * 2,
  );

  test(
    'for longer than the journal has room lets nothing personal be read',
    async () => {
      const { at, gateway } = await open({ AUDIT_JOURNAL_BYTES_MAX: '20000' });
      await at.store.kill();
      const full = await healthWhen(gateway, ({ body }) => body.audit.refuses);
      expect(full).toMatchObject({ status: 503, body: { status: 'not ready' } });
      expect(full.body.reasons).toContainEqual(expect.stringMatching(/nothing personal is read/));
      expect(full.body.audit.journalBytes).toBeLessThanOrEqual(20_000);
      const fullMs = Date.now();
      await until(() => since(at, fullMs + 1_000).length > 20, START_MS);
      for (const answer of since(at, fullMs + 1_000)) {
        expect(answer).toMatchObject({ status: 503, code: AUDIT_UNAVAILABLE, hasData: false, retryAfter: '60' });
      }
      // What is open to all is answered.
      const authorization = `Bearer ${at.gateways.token}`;
      const isOpen = await ask(gateway, { kind: 'read', query: '{ open }', authorization, id: 'open' });
      expect(isOpen).toMatchObject({ status: 200, hasData: true });

      await at.store.start();
      expect((await healthWhen(gateway, ({ body }) => body.status === 'ready')).status).toBe(200);
      await at.serves(gateway);
      await expectWhole(at);
    },
    START_MS * 2,
  );

  test(
    'when a gateway stops does not keep it from stopping in order, and the next start tells what it had kept',
    async () => {
      const { at, gateway } = await open();
      at.store.pause();
      await healthWhen(gateway, ({ body }) => body.audit.keeps === 'journal');
      const stopping = Date.now();
      expect(await gateway.stop()).toBe(0);
      expect(Date.now() - stopping).toBeLessThan(25_000);
      expect(leftJournals(gateway)).toHaveLength(1);
      at.store.resume();
      await gateway.start();
      await at.serves(gateway);
      expect(leftJournals(gateway)).toEqual([]);
      const { problems, entries } = await at.conclude();
      expect(problems.slice(0, 20)).toEqual([]);
      expect(entries.filter(({ kind }) => kind === 'end')).toHaveLength(2);
    },
    START_MS * 2,
  );
});

describeOnOwnPostgres('a log that was set back', () => {
  test(
    'is not signed over, also not after a restart; when checkpoints are late nothing personal is read until it is whole again',
    async () => {
      const { at, gateway } = await open({ AUDIT_LATE_MS: '2000' });
      // A log without a checkpoint could not be shown to have been set back to it.
      await until(() => at.collector.seen.length > 0, START_MS);
      await copyLog(at.store, 'older');
      const { length } = at.collector.seen;
      await until(() => at.collector.seen.length > length + 3, START_MS);
      await restoreLog(at.store, 'older', { before: 'newer' });

      // Tables that are put in place of others may keep the store from answering for a moment.
      const late = await healthWhen(gateway, ({ body }) => body.audit.refuses && body.audit.keeps === 'store');
      expect(late).toMatchObject({ status: 503, body: { status: 'not ready', audit: { keeps: 'store' } } });
      expect(late.body.reasons).toContainEqual(expect.stringMatching(/no checkpoint for too long/));
      expect(late.body.reasons).toContainEqual(expect.stringMatching(/can be signed: .*an older backup was restored/));
      const lateMs = Date.now();
      await until(() => since(at, lateMs + 500).some(({ kind }) => kind === 'read'), START_MS);
      for (const answer of since(at, lateMs + 500).filter(({ kind }) => kind === 'read')) {
        expect(answer).toMatchObject({ status: 503, code: AUDIT_UNAVAILABLE, hasData: false, retryAfter: '60' });
      }
      await gateway.kill();
      await gateway.start();
      const again = await healthWhen(gateway, ({ body }) => body.audit.refuses);
      expect(again.body.reasons).toContainEqual(expect.stringMatching(/an older backup was restored/));

      await restoreLog(at.store, 'newer', { before: 'wrong' });
      await healthWhen(gateway, ({ body }) => body.status === 'ready');
      await at.serves(gateway);
      const { problems, exitCodes } = await at.conclude();
      // Nothing is wrong with the log; but whoever had asked for checkpoints has seen that it was set back.
      expect(problems).toEqual([
        expect.stringMatching(/^a showed \d+ entries after \d+$/),
        expect.stringMatching(/does not continue/),
      ]);
      expect(exitCodes).toEqual([0]);
    },
    START_MS * 2,
  );
});

describeOnOwnPostgres('a log that nobody writes into', () => {
  test(
    'is signed again before the last checkpoint is late, however soon that is',
    async () => {
      scene = await openAuditedScene({ names: ['a'], env: { AUDIT_LATE_MS: '2000' } });
      const [gateway] = scene.gateways.all;
      const { seen } = scene.collector;
      await until(() => seen.length >= 4, START_MS);
      const health = await gateway!.health();
      expect(health).toMatchObject({ status: 200, body: { status: 'ready', reasons: [], audit: { refuses: false } } });
      const sizes = seen.slice(-3).map(({ note }) => note.split('\n')[1]);
      expect(new Set(sizes).size).toBe(1);
    },
    START_MS,
  );
});
