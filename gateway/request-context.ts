import { type DocumentNode, Kind } from 'graphql';
import type { Account } from './account.js';
import type { Config } from './config.js';
import type { Clock, LoadedSchema, Log, OperationExchange, OperationResult, RequestContext } from './context.js';
import type { Asked } from './http.js';
import type { Identity } from './identity.js';

interface Surroundings {
  config: Config;
  log: Log;
  clock: Clock;
  life: { current(): LoadedSchema };
  run(exchange: Omit<OperationExchange, 'provenance'>): Promise<OperationResult>;
}

/** What one request carries. Its signal ends when the client has gone or `requestMs` are over. */
export function createContext(asked: Asked, identity: Identity, surroundings: Surroundings): RequestContext {
  asked.abortAfter(surroundings.config.limits.requestMs);
  const deadlineAtMs = surroundings.clock.now() + surroundings.config.limits.requestMs;
  return new ContextOfRequest(asked, identity, { surroundings, deadlineAtMs, account: undefined });
}

interface Made {
  readonly surroundings: Surroundings;
  readonly deadlineAtMs: number;
  readonly account: Account | undefined;
}

/**
 * A class, because one is made for each request and costs a tenth of the way in as an object with functions of its own. Whoever
 * changes a member for others derives an object from it; a copy of its fields would lack the rest.
 */
class ContextOfRequest implements RequestContext {
  readonly requestId: string;
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly deadlineAtMs: number;
  readonly account: Account | undefined;

  constructor(
    private readonly asked: Asked,
    readonly identity: Identity,
    private readonly made: Made,
  ) {
    const { config, clock, log } = made.surroundings;
    this.requestId = asked.requestId;
    this.config = config;
    this.clock = clock;
    this.log = log;
    this.deadlineAtMs = made.deadlineAtMs;
    this.account = made.account;
  }

  withAccount(account: Account): RequestContext {
    // One that was derived has members of its own, which a copy would lack.
    const isDerived = Object.getPrototypeOf(this) !== ContextOfRequest.prototype;
    if (isDerived) return Object.create(this, { account: { value: account } });
    return new ContextOfRequest(this.asked, this.identity, { ...this.made, account });
  }

  /** Made when it is first read: an operation that fetches nothing needs none. */
  get signal(): AbortSignal {
    return this.asked.signal;
  }

  get traceId(): string | undefined {
    return traceIn(this.asked.headers.traceparent);
  }

  get forwarded(): Readonly<Record<string, string>> {
    const { forwardHeaders } = this.config;
    return forwardHeaders.length === 0 ? NONE : headersOf(this.asked, forwardHeaders);
  }

  run(document: DocumentNode, variables: Record<string, unknown>, schema = this.made.surroundings.life.current()) {
    const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    if (!operation) throw new Error('a document without an operation was to be run');
    const asked = { document, operation, variables, schema, context: this };
    return this.made.surroundings.run({ ...asked, wantsProvenance: false, acceptsParts: false, isPart: true });
  }
}

const NONE = {};

function headersOf({ headers }: Asked, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]];
    }),
  );
}

/** The trace of a `traceparent` header; of version, trace, parent and flags. A trace of nothing but zeros is none. */
export function traceIn(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' ? TRACE_PARENT.exec(header)?.[1] : undefined;
}

const TRACE_PARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/;
