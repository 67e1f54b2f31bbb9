import { createHash } from 'node:crypto';
import type { FetchExchange, ResponsePath } from '../context.js';
import type { JsonObject } from '../json-object.js';

/** One field of an entity as it was answered, and what it rests on. */
export interface StoredField {
  /** JSON, with null where an entity stands. MUST NOT be changed: all who ask get the same. */
  readonly value: unknown;
  /** The entities in `value`: they are remembered by themselves. */
  readonly refs: readonly Ref[];
  /** The records that the registry named for it; none: it names none. */
  readonly records: readonly StoredRecord[];
  /** Milliseconds since 1970. */
  readonly retrievedAtMs: number;
  readonly freshUntilMs: number;
  /** Until when it may be given although it is not fresh: while it is fetched anew, and as long as its registry fails. */
  readonly revalidateUntilMs: number;
  readonly ifErrorUntilMs: number;
  /** Where it was remembered when it was read. */
  readonly tier: Tier;
}

/** An entity within a value. */
export interface Ref {
  /** Where in the value it stands. */
  readonly path: ResponsePath;
  /** The name of its entry. */
  readonly name: string;
  readonly type: string;
  /** The fields that it is found by: they are what they are as long as it is the same entity. */
  readonly key: JsonObject;
}

export interface StoredRecord {
  /** Where it stands below the field; absent: it is that of the entity which the field is of. */
  readonly path?: ResponsePath;
  readonly record: string;
  readonly version: string;
  readonly recordedAt: string;
}

/** What is known of one entity: its fields by `AskedField.keyOf`, or that there is none, under `ABSENT`. */
export type Entry = ReadonlyMap<string, StoredField>;

/** The name of a field that no entity has: the registry has no record of it. */
export const ABSENT = '';

/** What to remember of one entity. */
export interface Write {
  readonly name: string;
  readonly fields: ReadonlyMap<string, StoredField>;
}

/** Where a value was remembered. */
export type Tier = 'MEMORY' | 'REDIS';

/** What to look for of one entity. */
export interface Wanted {
  readonly name: string;
  /** The names of the fields, each once, that of `ABSENT` first. */
  keys(): readonly string[];
}

/** Remembers entities. `Moment`: what tells a store when something was asked for. */
export interface EntityStore<Moment = unknown> {
  /** Now. Read it before a registry is asked, for what is forgotten after that MUST NOT be written any more. */
  readonly moment: Moment;
  /** What it knows of each entity, at least of the fields that are wanted, fresh ones or not; `undefined`: nothing. */
  read(wanted: readonly Wanted[]): (Entry | undefined)[] | Promise<(Entry | undefined)[]>;
  /** Remembers what was asked for at the moment `since`, but for what was forgotten later. */
  write(writes: readonly Write[], since: Moment): void | Promise<void>;
  /**
   * Remembers that there is something to write about these entities, that was asked for at the moment `since` and came as so many
   * bytes, which `writes` holds on to: it is worked out when one of them is wanted, which of those in an export of everybody nobody is. `false`: it does not;
   * write it.
   */
  defer?(names: readonly string[], later: { since: Moment; bytes: number; writes(): readonly Write[] }): boolean;
  /** Forgets entities. */
  drop(names: readonly string[]): void | Promise<void>;
  /** Forgets everything. */
  clear(): void | Promise<void>;
}

/** Until when something may be given at all. */
export function usableUntilMs({ freshUntilMs, revalidateUntilMs, ifErrorUntilMs }: StoredField): number {
  return Math.max(freshUntilMs, revalidateUntilMs, ifErrorUntilMs);
}

const callers = new WeakMap<FetchExchange['forwarded'], string>();

/**
 * What the names of all fields end in: the supergraph, since another may mean something else by the same words; and a hash of the
 * client's headers that go on, since a registry may answer by them, so that what it answered is for those alone who send the same.
 */
export function callerOf({ forwarded, schema }: Pick<FetchExchange, 'forwarded' | 'schema'>): string {
  const supergraph = `\n${schema.id.slice(0, 16)}`;
  if (!isToldApart({ forwarded })) return supergraph;
  let caller = callers.get(forwarded);
  if (caller === undefined) {
    caller = createHash('sha256').update(JSON.stringify(forwarded)).digest('base64');
    callers.set(forwarded, caller);
  }
  return `${supergraph} ${caller}`;
}

/** Whether a caller can be told from others, so that what is private may be remembered for him. */
export function isToldApart({ forwarded }: Pick<FetchExchange, 'forwarded'>): boolean {
  for (const _ in forwarded) return true;
  return false;
}
