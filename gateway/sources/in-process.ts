import type { Fetch, FetchResult, LoadedSchema, ReadChanges, RepresentationList, RequestContext } from '../context.js';
import { FetchError } from '../errors.js';
import { beginFetch, Stop } from './stop.js';

/** A subgraph in this process. `execute` is given the context and the schema for the subgraph that is the gateway itself. */
export interface LocalSubgraph {
  execute(request: {
    query: string;
    operationName?: string;
    variables: Record<string, unknown>;
    requestId: string;
    context: RequestContext;
    schema: LoadedSchema;
  }): Promise<FetchResult>;
  ping(timeoutMs: number): Promise<void>;
  /** Tells what changed in it; absent: it does not. */
  changes?: { read: ReadChanges };
  /** The gateway itself: it asks the registries in turn, each with its own deadline and breaker, so it has neither. */
  isGateway?: true;
}

/** A subgraph that is called, not sent to. It can't be interrupted, so a fetch that is over leaves its answer behind. */
export function createLocalSource(name: string, subgraph: LocalSubgraph): Fetch {
  return (exchange) =>
    new Promise((resolve, reject) => {
      const { request, variables, representations, context, schema } = exchange;
      // The gateway itself is given no time of its own, so it has only the request's to heed.
      let { stop } = exchange;
      let begun: { end(): void } | undefined;
      if (!stop) {
        const own = new Stop(name, 0);
        begun = beginFetch(own, { request: context.signal });
        stop = own;
      }
      const over = () => {
        stop.onStop(undefined);
        begun?.end();
      };
      if (stop.reason) {
        over();
        return reject(stop.reason);
      }
      stop.onStop(reject);
      // A fault of the gateway's own must not pass for a registry's.
      const failed = (cause: unknown) =>
        subgraph.isGateway ? cause : new FetchError('unreachable', 'failed in this process', { subgraph: name, cause });
      subgraph
        .execute({
          query: request.query,
          operationName: request.operationName,
          variables: { ...variables, ...valuesOf(representations) },
          requestId: context.requestId,
          context,
          schema,
        })
        .then(resolve, (cause) => reject(failed(cause)))
        .finally(over);
    });
}

function valuesOf(representations: readonly RepresentationList[]): Record<string, unknown> {
  return Object.fromEntries(
    representations.map(({ variable, texts }) => [variable, texts.map((text) => JSON.parse(text))]),
  );
}
