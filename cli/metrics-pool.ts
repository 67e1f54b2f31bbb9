import type { Log } from '../gateway/context.js';
import { type Figures, type MetricsPage, sumOfCounts, writeSum } from '../gateway/telemetry/metrics.js';

/** A worker that does not answer within this time is told of by what it said last. */
const ANSWER_MS = 1_000;

/** The figures of all workers. Workers are known by a number each, which is not used again. */
export interface MetricsPool {
  /** Asks all workers and adds up what they say. */
  writePage(): Promise<MetricsPage>;
  /** A worker's answer. */
  take(worker: number, answer: { round: number; figures?: Figures; problem?: string }): void;
  /** A worker ended: what it had counted when it was last asked stays counted, so that a sum never falls. */
  leave(worker: number): void;
}

export function createMetricsPool(options: {
  /** Sends the question to each worker that can be asked; returns their numbers. */
  ask(round: number): number[];
  /** What the primary itself has to tell. */
  own(): Figures;
  log: Log;
}): MetricsPool {
  const { ask, own, log } = options;
  const last = new Map<number, Figures>();
  let departed: Figures = [];
  let rounds = 0;
  /** By round: who has not answered yet, and what to do when all have. */
  const open = new Map<number, { missing: Set<number>; done(): void }>();
  const settle = (round: number, worker: number) => {
    const asked = open.get(round);
    asked?.missing.delete(worker);
    if (asked?.missing.size === 0) asked.done();
  };

  const askAll = () =>
    new Promise<void>((resolve) => {
      rounds += 1;
      const round = rounds;
      const done = () => {
        clearTimeout(timer);
        open.delete(round);
        resolve();
      };
      const timer = setTimeout(() => {
        log.warn({ workers: open.get(round)?.missing.size }, 'workers did not tell their figures in time');
        done();
      }, ANSWER_MS);
      const missing = new Set(ask(round));
      open.set(round, { missing, done });
      if (missing.size === 0) done();
    });

  return {
    async writePage() {
      await askAll();
      return writeSum([own(), departed, ...last.values()]);
    },
    take(worker, { round, figures, problem }) {
      if (figures) last.set(worker, figures);
      else log.error({ fault: problem }, 'a worker could not tell its figures');
      settle(round, worker);
    },
    leave(worker) {
      const figures = last.get(worker);
      last.delete(worker);
      if (figures) departed = sumOfCounts([departed, figures]);
      for (const round of open.keys()) settle(round, worker);
    },
  };
}
