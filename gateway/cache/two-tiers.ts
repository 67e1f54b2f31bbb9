import type { Clock } from '../context.js';
import { type EntityStore, type Entry, type StoredField, UNKNOWN_AGE, type Wanted, type Write } from './entry.js';

/** A store that answers at once. */
export interface NearStore extends EntityStore {
  read(wanted: readonly Wanted[]): (Entry | undefined)[];
}

/** Remembers in this process what another store remembers for all: what the near one lacks is read from the far one, at once. */
export class TwoTiers implements EntityStore {
  constructor(
    private readonly near: NearStore,
    private readonly far: EntityStore,
    private readonly clock: Clock,
  ) {}

  get age(): string {
    return `${this.near.age} ${this.far.age}`;
  }

  read(wanted: readonly Wanted[]): (Entry | undefined)[] | Promise<(Entry | undefined)[]> {
    const nowMs = this.clock.now();
    const known = this.near.read(wanted);
    const lacking = wanted.filter((each, index) => !isEnough(known[index], each.keys(), nowMs));
    return lacking.length === 0 ? known : this.readFar(wanted, { known, lacking, nowMs });
  }

  write(writes: readonly Write[]): Promise<void> {
    void this.near.write(writes);
    return Promise.resolve(this.far.write(writes));
  }

  drop(names: readonly string[]): Promise<void> {
    void this.near.drop(names);
    return Promise.resolve(this.far.drop(names));
  }

  clear(): Promise<void> {
    void this.near.clear();
    return Promise.resolve(this.far.clear());
  }

  private async readFar(
    wanted: readonly Wanted[],
    { known, lacking, nowMs }: { known: readonly (Entry | undefined)[]; lacking: readonly Wanted[]; nowMs: number },
  ): Promise<(Entry | undefined)[]> {
    const begun = this.near.age;
    const before = this.far.age;
    const read = await this.far.read(lacking);
    // Somebody has forgotten everything: so do we. That it becomes known at all is no such thing.
    if (this.far.age !== before && before !== UNKNOWN_AGE) await this.near.clear();
    if (this.near.age !== begun) return wanted.map(() => undefined);
    const byName = new Map(lacking.map(({ name }, index) => [name, read[index]]));
    const kept: Write[] = [];
    const both = wanted.map(({ name }, index) => {
      const near = known[index];
      const fields = new Map<string, StoredField>();
      for (const [key, field] of byName.get(name) ?? []) {
        const isNewer = field.retrievedAtMs >= (near?.get(key)?.retrievedAtMs ?? 0);
        if (field.freshUntilMs > nowMs && isNewer) fields.set(key, field);
      }
      if (fields.size === 0) return near;
      kept.push({ name, fields: new Map(Array.from(fields, ([key, field]) => [key, asNear(field)])) });
      return new Map([...(near ?? []), ...fields]);
    });
    void this.near.write(kept);
    return both;
  }
}

const asNear = (field: StoredField): StoredField => ({ ...field, tier: 'MEMORY' });

/** Whether all that is wanted is known and fresh, or it is known that there is none. */
function isEnough(entry: Entry | undefined, keys: readonly string[], nowMs: number): boolean {
  if (!entry) return false;
  const isFresh = (key: string) => (entry.get(key)?.freshUntilMs ?? 0) > nowMs;
  const [absent, ...fields] = keys;
  return isFresh(absent!) || fields.every(isFresh);
}
