/** What may be had on average in a second, and at once. */
export interface Rate {
  /** 0: as many as anybody wants. */
  readonly aSecond: number;
  /** 0: as many as in a second. */
  readonly burst: number;
}

/** What a sum of fractions may be off, milliseconds. */
const ROUNDING_MS = 0.001;

/**
 * One caller's cells of one kind, by the generic cell rate algorithm (ITU-T I.371, virtual scheduling): the bucket is empty so long
 * before `emptyMs` as its burst takes, and each cell that is taken puts that moment off by the time in which one comes.
 *
 * Some cells may be held here that were taken from a bucket that others share: `slice` at most, so that not each request need ask
 * for one.
 */
export class Meter {
  readonly intervalMs: number;
  readonly burst: number;
  /** A tenth of what comes in a second, or of what may be had at once, if that is less. */
  readonly slice: number;
  held: number;
  /** Somebody has gone to fetch a slice. */
  isFetching = false;
  /** Cells were taken that the shared bucket knows nothing of. */
  isAhead = false;
  /** The theoretical arrival time, milliseconds. */
  private fullMs = Number.NEGATIVE_INFINITY;

  constructor({ aSecond, burst }: Rate) {
    const isBounded = aSecond > 0;
    this.intervalMs = isBounded ? 1000 / aSecond : 0;
    this.burst = isBounded ? burst || aSecond : Number.MAX_SAFE_INTEGER;
    this.held = isBounded ? 0 : Number.POSITIVE_INFINITY;
    this.slice = isBounded ? Math.floor(Math.min(aSecond, this.burst) / 10) : 0;
  }

  /** Takes cells from those that are held; gives how many must be had elsewhere: none or all. */
  takeHeld(cells: number): number {
    if (this.held < cells) return cells;
    this.held -= cells;
    return 0;
  }

  giveBack(cells: number): void {
    if (this.intervalMs > 0) this.held = Math.min(this.slice, this.held + cells);
  }

  /** How long until there are so many, milliseconds; 0: they are there. */
  waitMs(cells: number, nowMs: number): number {
    if (cells === 0) return 0;
    const waitMs = this.aheadMs(nowMs) + (cells - this.burst) * this.intervalMs;
    return waitMs > ROUNDING_MS ? waitMs : 0;
  }

  /** Takes cells that are there. */
  take(cells: number, nowMs: number): void {
    if (cells === 0) return;
    this.fullMs = nowMs + this.aheadMs(nowMs) + cells * this.intervalMs;
    this.isAhead = true;
  }

  /** How long until the bucket is full again, milliseconds. A clock that was put back makes nobody wait for longer than that takes. */
  aheadMs(nowMs: number): number {
    this.fullMs = Math.min(this.fullMs, nowMs + this.burst * this.intervalMs);
    return Math.max(0, this.fullMs - nowMs);
  }

  /** Heeds what the shared bucket said: at `nowMs` or later it was `aheadMs` from full. */
  learn(aheadMs: number, nowMs: number): void {
    this.fullMs = Math.max(nowMs + this.aheadMs(nowMs), nowMs + aheadMs);
  }
}
