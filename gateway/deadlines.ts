/** What is told when its time is up. */
export interface Expiring {
  expire(): void;
}

/**
 * One timer for the deadlines of all requests: a timer of its own for each costs a tenth of the way in. What expires is told
 * up to two ticks late, and never early.
 */
export class Deadlines {
  /** By the tick at which they are looked at. */
  private readonly due = new Map<number, Set<Expiring>>();
  private timer: NodeJS.Timeout | undefined;
  /** The first tick that was not looked at yet. */
  private next = 0;

  constructor(private readonly tickMs: number) {}

  /** Gives the tick, for `remove`. */
  add(expiring: Expiring, ms: number): number {
    const now = this.now();
    if (!this.timer) {
      this.next = now;
      this.timer = setInterval(() => this.look(), this.tickMs).unref();
    }
    // The tick that has begun is part of neither: it must not come early.
    const tick = now + 1 + Math.ceil(ms / this.tickMs);
    const others = this.due.get(tick);
    if (others) others.add(expiring);
    else this.due.set(tick, new Set([expiring]));
    return tick;
  }

  remove(expiring: Expiring, tick: number): void {
    this.due.get(tick)?.delete(expiring);
  }

  private now(): number {
    return Math.floor(performance.now() / this.tickMs);
  }

  private look(): void {
    for (const now = this.now(); this.next <= now; this.next += 1) {
      const expired = this.due.get(this.next);
      this.due.delete(this.next);
      for (const expiring of expired ?? []) expiring.expire();
    }
    if (this.due.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
