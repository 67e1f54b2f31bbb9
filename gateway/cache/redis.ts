import { createHash, randomUUID } from 'node:crypto';
import { type Breaker, BreakerOpen, createBreaker } from '../breaker.js';
import type { CacheStats, Clock, Log } from '../context.js';
import { type EntityStore, type Entry, type StoredField, usableUntilMs, type Wanted, type Write } from './entry.js';
import { isForeign, type RedisClient } from './ioredis.js';
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

const FAILURES_MAX = 5;
const OPEN_MS = 1_000;
/** Nobody waits for what is to be forgotten, so it may take longer than a request would wait. */
const FORGET_MS = 1_000;
/** How much longer than any request it is known that an entity was forgotten. */
const FORGOTTEN_MORE_MS = 60_000;
const FIELD_HASHES_KEPT = 10_000;
const FIELD_NAME_LENGTH_KEPT = 500;
const PREFIX = 'lt:';

/** What one field is in Redis before it is sealed, as JSON. */
type Told = [
  field: string,
  value: unknown,
  refs: StoredField['refs'],
  records: StoredField['records'],
  retrievedAtMs: number,
  freshUntilMs: number,
  revalidateUntilMs: number,
  ifErrorUntilMs: number,
];

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
  private readonly fieldHashes = new Map<string, string>();
  /** As far as this gateway knows; `undefined`: it doesn't, and reads and writes nothing. */
  private known: RedisMoment | undefined;
  /** Whether something is to be forgotten and Redis has not said yet that it is: then everything is. */
  private isUnforgotten = false;
  private failures = 0;
  private unreadable = 0;
  private readonly bytes = new Map<string, { read: number; written: number }>();

  constructor(private readonly options: RedisStoreOptions) {
    const { log } = options;
    for (const breaker of [this.reading, this.writing]) {
      const what = breaker === this.reading ? 'reading' : 'writing';
      breaker.onChange((state) => {
        const { failures } = this;
        if (state === 'open') log.warn({ what, failures }, 'Redis fails; the cache goes on without it');
        else log.info({ what, failures }, 'Redis serves again');
      });
    }
  }

  get moment(): RedisMoment | undefined {
    return this.known;
  }

  async read(wanted: readonly Wanted[]): Promise<(Entry | undefined)[]> {
    const { client } = this.options;
    const nothing = wanted.map(() => undefined);
    // As long as Redis does not know that something was forgotten, nothing that it has may be given.
    if (this.isUnforgotten) {
      await this.clear();
      return nothing;
    }
    const generation = this.known?.generation;
    const answer = await this.within(this.reading, async () => {
      const entries = generation === undefined ? [] : wanted.map((each) => this.entryOf(each, generation));
      const [now, ...found] = await Promise.all([client.moment(), ...entries]);
      return { now, entries: found };
    });
    if (!answer || this.isUnforgotten) return nothing;
    if (generation !== undefined && answer.now?.generation !== generation) this.options.onRenewed?.();
    this.known = answer.now;
    if (!answer.now) void this.within(this.writing, () => client.begin(randomUUID()));
    return answer.now?.generation === generation && generation !== undefined ? answer.entries : nothing;
  }

  async write(writes: readonly Write[], since: RedisMoment | undefined): Promise<void> {
    if (!since || this.isUnforgotten) return;
    await this.within(this.writing, () => Promise.all(writes.map((each) => this.remember(each, since))));
  }

  async drop(names: readonly string[]): Promise<void> {
    const { client, requestMs } = this.options;
    const done = await this.within(
      this.writing,
      async () => {
        // First the count, so that whoever has read it asks the registry after the change.
        const { generation, forgotten } = await client.forgetMore(randomUUID());
        const keys = names.flatMap((name) => this.namesOf(name, generation));
        await Promise.all(keys.map((key) => client.forget(key, forgotten, requestMs + FORGOTTEN_MORE_MS)));
        return true;
      },
      FORGET_MS,
    );
    if (!done) this.isUnforgotten = true;
  }

  async clear(): Promise<void> {
    this.known = undefined;
    this.isUnforgotten = true;
    const said = await this.within(
      this.writing,
      () => this.options.client.renew(randomUUID()).then(() => true),
      FORGET_MS,
    );
    if (said) this.isUnforgotten = false;
  }

  /** Takes it upon this gateway to fetch something anew, for so long at most; `false`: another one does. */
  async lease(name: string, forMs: number): Promise<boolean> {
    const [key] = this.options.seal.namesOf(`lease\n${name}`);
    // Without Redis everybody fetches for himself.
    return (await this.within(this.writing, () => this.options.client.lease(`${PREFIX}lease:${key}`, forMs))) ?? true;
  }

  stats(): NonNullable<CacheStats['redis']> {
    const { failures, unreadable, bytes } = this;
    return { failures, unreadable, open: this.reading.state() !== 'closed', bytes };
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
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const giveUp = () => reject(new Error('Redis took too long'));
      timer = setTimeout(() => afterTurns(TURNS_MORE, giveUp), forMs);
    });
    try {
      return await breaker.execute(() => Promise.race([work(), late]));
    } catch (error) {
      if (!(error instanceof BreakerOpen)) this.failures += 1;
      return undefined;
    } finally {
      clearTimeout(timer);
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
        this.unpack(sealed, { place: `${key} ${pack}`, known });
      }
      for (const field of left) {
        const stored = known.get(this.hashOf(field));
        if (stored) entry.set(field, stored);
      }
      left = left.filter((field) => !entry.has(field));
    }
    return entry.size > 0 ? entry : undefined;
  }

  /** Adds what was written together to what is known: of one field what was fetched last. */
  private unpack(sealed: Buffer, { place, known }: { place: string; known: Map<string, StoredField> }): void {
    const plain = this.options.seal.open(sealed, place);
    if (!plain) {
      this.unreadable += 1;
      return;
    }
    for (const told of JSON.parse(plain.toString()) as Told[]) {
      const [field, value, refs, records, retrievedAtMs, freshUntilMs, revalidateUntilMs, ifErrorUntilMs] = told;
      if ((known.get(field)?.retrievedAtMs ?? 0) > retrievedAtMs) continue;
      const untils = { freshUntilMs, revalidateUntilMs, ifErrorUntilMs };
      known.set(field, { value, refs, records, retrievedAtMs, ...untils, tier: 'REDIS' });
    }
  }

  private async remember({ name, fields }: Write, { generation, forgotten }: RedisMoment): Promise<void> {
    const { client, seal, clock } = this.options;
    const key = this.namesOf(name, generation)[0]!;
    const told: Told[] = [];
    let untilMs = 0;
    for (const [field, stored] of fields) {
      const { value, refs, records, retrievedAtMs, freshUntilMs, revalidateUntilMs, ifErrorUntilMs } = stored;
      const untils = [freshUntilMs, revalidateUntilMs, ifErrorUntilMs] as const;
      told.push([this.hashOf(field), value, refs, records, retrievedAtMs, ...untils]);
      untilMs = Math.max(untilMs, usableUntilMs(stored));
    }
    const forMs = Math.ceil(untilMs - clock.now());
    if (forMs <= 0) return;
    // The same fields take the place of those that were written together before.
    const pack = seal.namesOf(`pack\n${told.map(([field]) => field).join()}`)[0]!;
    const value = seal.seal(Buffer.from(JSON.stringify(told)), `${key} ${pack}`);
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

  /** A field's name is long, and there are few different ones, asked for again and again. */
  private hashOf(field: string): string {
    let hash = this.fieldHashes.get(field);
    if (hash !== undefined) return hash;
    hash = createHash('sha256').update(field).digest('base64').slice(0, 16);
    if (field.length > FIELD_NAME_LENGTH_KEPT) return hash;
    if (this.fieldHashes.size >= FIELD_HASHES_KEPT) this.fieldHashes.clear();
    this.fieldHashes.set(field, hash);
    return hash;
  }
}

/**
 * A process that is busy sends late, and reads late what has come: it is we who are slow then. One that is not takes next to no time
 * for some turns of its event loop.
 */
const TURNS_MORE = 3;

function afterTurns(turns: number, act: () => void): void {
  setImmediate(turns > 1 ? () => afterTurns(turns - 1, act) : act);
}

const newBreaker = () => createBreaker({ failuresMax: FAILURES_MAX, openMs: OPEN_MS, isFailure: () => true });
