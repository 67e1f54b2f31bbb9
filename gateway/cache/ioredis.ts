import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';

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

const CONNECT_MS = 2_000;
const RECONNECT_MS_MAX = 2_000;
/** A server that says nothing for so long is gone, though its connection is not closed; longer than anybody `hear`s. */
const SILENT_MS = 5_000;
/** Several keys that have moved to several places tell ioredis nothing about where, so it looks by itself. */
const CLUSTER_LOOK_MS = 3_000;

/** A command fails at once while there is no connection, and is never sent twice: the cache goes on without. */
const COMMON: RedisOptions = {
  connectTimeout: CONNECT_MS,
  socketTimeout: SILENT_MS,
  sentinelCommandTimeout: CONNECT_MS,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  enableAutoPipelining: true,
  retryStrategy: (times) => Math.min(RECONNECT_MS_MAX, 50 * 2 ** Math.min(times, 10)),
  scripts: {
    ltRemember: { lua: REMEMBER, numberOfKeys: 1 },
    ltForget: { lua: FORGET, numberOfKeys: 1 },
    ltForgetMore: { lua: FORGET_MORE, numberOfKeys: 1 },
  },
};

type Script = (key: string, ...rest: (string | number | Buffer)[]) => Promise<unknown>;
type Client = (Redis | Cluster) & Record<'ltRemember' | 'ltForget' | 'ltForgetMore', Script>;

/** Connects and stays so; `onState` is told each time it has, and each time it has not, and why. */
export function connectRedis(
  address: RedisAddress,
  onState: (state: 'ready' | 'lost', problem?: string) => void,
): RedisClient {
  const client = open(address) as Client;
  let problem: string | undefined;
  /** A connection that waits is of no use to anybody else meanwhile. */
  let listener: Redis | Cluster | undefined;
  let opened: Promise<void> | undefined;
  let isClosed = false;
  client.on('error', (error: Error) => {
    // What comes after the first comes of it.
    problem ??= problemOf(error);
    // When no sentinel answers there is no connection to be closed.
    if (client.status === 'connecting') onState('lost', problem);
  });
  client.on('ready', () => {
    problem = undefined;
    onState('ready');
  });
  client.on('close', () => {
    if (!isClosed) onState('lost', problem);
    problem = undefined;
  });

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
      listener ??= open(address);
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
      isClosed = true;
      client.disconnect();
      listener?.disconnect();
    },
  };
}

/** Until it is connected or could not be. */
function untilTried(client: Redis | Cluster): Promise<void> {
  return new Promise((resolve) => {
    for (const event of ['ready', 'close', 'error']) client.once(event, () => resolve());
  });
}

/** What went wrong, in a word: messages name hosts and users, and may hold more. */
function problemOf(error: NodeJS.ErrnoException & { lastNodeError?: NodeJS.ErrnoException }): string {
  const { code, message, name } = error.lastNodeError ?? error;
  if (message === 'Connection is closed.') return 'no server of the cluster lets it connect';
  if (message.startsWith('All sentinels are unreachable')) return 'no sentinel tells where it is';
  if (message.startsWith('Socket timeout')) return 'it says nothing';
  if (/^ERR (?:invalid )?DB index/.test(message)) return 'it has no such db';
  return code ?? /^[A-Z]{4,}\b/.exec(message)?.[0] ?? name;
}

/** Whether Redis refused a command because what lies under its key is none of ours. */
export function isForeign(error: unknown): boolean {
  return error instanceof Error && error.message.includes('WRONGTYPE');
}

export interface RedisAddress {
  readonly kind: 'single' | 'cluster' | 'sentinel';
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly username?: string;
  readonly password?: string;
  readonly db: number;
  /** What the sentinels call the server. */
  readonly name?: string;
  readonly isSecure: boolean;
}

const URL_FORM = /^(rediss?)(\+sentinel)?:\/\/(?:([^@/]*)@)?([^/?#]+)(?:\/([^?#]*))?$/;

/**
 * Reads `REDIS_URL`: `redis://` or `rediss://` (TLS) `[user:password@]host[:port][/db]`; with commas between hosts a cluster;
 * `redis+sentinel://` or `rediss+sentinel://` `[user:password@]host[:port],…/NAME` a server that sentinels watch. Throws with these
 * forms; the message MUST NOT hold any of it.
 */
export function parseRedisUrl(url: string): RedisAddress {
  const [, scheme, sentinel, user = '', list = '', path = ''] = URL_FORM.exec(url) ?? [];
  const hosts = list.split(',').map((text) => hostOf(text, sentinel ? 26_379 : 6_379));
  if (
    !scheme ||
    hosts.includes(undefined) ||
    (sentinel ? path === '' : !/^\d{0,3}$/.test(path)) ||
    // A cluster has no other.
    (!sentinel && hosts.length > 1 && Number(path) > 0) ||
    !isEncoded(user)
  ) {
    throw new Error(
      'REDIS_URL must be redis://[user:password@]host[:port][/db], rediss:// for TLS, with commas between the hosts of a cluster, or redis+sentinel://host[:port],…/NAME.',
    );
  }
  const [username, password] = user.includes(':') ? user.split(/:(.*)/s) : [undefined, user];
  return {
    kind: sentinel ? 'sentinel' : hosts.length > 1 ? 'cluster' : 'single',
    hosts: hosts as { host: string; port: number }[],
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
    db: sentinel ? 0 : Number(path),
    ...(sentinel ? { name: path } : {}),
    isSecure: scheme === 'rediss',
  };
}

function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

function hostOf(text: string, portElse: number): { host: string; port: number } | undefined {
  const [, host, port] = /^(\[[\da-f:.]+\]|[^:[\]]+)(?::(\d{1,5}))?$/i.exec(text) ?? [];
  return host ? { host: host.replace(/^\[|\]$/g, ''), port: port ? Number(port) : portElse } : undefined;
}

function open({ kind, hosts, username, password, db, name, isSecure }: RedisAddress): Redis | Cluster {
  const login = { ...(username ? { username } : {}), ...(password ? { password } : {}) };
  const tls = isSecure ? { tls: {} } : {};
  if (kind === 'cluster') {
    const { scripts, enableAutoPipelining, retryStrategy, maxRetriesPerRequest, ...each } = COMMON;
    const options: ClusterOptions = {
      scripts,
      enableAutoPipelining,
      enableOfflineQueue: false,
      clusterRetryStrategy: retryStrategy as (times: number) => number,
      // A failover must not make a request wait: what is moved is asked for elsewhere once.
      maxRedirections: 1,
      slotsRefreshInterval: CLUSTER_LOOK_MS,
      // A certificate is for a name, and not for the address that it has today.
      ...(isSecure ? { dnsLookup: (host, found) => found(null, host) } : {}),
      redisOptions: { ...each, ...login, ...tls },
    };
    return new Cluster([...hosts], options).on('error', () => {});
  }
  const sentinels = {
    sentinels: [...hosts],
    name,
    ...(isSecure ? { sentinelTLS: {}, enableTLSForSentinelMode: true } : {}),
  };
  const where = kind === 'sentinel' ? sentinels : { ...hosts[0]!, db };
  const client = new Redis({ ...COMMON, ...login, ...tls, ...where });
  // What has no such db, or does not give it to us, would go on with another.
  return client.on('error', () => {
    if (client.status === 'connect') client.disconnect(true);
  });
}
