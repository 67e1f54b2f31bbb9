import { createHmac } from 'node:crypto';
import { createBreaker } from '../../breaker.js';
import type { Log } from '../../context.js';
import { inTime } from '../../in-time.js';
import type { Answered, BudgetsClient, MeterQuestion } from './redis-client.js';

/** As with the cache: one moment in which Redis is late makes many failures. */
const FAILURES_MAX = 20;
const OPEN_MS = 1_000;
/** Of an HMAC this much is a name: 96 bits. */
const NAME_CHARS = 16;
const PREFIX = 'lt:budget:';

export interface SharedQuestion {
  /** Who asks. */
  readonly caller: string;
  readonly day: number;
  readonly dayLeftMs: number;
  readonly meters: readonly [requests: MeterQuestion, cost: MeterQuestion];
  readonly citizensMax: number;
  /** Counted already, and not known there. */
  readonly owed: readonly string[];
  readonly asked: readonly string[];
}

/** By then the clocks of all gateways have come to the next day. */
const CLOCKS_APART_MS = 3_600_000;

/**
 * What all gateways know of the callers' budgets, in Redis. Names are HMACs, of a caller and of whom that caller asked for on a day:
 * without the secret nobody can say who asked, nor whether two asked for the same.
 */
export class SharedBudgets {
  failures = 0;
  private readonly breaker = createBreaker({ failuresMax: FAILURES_MAX, openMs: OPEN_MS, isFailure: () => true });

  constructor(private readonly options: { client: BudgetsClient; secret: Buffer; deadlineMs: number; log: Log }) {
    const { log } = options;
    let told = 'closed';
    this.breaker.onChange((state) => {
      // It opens anew after each trial that fails; once told is enough.
      if (state === told) return;
      told = state;
      const { failures } = this;
      if (state === 'open') log.warn({ failures }, 'Redis fails; each gateway keeps the budgets by itself');
      else log.info({ failures }, 'Redis keeps the budgets again');
    });
  }

  /** Whether Redis decides, as far as is known. */
  get decides(): boolean {
    return this.breaker.state() === 'closed';
  }

  /** What Redis says, in one request; `undefined`: nothing in time. */
  async ask({
    caller,
    day,
    dayLeftMs,
    meters,
    citizensMax,
    owed,
    asked,
  }: SharedQuestion): Promise<Answered | undefined> {
    // It would make all but one wait for the trial.
    if (this.breaker.state() === 'half-open') return undefined;
    const { client, deadlineMs } = this.options;
    const name = this.nameOf(caller);
    const hashOf = (id: string) => this.nameOf(`${name} ${day} ${id}`);
    const citizens = {
      most: citizensMax,
      keptMs: dayLeftMs + CLOCKS_APART_MS,
      owed: owed.map(hashOf),
      asked: asked.map(hashOf),
    };
    // In a cluster all that is known of a caller lies on one server.
    const keys = { meters: `${PREFIX}{${name}}`, citizens: `${PREFIX}{${name}}:${day}` };
    try {
      return await this.breaker.execute(() => inTime(client.spend(keys, { meters, citizens }), deadlineMs));
    } catch {
      this.failures += 1;
      return undefined;
    }
  }

  close(): void {
    this.options.client.close();
  }

  private nameOf(text: string): string {
    return createHmac('sha256', this.options.secret).update(text).digest('base64url').slice(0, NAME_CHARS);
  }
}
