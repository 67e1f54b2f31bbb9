import { type CacheConfig, ConfigError } from '../config.js';
import type { CacheStats, Clock, FetchExchange, FetchStep, LoadedSchema, Log, OperationStep } from '../context.js';
import { logRedisState, parseRedisUrl, type RedisAddress } from '../ioredis.js';
import { CacheDesk } from './desk.js';
import type { EntityStore } from './entry.js';
import { Invalidation, type InvalidationOptions } from './invalidation.js';
import { LookUps } from './look-ups.js';
import { MemoryStore } from './memory.js';
import { RedisStore } from './redis.js';
import { connectRedis } from './redis-client.js';
import { RedisNotices } from './redis-notices.js';
import { type CacheKey, createSeal, readCacheKeys } from './seal.js';
import { Shadow } from './shadow.js';
import { createCacheStep } from './step.js';
import { Trust } from './trust.js';
import { TwoTiers } from './two-tiers.js';
import { WholeAnswers } from './whole-answers.js';

export interface OpenCache {
  /** Answers what it remembers of a fetch. */
  readonly fetchStep: FetchStep;
  /** Answers whole operations; absent: this process remembers nothing. */
  readonly operationStep?: OperationStep;
  /** Whether other processes share what is remembered, and are told. */
  readonly isShared: boolean;
  /** What is done by hand. */
  readonly desk: CacheDesk;
  /** Heeds what the subgraphs of a supergraph tell of changes, from when it serves. */
  use(schema: LoadedSchema): void;
  stats(): CacheStats;
  close(): Promise<void>;
}

interface CacheSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  readonly requestMs: number;
  isLeftOut(exchange: FetchExchange): boolean;
  changes: InvalidationOptions['changes'];
  onLag?: InvalidationOptions['onLag'];
}

/**
 * The cache that a configuration asks for: in this process, over Redis if there is one and a key for it; `undefined`: none. Throws
 * with the cure when a setting cannot be. Redis need not be there: it is used when it comes.
 */
export function openCache(config: CacheConfig, options: CacheSurroundings): OpenCache | undefined {
  const { memoryBytesMax, undeclaredMs, absentMs, shadowPercent } = config;
  const { clock, log, isLeftOut, changes, onLag } = options;
  const memory = new MemoryStore(memoryBytesMax);
  const redis = openRedis(config, { ...options, onRenewed: () => memory.clear() });
  if (memoryBytesMax === 0 && !redis) return undefined;
  const far = memoryBytesMax === 0 ? redis?.store : redis && new TwoTiers(memory, redis.store, clock);
  const store: EntityStore = far ?? memory;
  const lookUps = new LookUps();
  const trust = new Trust(clock);
  const invalidation = new Invalidation({
    ...{
      store,
      near: memory,
      notices: redis?.notices,
      hasForgotten: () => redis?.store.hasForgotten ?? true,
      trust,
      clock,
      log,
      changes,
      onLag,
    },
  });
  const shadow = shadowPercent > 0 ? new Shadow(shadowPercent) : undefined;
  // What an answer that nothing looked up rests on could not be compared.
  const answers =
    memoryBytesMax > 0 && !shadow ? new WholeAnswers({ room: memory.room, clock, trust, lookUps }) : undefined;
  const lease = redis && ((name: string, forMs: number) => redis.notices.lease(name, forMs));
  const fetchStep = createCacheStep({
    ...{ store, clock, trust, lookUps, undeclaredMs, absentMs, isLeftOut },
    ...{ answers, shadow, lease },
    forgetEverything: () => invalidation.forgetEverything(),
  });
  return {
    fetchStep,
    operationStep: answers?.step,
    isShared: redis !== undefined,
    desk: new CacheDesk({ invalidation, memory, redis: redis?.store, clock }),
    use: (schema) => invalidation.use(schema),
    stats: () => ({
      lookUps: lookUps.bySubgraph,
      memory: memory.stats(),
      ...(redis ? { redis: redis.store.stats() } : {}),
      heard: trust.sources,
      ...(shadow ? { shadow: shadow.stats } : {}),
    }),
    async close() {
      const stopped = invalidation.stop();
      // Who waits to hear of others waits no longer.
      redis?.close();
      await stopped;
    },
  };
}

/** Throws a `ConfigError` with every problem at once. */
function readSettings(redisUrl: string, keys: string): [RedisAddress, CacheKey[]] {
  const problems: string[] = [];
  const attempt = <Value>(read: () => Value): Value | undefined => {
    try {
      return read();
    } catch (error) {
      problems.push((error as Error).message);
      return undefined;
    }
  };
  const address = attempt(() => parseRedisUrl(redisUrl));
  const all = attempt(() => readCacheKeys(keys));
  if (!address || !all) throw new ConfigError(problems);
  return [address, all];
}

function openRedis(
  { redisUrl, keys, redisMs }: CacheConfig,
  { clock, log, requestMs, onRenewed }: { clock: Clock; log: Log; requestMs: number; onRenewed(): void },
): { store: RedisStore; notices: RedisNotices; close(): void } | undefined {
  if (!redisUrl) return undefined;
  if (!keys) {
    const cure = 'set CACHE_KEYS to NAME:KEY, with a KEY made by: openssl rand -base64 32';
    log.warn({}, `the cache does not use Redis, for there is no key to seal with what would lie there; ${cure}`);
    return undefined;
  }
  const [address, [newest, ...older]] = readSettings(redisUrl, keys);
  const client = connectRedis(address, logRedisState(log, 'the cache goes on without it'));
  const seal = createSeal([newest!, ...older]);
  const store = new RedisStore({ client, seal, clock, log, deadlineMs: redisMs, requestMs, onRenewed });
  return { store, notices: new RedisNotices(client, seal), close: client.close };
}
