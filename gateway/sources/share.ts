import type { Fetch, FetchExchange, FetchResult } from '../context.js';
import type { FetchError } from '../errors.js';
import { Stop } from './stop.js';

/** One request on the wire, and who waits for its answer. */
interface Flight {
  readonly stop: Stop;
  readonly answer: Promise<FetchResult>;
  waiting: number;
  wasShared: boolean;
}

/**
 * Sends a read that is already under way, word for word and with the same forwarded headers, only once: whoever asks meanwhile
 * gets the same answer. The headers are part of what must be equal, for a subgraph may answer by them. Each who waits leaves
 * when its own time is up; the request on the wire is stopped when nobody is left. A mutation MUST NOT be shared.
 */
export function shareFetches(subgraph: string, wire: Fetch): Fetch {
  const flights = new Map<string, Flight>();

  const take = (key: string, exchange: FetchExchange): Flight => {
    const stop = new Stop(subgraph, 0);
    const answer = wire(Object.create(exchange, { stop: { value: stop } }));
    const flight: Flight = { stop, answer, waiting: 0, wasShared: false };
    flights.set(key, flight);
    const land = () => void (flights.get(key) === flight && flights.delete(key));
    answer.then(land, land);
    return flight;
  };

  return (exchange) => {
    const { request, stop } = exchange;
    if (request.kind !== 'query' || !stop) {
      // Who reads after a mutation must not get what was read before it.
      flights.clear();
      return wire(exchange).finally(() => flights.clear());
    }
    if (stop.reason) return Promise.reject(stop.reason);
    const key = keyOf(exchange);
    let flight = flights.get(key);
    if (flight) flight.wasShared = true;
    else flight = take(key, exchange);
    return wait(flight, stop, () => flights.get(key) === flight && flights.delete(key));
  };
}

function wait(flight: Flight, stop: NonNullable<FetchExchange['stop']>, forget: () => void): Promise<FetchResult> {
  flight.waiting += 1;
  return new Promise((resolve, reject) => {
    const leave = (reason: FetchError) => {
      flight.waiting -= 1;
      reject(reason);
      if (flight.waiting > 0) return;
      forget();
      flight.stop.cancel();
    };
    stop.onStop(leave);
    flight.answer.then(
      (result) => {
        stop.onStop(undefined);
        resolve(flight.wasShared ? { ...result, isShared: true } : result);
      },
      (error) => {
        stop.onStop(undefined);
        reject(error);
      },
    );
  });
}

function keyOf({ schema, request, variables, representations, forwarded }: FetchExchange): string {
  const lists = representations.map(({ variable, texts }) => `${variable}:${texts.join()}`);
  return [schema.id, JSON.stringify(forwarded), request.json, JSON.stringify(variables), ...lists].join('\n');
}
