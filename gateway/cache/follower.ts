import type { Changes, Clock, Log, ReadChanges } from '../context.js';
import { describeFault } from '../faults.js';
import type { Trust } from './trust.js';

export interface FollowerOptions {
  /** Whose changes; what `trust` knows them by. */
  readonly source: string;
  readonly read: ReadChanges;
  readonly trust: Trust;
  readonly clock: Clock;
  /** Absent: somebody else tells that nothing is heard. */
  readonly log?: Log;
  /** Where to go on; `undefined`: nobody knows. */
  begin(): Promise<string | undefined>;
  /** Heeds what has changed. `before`: where the last answer ended; without, this is the first. */
  heed(changes: Changes, before: string | undefined): Promise<void>;
  /** Told when nothing could be heard, and why; gives where to go on. */
  interrupted(position: string | undefined, error: unknown): string | undefined;
}

/** How long an answer may wait for a change: it also says that there was none. */
const WAIT_MS = 1_000;
/** How long after a failure it is tried again: so long at first, and twice as long each time, up to the last. */
const AGAIN_MS = [50, 1_000] as const;

/**
 * Follows somebody's changes, one answer after another from where the last one ended, so that none is missed however often the
 * connection is lost. What is told is heeded before anybody takes it for heard.
 */
export class Follower {
  private readonly stopped = new AbortController();
  private readonly over: Promise<void>;

  constructor(private readonly options: FollowerOptions) {
    options.trust.expect(options.source);
    this.over = this.run();
  }

  async stop(): Promise<void> {
    this.options.trust.dismiss(this.options.source);
    this.stopped.abort();
    await this.over;
  }

  private async run(): Promise<void> {
    const { source, read, trust, clock, log, begin, heed, interrupted } = this.options;
    const { signal } = this.stopped;
    let position = await begin();
    let failures = 0;
    while (!signal.aborted) {
      const atMs = clock.now();
      try {
        // After a failure it is asked only whether it is there.
        const changes = await read({ after: position, waitMs: failures > 0 ? 0 : WAIT_MS, signal });
        await heed(changes, position);
        const isIdle = position !== undefined && failures === 0 && (changes.isGap || changes.changes.length === 0);
        position = changes.position;
        trust.hear(source, atMs);
        if (failures > 0) log?.info({ source, failures }, 'changes are heard again');
        failures = 0;
        // One that does not wait, or never knows where it was, is not asked without a pause.
        if (isIdle) await pause(WAIT_MS - (clock.now() - atMs), signal);
      } catch (error) {
        if (signal.aborted) return;
        position = interrupted(position, error);
        failures += 1;
        const fault = describeFault(error);
        if (failures === 1 && log)
          log.warn({ source, fault }, 'changes are not heard; what is remembered is trusted for seconds only');
        await pause(Math.min(AGAIN_MS[1], AGAIN_MS[0] * 2 ** (failures - 1)), signal);
      }
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(over, ms);
    function over() {
      clearTimeout(timer);
      signal.removeEventListener('abort', over);
      resolve();
    }
    signal.addEventListener('abort', over);
  });
}
