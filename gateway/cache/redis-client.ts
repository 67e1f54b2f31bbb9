import { connect, type OnRedisState, openConnection, type RedisAddress, type RedisConnection } from '../ioredis.js';

/** What the cache asks of Redis. All commands given at one moment leave as one request a server. */
export interface RedisClient {
  /** How often anything was forgotten, and in which generation; `undefined`: there is none yet. */
  moment(): Promise<{ generation: string; forgotten: number } | undefined>;
  /** Begins a generation unless there is one. */
  begin(generation: string): Promise<void>;
  /** Begins another generation. */
  renew(generation: string): Promise<void>;
  /** Counts that something is forgotten, in the generation that there is or else in this one. */
  forgetMore(generation: string): Promise<{ generation: string; forgotten: number }>;
  /** The values of a hash that were remembered. */
  packs(key: string): Promise<Record<string, Buffer>>;
  /** Puts a value into a hash, which lives on for at least `forMs`, unless it was forgotten after `forgotten`. */
  remember(key: string, pack: { forMs: number; forgotten: number; pack: string; value: Buffer }): Promise<void>;
  /** Empties a hash; for `forMs` it says when, by the count of what was forgotten. */
  forget(key: string, forgotten: number, forMs: number): Promise<void>;
  /** Whether nobody has this yet, who then has it for `forMs` at most. */
  lease(key: string, forMs: number): Promise<boolean>;
  /** Up to where a source's changes were heeded here; `undefined`: nobody has. */
  position(source: string): Promise<string | undefined>;
  setPosition(source: string, position: string): Promise<void>;
  /** Tells all who `hear`. */
  tell(message: Buffer): Promise<void>;
  /** What was told after a position, for which it waits so long; without `after` only the present position. */
  hear(after: string | undefined, waitMs: number): Promise<{ position: string; messages: readonly Buffer[] }>;
  /** How much longer a hash lives, milliseconds; negative: there is none. */
  livesMs(key: string): Promise<number>;
  close(): void;
}

/** Where it is said when a hash was emptied; packs have longer names. */
const FORGOTTEN = 'f';
const STATE = 'lt:state';
const POSITIONS = 'lt:positions';
const TOLD = 'lt:told';
/** Who has missed more was not there for longer than anything is trusted. */
const TOLD_KEPT = 10_000;
const HEARD_AT_ONCE_MAX = 1_000;

/**
 * At once, so that a hash never stays for good and none is filled by who asked before it was emptied: the value, and the hash's life,
 * never shortened. Values die with their hash only, so one that has gathered many begins anew.
 */
const REMEMBER = `
  local f = redis.call('HGET', KEYS[1], '${FORGOTTEN}')
  if f and (tonumber(f) or math.huge) > tonumber(ARGV[2]) then return 0 end
  if redis.call('HLEN', KEYS[1]) > 16 then
    redis.call('DEL', KEYS[1])
    if f then redis.call('HSET', KEYS[1], '${FORGOTTEN}', f) end
  end
  redis.call('HSET', KEYS[1], ARGV[3], ARGV[4])
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return 1
`;

/** What was forgotten later stays. */
const FORGET = `
  local f = redis.call('TYPE', KEYS[1]).ok == 'hash' and tonumber(redis.call('HGET', KEYS[1], '${FORGOTTEN}') or '')
  redis.call('UNLINK', KEYS[1])
  redis.call('HSET', KEYS[1], '${FORGOTTEN}', math.max(f or 0, tonumber(ARGV[1])))
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
`;

const FORGET_MORE = `
  redis.call('HSETNX', KEYS[1], 'generation', ARGV[1])
  local n = redis.call('HINCRBY', KEYS[1], 'forgotten', 1)
  return { redis.call('HGET', KEYS[1], 'generation'), n }
`;

type Script = (key: string, ...rest: (string | number | Buffer)[]) => Promise<unknown>;
type Client = RedisConnection & Record<'ltRemember' | 'ltForget' | 'ltForgetMore', Script>;

/** Connects and stays so; `onState` is told each time it has, and each time it has not, and why. */
export function connectRedis(address: RedisAddress, onState: OnRedisState): RedisClient {
  const scripts = {
    ltRemember: { lua: REMEMBER, numberOfKeys: 1 },
    ltForget: { lua: FORGET, numberOfKeys: 1 },
    ltForgetMore: { lua: FORGET_MORE, numberOfKeys: 1 },
  };
  const connection = connect(address, { scripts, onState });
  const client = connection.client as Client;
  /** A connection that waits is of no use to anybody else meanwhile. */
  let listener: RedisConnection | undefined;
  let opened: Promise<void> | undefined;

  return {
    async moment() {
      const [generation, forgotten] = await client.hmget(STATE, 'generation', 'forgotten');
      return generation ? { generation, forgotten: Number(forgotten ?? 0) } : undefined;
    },
    begin: async (generation) => void (await client.hsetnx(STATE, 'generation', generation)),
    renew: async (generation) => void (await client.hset(STATE, 'generation', generation)),
    async forgetMore(other) {
      const [generation, forgotten] = (await client.ltForgetMore(STATE, other)) as [string, number];
      return { generation, forgotten };
    },
    async packs(key) {
      const { [FORGOTTEN]: _, ...packs } = await client.hgetallBuffer(key);
      return packs;
    },
    remember: async (key, { forMs, forgotten, pack, value }) =>
      void (await client.ltRemember(key, forMs, forgotten, pack, value)),
    forget: async (key, forgotten, forMs) => void (await client.ltForget(key, forgotten, forMs)),
    lease: async (key, forMs) => (await client.set(key, '', 'PX', forMs, 'NX')) === 'OK',
    position: async (source) => (await client.hget(POSITIONS, source)) ?? undefined,
    setPosition: async (source, position) => void (await client.hset(POSITIONS, source, position)),
    tell: async (message) => void (await client.xadd(TOLD, 'MAXLEN', '~', TOLD_KEPT, '*', 'm', message)),
    async hear(after, waitMs) {
      listener ??= openConnection(address);
      await (opened ??= untilTried(listener));
      if (after === undefined) {
        const [last] = await listener.xrevrange(TOLD, '+', '-', 'COUNT', 1);
        return { position: last?.[0] ?? '0-0', messages: [] };
      }
      const read = ['COUNT', HEARD_AT_ONCE_MAX, 'BLOCK', Math.max(1, waitMs), 'STREAMS', TOLD, after] as const;
      const [told] = (await listener.xreadBuffer(...read)) ?? [];
      const entries = (told?.[1] ?? []) as [id: Buffer, fields: Buffer[]][];
      const position = entries.at(-1)?.[0].toString() ?? after;
      return { position, messages: entries.map(([, [, message]]) => message!) };
    },
    livesMs: (key) => client.pttl(key),
    close() {
      connection.close();
      listener?.disconnect();
    },
  };
}

/** Until it is connected or could not be. */
function untilTried(client: RedisConnection): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['ready', 'close', 'error']) client.once(event, () => resolve());
  });
}

/** Whether Redis refused a command because what lies under its key is none of ours. */
export function isForeign(error: unknown): boolean {
  return error instanceof Error && error.message.includes('WRONGTYPE');
}
