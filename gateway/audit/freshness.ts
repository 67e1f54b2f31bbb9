import type { Clock } from '../context.js';
import type { AuditReader } from './reader.js';

/** How often it is looked whether another gateway has signed. */
const LOOK_MS = 10_000;

/**
 * How old the newest checkpoint is. Where none can be read it grows older; a gateway that has just begun gives the others as long as
 * itself.
 */
export class Freshness {
  private newestMs: number | undefined;
  private readonly beganMs: number;
  private looking: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: {
      readonly reader: Pick<AuditReader, 'checkpoint'>;
      readonly clock: Clock;
      readonly lateMs: number;
    },
  ) {
    this.beganMs = options.clock.now();
  }

  start(): void {
    this.looking = setInterval(() => void this.look(), LOOK_MS);
    this.looking.unref();
    void this.look();
  }

  stop(): void {
    clearInterval(this.looking);
  }

  note(atMs: number): void {
    this.newestMs = Math.max(this.newestMs ?? atMs, atMs);
  }

  /** `undefined`: no checkpoint is known. */
  get ageMs(): number | undefined {
    return this.newestMs === undefined ? undefined : Math.max(0, this.options.clock.now() - this.newestMs);
  }

  get isLate(): boolean {
    const sinceMs = Math.max(this.newestMs ?? this.beganMs, this.beganMs);
    return this.options.clock.now() - sinceMs > this.options.lateMs;
  }

  private async look(): Promise<void> {
    const newest = await this.options.reader.checkpoint().catch(() => undefined);
    if (newest) this.note(newest.atMs);
  }
}
