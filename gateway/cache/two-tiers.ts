import type { Clock } from '../context.js';
import type { EntityStore, Entry, StoredField, Wanted, Write } from './entry.js';

/** A store that answers at once. */
export interface NearStore extends EntityStore<number> {
  read(wanted: readonly Wanted[]): (Entry | undefined)[];
}

interface Moments {
  readonly near: number;
  readonly far: unknown;
}

/** Remembers in this process what another store remembers for all: what the near one lacks is read from the far one, at once. */
export class TwoTiers implements EntityStore<Moments> {
  constructor(
    private readonly near: NearStore,
    private readonly far: EntityStore,
    private readonly clock: Clock,
  ) {}

  get moment(): Moments {
    return { near: this.near.moment, far: this.far.moment };
  }

  read(wanted: readonly Wanted[]): (Entry | undefined)[] | Promise<(Entry | undefined)[]> {
    const nowMs = this.clock.now();
    const known = this.near.read(wanted);
    const lacking = wanted.filter((each, index) => !isEnough(known[index], each.keys(), nowMs));
    return lacking.length === 0 ? known : this.readFar(wanted, lacking);
  }

  write(writes: readonly Write[], since: Moments): Promise<void> {
    void this.near.write(writes, since.near);
    return Promise.resolve(this.far.write(writes, since.far));
  }

  /** What was read from the far one before it forgot MUST NOT stay in the near one, which therefore forgets afterwards as well. */
  async drop(names: readonly string[]): Promise<void> {
    void this.near.drop(names);
    await this.far.drop(names);
    void this.near.drop(names);
  }

  async clear(): Promise<void> {
    void this.near.clear();
    await this.far.clear();
    void this.near.clear();
  }

  private async readFar(wanted: readonly Wanted[], lacking: readonly Wanted[]): Promise<(Entry | undefined)[]> {
    const begun = this.near.moment;
    const read = await this.far.read(lacking);
    const byName = new Map(lacking.map(({ name }, index) => [name, read[index]]));
    // Meanwhile somebody else may have fetched it.
    const known = this.near.read(wanted);
    const kept: Write[] = [];
    const both = wanted.map(({ name }, index) => {
      const near = known[index];
      const fields = new Map<string, StoredField>();
      for (const [key, field] of byName.get(name) ?? []) {
        const isNewer = field.retrievedAtMs > (near?.get(key)?.retrievedAtMs ?? -1);
        if (isNewer) fields.set(key, field);
      }
      if (fields.size === 0) return near;
      kept.push({ name, fields: new Map(Array.from(fields, ([key, field]) => [key, asNear(field)])) });
      return new Map([...(near ?? []), ...fields]);
    });
    if (kept.length > 0) void this.near.write(kept, begun);
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
