import { RedisStore } from '../../gateway/cache/redis.js';
import { connectRedis } from '../../gateway/cache/redis-client.js';
import { RedisNotices } from '../../gateway/cache/redis-notices.js';
import { createSeal, readCacheKeys } from '../../gateway/cache/seal.js';
import { parseRedisUrl } from '../../gateway/ioredis.js';
import { logInto, until } from './federation.js';

/** Keys that seal nothing but tests. */
export const KEYS = {
  one: `one:${Buffer.alloc(32, 1).toString('base64')}`,
  two: `two:${Buffer.alloc(32, 2).toString('base64')}`,
};

export interface OpenedRedisStore {
  readonly store: RedisStore;
  readonly notices: RedisNotices;
  readonly logLines: string[];
  close(): void;
}

/** A store over a server; resolves when it is connected and knows how often everything was forgotten. */
export async function openRedisStore(
  url: string,
  { keys = KEYS.one, deadlineMs = 2_000, nowMs = () => 1_000_000, onRenewed = () => {} } = {},
): Promise<OpenedRedisStore> {
  const logLines: string[] = [];
  let ready = () => {};
  const connected = new Promise<void>((resolve) => {
    ready = resolve;
  });
  const client = connectRedis(parseRedisUrl(url), (state) => (state === 'ready' ? ready() : undefined));
  const [newest, ...older] = readCacheKeys(keys);
  const seal = createSeal([newest!, ...older]);
  const store = new RedisStore({
    client,
    seal,
    clock: { now: nowMs },
    log: logInto(logLines),
    deadlineMs,
    requestMs: 30_000,
    onRenewed,
  });
  await connected;
  await until(async () => {
    await store.read([]);
    return store.moment !== undefined;
  });
  return { store, notices: new RedisNotices(client, seal), logLines, close: client.close };
}
