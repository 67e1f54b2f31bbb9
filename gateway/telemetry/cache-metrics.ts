import type { CacheStats } from '../context.js';

/** What is told of a part of the gateway: one number for each set of labels. */
export interface Figure<Stats> {
  readonly kind: 'counter' | 'gauge';
  /** After `lien_thong_`. */
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  of(stats: Stats): readonly (readonly [labels: Record<string, string>, value: number])[];
}

/** What the cache did and holds. */
export const CACHE_FIGURES: readonly Figure<CacheStats>[] = [
  {
    kind: 'counter',
    name: 'cache_lookups_total',
    help:
      'Objects looked up in the cache, by subgraph and what came of it: known (hit), given though no longer fresh (stale), known in ' +
      'part (partial), not known (miss); shared: those of the last two whose fetch was under way for somebody else',
    labels: ['subgraph', 'outcome'],
    of: ({ lookUps }) =>
      [...lookUps].flatMap(([subgraph, counts]) =>
        Object.entries(counts).map(([outcome, count]) => [{ subgraph, outcome }, count] as const),
      ),
  },
  {
    kind: 'counter',
    name: 'cache_evictions_total',
    help: 'Entities and answers forgotten to make room, by tier',
    labels: ['tier'],
    of: ({ memory }) => [[{ tier: 'memory' }, memory.evicted]],
  },
  {
    kind: 'counter',
    name: 'cache_redis_failures_total',
    help: 'Times that Redis failed or was too late',
    labels: [],
    of: ({ redis }) => [[{}, redis?.failures ?? 0]],
  },
  {
    kind: 'counter',
    name: 'cache_redis_unreadable_total',
    help: 'Values in Redis that could not be opened',
    labels: [],
    of: ({ redis }) => [[{}, redis?.unreadable ?? 0]],
  },
  {
    kind: 'counter',
    name: 'cache_redis_bytes_total',
    help: 'Bytes of sealed values read from Redis and written to it, by subgraph',
    labels: ['subgraph', 'direction'],
    of: ({ redis }) =>
      [...(redis?.bytes ?? [])].flatMap(([subgraph, { read, written }]) => [
        [{ subgraph, direction: 'read' }, read] as const,
        [{ subgraph, direction: 'written' }, written] as const,
      ]),
  },
  {
    kind: 'gauge',
    name: 'cache_redis_left_alone',
    help: '1 while Redis is not asked, because it has failed several times in a row',
    labels: [],
    of: ({ redis }) => [[{}, redis?.open ? 1 : 0]],
  },
  {
    kind: 'gauge',
    name: 'cache_entries',
    help: 'Entities and answers in the cache, by tier',
    labels: ['tier'],
    of: ({ memory }) => [[{ tier: 'memory' }, memory.entries]],
  },
  {
    kind: 'gauge',
    name: 'cache_bytes',
    help: 'Bytes in the cache, by tier and subgraph; answers, which rest on several, under no subgraph',
    labels: ['tier', 'subgraph'],
    of: ({ memory }) => [...memory.bytesBySubgraph].map(([subgraph, bytes]) => [{ tier: 'memory', subgraph }, bytes]),
  },
  {
    kind: 'gauge',
    name: 'cache_heard',
    help: '1 while the changes of a subgraph are heard, or of the other gateways, under no name',
    labels: ['subgraph'],
    of: ({ heard }) => Array.from(heard, ([subgraph, isHeard]) => [{ subgraph }, isHeard ? 1 : 0] as const),
  },
  {
    kind: 'counter',
    name: 'cache_shadow_total',
    help: 'Answers that were compared with what the registry says: same, different, failed',
    labels: ['outcome'],
    of: ({ shadow }) => Object.entries(shadow ?? {}).map(([outcome, count]) => [{ outcome }, count] as const),
  },
];
