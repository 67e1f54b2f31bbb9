import type { CacheStats } from '../context.js';
import { type EntityStore, type Entry, type StoredField, usableUntilMs, type Wanted, type Write } from './entry.js';
import { MemoryEntry } from './memory-entry.js';
import { S3Fifo } from './s3-fifo.js';
import { bytesOfField, bytesOfName } from './weigh.js';
import type { WholeAnswer } from './whole-answers.js';

/** An entity with fewer fields is not looked through for old ones. */
const FIELDS_UNSWEPT = 32;
const FIELDS_MAX = 256;
/** How many forgotten entities are known by name; what was asked for before any more were is not written at all. */
const DROPPED_MAX = 100_000;

/** What it takes to hold on to an answer besides its bytes. */
const BYTES_OF_DEFERRED = 1_500;

const NOTHING: Entry = new MemoryEntry();

/** What is not yet worked out of an answer about some entities. */
class Deferred {
  isOver = false;

  constructor(
    readonly names: readonly string[],
    readonly since: number,
    readonly writes: () => readonly Write[],
  ) {}
}

/**
 * Remembers entities in this process, in at most so many bytes that are counted. An entry is never changed: whoever has read one can
 * tell by it whether anything was written to or forgotten of the entity since.
 */
export class MemoryStore implements EntityStore<number> {
  /** The bytes are shared with the answers that rest on the entities. */
  readonly room: S3Fifo<Entry | Deferred | WholeAnswer>;
  /** How often anything was forgotten. */
  private forgotten = 0;
  /** When, by that count, an entity was forgotten, oldest first. */
  private readonly dropped = new Map<string, number>();
  /** What was asked for before this MUST NOT be written. */
  private floor = 0;

  constructor(bytesMax: number) {
    this.room = new S3Fifo(bytesMax, {
      bytesOfName,
      groupOf: (name) => name.slice(0, name.indexOf(' ')),
      // What is left of an answer would hold on to all of it.
      onRemove: (value) => {
        if (value instanceof Deferred) this.giveUp(value);
      },
    });
  }

  get moment(): number {
    return this.forgotten;
  }

  read(wanted: readonly Pick<Wanted, 'name'>[]): (Entry | undefined)[] {
    return wanted.map(({ name }) => {
      const value = this.room.use(name) as Entry | Deferred | undefined;
      if (!(value instanceof Deferred)) return value;
      this.workOut(value);
      return this.room.peek(name) as Entry | undefined;
    });
  }

  /** What is known of one entity, as if nobody had looked. */
  look(name: string): Entry | undefined {
    const value = this.room.peek(name) as Entry | Deferred | undefined;
    if (!(value instanceof Deferred)) return value;
    this.workOut(value);
    return this.room.peek(name) as Entry | undefined;
  }

  defer(names: readonly string[], { since, bytes, writes }: Parameters<NonNullable<EntityStore<number>['defer']>>[1]) {
    if (names.some((name) => this.room.peek(name) !== undefined)) return false;
    const deferred = new Deferred(names, since, writes);
    const share = Math.ceil((bytes + BYTES_OF_DEFERRED) / names.length);
    for (const name of names) if (this.mayWrite(name, since)) this.room.set(name, deferred, share);
    this.room.makeRoom();
    return true;
  }

  write(writes: readonly Write[], since: number): void {
    for (const { name, fields } of writes) {
      if (!this.mayWrite(name, since)) continue;
      const before = this.room.peek(name) as Entry | Deferred | undefined;
      if (before instanceof Deferred) this.workOut(before);
      let entry = new MemoryEntry(this.room.peek(name) as Entry | undefined);
      for (const [key, field] of fields) entry.set(key, field);
      if (entry.size > FIELDS_UNSWEPT) forgetOld(entry, newest(fields));
      // Callers and arguments that never come again would make one entity ever larger.
      if (entry.size > FIELDS_MAX) entry = new MemoryEntry(fields);
      this.room.set(name, entry, bytesOf(entry));
    }
    this.room.makeRoom();
  }

  drop(names: readonly string[]): void {
    if (names.length === 0) return;
    this.forgotten += 1;
    for (const name of names) {
      this.room.delete(name);
      this.dropped.delete(name);
      this.dropped.set(name, this.forgotten);
    }
    // Older ones go at once, so that it need not be looked where they begin each time.
    if (this.dropped.size <= DROPPED_MAX) return;
    this.dropped.clear();
    this.floor = this.forgotten;
  }

  clear(): void {
    this.forgotten += 1;
    this.floor = this.forgotten;
    this.dropped.clear();
    this.room.clear();
  }

  /** Whether an entity was not forgotten since. */
  private mayWrite(name: string, since: number): boolean {
    return since >= this.floor && since >= (this.dropped.get(name) ?? 0);
  }

  private giveUp(deferred: Deferred): void {
    if (deferred.isOver) return;
    deferred.isOver = true;
    for (const name of deferred.names) if (this.room.peek(name) === deferred) this.room.delete(name);
  }

  private workOut(deferred: Deferred): void {
    const { names, since } = deferred;
    for (const name of names) if (this.room.peek(name) === deferred) this.room.set(name, NOTHING, 0);
    this.write(deferred.writes(), since);
    for (const name of names) if (this.room.peek(name) === NOTHING) this.room.delete(name);
  }

  /** Forgets all entities of a subgraph. */
  forgetSubgraph(subgraph: string): void {
    this.forgotten += 1;
    // What is under way of it has no names yet.
    this.floor = this.forgotten;
    for (const name of [...this.room.names()]) if (name.startsWith(`${subgraph} `)) this.room.delete(name);
  }

  stats(): CacheStats['memory'] {
    const { size, bytes, evicted, bytesByGroup } = this.room;
    return { entries: size, bytes, evicted, bytesBySubgraph: bytesByGroup };
  }
}

function bytesOf(entry: Entry): number {
  let bytes = 0;
  for (const [key, field] of entry) bytes += bytesOfField(key, field);
  return bytes;
}

/** A name that is asked for all day would gather fields that nobody can have any more. */
function forgetOld(entry: Map<string, StoredField>, nowMs: number): void {
  for (const [key, field] of entry) if (usableUntilMs(field) <= nowMs) entry.delete(key);
}

/** When the newest of some fields was fetched. */
function newest(fields: ReadonlyMap<string, StoredField>): number {
  let atMs = 0;
  for (const { retrievedAtMs } of fields.values()) atMs = Math.max(atMs, retrievedAtMs);
  return atMs;
}
