import { isDeepStrictEqual } from 'node:util';
import type { Fetch, FetchExchange, FetchResult } from '../context.js';
import { GATEWAY_ITSELF } from '../identity.js';
import { reportedRecords } from '../reported-records.js';
import type { EntityStore } from './entry.js';

/** How many records a log line names. */
const RECORDS_LOGGED_MAX = 20;

/**
 * Asks the registry in the background for a share of what was answered without it, and compares: for whoever wants to see, before
 * trusting a cache or all the time, that it is right. What differs is counted, and logged by record and version, without a value.
 */
export class Shadow {
  private passed = 0;
  private readonly counts = { same: 0, different: 0, failed: 0 };

  /** `percent`: of the fetches that were answered without the registry. */
  constructor(private readonly percent: number) {}

  get stats(): Readonly<Record<'same' | 'different' | 'failed', number>> {
    return this.counts;
  }

  /** Whether the next one is to be compared. */
  private isDue(): boolean {
    const before = Math.floor((this.passed * this.percent) / 100);
    this.passed += 1;
    return Math.floor((this.passed * this.percent) / 100) > before;
  }

  compare(given: FetchResult, at: { exchange: FetchExchange; next: Fetch; store: EntityStore }): void {
    if (this.isDue()) void this.compareNow(given, at);
  }

  private async compareNow(
    given: FetchResult,
    { exchange, next, store }: { exchange: FetchExchange; next: Fetch; store: EntityStore },
  ): Promise<void> {
    const { context, subgraph } = exchange;
    const since = JSON.stringify(store.moment);
    const alone = Object.create(context, {
      signal: { value: NEVER },
      identity: { value: GATEWAY_ITSELF },
    });
    let now: FetchResult;
    try {
      now = await next({ ...exchange, context: alone });
    } catch {
      this.counts.failed += 1;
      return;
    }
    if (now.errors) this.counts.failed += 1;
    else if (isDeepStrictEqual(given.data, plain(now.data))) this.counts.same += 1;
    // What has been forgotten meanwhile says nothing of what was given.
    else if (JSON.stringify(store.moment) === since) {
      this.counts.different += 1;
      const was = given.sources?.().map(({ record: { record, version } }) => ({ record, version }));
      const is = reportedRecords(now)?.map(({ record, version }) => ({ record, version }));
      context.log.warn(
        { requestId: context.requestId, subgraph, was: distinct(was), is: distinct(is) },
        'what was remembered is not what the registry says',
      );
    }
  }
}

const NEVER = new AbortController().signal;

/** Of objects as an executor makes them, which have no prototype, those of JSON. */
function plain(data: unknown): unknown {
  return JSON.parse(JSON.stringify(data ?? null));
}

interface Version {
  readonly record?: string;
  readonly version?: string;
}

function distinct(versions: readonly Version[] = []): Version[] {
  const byName = new Map(versions.map((each) => [`${each.record} ${each.version}`, each]));
  return [...byName.values()].slice(0, RECORDS_LOGGED_MAX);
}
