import { Counter, Gauge, type Registry } from 'prom-client';
import type { CacheStats } from '../context.js';

type Labels = Record<string, string>;
type Told = readonly (readonly [labels: Labels, value: number])[];

/** What the cache did and holds; its own figures are read when somebody asks for the page. */
export function tellCache(registers: Registry[], cache: () => CacheStats | undefined): void {
  const counter = (name: string, help: string, told: { labels?: string[]; of(stats: CacheStats): Told }) =>
    new Counter({
      name: `lien_thong_cache_${name}`,
      help,
      labelNames: told.labels ?? [],
      registers,
      collect() {
        this.reset();
        const stats = cache();
        for (const [labels, value] of stats ? told.of(stats) : []) this.inc(labels, value);
      },
    });
  const gauge = (name: string, help: string, told: { labels?: string[]; of(stats: CacheStats): Told }) =>
    new Gauge({
      name: `lien_thong_cache_${name}`,
      help,
      labelNames: told.labels ?? [],
      ...(told.labels ? {} : { aggregator: 'max' as const }),
      registers,
      collect() {
        this.reset();
        const stats = cache();
        for (const [labels, value] of stats ? told.of(stats) : []) this.set(labels, value);
      },
    });

  counter(
    'lookups_total',
    'Objects looked up in the cache, by subgraph and what came of it: known (hit), given though no longer fresh (stale), known in ' +
      'part (partial), not known (miss); shared: those of the last two whose fetch was under way for somebody else',
    {
      labels: ['subgraph', 'outcome'],
      of: ({ lookUps }) =>
        [...lookUps].flatMap(([subgraph, counts]) =>
          Object.entries(counts).map(([outcome, count]) => [{ subgraph, outcome }, count] as const),
        ),
    },
  );
  counter('evictions_total', 'Entities and answers forgotten to make room, by tier', {
    labels: ['tier'],
    of: ({ memory }) => [[{ tier: 'memory' }, memory.evicted]],
  });
  counter('redis_failures_total', 'Times that Redis failed or was too late', {
    of: ({ redis }) => [[{}, redis?.failures ?? 0]],
  });
  counter('redis_unreadable_total', 'Values in Redis that could not be opened', {
    of: ({ redis }) => [[{}, redis?.unreadable ?? 0]],
  });
  counter('redis_bytes_total', 'Bytes of sealed values read from Redis and written to it, by subgraph', {
    labels: ['subgraph', 'direction'],
    of: ({ redis }) =>
      [...(redis?.bytes ?? [])].flatMap(([subgraph, { read, written }]) => [
        [{ subgraph, direction: 'read' }, read] as const,
        [{ subgraph, direction: 'written' }, written] as const,
      ]),
  });
  gauge('redis_left_alone', '1 while Redis is not asked, because it has failed several times in a row', {
    of: ({ redis }) => [[{}, redis?.open ? 1 : 0]],
  });
  gauge('entries', 'Entities and answers in the cache, by tier', {
    labels: ['tier'],
    of: ({ memory }) => [[{ tier: 'memory' }, memory.entries]],
  });
  gauge('bytes', 'Bytes in the cache, by tier and subgraph; answers, which rest on several, under no subgraph', {
    labels: ['tier', 'subgraph'],
    of: ({ memory }) => [...memory.bytesBySubgraph].map(([subgraph, bytes]) => [{ tier: 'memory', subgraph }, bytes]),
  });
  gauge('heard', '1 while the changes of a subgraph are heard, or of the other gateways, under no name', {
    labels: ['subgraph'],
    of: ({ heard }) => Array.from(heard, ([subgraph, isHeard]) => [{ subgraph }, isHeard ? 1 : 0] as const),
  });
  counter('shadow_total', 'Answers that were compared with what the registry says: same, different, failed', {
    labels: ['outcome'],
    of: ({ shadow }) => Object.entries(shadow ?? {}).map(([outcome, count]) => [{ outcome }, count] as const),
  });
}
