import { setMaxListeners } from 'node:events';
import type { Fetch, FetchExchange, FetchResult, SubgraphRequest } from '../context.js';
import { FetchError } from '../errors.js';
import { callerOf } from './entry.js';

interface Flight {
  readonly answer: Promise<FetchResult>;
  /** Whether several wait for it. */
  isShared: boolean;
}

type Land = (result: FetchResult, atMs: number) => void;

export interface Landed {
  readonly result: FetchResult;
  /** Whether somebody else had asked. */
  readonly isJoined: boolean;
  /** Whether others hold the answer, too. */
  readonly isShared: boolean;
}

/**
 * The requests under way to the registries: what is asked a second time meanwhile, word for word, waits for the answer to the first,
 * until it is remembered. So however many ask for what nobody has any more, the registry is asked once. Who asks after something was
 * forgotten (`FetchExchange.since`) MUST NOT get what was asked for before.
 */
export class Flights {
  /** The requests by what they ask, of which there is one object a fetch of a plan, and by the values that they ask with. */
  private readonly underWay = new WeakMap<SubgraphRequest, Map<string, Flight>>();

  /** `land`: called with the answer, and when it was asked for, before anybody gets it, unless somebody else has asked. */
  async share(exchange: FetchExchange, ask: Fetch, land: Land): Promise<Landed> {
    let flights = this.underWay.get(exchange.request);
    if (!flights) this.underWay.set(exchange.request, (flights = new Map()));
    const key = keyOf(exchange);
    const known = flights.get(key);
    if (!known) return this.take(exchange, { ask, land, flights, key });
    known.isShared = true;
    try {
      return { result: await unlessOver(known.answer, exchange), isJoined: true, isShared: true };
    } catch (error) {
      // Whoever had asked has gone; it is no answer to others.
      const isOthers = error instanceof FetchError && error.failure === 'cancelled' && !exchange.context.signal.aborted;
      if (!isOthers) throw error;
      return this.share(exchange, ask, land);
    }
  }

  private async take(
    exchange: FetchExchange,
    { ask, land, flights, key }: { ask: Fetch; land: Land; flights: Map<string, Flight>; key: string },
  ): Promise<Landed> {
    // Whoever had waited for somebody that has gone asks later than he came.
    const atMs = exchange.context.clock.now();
    const answer = ask(exchange)
      .then((result) => {
        land(result, atMs);
        return result;
      })
      .finally(() => flights.get(key) === flight && flights.delete(key));
    const flight: Flight = { answer, isShared: false };
    flights.set(key, flight);
    return { result: await answer, isJoined: false, isShared: flight.isShared };
  }
}

/** An answer that somebody else waits for as well, unless this one's own request is over before. */
function unlessOver(answer: Promise<FetchResult>, { context, subgraph }: FetchExchange): Promise<FetchResult> {
  const { signal } = context;
  return new Promise((resolve, reject) => {
    const over = () => reject(new FetchError('cancelled', 'the request is over', { subgraph }));
    if (signal.aborted) return over();
    // One request may wait for many.
    setMaxListeners(0, signal);
    signal.addEventListener('abort', over);
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', over));
  });
}

function keyOf(exchange: FetchExchange): string {
  const { variables, representations, since } = exchange;
  let key = `${callerOf(exchange)} ${since}`;
  for (const { variable, texts } of representations) key += `\n${variable}:${texts.join()}`;
  for (const _ in variables) return `${key}\n${JSON.stringify(variables)}`;
  return key;
}
