/** The requests that were taken already, as long as their signatures hold: none is taken twice. */
export class Nonces {
  /** Until when each holds, milliseconds, about in the order in which they end. */
  readonly #taken = new Map<string, number>();
  readonly #max: number;

  /** `max`: how many are remembered; beyond, nothing new is taken, for what is forgotten could be sent again. */
  constructor(max: number) {
    this.#max = max;
  }

  take(nonce: string, { untilMs, nowMs }: { untilMs: number; nowMs: number }): 'taken' | 'seen' | 'full' {
    for (const [old, oldUntilMs] of this.#taken) {
      if (oldUntilMs > nowMs) break;
      this.#taken.delete(old);
    }
    if (this.#taken.has(nonce)) return 'seen';
    if (this.#taken.size >= this.#max) return 'full';
    this.#taken.set(nonce, untilMs);
    return 'taken';
  }
}
