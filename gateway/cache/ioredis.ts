import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';

/** What the cache asks of Redis. All commands given at one moment leave as one request a server. */
export interface RedisClient {
  /** Some fields of a hash, and null for each that it has not. */
  fields(key: string, names: readonly string[]): Promise<(Buffer | null)[]>;
  /** Writes fields into a hash, which lives on for at least `ttlMs`. */
  remember(key: string, ttlMs: number, fields: readonly (string | Buffer)[]): Promise<void>;
  forget(key: string): Promise<void>;
  text(key: string): Promise<string | null>;
  setText(key: string, value: string): Promise<void>;
  /** Sets a text that is not there; one that is stays. */
  addText(key: string, value: string): Promise<void>;
  close(): void;
}

/**
 * At once, so that a hash never stays for good: the fields, and the hash's life, never shortened. Fields die with their hash only, so
 * one that has gathered very many begins anew.
 */
const REMEMBER = `
  if redis.call('HLEN', KEYS[1]) > 256 then redis.call('DEL', KEYS[1]) end
  redis.call('HSET', KEYS[1], unpack(ARGV, 2))
  if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[1]) then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
`;

const CONNECT_MS = 2_000;
const RECONNECT_MS_MAX = 2_000;

/** A command fails at once while there is no connection, and is never sent twice: the cache goes on without. */
const COMMON: RedisOptions = {
  connectTimeout: CONNECT_MS,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  enableAutoPipelining: true,
  retryStrategy: (times) => Math.min(RECONNECT_MS_MAX, 50 * 2 ** Math.min(times, 10)),
  scripts: { ltRemember: { lua: REMEMBER, numberOfKeys: 1 } },
};

type Client = (Redis | Cluster) & { ltRemember(key: string, ...rest: (string | number | Buffer)[]): Promise<unknown> };

/** Connects and stays so; `onState` is told each time it has, and each time it has not, and why. */
export function connectRedis(
  address: RedisAddress,
  onState: (state: 'ready' | 'lost', problem?: string) => void,
): RedisClient {
  const client = open(address) as Client;
  let problem: string | undefined;
  client.on('error', (error: NodeJS.ErrnoException) => {
    // Its message names the host, and may hold more.
    problem = error.code ?? error.name;
  });
  client.on('ready', () => onState('ready'));
  client.on('close', () => onState('lost', problem));

  return {
    fields: (key, names) => client.hmgetBuffer(key, ...names),
    remember: async (key, ttlMs, fields) => void (await client.ltRemember(key, ttlMs, ...fields)),
    forget: async (key) => void (await client.unlink(key)),
    text: (key) => client.get(key),
    setText: async (key, value) => void (await client.set(key, value)),
    addText: async (key, value) => void (await client.set(key, value, 'NX')),
    close: () => client.disconnect(),
  };
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
    /%(?![\da-f]{2})/i.test(user)
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
      redisOptions: { ...each, ...login, ...tls },
    };
    return new Cluster([...hosts], options);
  }
  if (kind === 'sentinel') {
    const { tls: sentinelTLS } = tls as { tls?: object };
    const sentinels = {
      sentinels: [...hosts],
      name,
      ...(sentinelTLS ? { sentinelTLS, enableTLSForSentinelMode: true } : {}),
    };
    return new Redis({ ...COMMON, ...login, ...tls, ...sentinels });
  }
  return new Redis({ ...COMMON, ...login, ...tls, ...hosts[0]!, db });
}
