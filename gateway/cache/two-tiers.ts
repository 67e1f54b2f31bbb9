import type { Clock } from '../context.js';
import type { EntityStore, Entry, StoredField, Wanted, Write } from './entry.js';

/** A store that answers at once. */
export interface NearStore extends EntityStore {
  read(wanted: readonly Wanted[]): (Entry | undefined)[];
}

/** Remembers in this process what another store remembers for all: what the near one lacks is read from the far one, at once. */
export class TwoTiers implements EntityStore {
  /** Grows when something is forgotten: what was read far away before MUST NOT be kept here after it. */
  private age = 0;

  constructor(
    private readonly near: NearStore,
    private readonly far: EntityStore,
    private readonly clock: Clock,
  ) {}

  read(wanted: readonly Wanted[]): (Entry | undefined)[] | Promise<(Entry | undefined)[]> {
    const nowMs = this.clock.now();
    const known = this.near.read(wanted);
    const lacking = wanted.filter(({ keys }, index) => !isEnough(known[index], keys(), nowMs));
    return lacking.length === 0 ? known : this.readFar(wanted, { known, lacking, nowMs });
  }

  write(writes: readonly Write[]): Promise<void> {
    void this.near.write(writes);
    return Promise.resolve(this.far.write(writes));
  }

  drop(names: readonly string[]): Promise<void> {
    this.age += 1;
    void this.near.drop(names);
    return Promise.resolve(this.far.drop(names));
  }

  clear(): Promise<void> {
    this.age += 1;
    void this.near.clear();
    return Promise.resolve(this.far.clear());
  }

  private async readFar(
    wanted: readonly Wanted[],
    { known, lacking, nowMs }: { known: readonly (Entry | undefined)[]; lacking: readonly Wanted[]; nowMs: number },
  ): Promise<(Entry | undefined)[]> {
    const begun = this.age;
    const read = await this.far.read(lacking);
    const byName = new Map(lacking.map(({ name }, index) => [name, read[index]]));
    const kept: Write[] = [];
    const both = wanted.map(({ name }, index) => {
      const far = byName.get(name);
      if (!far) return known[index];
      const fields = new Map([...far].filter(([, { freshUntilMs }]) => freshUntilMs > nowMs));
      if (fields.size > 0)
        kept.push({ name, fields: new Map([...fields].map(([key, field]) => [key, asNear(field)])) });
      return new Map([...(known[index] ?? []), ...fields]);
    });
    if (this.age === begun) void this.near.write(kept);
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
