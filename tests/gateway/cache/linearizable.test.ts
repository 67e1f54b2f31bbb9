import { randomUUID } from 'node:crypto';
import { TRUSTED_MS, Trust } from '../../../gateway/cache/trust.js';
import { describeOnRedis } from '../../helpers/redis-server.js';
import { describeOnPostgres } from '../../helpers/scratch-postgres.js';
import { GATEWAY_FAULTS, REDIS_FAULTS } from './linearizable/faults.js';
import type { Verdict } from './linearizable/history.js';
import { type PlayOptions, play } from './linearizable/play.js';
import { type Report, reportOf } from './linearizable/report.js';
import { openStage, type Stage } from './linearizable/stage.js';

/** `LINEARIZABLE_SEED=random|TEXT LINEARIZABLE_SECONDS=n` for other and longer runs. */
const GIVEN = process.env.LINEARIZABLE_SEED ?? 'lien-thong';
const SEED = GIVEN === 'random' ? randomUUID() : GIVEN;
const SECONDS = Number(process.env.LINEARIZABLE_SECONDS ?? 0);

/** What is promised: as long as nothing fails, and whatever fails. */
const BOUND_MS = 1_000;
const FAULTY_BOUND_MS = TRUSTED_MS + 1_000;
const MORE_MS = 60_000;

describeOnPostgres('a change in a registry', () =>
  describeOnRedis('that two gateways remember', () => {
    let stage: Stage;
    beforeEach(async () => {
      stage = await openStage(SEED);
    }, MORE_MS);
    afterEach(async () => {
      jest.restoreAllMocks();
      await stage?.stop();
    });

    const run = async (title: string, options: Omit<PlayOptions, 'seed'>): Promise<Verdict & Report> => {
      const played = await play(stage, { seed: SEED, ...options });
      const verdict = played.history.judge(played.reads, options.boundMs);
      const report = reportOf({ title, seed: SEED, boundMs: options.boundMs }, played, verdict);
      console.log(report.text);
      return { ...verdict, ...report };
    };

    it(
      'is what everybody reads a second later, as long as nothing fails',
      async () => {
        const { violations, admitted, hitPercent } = await run('nothing fails', {
          seconds: SECONDS || 9,
          persons: 8,
          boundMs: BOUND_MS,
        });
        expect(violations).toEqual([]);
        expect(admitted).toBe(0);
        expect(hitPercent).toBeGreaterThan(30);
      },
      SECONDS * 1_000 + MORE_MS,
    );

    it(
      'is what everybody reads as soon as what is remembered is no longer trusted, whatever fails',
      async () => {
        const faults = [
          // What a gateway remembers is gone with what Redis has lost: not too often, or nothing would be remembered for long.
          { of: REDIS_FAULTS, betweenMsMax: 10_000 },
          { of: GATEWAY_FAULTS, betweenMsMax: 1_500 },
        ];
        const { violations } = await run('much fails', {
          seconds: SECONDS || 20,
          persons: 12,
          boundMs: FAULTY_BOUND_MS,
          faults,
        });
        expect(violations).toEqual([]);
      },
      SECONDS * 1_000 + MORE_MS,
    );

    it(
      'would be found to be missed: by a gateway that hears of no change and trusts what it remembers',
      async () => {
        jest.spyOn(Trust.prototype, 'sinceMs').mockReturnValue(0);
        stage.gateways[1]!.registry.set('feed', 'held');
        const { violations } = await run('one hears nothing and trusts', { seconds: 3, persons: 8, boundMs: BOUND_MS });
        expect(violations.map(({ kind }) => kind)).toContain('late');
        expect(violations.filter(({ read }) => !read.by.startsWith('B,'))).toEqual([]);
      },
      MORE_MS,
    );
  }),
);
