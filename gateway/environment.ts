import type { BudgetsConfig, Config, Limits } from './settings.js';

/** Every number that the environment can set: where it goes, its least and its greatest value. */
export const NUMBERS: Record<string, { set(config: Config, value: number): void; least: number; most: number }> = {
  PORT: { set: (config, value) => (config.port = value), least: 0, most: 65_535 },
  WORKERS: { set: (config, value) => (config.workers = value), least: 1, most: 64 },
  REQUEST_BYTES_MAX: limit('requestBytesMax', 1_024, 64 * 1024 * 1024),
  REQUEST_RECEIVE_MS: limit('requestReceiveMs', 100, 600_000),
  HEADER_BYTES_MAX: limit('headerBytesMax', 1_024, 1024 * 1024),
  KEEP_ALIVE_MS: limit('keepAliveMs', 1_000, 600_000),
  ANSWER_TAKEN_MS: limit('answerTakenMs', 1_000, 3_600_000),
  REQUEST_MS: limit('requestMs', 10, 600_000),
  PLAN_MS: limit('planMs', 10, 600_000),
  FETCH_MS: limit('fetchMs', 10, 600_000),
  FETCH_BYTES_MAX: limit('fetchBytesMax', 1_024, 1024 * 1024 * 1024),
  TOKENS_MAX: limit('tokensMax', 10, 1_000_000),
  DEPTH_MAX: limit('depthMax', 2, 500),
  ALIASES_MAX: limit('aliasesMax', 0, 100_000),
  ROOT_FIELDS_MAX: limit('rootFieldsMax', 1, 100_000),
  DIRECTIVES_MAX: limit('directivesMax', 0, 100_000),
  FRAGMENTS_MAX: limit('fragmentsMax', 0, 100_000),
  REPEATS_MAX: limit('repeatsMax', 1, 100_000),
  PAGE_ITEMS_MAX: limit('pageItemsMax', 1, 1_000_000),
  LIST_ITEMS_ASSUMED: limit('listItemsAssumed', 0, 1_000_000),
  COST_MAX: limit('costMax', 0, 1_000_000_000),
  CONNECTIONS_MAX: limit('connectionsMax', 0, 1_000_000),
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
  JWT_CLOCK_TOLERANCE_MS: { set: (config, value) => (config.access.clockToleranceMs = value), least: 0, most: 600_000 },
  BUDGET_REQUESTS_A_SECOND: budget('requestsASecond', 1_000_000),
  BUDGET_REQUESTS_BURST: budget('requestsBurst', 100_000_000),
  BUDGET_COST_A_SECOND: budget('costASecond', 1_000_000),
  BUDGET_COST_BURST: budget('costBurst', 100_000_000),
  BUDGET_CITIZENS_A_DAY: budget('citizensADay', 100_000),
  AUDIT_JOURNAL_BYTES_MAX: audit('journalBytesMax', 0, 1024 * 1024 * 1024 * 1024),
  AUDIT_STORE_MS: audit('storeMs', 50, 60_000),
  AUDIT_SEQUENCE_MS: audit('sequenceMs', 50, 600_000),
  AUDIT_LATE_MS: audit('lateMs', 1_000, 86_400_000),
  RETRY_BUDGET_PERCENT: { set: (config, value) => (config.retry.budgetPercent = value), least: 0, most: 100 },
};

function limit(name: keyof Limits, least: number, most: number) {
  return { set: (config: Config, value: number) => (config.limits[name] = value), least, most };
}

function audit(name: 'journalBytesMax' | 'storeMs' | 'sequenceMs' | 'lateMs', least: number, most: number) {
  return { set: (config: Config, value: number) => (config.audit[name] = value), least, most };
}

function budget(name: keyof BudgetsConfig, most: number) {
  return { set: (config: Config, value: number) => (config.budgets[name] = value), least: 0, most };
}

/** Every text that the environment can set; each of these can be given as a file instead, by `NAME_FILE`. */
export const TEXTS: Record<string, (config: Config, value: string) => void> = {
  HOST: (config, value) => (config.host = value),
  REDIS_URL: (config, value) => (config.cache.redisUrl = value),
  CACHE_KEYS: (config, value) => (config.cache.keys = value),
  CACHE_TOKEN: (config, value) => (config.cache.token = value),
  JWKS_URL: (config, value) => (config.access.jwksUrl = value),
  JWT_ISSUER: (config, value) => (config.access.issuer = value),
  JWT_AUDIENCE: (config, value) => (config.access.audience = value),
  JWT_ALGORITHMS: (config, value) => (config.access.algorithms = listOf(value)),
  TLS_CERT: (config, value) => (config.http.tlsCert = value),
  TLS_KEY: (config, value) => (config.http.tlsKey = value),
  TLS_CLIENT_CA: (config, value) => (config.http.tlsClientCa = value),
  CORS_ORIGINS: (config, value) => (config.http.corsOrigins = listOf(value)),
  OPERATIONS_MANIFEST: (config, value) => (config.operationsManifest = value),
  SIGNING_KEY: (config, value) => (config.signingKey = value),
  AUDIT_DATABASE_URL: (config, value) => (config.audit.databaseUrl = value),
  AUDIT_OWNER_DATABASE_URL: (config, value) => (config.audit.ownerDatabaseUrl = value),
  AUDIT_ORIGIN: (config, value) => (config.audit.origin = value),
  AUDIT_SIGNING_KEY: (config, value) => (config.audit.signingKey = value),
  AUDIT_SUBJECT_KEYS: (config, value) => (config.audit.subjectKeys = value),
  AUDIT_JOURNAL_DIR: (config, value) => (config.audit.journalDir = value),
  AUDIT_TILES_DIR: (config, value) => (config.audit.tilesDir = value),
};

const listOf = (value: string) => value.split(',').flatMap((part) => part.trim() || []);

export const SWITCHES: Record<string, (config: Config, value: boolean) => void> = {
  INTROSPECTION: (config, value) => (config.introspection = value),
  GRAPHIQL: (config, value) => (config.graphiql = value),
  SCHEMA_DETAILS: (config, value) => (config.schemaDetails = value),
  SHORT_WAY: (config, value) => (config.shortWay = value),
  AUDIT: (config, value) => (config.audit.isOn = value),
  SHARE_FETCHES: (config, value) => (config.shareFetches = value),
};
