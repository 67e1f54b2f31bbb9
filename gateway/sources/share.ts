import type { Fetch, FetchExchange, FetchResult } from '../context.js';
import { beginFetch, Stop } from './stop.js';

/** One read under way, and who waits for its answer. */
interface Flight {
  readonly stop: Stop;
  readonly answer: Promise<FetchResult>;
  waiting: number;
  wasShared: boolean;
}

/** The reads under way to all subgraphs, by what was asked. */
export type Flights = Map<string, Flight>;

/**
 * Sends a read that is already under way, word for word and with the same forwarded headers, only once: whoever asks meanwhile
 * gets the same answer, or the same failure, which counts once. The headers are part of what must be equal, for a subgraph may
 * answer by them. Who goes away is not waited for; the read is stopped when nobody is left. A mutation MUST NOT be shared, and who
 * reads after one MUST NOT get what was read before it: it may have changed what any subgraph says.
 */
export function shareFetches(subgraph: string, fetch: Fetch, flights: Flights): Fetch {
  const take = (key: string, exchange: FetchExchange): Flight => {
    const stop = new Stop(subgraph, 0);
    const answer = fetch(Object.create(exchange, { stop: { value: stop, writable: true } }));
    const flight: Flight = { stop, answer, waiting: 0, wasShared: false };
    flights.set(key, flight);
    const land = () => void (flights.get(key) === flight && flights.delete(key));
    answer.then(land, land);
    return flight;
  };

  return (exchange) => {
    if (exchange.request.kind !== 'query') {
      flights.clear();
      return fetch(exchange).finally(() => flights.clear());
    }
    const own = new Stop(subgraph, 0);
    const begun = beginFetch(own, { request: exchange.context.signal });
    if (own.reason) {
      begun.end();
      return Promise.reject(own.reason);
    }
    const key = `${subgraph}\n${keyOf(exchange)}`;
    let flight = flights.get(key);
    if (flight) flight.wasShared = true;
    else flight = take(key, exchange);
    const taken = flight;
    const forget = () => void (flights.get(key) === taken && flights.delete(key));
    return wait(taken, own, forget).finally(() => begun.end());
  };
}

function wait(flight: Flight, own: Stop, forget: () => void): Promise<FetchResult> {
  flight.waiting += 1;
  return new Promise((resolve, reject) => {
    own.onStop((reason) => {
      flight.waiting -= 1;
      reject(reason);
      if (flight.waiting > 0) return;
      forget();
      flight.stop.cancel();
    });
    flight.answer.then((result) => resolve(flight.wasShared ? shared(result) : result), reject);
  });
}

/** The same answer, marked; its extensions are still read only when somebody asks. */
function shared(result: FetchResult): FetchResult {
  return Object.create(result, { isShared: { value: true } }) as FetchResult;
}

function keyOf({ schema, since = '', request, variables, representations, forwarded }: FetchExchange): string {
  const lists = representations.map(({ variable, texts }) => `${variable}:${texts.join()}`);
  return [schema.id, since, JSON.stringify(forwarded), request.json, JSON.stringify(variables), ...lists].join('\n');
}
