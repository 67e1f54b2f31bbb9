import { Kind } from 'graphql';
import type { Config } from './config.js';
import type { Clock, LoadedSchema, Log, OperationExchange, OperationResult, RequestContext } from './context.js';
import type { Asked } from './http.js';

/** What one request carries. Its signal ends when the client has gone or `requestMs` are over. */
export function createContext(
  asked: Asked,
  parts: {
    config: Config;
    log: Log;
    clock: Clock;
    life: { current(): LoadedSchema };
    run(exchange: Omit<OperationExchange, 'provenance'>): Promise<OperationResult>;
  },
): RequestContext {
  const { config, log, clock, life, run } = parts;
  asked.abortAfter(config.limits.requestMs);
  const context: RequestContext = {
    requestId: asked.requestId,
    config,
    clock,
    log,
    deadlineAtMs: clock.now() + config.limits.requestMs,
    // Made when it is first read: an operation that fetches nothing needs none.
    get signal() {
      return asked.signal;
    },
    run(document, variables, schema = life.current()) {
      const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
      if (!operation) throw new Error('a document without an operation was to be run');
      return run({ document, operation, variables, schema, wantsProvenance: false, acceptsParts: false, context });
    },
  };
  return context;
}
