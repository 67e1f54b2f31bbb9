import type { FetchStop } from '../context.js';
import type { Expiring } from '../deadlines.js';
import { FetchError } from '../errors.js';

/**
 * Ends one fetch when its time is up or its request is over. Not an `AbortSignal`: one for each fetch, with its timer and its
 * listener at the request's, took a twelfth of a small request.
 */
export class Stop implements FetchStop, Expiring {
  reason: FetchError | undefined;
  private listener: ((reason: FetchError) => void) | undefined;

  constructor(
    private readonly subgraph: string,
    private readonly ms: number,
  ) {}

  onStop(listener: ((reason: FetchError) => void) | undefined): void {
    this.listener = listener;
  }

  /** Called when the time for the fetch is up. */
  expire(): void {
    this.stop(new FetchError('timeout', `no answer within ${this.ms} ms`, { subgraph: this.subgraph }));
  }

  /** Called when the client has gone, or the time for the whole request is up. */
  cancel(): void {
    this.stop(new FetchError('cancelled', 'the request is over', { subgraph: this.subgraph }));
  }

  private stop(reason: FetchError): void {
    if (this.reason) return;
    this.reason = reason;
    this.listener?.(reason);
  }
}

/** The fetches under way of each request, so that a request's signal has one listener however many they are. */
const underWay = new WeakMap<AbortSignal, Set<Stop>>();

/** Has a fetch end with its request. `end` MUST be called when the fetch is over, however it ends. */
export function beginFetch(stop: Stop, { request }: { request: AbortSignal }): { end(): void } {
  if (request.aborted) stop.cancel();
  let stops = underWay.get(request);
  if (!stops) {
    const all = new Set<Stop>();
    underWay.set(request, (stops = all));
    request.addEventListener('abort', () => {
      for (const each of all) each.cancel();
    });
  }
  stops.add(stop);
  const begun = stops;
  return { end: () => void begun.delete(stop) };
}
