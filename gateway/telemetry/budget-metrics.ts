import type { BudgetStats } from '../context.js';
import type { Figure } from './cache-metrics.js';

/** Who had no budget left, and who says so. */
export const BUDGET_FIGURES: readonly Figure<BudgetStats>[] = [
  {
    kind: 'counter',
    name: 'budget_refused_total',
    help: 'Operations refused because their caller has no budget left, by budget',
    labels: ['budget'],
    of: ({ refused }) => Object.entries(refused).map(([budget, count]) => [{ budget }, count] as const),
  },
  {
    kind: 'counter',
    name: 'budget_decisions_total',
    help:
      'Operations whose caller has a budget, by who decided: what was taken from Redis before (held), Redis (redis), or the process ' +
      'by itself (process), which is the rule without Redis and when it fails',
    labels: ['by'],
    of: ({ decided }) => Object.entries(decided).map(([by, count]) => [{ by }, count] as const),
  },
  {
    kind: 'counter',
    name: 'budget_redis_failures_total',
    help: 'Times that Redis failed or was too late when it was asked about a budget',
    labels: [],
    of: ({ redis }) => [[{}, redis?.failures ?? 0]],
  },
  {
    kind: 'gauge',
    name: 'budget_kept_by_process',
    help: '1 while this process decides on budgets by itself: there is no Redis, or it has failed several times in a row',
    labels: [],
    of: ({ redis }) => [[{}, redis?.decides ? 0 : 1]],
  },
];
