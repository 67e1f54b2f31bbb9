/** The limits of one request. Each can be set by an environment variable: see `NUMBERS` below. */
export interface Limits {
  /** The body of a request, bytes. */
  requestBytesMax: number;
  /** How long a client may take to send its request, milliseconds. */
  requestReceiveMs: number;
  /** All headers together, bytes. */
  headerBytesMax: number;
  /** From the request's last byte to the answer, milliseconds. */
  requestMs: number;
  /** Finding out which registries an operation must ask, milliseconds. */
  planMs: number;
  /** One fetch from a registry, its retry included, milliseconds. */
  fetchMs: number;
  /** What a registry may answer to one fetch, bytes. */
  fetchBytesMax: number;
  /** Lexical tokens of an operation. */
  tokensMax: number;
  /** How deep an operation's brackets may nest. */
  depthMax: number;
  /** Items of one list in the variables or arguments of a request. */
  listItemsMax: number;
  /** Operations of one request, sent as a list; 0: none may be. */
  batchMax: number;
  /** What known operations may take of memory, bytes; 0: none is remembered. */
  operationsBytesMax: number;
  /** How long a stopping server waits for requests in flight, milliseconds. */
  drainMs: number;
}

export interface BreakerConfig {
  /** The breaker opens after so many failures one after another. */
  failuresMax: number;
  /** How long it stays open before one trial fetch, milliseconds. */
  openMs: number;
}

export interface RetryConfig {
  /** How many retries there may be for each hundred fetches, a subgraph, so that retries never double an overload. */
  budgetPercent: number;
}

export interface CacheConfig {
  /** What this process may remember of the registries' answers, bytes; 0: nothing. */
  memoryBytesMax: number;
  /** How long everything is remembered of a supergraph that declares no lifetime at all (`@cacheControl`), milliseconds. */
  undeclaredMs: number;
  /** How long it is remembered at most that a registry has no record of somebody, milliseconds. */
  absentMs: number;
  /** Where Redis is, for all gateways; unset: there is none. */
  redisUrl?: string;
  /** What is sealed with that lies in Redis: `id:base64`, newest first, with commas; unset: Redis is not used. */
  keys?: string;
  /** How long Redis may take before a request goes on without it, milliseconds. */
  redisMs: number;
  /** Who sends it may have entities forgotten and see what is remembered; unset: nobody may. */
  token?: string;
  /** Of a hundred fetches that were answered without the registry, how many are asked of it as well, to compare. */
  shadowPercent: number;
}

export interface Config {
  host: string;
  /** 0: any free port. */
  port: number;
  /** How many processes answer on the port; who starts them is the command, a gateway knows nothing of the others. */
  workers: number;
  production: boolean;
  introspection: boolean;
  graphiql: boolean;
  /** Whether operations that are known skip parsing and validation; off: every request goes through Apollo Server. */
  shortWay: boolean;
  /** Whether a read that is under way to a subgraph is sent only once, for all who ask the same with the same headers. */
  shareFetches: boolean;
  /** The client's headers that go on to the subgraphs, in lower case. */
  forwardHeaders: readonly string[];
  limits: Limits;
  breaker: BreakerConfig;
  retry: RetryConfig;
  cache: CacheConfig;
}

export const DEFAULTS: Config = {
  host: '127.0.0.1',
  port: 4000,
  workers: 1,
  production: false,
  introspection: true,
  graphiql: true,
  shortWay: true,
  shareFetches: true,
  forwardHeaders: [],
  limits: {
    requestBytesMax: 1024 * 1024,
    requestReceiveMs: 10_000,
    headerBytesMax: 16 * 1024,
    requestMs: 15_000,
    planMs: 2_000,
    fetchMs: 3_000,
    fetchBytesMax: 16 * 1024 * 1024,
    tokensMax: 10_000,
    depthMax: 100,
    listItemsMax: 100,
    batchMax: 0,
    operationsBytesMax: 64 * 1024 * 1024,
    drainMs: 10_000,
  },
  breaker: { failuresMax: 5, openMs: 5_000 },
  retry: { budgetPercent: 10 },
  cache: { memoryBytesMax: 64 * 1024 * 1024, undeclaredMs: 0, absentMs: 5_000, redisMs: 10, shadowPercent: 0 },
};

/**
 * `@apollo/gateway` sends usage figures to its vendor and asks cloud metadata addresses where it runs, unless this is set
 * before it is constructed. Nothing phones home.
 */
export function disableVendorTelemetry(): void {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true';
}

/** Every number that the environment can set: where it goes, its least and its greatest value. */
const NUMBERS: Record<string, { set(config: Config, value: number): void; least: number; most: number }> = {
  PORT: { set: (config, value) => (config.port = value), least: 0, most: 65_535 },
  WORKERS: { set: (config, value) => (config.workers = value), least: 1, most: 64 },
  REQUEST_BYTES_MAX: limit('requestBytesMax', 1_024, 64 * 1024 * 1024),
  REQUEST_RECEIVE_MS: limit('requestReceiveMs', 100, 600_000),
  HEADER_BYTES_MAX: limit('headerBytesMax', 1_024, 1024 * 1024),
  REQUEST_MS: limit('requestMs', 10, 600_000),
  PLAN_MS: limit('planMs', 10, 600_000),
  FETCH_MS: limit('fetchMs', 10, 600_000),
  FETCH_BYTES_MAX: limit('fetchBytesMax', 1_024, 1024 * 1024 * 1024),
  TOKENS_MAX: limit('tokensMax', 10, 1_000_000),
  DEPTH_MAX: limit('depthMax', 2, 500),
  LIST_ITEMS_MAX: limit('listItemsMax', 1, 100_000),
  BATCH_MAX: limit('batchMax', 0, 1_000),
  OPERATIONS_BYTES_MAX: limit('operationsBytesMax', 0, 16 * 1024 * 1024 * 1024),
  DRAIN_MS: limit('drainMs', 0, 600_000),
  BREAKER_FAILURES_MAX: { set: (config, value) => (config.breaker.failuresMax = value), least: 1, most: 10_000 },
  BREAKER_OPEN_MS: { set: (config, value) => (config.breaker.openMs = value), least: 10, most: 600_000 },
  CACHE_MEMORY_BYTES_MAX: {
    set: (config, value) => (config.cache.memoryBytesMax = value),
    least: 0,
    most: 1024 * 1024 * 1024 * 1024,
  },
  CACHE_TTL: { set: (config, value) => (config.cache.undeclaredMs = value * 1000), least: 0, most: 31_536_000 },
  CACHE_REDIS_MS: { set: (config, value) => (config.cache.redisMs = value), least: 1, most: 10_000 },
  CACHE_SHADOW_PERCENT: { set: (config, value) => (config.cache.shadowPercent = value), least: 0, most: 100 },
  CACHE_ABSENT_MS: { set: (config, value) => (config.cache.absentMs = value), least: 0, most: 86_400_000 },
  RETRY_BUDGET_PERCENT: { set: (config, value) => (config.retry.budgetPercent = value), least: 0, most: 100 },
};

function limit(name: keyof Limits, least: number, most: number) {
  return { set: (config: Config, value: number) => (config.limits[name] = value), least, most };
}

const SWITCHES: Record<string, (config: Config, value: boolean) => void> = {
  INTROSPECTION: (config, value) => (config.introspection = value),
  GRAPHIQL: (config, value) => (config.graphiql = value),
  SHORT_WAY: (config, value) => (config.shortWay = value),
  SHARE_FETCHES: (config, value) => (config.shareFetches = value),
};

/** Headers that say something of one connection or one message, or that the gateway sets itself. */
const OWN_HEADERS =
  /^(accept|connection|content-.*|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|x-request-id)$/;

/** Several settings that cannot be; `problems` holds a sentence with the cure for each. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
  }
}

/**
 * The configuration that the environment asks for. With `NODE_ENV=production` introspection and GraphiQL are off unless they
 * are switched on; `given` (a command's options) goes before it. Throws a `ConfigError` that names every problem at once.
 */
export function readConfig(given: Record<string, string | undefined> = {}, environment = process.env): Config {
  const env = { ...environment };
  for (const [name, value] of Object.entries(given)) if (value !== undefined) env[name] = value;
  const production = env.NODE_ENV === 'production';
  const config: Config = {
    ...structuredClone(DEFAULTS),
    production,
    introspection: !production,
    graphiql: !production,
    host: env.HOST || DEFAULTS.host,
  };
  if (env.REDIS_URL) config.cache.redisUrl = env.REDIS_URL;
  if (env.CACHE_KEYS) config.cache.keys = env.CACHE_KEYS;
  if (env.CACHE_TOKEN) config.cache.token = env.CACHE_TOKEN;
  const problems: string[] = [];
  for (const [name, { set, least, most }] of Object.entries(NUMBERS)) {
    const text = env[name];
    if (text === undefined || text === '') continue;
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) set(config, value);
    else problems.push(`${name} must be a whole number from ${least} to ${most}; unset it for the default.`);
  }
  for (const [name, set] of Object.entries(SWITCHES)) {
    const text = env[name];
    if (text === undefined || text === '') continue;
    if (text === 'on' || text === 'off') set(config, text === 'on');
    else problems.push(`${name} must be "on" or "off"; unset it for the default.`);
  }
  config.forwardHeaders = (env.FORWARD_HEADERS ?? '')
    .toLowerCase()
    .split(',')
    .flatMap((part) => part.trim() || []);
  if (config.forwardHeaders.some((name) => !/^[\w-]+$/.test(name) || OWN_HEADERS.test(name))) {
    problems.push(
      'FORWARD_HEADERS must be names of headers with commas between, none of them one of the connection or message; unset it to forward none.',
    );
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}
