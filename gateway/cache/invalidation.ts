import type { GraphQLObjectType } from 'graphql';
import type { Change, Clock, LoadedSchema, Log, ReadChanges } from '../context.js';
import { FetchError } from '../errors.js';
import { feedPathsOf } from './change-feeds.js';
import { type EntityKeys, readEntityKeys } from './entity-keys.js';
import type { EntityStore } from './entry.js';
import { Follower } from './follower.js';
import type { MemoryStore } from './memory.js';
import { namesOf } from './names-of-changes.js';
import type { RedisNotices } from './redis-notices.js';
import { OTHERS, type Trust } from './trust.js';

export interface InvalidationOptions {
  readonly store: EntityStore;
  /** What this process remembers by itself. */
  readonly near: MemoryStore;
  readonly notices: RedisNotices | undefined;
  /** Whether the store has forgotten all that it was to. */
  hasForgotten(): boolean;
  readonly trust: Trust;
  readonly clock: Clock;
  readonly log: Log;
  /** What changed in a subgraph, which tells it at `path`. */
  changes(subgraph: string, path: string): ReadChanges;
  /** Told how long after a change it was forgotten here, seconds. */
  onLag?(subgraph: string, seconds: number): void;
}

/** The supergraph in use, as far as names of entities go. */
interface Names {
  readonly keys: EntityKeys;
  readonly root: GraphQLObjectType | null | undefined;
}

/** How long a gateway that begins waits for Redis to say where all had ended. */
const BEGIN_MS = 3_000;
const AGAIN_MS = 50;
const AGAIN_TELL_MS = 250;

/**
 * Forgets what has changed. Each subgraph that tells its changes is followed; what it tells is forgotten in Redis and in this
 * process. What anybody else has forgotten (a mutation, an operator, a registry that cannot tell) all gateways that share a Redis
 * tell each other.
 */
export class Invalidation {
  private readonly followers = new Map<string, { readonly path: string; readonly follower: Follower }>();
  private readonly others: Follower | undefined;
  private names: Names | undefined;
  private untold: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(private readonly options: InvalidationOptions) {
    const { notices } = options;
    if (notices) this.others = this.followOthers(notices);
  }

  /** Follows the subgraphs of a supergraph that tell their changes, and no others any more. */
  use(schema: LoadedSchema): void {
    this.names = { keys: readEntityKeys(schema), root: schema.full.getQueryType() };
    const paths = feedPathsOf(schema);
    for (const [subgraph, { path, follower }] of this.followers) {
      if (paths.get(subgraph) === path) continue;
      this.followers.delete(subgraph);
      void follower.stop();
    }
    for (const [subgraph, path] of paths) {
      if (!this.followers.has(subgraph)) this.followers.set(subgraph, { path, follower: this.follow(subgraph, path) });
    }
  }

  /** Forgets entities of a subgraph everywhere; rejects when the other gateways could not be told. */
  async forget(subgraph: string, changes: readonly Change[]): Promise<readonly string[] | 'everything'> {
    const names = this.namesOf(subgraph, changes);
    if (names === 'everything') await this.forgetEverything();
    else if (names.length > 0) {
      await this.options.store.drop(names);
      await this.tell(names);
    }
    return names;
  }

  /** Forgets everything everywhere; rejects when the other gateways could not be told. */
  async forgetEverything(): Promise<void> {
    await this.options.store.clear();
    await this.tell('everything');
  }

  private async tell(names: readonly string[] | 'everything'): Promise<void> {
    const { notices, hasForgotten } = this.options;
    try {
      await notices?.tell(names);
    } catch (error) {
      // They may hear others while nobody hears this one.
      this.untold ??= setTimeout(() => this.tellAgain(), AGAIN_TELL_MS).unref();
      throw error;
    }
    if (!hasForgotten()) throw new Error('what all gateways share has not forgotten it yet');
  }

  private tellAgain(): void {
    this.untold = undefined;
    if (!this.isStopped) void this.tell('everything').catch(() => {});
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.untold);
    const all = [...this.followers.values()].map(({ follower }) => follower);
    this.followers.clear();
    await Promise.all([...all, this.others].map((follower) => follower?.stop()));
  }

  namesOf(subgraph: string, changes: readonly Change[]): string[] | 'everything' {
    const { names } = this;
    if (!names || changes.some((change) => 'all' in change)) return 'everything';
    return [...new Set(changes.flatMap((change) => namesOf(change, { subgraph, ...names })))];
  }

  private follow(subgraph: string, path: string): Follower {
    const { store, near, notices, hasForgotten, trust, clock, log, changes, onLag } = this.options;
    let isFirst = true;
    return new Follower({
      ...{ source: subgraph, read: changes(subgraph, path), trust, clock, log },
      begin: async () => notices && this.positionIn(notices, subgraph),
      heed: async (told, before) => {
        const isNews = told.position !== before;
        const names = told.isGap ? 'everything' : this.namesOf(subgraph, told.changes);
        // Of what was remembered before anybody was heard nobody knows whether it has changed since.
        if (names === 'everything' || (before === undefined && notices)) await store.clear();
        else if (isFirst) near.forgetSubgraph(subgraph);
        if (names !== 'everything' && names.length > 0) await store.drop(names);
        isFirst = false;
        // Whoever begins there MUST NOT find in Redis what changed before.
        if (isNews && hasForgotten()) await notices?.setPosition(subgraph, told.position);
        // What changed before this gateway was there is not late.
        for (const { changedAt } of before === undefined ? [] : told.changes) {
          const seconds = changedAt === undefined ? Number.NaN : (clock.now() - Date.parse(changedAt)) / 1000;
          if (Number.isFinite(seconds)) onLag?.(subgraph, Math.max(0, seconds));
        }
      },
      // It goes on where it was, so nothing is missed; what is remembered is not trusted meanwhile. Unless the place is refused.
      interrupted: (position, error) => {
        const isRefused = error instanceof FetchError && error.failure === 'refused';
        if (isRefused) isFirst = true;
        return isRefused ? undefined : position;
      },
    });
  }

  /** Redis may still be connecting when the gateway begins. */
  private async positionIn(notices: RedisNotices, subgraph: string): Promise<string | undefined> {
    const untilMs = this.options.clock.now() + BEGIN_MS;
    for (;;) {
      try {
        return await notices.position(subgraph);
      } catch {
        if (this.options.clock.now() >= untilMs) return undefined;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  private followOthers(notices: RedisNotices): Follower {
    const { near, trust, clock } = this.options;
    return new Follower({
      // That there is no connection to Redis is told where it is made.
      ...{ source: OTHERS, trust, clock },
      async read({ after, waitMs }) {
        const { position, told } = await notices.hear(after, waitMs);
        const changes = told.map(
          (names): Change => (names === 'everything' ? { all: true } : { type: '', key: { names } }),
        );
        return { position, isGap: after === undefined, changes };
      },
      begin: async () => undefined,
      async heed({ isGap, changes }) {
        if (isGap || changes.some((change) => 'all' in change)) await near.clear();
        else await near.drop(changes.flatMap((change) => ('all' in change ? [] : (change.key.names as string[]))));
      },
      // Redis may have begun anew, and count otherwise.
      interrupted: () => undefined,
    });
  }
}
