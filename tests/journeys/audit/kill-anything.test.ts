import { setTimeout as sleep } from 'node:timers/promises';
import { signCheckpoint } from '../../../gateway/audit/verify/checkpoint.js';
import { problemsOfAnswers, problemsOfTree } from '../../helpers/answered-entries.js';
import type { AuditedGateway } from '../../helpers/audited-gateways.js';
import {
  type AuditedScene,
  type Conclusion,
  leftJournals,
  openAuditedScene,
  START_MS,
} from '../../helpers/audited-scene.js';
import { until } from '../../helpers/federation.js';
import { describeOnOwnPostgres } from '../../helpers/postgres-server.js';
import { seededRandom, shuffled } from '../../helpers/seeded-random.js';

const SEED = Number(process.env.AUDIT_CRASH_SEED ?? 20_261_126);
const ROUNDS = Number(process.env.AUDIT_CRASH_ROUNDS ?? 1);
const seeds = Array.from({ length: ROUNDS }, (_, round) => SEED + round);
const ROUND_MS = 300_000;

let scene: AuditedScene | undefined;
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

/** Something that dies, and is started again after a while. */
type Death = (scene: AuditedScene, random: () => number) => Promise<void>;

const someTime = (random: () => number, mostMs: number) => sleep(random() * mostMs);

async function oneOf({ gateways: { all } }: AuditedScene, random: () => number): Promise<AuditedGateway> {
  return all[Math.floor(random() * all.length)]!;
}

const DEATHS: Record<string, Death> = {
  async 'a gateway'(at, random) {
    const gateway = await oneOf(at, random);
    await gateway.kill();
    await someTime(random, 500);
    await gateway.start();
  },
  async 'the store'({ store }, random) {
    await store.kill();
    await someTime(random, 2_000);
    await store.start();
  },
  async 'the sequencer, in its transaction'(at) {
    const gateway = await at.inTransaction();
    await gateway.kill();
    await gateway.start();
  },
  async 'the store and a gateway at once'(at, random) {
    const gateway = await oneOf(at, random);
    await Promise.all([at.store.kill(), gateway.kill()]);
    await someTime(random, 1_000);
    await Promise.all([at.store.start(), gateway.start()]);
  },
  async 'the store, and a gateway that keeps its journal'(at, random) {
    const gateway = await oneOf(at, random);
    await at.store.kill();
    await until(() => leftJournals(gateway).length > 0);
    await someTime(random, 500);
    await gateway.kill();
    await at.store.start();
    await gateway.start();
  },
};

/** Kills what a seed says under load, and says what came of it. */
async function crash(at: AuditedScene, seed: number): Promise<Conclusion> {
  const random = seededRandom(seed);
  const { all } = at.gateways;
  for (const gateway of all) at.load.add(gateway);
  await at.serves(...all);
  const deaths = shuffled(Object.keys(DEATHS), random);
  for (const death of deaths) {
    await someTime(random, 1_500);
    await DEATHS[death]!(at, random);
    await at.serves(...all);
  }
  const conclusion = await at.conclude();
  const { answered, lost } = at.load;
  const refused = answered.filter(({ code }) => code === 'AUDIT_UNAVAILABLE').length;
  process.stderr.write(
    `AUDIT_CRASH_SEED=${seed}: ${deaths.join('; ')}: ${answered.length} answered, ${refused} of them AUDIT_UNAVAILABLE, ` +
      `${lost} lost; ${conclusion.entries.length} entries, ${conclusion.tree.seen.length} checkpoints seen\n`,
  );
  return conclusion;
}

/** A gateway that answers first and writes a moment later. */
const ANSWERS_FIRST = `
const Module = require('node:module');
const load = Module._load;
Module._load = function (request, ...rest) {
  const loaded = load.call(this, request, ...rest);
  if (/write\\/writer\\.js$/.test(request) && !loaded.Writer.answersFirst) {
    loaded.Writer.answersFirst = true;
    const { append } = loaded.Writer.prototype;
    loaded.Writer.prototype.append = function (draft) {
      if (draft.kind !== 'read') return append.call(this, draft);
      setTimeout(() => append.call(this, draft).catch(() => {}), 200);
      return Promise.resolve();
    };
  }
  return loaded;
};
`;

describeOnOwnPostgres('whatever is killed', () => {
  test.each(seeds)(
    'what was answered has one entry in a tree that only grew (seed %i)',
    async (seed) => {
      scene = await openAuditedScene({ names: ['a', 'b'] });
      const { problems, exitCodes, entries, tree } = await crash(scene, seed);
      expect(problems.slice(0, 20)).toEqual([]);
      expect(exitCodes).toEqual([0, 0]);
      // Each that was killed and each that was stopped had begun; what was tried of all kinds was answered.
      expect(entries.filter(({ kind }) => kind === 'begin').length).toBeGreaterThanOrEqual(6);
      expect(entries.filter(({ kind }) => kind === 'end')).toHaveLength(2);
      expect(scene.load.answered.filter(({ hasData }) => hasData).length).toBeGreaterThan(100);
      expect(scene.load.answered.filter(({ status }) => status === 401).length).toBeGreaterThan(10);
      expect(tree.seen.length).toBeGreaterThan(10);
      await findsWhatIsWrong(scene, { entries, tree });
    },
    ROUND_MS,
  );

  test(
    'a gateway that answers before it has written is found',
    async () => {
      scene = await openAuditedScene({ names: ['a'], preload: ANSWERS_FIRST });
      const [gateway] = scene.gateways.all;
      scene.load.add(gateway!);
      await scene.serves(gateway!);
      await sleep(500);
      await gateway!.kill();
      await gateway!.start();
      const { problems } = await scene.conclude();
      expect(problems.length).toBeGreaterThan(0);
      for (const problem of problems) expect(problem).toMatch(/^load-\d+ was answered \(200\) and has no entry$/);
    },
    START_MS * 2,
  );
});

/** The same check, of the same answers, where something is not as it was. */
async function findsWhatIsWrong(
  { load: { answered }, gateways: { signer } }: AuditedScene,
  { entries, tree }: Pick<Conclusion, 'entries' | 'tree'>,
): Promise<void> {
  const read = answered.find(({ hasData }) => hasData)!;
  const at = entries.findIndex(({ req }) => req === read.id);
  const entry = entries[at]!;
  expect(problemsOfAnswers(answered, entries.toSpliced(at, 1))).toEqual([
    `${read.id} was answered (200) and has no entry`,
  ]);
  expect(problemsOfAnswers(answered, [...entries, entry])).toEqual([
    `entry ${entry.n} of writer ${entry.w} is there twice`,
    `${read.id} has 2 entries`,
  ]);
  const unrecorded = { ...read, status: 503, code: 'AUDIT_UNAVAILABLE' };
  expect(problemsOfAnswers([unrecorded], entries)).toEqual([
    `${read.id} was answered with data although it could not be recorded`,
  ]);
  const { seen } = tree;
  const other = { from: 'another', note: signCheckpoint({ size: 5, root: Buffer.alloc(32, 1) }, signer, Date.now()) };
  expect(await problemsOfTree({ ...tree, seen: [...seen.slice(0, 3), other] })).toEqual(
    expect.arrayContaining([expect.stringMatching(/^Fork: /), expect.stringMatching(/does not continue/)]),
  );
  expect(await problemsOfTree({ ...tree, seen: seen.toReversed() })).toEqual(
    expect.arrayContaining([expect.stringMatching(/ showed \d+ entries after \d+$/)]),
  );
}
