import type { FetchExchange, FetchResult } from '../context.js';
import { FetchError } from '../errors.js';
import { callerOf } from './entry.js';

/**
 * The requests under way to the registries: what is asked a second time meanwhile, word for word, waits for the answer to the first,
 * until it is remembered. So however many ask for what nobody has any more, the registry is asked once. Who asks after something was
 * forgotten MUST NOT get what was asked for before.
 */
export class Flights {
  private readonly underWay = new Map<string, Promise<FetchResult>>();

  /** `land`: called with the answer before anybody gets it, unless somebody else has asked. */
  async share(
    exchange: FetchExchange,
    { since, ask }: { since: unknown; ask(): Promise<FetchResult> },
    land: (result: FetchResult) => void,
  ): Promise<{ readonly result: FetchResult; readonly isJoined: boolean }> {
    const key = keyOf(exchange, since);
    const known = this.underWay.get(key);
    if (known) {
      try {
        return { result: await known, isJoined: true };
      } catch (error) {
        // Whoever had asked has gone; it is no answer to others.
        if (!(error instanceof FetchError) || error.failure !== 'cancelled') throw error;
        return this.share(exchange, { since, ask }, land);
      }
    }
    const flight = ask().then((result) => {
      land(result);
      return result;
    });
    this.underWay.set(key, flight);
    try {
      return { result: await flight, isJoined: false };
    } finally {
      if (this.underWay.get(key) === flight) this.underWay.delete(key);
    }
  }
}

function keyOf(exchange: FetchExchange, since: unknown): string {
  const { subgraph, request, variables, representations } = exchange;
  const lists = representations.map(({ variable, texts }) => `${variable}:${texts.join()}`);
  return [subgraph, callerOf(exchange), JSON.stringify(since), request.json, JSON.stringify(variables), ...lists].join(
    '\n',
  );
}
