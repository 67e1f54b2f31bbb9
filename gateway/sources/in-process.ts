import type { Fetch, FetchResult, LoadedSchema, RepresentationList, RequestContext } from '../context.js';
import { FetchError } from '../errors.js';

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
  /** The gateway itself: it asks the registries in turn, each with its own deadline and breaker, so it has neither. */
  isGateway?: true;
}

/** A subgraph that is called, not sent to. It can't be interrupted, so a fetch that is over leaves its answer behind. */
export function createLocalSource(name: string, subgraph: LocalSubgraph): Fetch {
  return ({ request, variables, representations, context, schema, signal }) =>
    new Promise((resolve, reject) => {
      const stop = () =>
        reject(
          signal.reason instanceof FetchError ? signal.reason : new FetchError('cancelled', 'over', { subgraph: name }),
        );
      if (signal.aborted) return stop();
      signal.addEventListener('abort', stop, { once: true });
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
        .finally(() => signal.removeEventListener('abort', stop));
    });
}

function valuesOf(representations: readonly RepresentationList[]): Record<string, unknown> {
  return Object.fromEntries(
    representations.map(({ variable, texts }) => [variable, texts.map((text) => JSON.parse(text))]),
  );
}
