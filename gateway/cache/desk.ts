import type { Change, Clock } from '../context.js';
import { ABSENT, type StoredField } from './entry.js';
import type { Invalidation } from './invalidation.js';
import type { MemoryStore } from './memory.js';
import type { RedisStore } from './redis.js';

/** What is remembered of one entity; no value, and no argument, which could be one. */
export interface Shown {
  readonly memory: readonly ShownField[];
  /** Absent: there is no Redis, or it does not answer. */
  readonly redis?: { readonly values: number; readonly bytes: number; readonly livesSeconds: number } | undefined;
}

export interface ShownField {
  /** `null`: it is remembered that the registry has no record of it. */
  readonly field: string | null;
  readonly ageSeconds: number;
  /** Negative: it is no longer fresh. */
  readonly freshSeconds: number;
  readonly records: readonly { readonly record: string; readonly version: string }[];
}

/** What people and registries do with the cache by hand. */
export class CacheDesk {
  constructor(
    private readonly of: {
      readonly invalidation: Invalidation;
      readonly memory: MemoryStore;
      readonly redis: RedisStore | undefined;
      readonly clock: Clock;
    },
  ) {}

  /** Forgets what changed, everywhere; gives how many entities that are. Rejects when the other gateways could not be told. */
  async invalidate(subgraph: string, changes: readonly Change[]): Promise<number | 'everything'> {
    const names = await this.of.invalidation.forget(subgraph, changes);
    return names === 'everything' ? names : names.length;
  }

  /** Whether something names entities that could be remembered: their type, and all fields of one of their keys. */
  isNamed(subgraph: string, change: Change): boolean {
    return this.of.invalidation.namesOf(subgraph, [change]).length > 0;
  }

  async show(subgraph: string, change: Change): Promise<Shown> {
    const { invalidation, memory, redis, clock } = this.of;
    const names = invalidation.namesOf(subgraph, [change]);
    if (names === 'everything') return { memory: [] };
    const nowMs = clock.now();
    const shown = names.flatMap((name) =>
      Array.from(memory.look(name) ?? [], ([key, stored]) => shownField(key, stored, nowMs)),
    );
    const [first] = await Promise.all(names.map((name) => redis?.describe(name)));
    return { memory: shown, redis: first };
  }
}

function shownField(key: string, { retrievedAtMs, freshUntilMs, records }: StoredField, nowMs: number): ShownField {
  const [field = ''] = /^\w*/.exec(key) ?? [];
  return {
    field: field === ABSENT ? null : field,
    ageSeconds: (nowMs - retrievedAtMs) / 1000,
    freshSeconds: (freshUntilMs - nowMs) / 1000,
    records: records.map(({ record, version }) => ({ record, version })),
  };
}
