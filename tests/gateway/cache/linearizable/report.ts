import { percentile, type Verdict, type Violation } from './history.js';
import type { Play } from './play.js';

export interface Report {
  readonly text: string;
  /** Of all values that were read, how many of a hundred no registry was asked for. */
  readonly hitPercent: number;
}

const SHOWN_MAX = 20;

/** What a play came to, for people. */
export function reportOf(
  { title, seed, boundMs }: { title: string; seed: string; boundMs: number },
  play: Play,
  verdict: Verdict,
): Report {
  const { reads, answers, changes, faults, beganMs } = play;
  const { violations, admitted, late, lagsMs } = verdict;
  const tiers = new Map<string, number>();
  for (const { tier } of reads) tiers.set(tier, (tiers.get(tier) ?? 0) + 1);
  const hits = (tiers.get('MEMORY') ?? 0) + (tiers.get('REDIS') ?? 0) + (tiers.get('STALE') ?? 0);
  const hitPercent = (100 * hits) / Math.max(1, reads.length);
  const ms = (percent: number) => `${percentile(lagsMs, percent).toFixed(0)} ms`;
  const percentLate = ((100 * late) / Math.max(1, reads.length)).toFixed(1);
  const lines = [
    `${title}, seed "${seed}" (LINEARIZABLE_SEED), bound ${boundMs} ms:`,
    `  ${changes} changes; answers: ${countsOf(answers)}`,
    `  ${reads.length} values read: ${countsOf(tiers)}; ${hitPercent.toFixed(1)} % without the registry`,
    `  an older version was still read after a change for: p50 ${ms(50)}, p99 ${ms(99)}, max ${ms(100)} (${percentLate} % of the values)`,
    ...(admitted > 0 ? [`  ${admitted} values that were out of date said that they are STALE`] : []),
    ...faults.map((fault) => `  ${fault}`),
    `  ${violations.length} violations`,
    ...violations.slice(0, SHOWN_MAX).map((violation) => `  ${wordsOf(violation, beganMs)}`),
  ];
  return { text: lines.join('\n'), hitPercent };
}

function countsOf(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort()
    .map(([name, count]) => `${count} ${name || 'whole'}`)
    .join(', ');
}

function wordsOf({ read, kind, lateMs, newer }: Violation, fromMs: number): string {
  const { of, value, tier, by, beganMs } = read;
  const why = kind === 'invented' ? 'which nobody had written' : `${lateMs.toFixed(0)} ms after ${newer}`;
  return `${kind}: ${of} was ${value}, ${why} (${tier}, ${by}, at ${((beganMs - fromMs) / 1_000).toFixed(1)} s)`;
}
