import { randomUUID } from 'node:crypto';
import { type Breaker, BreakerOpen, createBreaker } from '../breaker.js';
import type { Clock, Log } from '../context.js';
import { type EntityStore, type Entry, type StoredField, UNKNOWN_AGE, type Wanted, type Write } from './entry.js';
import { isForeign, type RedisClient } from './ioredis.js';
import type { Seal } from './seal.js';

export interface RedisStoreOptions {
  readonly client: RedisClient;
  readonly seal: Seal;
  readonly clock: Clock;
  readonly log: Log;
  /** How long Redis may take before the cache goes on without it, milliseconds. */
  readonly deadlineMs: number;
}

const FAILURES_MAX = 5;
const OPEN_MS = 1_000;
const FIELD_NAMES_KEPT = 10_000;
const FIELD_NAME_LENGTH_KEPT = 500;
const PREFIX = 'lt:';
const GENERATION = `${PREFIX}generation`;

/** What one field is in Redis before it is sealed, as JSON. */
type Told = [value: unknown, refs: StoredField['refs'], records: StoredField['records'], at: number, until: number];

/**
 * Remembers entities in Redis, for all gateways: a hash an entity, a field a field. Names and values tell nothing without the keys;
 * what cannot be opened is not there. Whatever Redis does, a request goes on: what does not come in time is not there either, and
 * after some failures Redis is left alone for a second, for reading and for writing each by itself, since one that is full or read-only
 * can still be read.
 *
 * All names hold the generation, a text that lies in Redis, too: another one, and everything is forgotten. When Redis has lost it a
 * new one is made, so that nothing older comes to light again.
 */
export class RedisStore implements EntityStore {
  private readonly reading = newBreaker();
  private readonly writing = newBreaker();
  private readonly fieldNames = new Map<string, readonly string[]>();
  /** As far as this gateway knows; `undefined`: it doesn't. */
  private generation: string | undefined;
  /** Whether everything is to be forgotten and Redis has not said yet that it is. */
  private isUnforgotten = false;
  private failures = 0;
  private unreadable = 0;

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

  get age(): string {
    return this.generation ?? UNKNOWN_AGE;
  }

  async read(wanted: readonly Wanted[]): Promise<(Entry | undefined)[]> {
    const { client } = this.options;
    const nothing = wanted.map(() => undefined);
    // As long as Redis does not know that everything was forgotten, nothing that it has may be given.
    if (this.isUnforgotten) {
      await this.clear();
      return nothing;
    }
    const { generation } = this;
    const answer = await this.within(this.reading, async () => {
      const entries = generation === undefined ? [] : wanted.map((each) => this.entryOf(each, generation));
      const [now, ...found] = await Promise.all([client.text(GENERATION), ...entries]);
      return { now, entries: found };
    });
    if (!answer) return nothing;
    this.generation = answer.now ?? undefined;
    if (answer.now === null) void this.within(this.writing, () => client.addText(GENERATION, randomUUID()));
    return answer.now !== null && answer.now === generation ? answer.entries : nothing;
  }

  async write(writes: readonly Write[]): Promise<void> {
    const { generation } = this;
    if (generation === undefined) return;
    await this.within(this.writing, () => Promise.all(writes.map((each) => this.remember(each, generation))));
  }

  async drop(names: readonly string[]): Promise<void> {
    const { generation } = this;
    if (generation === undefined) return;
    const keys = names.flatMap((name) => this.namesOf(name, generation));
    await this.within(this.writing, () => Promise.all(keys.map((key) => this.options.client.forget(key))));
  }

  async clear(): Promise<void> {
    this.generation = undefined;
    this.isUnforgotten = true;
    const { client } = this.options;
    const said = await this.within(this.writing, () => client.setText(GENERATION, randomUUID()).then(() => true));
    if (said) this.isUnforgotten = false;
  }

  /** Whether it knows the generation: until then it remembers nothing. */
  get isKnown(): boolean {
    return this.generation !== undefined;
  }

  stats(): { failures: number; unreadable: number; open: boolean } {
    return { failures: this.failures, unreadable: this.unreadable, open: this.reading.state() !== 'closed' };
  }

  /** Does something within the time that there is for it; `undefined`: it failed, or Redis is left alone. */
  private async within<Result>(breaker: Breaker, work: () => Promise<Result>): Promise<Result | undefined> {
    // It would make all but one wait for the trial.
    if (breaker.state() === 'half-open') return undefined;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('Redis took too long')), this.options.deadlineMs);
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

  private async entryOf({ name, keys }: Wanted, generation: string): Promise<Entry | undefined> {
    const fields = keys();
    const entry = new Map<string, StoredField>();
    // Under the newest key first, and under older ones as long as they are given.
    for (const [at, key] of this.namesOf(name, generation).entries()) {
      const left = fields.filter((field) => !entry.has(field));
      if (left.length === 0) break;
      const names = left.map((field) => this.fieldNamesOf(field)[at]!);
      const values = await this.options.client.fields(key, names).catch((error: unknown) => {
        if (!isForeign(error)) throw error;
        this.unreadable += 1;
        return [];
      });
      for (const [index, value] of values.entries()) {
        const stored = value && this.opened(value, `${key} ${names[index]}`);
        if (stored) entry.set(left[index]!, stored);
      }
    }
    return entry.size > 0 ? entry : undefined;
  }

  private async remember({ name, fields }: Write, generation: string): Promise<void> {
    const { client, seal, clock } = this.options;
    const key = this.namesOf(name, generation)[0]!;
    const sealed: (string | Buffer)[] = [];
    let untilMs = 0;
    for (const [field, stored] of fields) {
      const fieldName = this.fieldNamesOf(field)[0]!;
      sealed.push(fieldName, seal.seal(Buffer.from(JSON.stringify(told(stored))), `${key} ${fieldName}`));
      untilMs = Math.max(untilMs, stored.freshUntilMs);
    }
    const forMs = untilMs - clock.now();
    if (forMs <= 0) return;
    try {
      await client.remember(key, forMs, sealed);
    } catch (error) {
      // What is none of ours stays where it is, and the entity outside.
      if (!isForeign(error)) throw error;
    }
  }

  private opened(value: Buffer, place: string): StoredField | undefined {
    const plain = this.options.seal.open(value, place);
    if (!plain) {
      this.unreadable += 1;
      return undefined;
    }
    const [given, refs, records, retrievedAtMs, freshUntilMs] = JSON.parse(plain.toString()) as Told;
    return { value: given, refs, records, retrievedAtMs, freshUntilMs, tier: 'REDIS' };
  }

  private namesOf(name: string, generation: string): string[] {
    return this.options.seal.namesOf(`${generation}\n${name}`).map((text) => PREFIX + text);
  }

  /** There are few different fields, asked for again and again. */
  private fieldNamesOf(field: string): readonly string[] {
    if (field.length > FIELD_NAME_LENGTH_KEPT) return this.options.seal.namesOf(`field\n${field}`);
    let names = this.fieldNames.get(field);
    if (!names) {
      if (this.fieldNames.size >= FIELD_NAMES_KEPT) this.fieldNames.clear();
      this.fieldNames.set(field, (names = this.options.seal.namesOf(`field\n${field}`)));
    }
    return names;
  }
}

const newBreaker = () => createBreaker({ failuresMax: FAILURES_MAX, openMs: OPEN_MS, isFailure: () => true });

function told({ value, refs, records, retrievedAtMs, freshUntilMs }: StoredField): Told {
  return [value, refs, records, retrievedAtMs, freshUntilMs];
}
