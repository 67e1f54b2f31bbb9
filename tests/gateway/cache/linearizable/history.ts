/** What somebody's record said from some commit on; `null`: there was none. */
interface Version {
  readonly value: string | null;
  /** When its commit was asked for: nobody can have read it before. */
  readonly askedMs: number;
  /** When its writer was told that it is committed. */
  ackedMs: number;
}

/** One value that somebody read. All times are `performance.now()`. */
export interface Read {
  /** Of which record. */
  readonly of: string;
  readonly value: string | null;
  readonly beganMs: number;
  readonly endedMs: number;
  /** Where the gateway had it from. */
  readonly tier: string;
  /** Whom was asked what. */
  readonly by: string;
}

export interface Violation {
  readonly read: Read;
  /** `late`: it was out of date for longer than is promised; `invented`: nobody had written it. */
  readonly kind: 'late' | 'invented';
  /** By how much it was out of date, milliseconds. */
  readonly lateMs: number;
  /** What it should have been at least. */
  readonly newer?: string | null;
}

export interface Verdict {
  readonly violations: readonly Violation[];
  /** Reads that were out of date, and said that they may be. */
  readonly admitted: number;
  /** Others that began when a newer version was known already. */
  readonly late: number;
  /** For each version that was replaced: for how long after it was known to be it was still read, milliseconds. */
  readonly lagsMs: readonly number[];
}

/** Who wrote what when, of many records of which each has one writer at a time. */
export class History {
  private readonly records = new Map<string, Version[]>();

  /** Something that was so before anybody read. */
  start(of: string, value: string | null): void {
    this.records.set(of, [{ value, askedMs: -1, ackedMs: -1 }]);
  }

  /** A version whose commit is asked for now; gives what notes that it is acknowledged. */
  commit(of: string, value: string | null): () => void {
    const version = { value, askedMs: performance.now(), ackedMs: Number.POSITIVE_INFINITY };
    this.records.get(of)!.push(version);
    return () => {
      version.ackedMs = performance.now();
    };
  }

  /**
   * Judges reads: none may be older than what was known `boundMs` before it began. A version is known when its writer was told, or
   * somebody has read it or a later one.
   */
  judge(reads: readonly Read[], boundMs: number): Verdict {
    const known = this.knownMs(reads);
    const violations: Violation[] = [];
    const lags = new Map<string, number>();
    for (const [of, versions] of this.records) {
      for (const [index, { ackedMs }] of versions.entries()) {
        if (index > 0 && ackedMs < Number.POSITIVE_INFINITY) lags.set(`${of} ${index}`, 0);
      }
    }
    let [admitted, late] = [0, 0];
    for (const read of reads) {
      const index = this.latest(read);
      if (index < 0) {
        violations.push({ read, kind: 'invented', lateMs: 0 });
        continue;
      }
      const lateMs = read.beganMs - (known.get(read.of)![index + 1] ?? Number.POSITIVE_INFINITY);
      if (lateMs <= 0) continue;
      if (read.tier === 'STALE') {
        admitted += 1;
        continue;
      }
      late += 1;
      const next = `${read.of} ${index + 1}`;
      lags.set(next, Math.max(lags.get(next) ?? 0, lateMs));
      if (lateMs <= boundMs) continue;
      violations.push({ read, kind: 'late', lateMs, newer: this.records.get(read.of)![index + 1]!.value });
    }
    return { violations, admitted, late, lagsMs: [...lags.values()].sort((one, other) => one - other) };
  }

  /** The latest version that a read can have been of; -1: there is none. */
  private latest({ of, value, endedMs }: Read): number {
    return this.records.get(of)!.findLastIndex((version) => version.value === value && version.askedMs <= endedMs);
  }

  /** Of each record, from when each version was known. */
  private knownMs(reads: readonly Read[]): Map<string, number[]> {
    const known = new Map<string, number[]>();
    for (const [of, versions] of this.records)
      known.set(
        of,
        versions.map(({ ackedMs }) => ackedMs),
      );
    for (const read of reads) {
      // Of nothing there may have been several versions.
      const index = read.value === null ? -1 : this.latest(read);
      const times = known.get(read.of)!;
      if (index >= 0) times[index] = Math.min(times[index]!, read.endedMs);
    }
    for (const times of known.values()) {
      for (let index = times.length - 2; index >= 0; index -= 1) {
        times[index] = Math.min(times[index]!, times[index + 1]!);
      }
    }
    return known;
  }
}

/** The value below which so many of a hundred lie. */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.max(0, Math.ceil((sorted.length * percent) / 100) - 1)] ?? 0;
}
