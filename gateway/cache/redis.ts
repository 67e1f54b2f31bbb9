import { randomUUID } from 'node:crypto';
import { type Breaker, BreakerOpen, createBreaker } from '../breaker.js';
import type { CacheStats, Clock, Log } from '../context.js';
import { inTime } from '../in-time.js';
import { type EntityStore, type Entry, type StoredField, usableUntilMs, type Wanted, type Write } from './entry.js';
import { Packs } from './packs.js';
import { isForeign, type RedisClient } from './redis-client.js';
import type { Seal } from './seal.js';

export interface RedisStoreOptions {
  readonly client: RedisClient;
  readonly seal: Seal;
  readonly clock: Clock;
  readonly log: Log;
  /** How long Redis may take before a request goes on without it, milliseconds. */
  readonly deadlineMs: number;
  /** How long a request may take at most, milliseconds: so long it is known when an entity was forgotten. */
  readonly requestMs: number;
  /** Told when everything was forgotten by somebody else, or lost. */
  onRenewed?(): void;
}

/** When something was asked for, as Redis tells the time: how often anything had been forgotten, in which generation. */
export interface RedisMoment {
  readonly generation: string;
  readonly forgotten: number;
}

/** Many wait at once, so that one moment in which Redis is late, or this process is, makes many failures. */
const FAILURES_MAX = 20;
const OPEN_MS = 1_000;
/** Nobody waits for what is to be forgotten, so it may take longer than a request would wait. */
const FORGET_MS = 1_000;
const AGAIN_MS = 250;
/** How much longer than any request it is known that an entity was forgotten. */
const FORGOTTEN_MORE_MS = 60_000;
const PREFIX = 'lt:';

/**
 * Remembers entities in Redis, for all gateways: a hash an entity, and in it one sealed value for the fields that were written
 * together. Names and values tell nothing without the keys; what cannot be opened is not there. Whatever Redis does, a request goes
 * on: what does not come in time is not there either, and after some failures Redis is left alone for a second, for reading and for
 * writing each by itself, since one that is full or read-only can still be read.
 *
 * All names hold the generation, a text that lies in Redis, too: another one, and everything is forgotten. When Redis has lost it a
 * new one is made, so that nothing older comes to light again. An entity that was forgotten leaves behind, for longer than any
 * request lasts, when that was: Redis itself refuses what was asked for before.
 */
export class RedisStore implements EntityStore<RedisMoment | undefined> {
  private readonly reading = newBreaker();
  private readonly writing = newBreaker();
  private readonly packs: Packs;
  /** As far as this gateway knows; `undefined`: it doesn't, and reads and writes nothing. */
  private known: RedisMoment | undefined;
  /** The latest that it was ever told. */
  private latest: RedisMoment | undefined;
  /** How often everything was to be forgotten, and up to where Redis has said that it is. */
  private toForget = 0;
  private forgottenUpTo = 0;
  private again: NodeJS.Timeout | undefined;
  private failures = 0;
  private unreadable = 0;
  private readonly bytes = new Map<string, { read: number; written: number }>();

  constructor(private readonly options: RedisStoreOptions) {
    const { log } = options;
    this.packs = new Packs(options.seal);
    for (const breaker of [this.reading, this.writing]) {
      const what = breaker === this.reading ? 'reading' : 'writing';
      let told = 'closed';
      breaker.onChange((state) => {
        const { failures } = this;
        // It opens anew after each trial that fails; once told is enough.
        if (state === told) return;
        told = state;
        if (state === 'open') log.warn({ what, failures }, 'Redis fails; the cache goes on without it');
        else log.info({ what, failures }, 'Redis serves again');
      });
    }
  }

  get moment(): RedisMoment | undefined {
    return this.known;
  }

  async read(wanted: readonly Wanted[]): Promise<(Entry | undefined)[]> {
    const nothing = wanted.map(() => undefined);
    if (!this.hasForgotten) return nothing;
    const generation = this.known?.generation;
    const answer = await this.within(this.reading, () => this.readNow(wanted, generation));
    if (!answer || !this.hasForgotten) return nothing;
    if (this.isOlder(answer.now) && (await this.hasLost())) {
      await this.clear();
      return nothing;
    }
    this.see(answer.now);
    if (generation !== undefined && answer.now?.generation !== generation) this.options.onRenewed?.();
    this.known = answer.now;
    if (!answer.now) void this.within(this.writing, () => this.options.client.begin(randomUUID()));
    return answer.now?.generation === generation && generation !== undefined ? answer.entries : nothing;
  }

  private isOlder(now: RedisMoment | undefined): boolean {
    return now?.generation === this.latest?.generation && (now?.forgotten ?? 0) < (this.latest?.forgotten ?? 0);
  }

  /**
   * Whether Redis has lost what it was told: after a failover, or from an old copy, it may have what should be forgotten. It is asked
   * anew, since answers may come out of order.
   */
  private async hasLost(): Promise<boolean> {
    const now = await this.within(this.reading, () => this.options.client.moment());
    return this.isOlder(now);
  }

  private see(now: RedisMoment | undefined): void {
    if (now && !this.isOlder(now)) this.latest = now;
  }

  private async readNow(
    wanted: readonly Wanted[],
    generation: string | undefined,
  ): Promise<{ now: RedisMoment | undefined; entries: (Entry | undefined)[] }> {
    // Of several servers one that fails takes nothing from the others.
    const failures: unknown[] = [];
    const entryOf = (each: Wanted) =>
      generation === undefined
        ? undefined
        : this.entryOf(each, generation).catch((error: unknown) => void failures.push(error));
    const [now, ...entries] = await Promise.all([this.options.client.moment(), ...wanted.map(entryOf)]);
    if (failures.length > 0 && failures.length === wanted.length) throw failures[0];
    return { now, entries: entries.map((entry) => entry ?? undefined) };
  }

  async write(writes: readonly Write[], since: RedisMoment | undefined): Promise<void> {
    if (!since || !this.hasForgotten) return;
    await this.within(this.writing, () => Promise.all(writes.map((each) => this.remember(each, since))));
  }

  async drop(names: readonly string[]): Promise<void> {
    // It goes with all the rest.
    if (!this.hasForgotten) return;
    const { client, requestMs } = this.options;
    const done = await this.untilDone(async () => {
      // First the count, so that whoever has read it asks the registry after the change.
      const { generation, forgotten } = await client.forgetMore(randomUUID());
      this.see({ generation, forgotten });
      const keys = names.flatMap((name) => this.namesOf(name, generation));
      await Promise.all(keys.map((key) => client.forget(key, forgotten, requestMs + FORGOTTEN_MORE_MS)));
    });
    if (!done) await this.clear();
  }

  async clear(): Promise<void> {
    this.known = undefined;
    this.toForget += 1;
    const upTo = this.toForget;
    if (await this.untilDone(() => this.options.client.renew(randomUUID()))) {
      this.forgottenUpTo = Math.max(this.forgottenUpTo, upTo);
    }
    // Others, who were told before, must not find it there for long.
    if (!this.hasForgotten) this.again ??= setTimeout(() => this.clearAgain(), AGAIN_MS).unref();
  }

  /** Whether Redis has forgotten all that it was to. Until then nothing that it has may be given, and everything goes. */
  get hasForgotten(): boolean {
    return this.forgottenUpTo === this.toForget;
  }

  private clearAgain(): void {
    this.again = undefined;
    if (!this.hasForgotten) void this.clear();
  }

  /** Whether something was done. What is to be forgotten is tried whatever else has failed. */
  private async untilDone(work: () => Promise<void>): Promise<boolean> {
    try {
      await inTime(work(), FORGET_MS);
      return true;
    } catch {
      this.failures += 1;
      return false;
    }
  }

  /** How much is remembered of an entity under the newest key; `undefined`: Redis does not say. */
  async describe(name: string): Promise<{ values: number; bytes: number; livesSeconds: number } | undefined> {
    const { client } = this.options;
    const generation = this.known?.generation;
    if (generation === undefined) return undefined;
    const key = this.namesOf(name, generation)[0]!;
    const told = await this.within(
      this.reading,
      () => Promise.all([client.packs(key), client.livesMs(key)]),
      FORGET_MS,
    );
    if (!told) return undefined;
    const [packs, livesMs] = told;
    const values = Object.values(packs);
    const bytes = values.reduce((sum, { length }) => sum + length, 0);
    return { values: values.length, bytes, livesSeconds: Math.max(0, livesMs) / 1000 };
  }

  stats(): NonNullable<CacheStats['redis']> {
    const { failures, unreadable, bytes } = this;
    return {
      failures,
      unreadable,
      open: [this.reading, this.writing].some((each) => each.state() !== 'closed'),
      bytes,
    };
  }

  /** Of the subgraph that an entity is of, with which its name begins. */
  private bytesOf(name: string): { read: number; written: number } {
    const subgraph = name.slice(0, name.indexOf(' '));
    let bytes = this.bytes.get(subgraph);
    if (!bytes) this.bytes.set(subgraph, (bytes = { read: 0, written: 0 }));
    return bytes;
  }

  /** Does something within the time that there is for it; `undefined`: it failed, or Redis is left alone. */
  private async within<Result>(
    breaker: Breaker,
    work: () => Promise<Result>,
    forMs = this.options.deadlineMs,
  ): Promise<Result | undefined> {
    // It would make all but one wait for the trial.
    if (breaker.state() === 'half-open') return undefined;
    try {
      return await breaker.execute(() => inTime(work(), forMs));
    } catch (error) {
      if (!(error instanceof BreakerOpen)) this.failures += 1;
      return undefined;
    }
  }

  private async entryOf(wanted: Wanted, generation: string): Promise<Entry | undefined> {
    const { name } = wanted;
    let left = wanted.keys();
    const entry = new Map<string, StoredField>();
    // Under the newest key first, and under older ones as long as they are given.
    for (const key of this.namesOf(name, generation)) {
      if (left.length === 0) break;
      const packs = await this.options.client.packs(key).catch((error: unknown) => {
        if (!isForeign(error)) throw error;
        this.unreadable += 1;
        return {};
      });
      const known = new Map<string, StoredField>();
      for (const [pack, sealed] of Object.entries(packs)) {
        this.bytesOf(name).read += sealed.length;
        if (!this.packs.open(sealed, { place: `${key} ${pack}`, known })) this.unreadable += 1;
      }
      for (const field of left) {
        const stored = known.get(this.packs.hashOf(field));
        if (stored) entry.set(field, stored);
      }
      left = left.filter((field) => !entry.has(field));
    }
    return entry.size > 0 ? entry : undefined;
  }

  private async remember({ name, fields }: Write, { generation, forgotten }: RedisMoment): Promise<void> {
    const { client, clock } = this.options;
    const key = this.namesOf(name, generation)[0]!;
    let untilMs = 0;
    for (const stored of fields.values()) untilMs = Math.max(untilMs, usableUntilMs(stored));
    const forMs = Math.ceil(untilMs - clock.now());
    if (forMs <= 0) return;
    const { pack, value } = this.packs.seal(fields, key);
    this.bytesOf(name).written += value.length;
    try {
      await client.remember(key, { forMs, forgotten, pack, value });
    } catch (error) {
      // What is none of ours stays where it is, and the entity outside.
      if (!isForeign(error)) throw error;
    }
  }

  private namesOf(name: string, generation: string): string[] {
    return this.options.seal.namesOf(`${generation}\n${name}`).map((text) => PREFIX + text);
  }
}

const newBreaker = () => createBreaker({ failuresMax: FAILURES_MAX, openMs: OPEN_MS, isFailure: () => true });
