import { type CacheConfig, ConfigError } from '../config.js';
import type { CacheStats, Clock, FetchExchange, FetchStep, Log } from '../context.js';
import { connectRedis, parseRedisUrl, type RedisAddress } from './ioredis.js';
import { MemoryStore } from './memory.js';
import { RedisStore } from './redis.js';
import { type CacheKey, createSeal, readCacheKeys } from './seal.js';
import { createCache } from './step.js';
import { TwoTiers } from './two-tiers.js';

export interface OpenCache {
  readonly step: FetchStep;
  stats(): CacheStats;
  close(): void;
}

/**
 * The cache that a configuration asks for: in this process, over Redis if there is one and a key for it; `undefined`: none. Throws
 * with the cure when a setting cannot be. Redis need not be there: it is used when it comes.
 */
export function openCache(
  config: CacheConfig,
  { clock, log, isLeftOut }: { clock: Clock; log: Log; isLeftOut(exchange: FetchExchange): boolean },
): OpenCache | undefined {
  const { memoryBytesMax, undeclaredMs, absentMs } = config;
  const redis = openRedis(config, { clock, log });
  if (memoryBytesMax === 0 && !redis) return undefined;
  const memory = new MemoryStore(memoryBytesMax);
  const store = redis ? new TwoTiers(memory, redis.store, clock) : memory;
  const { step, lookUps } = createCache({ store, clock, undeclaredMs, absentMs, isLeftOut });
  return {
    step,
    stats: () => ({ lookUps, memory: memory.stats(), ...(redis ? { redis: redis.store.stats() } : {}) }),
    close: () => redis?.close(),
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
  { clock, log }: { clock: Clock; log: Log },
): { store: RedisStore; close(): void } | undefined {
  if (!redisUrl) return undefined;
  if (!keys) {
    const cure = 'set CACHE_KEYS to NAME:KEY, with a KEY made by: openssl rand -base64 32';
    log.warn({}, `Redis is not used, for there is no key to seal with what would lie there; ${cure}`);
    return undefined;
  }
  const [address, [newest, ...older]] = readSettings(redisUrl, keys);
  let last: string | undefined;
  const client = connectRedis(address, (state, problem) => {
    // It tries again and again; once told is enough.
    if (state === last) return;
    last = state;
    if (state === 'ready') log.info({}, 'Redis is connected');
    else log.warn({ problem }, 'there is no connection to Redis; the cache goes on without it');
  });
  const seal = createSeal([newest!, ...older]);
  return { store: new RedisStore({ client, seal, clock, log, deadlineMs: redisMs }), close: client.close };
}
