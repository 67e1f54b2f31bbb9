import type { Clock } from '../context.js';

/**
 * What is heard of changes: of each subgraph that tells them, and of the other gateways, who tell what they were told to forget. As
 * long as somebody was heard just now, nothing has changed that this gateway doesn't know; if not, what is remembered may be out of
 * date and is trusted for `TRUSTED_MS` only. So after a change nobody gives the older value for longer than that.
 */
export class Trust {
  private readonly heardMs = new Map<string, number>();

  constructor(private readonly clock: Clock) {}

  /** From now on `source` must be heard. */
  expect(source: string): void {
    if (!this.heardMs.has(source)) this.heardMs.set(source, 0);
  }

  /** `source` need not be heard any more. */
  dismiss(source: string): void {
    this.heardMs.delete(source);
  }

  /** All that `source` knew at this time, milliseconds since 1970, has been heeded. */
  hear(source: string, atMs: number): void {
    if (this.heardMs.has(source)) this.heardMs.set(source, atMs);
  }

  /** Since when nothing of a subgraph's can have changed without this gateway's knowledge, milliseconds since 1970. */
  sinceMs(subgraph: string): number {
    if (this.heardMs.size === 0) return 0;
    const nowMs = this.clock.now();
    return this.isHeard(subgraph, nowMs) && this.isHeard(OTHERS, nowMs) ? 0 : nowMs - TRUSTED_MS;
  }

  /** Who must be heard, and whether they are. */
  get sources(): ReadonlyMap<string, boolean> {
    const nowMs = this.clock.now();
    return new Map(Array.from(this.heardMs.keys(), (source) => [source, this.isHeard(source, nowMs)]));
  }

  private isHeard(source: string, nowMs: number): boolean {
    const heardMs = this.heardMs.get(source);
    // A clock that was put back says nothing of how long ago that was.
    return heardMs === undefined || Math.abs(nowMs - heardMs) <= TRUSTED_MS;
  }
}

/** The other gateways, as a source. No subgraph is called so. */
export const OTHERS = '';

/** Longer than it takes to hear that nothing has changed (`WAIT_MS`) and to have lost an answer. */
export const TRUSTED_MS = 3_000;
