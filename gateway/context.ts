import type { Supergraph } from '@apollo/federation-internals';
import type { DocumentNode, GraphQLFormattedError, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Account } from './account.js';
import type { Config } from './config.js';
import type { FetchError, GatewayError } from './errors.js';
import type { Identity } from './identity.js';
import type { JsonText } from './json-text.js';

export type { BudgetName, BudgetStats, CacheStats } from './stats.js';

/** A place in an answer as the client sees it: response names (aliases) and list indexes. */
export type ResponsePath = readonly (string | number)[];

/** The clock, as a parameter, so that a test can set it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** Writes one JSON line. A field MUST NOT hold a token, a personal value or an internal URL. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

export type LogFields = Record<string, unknown>;

/** Where the gateway had a value from; the values of `CacheTier` in the schema. */
export type CacheTier = 'SOURCE' | 'MEMORY' | 'REDIS' | 'STALE';

/** One record that a value rests on. `record`, `version` and `recordedAt` are absent when the subgraph reports none. */
export interface SourceRecord {
  /** The subgraph's name, e.g. `civil-status`. */
  registry: string;
  record?: string;
  version?: string;
  /** ISO 8601, UTC. */
  recordedAt?: string;
  /** Milliseconds since 1970. */
  retrievedAtMs: number;
  cache: CacheTier;
}

/** Which records the values of one answer come from. Written by the fetch steps, read by dossiers and the audit log. */
export interface ProvenanceLedger {
  /** Notes that values, and everything below them, come from `record`, unless something longer says otherwise. */
  note(values: AnsweredValues, record: SourceRecord): void;
  /** Puts off notes until someone reads the ledger: most answers are sent without anyone asking. */
  noteLater(write: () => void): void;
  /**
   * Notes whom the answer is about beside those that it was asked about: the entities that were asked for, by their representations,
   * and those that were found in what was answered, by their identifiers; each as JSON.
   */
  noteEntities(representations: readonly string[]): void;
  entities(): readonly string[];
  /** The records of the value at `path` that `registry` supplied: those noted at the longest prefix of `path`. */
  recordsAt(path: ResponsePath, registry: string): SourceRecord[];
  /**
   * The records that the client got a value of, in the order in which they were noted, each with where. A record that only the
   * plan needed, or whose values were all left out for an error, MUST NOT be among them.
   */
  given(answer: Pick<OperationResult, 'data' | 'errors'>): Note[];
}

/** That values come from a record. */
export interface Note {
  readonly values: AnsweredValues;
  readonly record: SourceRecord;
}

/** What one HTTP request carries through both lists of steps. Information goes forward in it; steps don't call each other. */
export interface RequestContext {
  readonly requestId: string;
  readonly identity: Identity;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  /** The trace that the request belongs to (W3C Trace Context), 32 hexadecimal digits. */
  readonly traceId?: string | undefined;
  /** What is to be answered for of the operation that is run; absent: nobody answers for it. */
  readonly account?: Account | undefined;
  /** The same, with another account; absent: whoever needs that derives an object, which takes a hundred times as long. */
  withAccount?(account: Account): RequestContext;
  /** The client's headers that go on to the subgraphs, by name in lower case: those that `FORWARD_HEADERS` lists. */
  readonly forwarded: Readonly<Record<string, string>>;
  /** Aborted when the client has gone or the time for the whole request is up. */
  readonly signal: AbortSignal;
  /** When the whole request must be answered, milliseconds since 1970. */
  readonly deadlineAtMs: number;
  /**
   * Runs another operation for the same caller and purpose through the same steps: how a dossier reads the registries.
   * `document` MUST be the same object for the same operation: it is the key of every cache of compiled things. `schema` is
   * the one that the document was made for; absent: the one that serves now.
   */
  run(document: DocumentNode, variables: Record<string, unknown>, schema?: LoadedSchema): Promise<OperationResult>;
}

/** One operation on its way through the operation steps. */
export interface OperationExchange {
  readonly document: DocumentNode;
  /** The document as it was sent, or registered; absent: it was made here. */
  readonly text?: string;
  readonly operation: OperationDefinitionNode;
  readonly variables: Record<string, unknown>;
  readonly schema: LoadedSchema;
  readonly provenance: ProvenanceLedger;
  /** Whether the client asked for `extensions.provenance`: by `extensions: { provenance: true }`, or by such a header. */
  readonly wantsProvenance: boolean;
  /** Whether the client asked for `extensions.cost`, likewise. */
  readonly wantsCost?: boolean;
  /** Whether the client takes an answer in parts. If not, what it deferred is answered with all the rest. */
  readonly acceptsParts: boolean;
  /** Whether it is asked to answer another operation of the same request, as a dossier's reads are. */
  readonly isPart?: boolean;
  readonly context: RequestContext;
}

/** What a `@defer` asked for of the object at `path`, come later than the answer itself. */
export interface DeferredPart {
  label?: string;
  path: ResponsePath;
  /** `null`: a field that may not be null is. */
  data: Record<string, unknown> | null;
  errors?: GraphQLFormattedError[];
}

/** The answer to an operation. Errors are at the client's paths and carry `extensions.code`. */
export interface OperationResult {
  /** Read on demand where there is `json`: a copy of the fields would lack it. */
  data?: Record<string, unknown> | null | undefined;
  /** The data as it is sent, if it was written already. */
  json?: JsonText;
  /** The same object for the same answer, remembered: whoever works something out of the answer may keep it by this. */
  kept?: object;
  errors?: GraphQLFormattedError[];
  extensions?: Record<string, unknown>;
  /** What comes after, to a client that takes parts. Whoever stops reading early calls `return()`: nothing more is fetched. */
  later?: AsyncIterable<DeferredPart[]>;
  /** What a client is told instead of an answer, of which nothing may be read. A dossier goes on without. */
  readonly refusal?: GatewayError;
  /** Never sent as such: what `publishProvenance` and dossiers read. */
  readonly provenance: ProvenanceLedger;
}

/** `next` passes on the exchange, or another in its place. */
export type OperationStep = (
  exchange: OperationExchange,
  next: (changed?: OperationExchange) => Promise<OperationResult>,
) => Promise<OperationResult>;

/** What a subgraph is asked, all but the values. The same for every request that a plan's fetch makes. */
export interface SubgraphRequest {
  readonly query: string;
  readonly operationName?: string;
  readonly kind: 'query' | 'mutation' | 'subscription';
  /** `"query":…,"operationName":…`, as it stands in the body that is sent. */
  readonly json: string;
}

/** A variable that holds representations of entities, each the JSON text of one: sent as it is, and as good as a key. */
export interface RepresentationList {
  readonly variable: string;
  readonly texts: readonly string[];
}

/** Values of the client's answer: of the object at `path` the fields `names`; without `names`, what stands at `path` itself. */
export interface AnsweredValues {
  readonly path: ResponsePath;
  readonly names?: readonly string[];
}

/** Tells a fetch to end: its own time is up, or the request's, or the client has gone. */
export interface FetchStop {
  /** Why it has ended; absent while it may go on. */
  readonly reason: FetchError | undefined;
  /** Whom to tell, in the place of whoever was to be told before. */
  onStop(listener: ((reason: FetchError) => void) | undefined): void;
}

/** A field, of which other fetches may bring what stands beside it; or as a whole, of which something else may be said of each field. */
export type TakenAs = 'field' | 'whole';

/** One request to one subgraph on its way through the fetch steps. */
export interface FetchExchange {
  readonly subgraph: string;
  /** The supergraph that the operation was planned on. */
  readonly schema: LoadedSchema;
  readonly request: SubgraphRequest;
  /** All variables but those of `representations`. */
  readonly variables: Record<string, unknown>;
  /** One a selection of entities that the request asks for; none when it asks from the root. */
  readonly representations: readonly RepresentationList[];
  /** The client's headers that go on to the subgraph, by name in lower case. */
  readonly forwarded: Readonly<Record<string, string>>;
  /** Who asks at another moment, by the cache's reckoning, MUST NOT be given the same answer: something was forgotten between. */
  readonly since?: string;
  /** Ends the fetch early. Set by the step that gives it its time; what asks the subgraph MUST heed it. */
  stop?: FetchStop;
  /**
   * The client's values that rest on what stands at a path in this fetch's response: one a place where the client sees it. Of an object
   * they are the fields that this fetch asks of it, unless it is taken as something else.
   */
  valuesAt(path: ResponsePath, as?: TakenAs): AnsweredValues[];
  readonly provenance: ProvenanceLedger;
  readonly context: RequestContext;
}

/** What a subgraph answered. A fetch that got no GraphQL answer rejects with a `FetchError` instead. */
export interface FetchResult {
  /** Whether others hold the same object, so that nobody may change it. */
  readonly isShared?: boolean;
  /** Whether it rests on nothing but the request, so that it is the same for ever. */
  readonly isConstant?: boolean;
  data?: Record<string, unknown> | null;
  errors?: readonly SubgraphError[];
  extensions?: Record<string, unknown>;
  /** The answer as it came, if it came as bytes: how many, and what they say, read anew. */
  readonly raw?: { readonly bytes: number; read(): FetchResult };
  /** What the subgraph's own `Cache-Control` allows of remembering the answer; absent: it says nothing. */
  readonly cacheControl?: { readonly freshMsMax?: number; readonly isPrivate: boolean };
  /** Why what is missing in the answer is not there, if the subgraph could not be asked for it. */
  readonly failure?: unknown;
  /** Which records stand at which paths of the answer, if others than the subgraph in this fetch gave some of it. */
  sources?(): readonly {
    readonly path: ResponsePath;
    readonly as?: TakenAs;
    readonly record: SourceRecord;
  }[];
}

export interface SubgraphError {
  message?: string;
  path?: ResponsePath;
  extensions?: Record<string, unknown>;
}

/** An entity of a registry whose answer may be different now, by type and key; `Query` with `{ field, args }`; or everything. */
export type Change =
  | { readonly type: string; readonly key: Readonly<Record<string, unknown>>; readonly changedAt?: string }
  | { readonly all: true; readonly changedAt?: string };

/** What changed after a position. */
export interface Changes {
  /** Where to go on, as the registry calls it. */
  readonly position: string;
  /** What lies between is not known. */
  readonly isGap: boolean;
  readonly changes: readonly Change[];
}

/**
 * Reads what changed in a registry after a position, and waits for it so long; without `after` only the present position is given.
 * Rejects when it cannot be asked, or `signal` is aborted.
 */
export type ReadChanges = (asked: {
  readonly after?: string | undefined;
  readonly waitMs: number;
  readonly signal: AbortSignal;
}) => Promise<Changes>;

/** Whether a subgraph is asked (`closed`), left alone (`open`), or on trial. */
export type BreakerState = 'closed' | 'half-open' | 'open';

export type FetchStep = (exchange: FetchExchange, next: Fetch) => Promise<FetchResult>;
export type Fetch = (exchange: FetchExchange) => Promise<FetchResult>;

/** A supergraph, validated and ready to plan on. A new one is a new object: nothing of an old one is changed. */
export interface LoadedSchema {
  /** SHA-256 of the supergraph's text, hexadecimal. */
  readonly id: string;
  readonly supergraphSdl: string;
  /** The same, as the query planner wants it. */
  readonly supergraph: Supergraph;
  /** What clients see. */
  readonly api: GraphQLSchema;
  /** All types with the join directives, for rewrites and for who supplies a field. */
  readonly full: GraphQLSchema;
  /** The subgraphs in it, by the name they were composed under. */
  readonly subgraphs: ReadonlyMap<string, { url: string }>;
}

/** What serves now, for health, metrics and the log. */
export type SupergraphState =
  | { phase: 'not loaded' }
  | { phase: 'serving'; id: string; sinceMs: number }
  /** The file holds another supergraph, which was refused, or none that can be read; the one with `id` serves on. */
  | { phase: 'serving old'; id: string; refusedId?: string; problem: string; sinceMs: number };
