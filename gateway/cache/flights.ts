import type { FetchExchange, FetchResult, SubgraphRequest } from '../context.js';
import { FetchError } from '../errors.js';
import { callerOf } from './entry.js';

interface Flight {
  readonly answer: Promise<FetchResult>;
  /** Whether several wait for it. */
  isShared: boolean;
}

/**
 * The requests under way to the registries: what is asked a second time meanwhile, word for word, waits for the answer to the first,
 * until it is remembered. So however many ask for what nobody has any more, the registry is asked once. Who asks after something was
 * forgotten MUST NOT get what was asked for before.
 */
export class Flights {
  /** The requests by what they ask, of which there is one object a fetch of a plan, and by the values that they ask with. */
  private readonly underWay = new WeakMap<SubgraphRequest, Map<string, Flight>>();

  /** `land`: called with the answer before anybody gets it, unless somebody else has asked. */
  async share(
    exchange: FetchExchange,
    { since, ask }: { since: unknown; ask(): Promise<FetchResult> },
    land: (result: FetchResult) => void,
  ): Promise<{ readonly result: FetchResult; readonly isJoined: boolean; readonly isShared: boolean }> {
    let flights = this.underWay.get(exchange.request);
    if (!flights) this.underWay.set(exchange.request, (flights = new Map()));
    const key = keyOf(exchange, since);
    const known = flights.get(key);
    if (known) {
      known.isShared = true;
      try {
        return { result: await known.answer, isJoined: true, isShared: true };
      } catch (error) {
        // Whoever had asked has gone; it is no answer to others.
        if (!(error instanceof FetchError) || error.failure !== 'cancelled') throw error;
        return this.share(exchange, { since, ask }, land);
      }
    }
    const over = () => void (flights.get(key) === flight && flights.delete(key));
    const answer = ask().then(
      (result) => {
        land(result);
        over();
        return result;
      },
      (error) => {
        over();
        throw error;
      },
    );
    const flight: Flight = { answer, isShared: false };
    flights.set(key, flight);
    return { result: await answer, isJoined: false, isShared: flight.isShared };
  }
}

function keyOf(exchange: FetchExchange, since: unknown): string {
  const { variables, representations } = exchange;
  let key = `${callerOf(exchange)} ${JSON.stringify(since)}`;
  for (const { variable, texts } of representations) key += `\n${variable}:${texts.join()}`;
  for (const _ in variables) return `${key}\n${JSON.stringify(variables)}`;
  return key;
}
