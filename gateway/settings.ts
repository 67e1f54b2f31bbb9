/** The limits of one request. Each can be set by an environment variable: see `NUMBERS` below. */
export interface Limits {
  /** The body of a request, bytes. */
  requestBytesMax: number;
  /** How long a client may take to send its request, milliseconds. */
  requestReceiveMs: number;
  /** The address and all headers together, bytes. */
  headerBytesMax: number;
  /** How long a connection may lie idle between two requests, milliseconds. */
  keepAliveMs: number;
  /** How long a client may take to take an answer, milliseconds. */
  answerTakenMs: number;
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
  /** Fields under another name than their own, in an operation with its fragments spread out. */
  aliasesMax: number;
  /** Fields of the root, likewise. */
  rootFieldsMax: number;
  /** Directives on one place. */
  directivesMax: number;
  /** Fragments of one document. */
  fragmentsMax: number;
  /** How often a document may have fields below a field of one name: validation compares each with each. */
  repeatsMax: number;
  /** Items of one page, as a field's slicing arguments (`@listSize`) ask for them. */
  pageItemsMax: number;
  /** How long a list is taken to be of which no `@listSize` says it, items. */
  listItemsAssumed: number;
  /** What an operation may cost by `@cost` and `@listSize`, estimated before it runs; 0: whatever it costs. */
  costMax: number;
  /** Connections that are open at once in one process; 0: as many as there are. */
  connectionsMax: number;
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
  /** What is sealed with that lies in Redis: `id:base64`, newest first, with commas; unset: the cache does not use it. */
  keys?: string;
  /** How long Redis may take, for the cache or for a budget, before a request goes on without it, milliseconds. */
  redisMs: number;
  /** Who sends it may have entities forgotten and see what is remembered; unset: nobody may. */
  token?: string;
  /** Of a hundred fetches that were answered without the registry, how many are asked of it as well, to compare. */
  shadowPercent: number;
}

/** Who is believed when a request says who asks. */
export interface AccessConfig {
  /** Where the issuer's public keys are; unset: the machine's own demo issuer, or nobody in a graph of somebody else's. */
  jwksUrl?: string;
  issuer?: string;
  audience?: string;
  /** The signature algorithms that are taken. */
  algorithms: readonly string[];
  /** How far the issuer's clock may be off, milliseconds. */
  clockToleranceMs: number;
}

/** What one caller may spend, on all gateways together with Redis, else on each. */
export interface BudgetsConfig {
  /** Requests a second on average, 0: without a bound; and at once, 0: as many as in a second. */
  requestsASecond: number;
  requestsBurst: number;
  /** Cost a second, likewise: what the operations are estimated to cost. */
  costASecond: number;
  costBurst: number;
  /** Different people and parcels in a day of Viet Nam, by the identifiers that operations begin with; 0: without a bound. */
  citizensADay: number;
}

/** How it is recorded who read what. */
export interface AuditConfig {
  /** Off: nothing is recorded, for trials. */
  isOn: boolean;
  /** Where the log is kept, `postgres://…`; unset: the embedded store. */
  databaseUrl?: string;
  /** What the owner of the log's tables connects as; unset: as `databaseUrl` says. */
  ownerDatabaseUrl?: string;
  /** The name of this installation's log, as its checkpoints have it. */
  origin: string;
  /** What checkpoints are signed with: an Ed25519 private key, PKCS #8 PEM; unset: one of this machine's own. */
  signingKey?: string;
  /** What people and parcels are hashed with: `id:base64`, newest first, with commas; unset: one of this machine's own. */
  subjectKeys?: string;
  /** Where entries are kept while the store is away; unset: under `DATA_DIR`. */
  journalDir?: string;
  /** How much of them, bytes; beyond, nothing personal is read. */
  journalBytesMax: number;
  /** How long the store may take before the journal does, milliseconds. */
  storeMs: number;
  /** How often new entries are put into the tree, milliseconds. */
  sequenceMs: number;
  /** How late checkpoints may be before nothing personal is read, milliseconds. */
  lateMs: number;
  /** Where the tree is published as files; unset: by HTTP only. */
  tilesDir?: string;
}

/** How the server is reached. */
export interface HttpConfig {
  /** The certificate with its chain and its key, PEM; both or neither. */
  tlsCert?: string;
  tlsKey?: string;
  /** Whose client certificates are taken, PEM; unset: none is asked for. */
  tlsClientCa?: string;
  /** The files that the three were read from, to be read again when they change; absent: they came as texts. */
  tlsFiles?: { tlsCert?: string; tlsKey?: string; tlsClientCa?: string };
  /** The origins whose pages may ask; empty: none but this server's own. */
  corsOrigins: readonly string[];
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
  /** Whether an error tells a client anything of the schema: which field there is not, of which type, or which was meant. */
  schemaDetails: boolean;
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
  access: AccessConfig;
  budgets: BudgetsConfig;
  audit: AuditConfig;
  http: HttpConfig;
  /** Whether only registered operations are taken. */
  registeredOnly: boolean;
  /** A file of registered operations beside `schema/operations`, as Apollo's tools write it; unset: there is none. */
  operationsManifest?: string;
  /** What requests to the registries are signed with: an Ed25519 private key, PKCS #8 PEM; unset: they are not signed. */
  signingKey?: string;
}

export const DEFAULTS: Config = {
  host: '127.0.0.1',
  port: 4000,
  workers: 1,
  production: false,
  introspection: true,
  graphiql: true,
  schemaDetails: true,
  shortWay: true,
  shareFetches: true,
  forwardHeaders: [],
  limits: {
    requestBytesMax: 1024 * 1024,
    requestReceiveMs: 10_000,
    headerBytesMax: 16 * 1024,
    keepAliveMs: 5_000,
    answerTakenMs: 60_000,
    requestMs: 15_000,
    planMs: 2_000,
    fetchMs: 3_000,
    fetchBytesMax: 16 * 1024 * 1024,
    tokensMax: 10_000,
    depthMax: 100,
    aliasesMax: 50,
    rootFieldsMax: 20,
    directivesMax: 10,
    fragmentsMax: 100,
    repeatsMax: 100,
    pageItemsMax: 1_000,
    listItemsAssumed: 10,
    costMax: 50_000,
    connectionsMax: 10_000,
    listItemsMax: 100,
    batchMax: 0,
    operationsBytesMax: 64 * 1024 * 1024,
    drainMs: 10_000,
  },
  breaker: { failuresMax: 5, openMs: 5_000 },
  retry: { budgetPercent: 10 },
  cache: { memoryBytesMax: 64 * 1024 * 1024, undeclaredMs: 0, absentMs: 5_000, redisMs: 10, shadowPercent: 0 },
  access: { algorithms: ['EdDSA', 'ES256', 'RS256', 'PS256'], clockToleranceMs: 30_000 },
  budgets: { requestsASecond: 50, requestsBurst: 200, costASecond: 10_000, costBurst: 100_000, citizensADay: 2_000 },
  audit: {
    isOn: true,
    origin: 'lien-thong.localhost/audit',
    journalBytesMax: 256 * 1024 * 1024,
    storeMs: 2_000,
    sequenceMs: 2_000,
    lateMs: 4 * 3_600_000,
  },
  http: { corsOrigins: [] },
  registeredOnly: false,
};
