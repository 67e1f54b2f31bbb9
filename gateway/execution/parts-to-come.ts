import type { DeferredPart } from '../context.js';

type Result = IteratorResult<DeferredPart[], undefined>;

/** The parts of one answer, for one reader: it gets all that are there together, and waits when there are none. */
export class PartsToCome implements AsyncIterableIterator<DeferredPart[]> {
  #ready: DeferredPart[] = [];
  #toCome: number;
  #fault: { readonly error: unknown } | undefined;
  #waiting: { resolve(result: Result): void; reject(error: unknown): void } | undefined;
  readonly #stop: () => void;

  /** So many times parts will be given. `stop` is called when nobody waits for them any more. */
  constructor(times: number, stop: () => void) {
    this.#toCome = times;
    this.#stop = stop;
  }

  give(parts: readonly DeferredPart[]): void {
    if (this.#toCome === 0) return;
    this.#toCome -= 1;
    this.#ready.push(...parts);
    this.#settle();
  }

  /** Whoever reads gets the first fault after the parts before it. Then there are no more. */
  fail(error: unknown): void {
    if (this.#toCome === 0) return;
    this.#toCome = 0;
    this.#fault = { error };
    this.#settle();
    this.#stop();
  }

  next(): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#settle();
    });
  }

  async return(): Promise<Result> {
    this.#toCome = 0;
    this.#ready = [];
    this.#fault = undefined;
    this.#settle();
    this.#stop();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #settle(): void {
    const waiting = this.#waiting;
    if (!waiting || (this.#ready.length === 0 && this.#toCome > 0)) return;
    this.#waiting = undefined;
    if (this.#ready.length > 0) waiting.resolve({ done: false, value: this.#ready.splice(0) });
    else if (this.#fault) {
      const { error } = this.#fault;
      this.#fault = undefined;
      waiting.reject(error);
    } else waiting.resolve({ done: true, value: undefined });
  }
}
