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

/** Remembers entities. */
export interface EntityStore {
  /** What it knows of each entity, at least of the fields that are wanted, fresh ones or not; `undefined`: nothing. */
  read(wanted: readonly Wanted[]): (Entry | undefined)[] | Promise<(Entry | undefined)[]>;
  write(writes: readonly Write[]): void | Promise<void>;
  /** Forgets entities. */
  drop(names: readonly string[]): void | Promise<void>;
  /** Forgets everything. */
  clear(): void | Promise<void>;
}

/**
 * What the names of fields end in that were asked for with headers of the client's: a registry may answer by them, so what it
 * answered is for those alone who send the same.
 */
export function callerOf({ forwarded }: FetchExchange): string {
  for (const _ in forwarded) return `\n${JSON.stringify(forwarded)}`;
  return '';
}
