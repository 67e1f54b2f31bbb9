import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import type { Log } from './context.js';

export type RedisConnection = Redis | Cluster;

/** Commands made of Lua, by their names. */
export type RedisScripts = NonNullable<RedisOptions['scripts']>;

/** Told each time it has connected, and each time it has not, and why. */
export type OnRedisState = (state: 'ready' | 'lost', problem?: string) => void;

const CONNECT_MS = 2_000;
const RECONNECT_MS_MAX = 2_000;
/** A server that says nothing for so long is gone, though its connection is not closed; longer than anybody `hear`s. */
const SILENT_MS = 5_000;
/** Several keys that have moved to several places tell ioredis nothing about where, so it looks by itself. */
const CLUSTER_LOOK_MS = 3_000;

/** A command fails at once while there is no connection, and is never sent twice: whoever asks goes on without. */
const COMMON: RedisOptions = {
  connectTimeout: CONNECT_MS,
  socketTimeout: SILENT_MS,
  sentinelCommandTimeout: CONNECT_MS,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  enableAutoPipelining: true,
  retryStrategy: (times) => Math.min(RECONNECT_MS_MAX, 50 * 2 ** Math.min(times, 10)),
};

/** Connects and stays so. Each script becomes a command of its name. */
export function connect(
  address: RedisAddress,
  { scripts, onState }: { scripts: RedisScripts; onState: OnRedisState },
): { client: RedisConnection; close(): void } {
  const client = openConnection(address, scripts);
  let problem: string | undefined;
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
    client,
    close() {
      isClosed = true;
      client.disconnect();
    },
  };
}

/** Logs when Redis has come and when it is lost; `goesOn`: what is done without. */
export function logRedisState(log: Log, goesOn: string): OnRedisState {
  let last: string | undefined;
  return (state, problem) => {
    // It tries again and again; once told is enough.
    if (state === last) return;
    last = state;
    if (state === 'ready') log.info({}, 'Redis is connected');
    else log.warn({ problem }, `there is no connection to Redis; ${goesOn}`);
  };
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

/** A connection that nobody is told of. Each script becomes a command of its name. */
export function openConnection(
  { kind, hosts, username, password, db, name, isSecure }: RedisAddress,
  scripts: RedisScripts = {},
): RedisConnection {
  const login = { ...(username ? { username } : {}), ...(password ? { password } : {}) };
  const tls = isSecure ? { tls: {} } : {};
  if (kind === 'cluster') {
    const { enableAutoPipelining, retryStrategy, maxRetriesPerRequest, ...each } = COMMON;
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
  const client = new Redis({ ...COMMON, scripts, ...login, ...tls, ...where });
  // What has no such db, or does not give it to us, would go on with another.
  return client.on('error', () => {
    if (client.status === 'connect') client.disconnect(true);
  });
}
