import { createHash } from 'node:crypto';
import { ConfigError } from '../../config.js';
import type { BudgetName, BudgetStats, Clock, Log, OperationExchange, OperationStep } from '../../context.js';
import { GatewayError } from '../../errors.js';
import { logRedisState, parseRedisUrl } from '../../ioredis.js';
import type { BudgetsConfig, CacheConfig } from '../../settings.js';
import { subjectsOf } from '../../subjects.js';
import { Budgets, type Refusal } from './budgets.js';
import { connectBudgets } from './redis-client.js';
import { SharedBudgets } from './shared.js';

export interface OpenBudgets {
  readonly step: OperationStep;
  stats(): BudgetStats;
  close(): void;
}

interface BudgetsSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  /** Where Redis is, how long it may take, and the keys that make of its names a secret. */
  readonly redis: Pick<CacheConfig, 'redisUrl' | 'redisMs' | 'keys'>;
  /** What an operation costs; absent: 1. */
  costOf?(exchange: OperationExchange): number;
}

/**
 * The budgets that a configuration asks for, `undefined` if none: on all gateways together with Redis, in this process without.
 * Redis need not be there: it is used when it comes. Throws a `ConfigError` for a `REDIS_URL` that is none.
 *
 * Whoever says not who asks has none, and needs none: without a caller nothing personal can be read, and an address tells nobody
 * apart, since whole offices come from one, and all the world from that of a balancer.
 */
export function openBudgets(config: BudgetsConfig, surroundings: BudgetsSurroundings): OpenBudgets | undefined {
  if (config.requestsASecond === 0 && config.costASecond === 0 && config.citizensADay === 0) return undefined;
  const { clock, costOf = () => 1 } = surroundings;
  const shared = openShared(surroundings);
  const budgets = new Budgets({ config, clock, shared });
  return {
    step(exchange, next) {
      const { caller } = exchange.context.identity;
      // What a dossier asks was paid for with the dossier.
      if (!caller || exchange.isPart) return next();
      const ids = config.citizensADay > 0 ? subjectsOf(exchange) : NONE;
      const answer = budgets.spend(caller, { cost: costOf(exchange), ids });
      if (answer instanceof Promise) {
        return answer.then((refusal) => (refusal ? Promise.reject(errorOf(refusal, config)) : next()));
      }
      return answer ? Promise.reject(errorOf(answer, config)) : next();
    },
    stats: () => budgets.stats(),
    close: () => shared?.close(),
  };
}

const NONE: readonly string[] = [];

function openShared({ redis, log }: BudgetsSurroundings): SharedBudgets | undefined {
  const { redisUrl, redisMs, keys } = redis;
  if (!redisUrl) return undefined;
  const client = connectBudgets(addressOf(redisUrl), logRedisState(log, 'each gateway keeps the budgets by itself'));
  if (!keys) {
    const cure = 'set CACHE_KEYS to NAME:KEY, with a KEY made by: openssl rand -base64 32';
    log.warn({}, `who reads Redis can find out by trying whom a caller has asked for today; ${cure}`);
  }
  // The newest key, so that one which is given up is good for nothing any more.
  const secret = createHash('sha256')
    .update(`budgets ${keys?.split(',')[0] ?? ''}`)
    .digest();
  return new SharedBudgets({ client, secret, deadlineMs: redisMs, log });
}

function addressOf(redisUrl: string) {
  try {
    return parseRedisUrl(redisUrl);
  } catch (error) {
    throw new ConfigError([(error as Error).message]);
  }
}

const SAYS: Record<BudgetName, (config: BudgetsConfig) => string> = {
  requests: ({ requestsASecond }) => `You have sent more requests than ${requestsASecond} a second for too long`,
  cost: ({ costASecond }) => `Your requests have cost more than ${costASecond} a second for too long`,
  citizens: ({ citizensADay }) =>
    `You have asked for as many different people and parcels today as you may, ${citizensADay}; those can still be asked for`,
};

function errorOf({ budget, waitMs }: Refusal, config: BudgetsConfig): GatewayError {
  if (waitMs === undefined) {
    const most = `at most ${config.citizensADay} are given in a day`;
    return new GatewayError(
      'OPERATION_TOO_LARGE',
      `The operation asks for more people and parcels than that: ${most}.`,
    );
  }
  const seconds = Math.max(1, Math.ceil(waitMs / 1000));
  const when = budget === 'citizens' ? 'tomorrow (Viet Nam time)' : `in ${seconds} s`;
  const error = new GatewayError('BUDGET_SPENT', `${SAYS[budget](config)}. Ask again ${when}.`, {
    budget,
    retryAfterSeconds: seconds,
  });
  error.headers = { 'retry-after': String(seconds) };
  return error;
}
