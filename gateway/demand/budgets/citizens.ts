const NONE: readonly string[] = [];

/** The different people and parcels that one caller has asked for in a day. */
export class Citizens {
  private day = 0;
  private readonly counted = new Set<string>();
  /** Those among them that what is shared knows nothing of. */
  private readonly owed = new Set<string>();
  /** How many others the caller has asked other gateways for, at least. */
  private elsewhere = 0;

  get size(): number {
    return this.counted.size;
  }

  /** Those that were not asked for before on that day. */
  newAmong(ids: readonly string[], day: number): readonly string[] {
    if (day !== this.day) this.begin(day);
    // Nearly always one, and nearly always known.
    return ids.every((id) => this.counted.has(id)) ? NONE : ids.filter((id) => !this.counted.has(id));
  }

  hasRoom(more: number, most: number): boolean {
    return this.counted.size + this.elsewhere + more <= most;
  }

  /** Counts some here; `isOwed`: what is shared is to be told. */
  count(ids: readonly string[], isOwed: boolean): void {
    for (const id of ids) {
      this.counted.add(id);
      if (isOwed) this.owed.add(id);
    }
  }

  /** Some that what is shared is to be told of. */
  owedFirst(most: number): string[] {
    const first: string[] = [];
    for (const id of this.owed) {
      if (first.length === most) break;
      first.push(id);
    }
    return first;
  }

  /** Heeds what is shared: on that day it knows these, and so many in all. */
  learn(day: number, { ids, all }: { ids: readonly string[]; all: number }): void {
    if (day !== this.day) return;
    for (const id of ids) {
      this.counted.add(id);
      this.owed.delete(id);
    }
    this.elsewhere = Math.max(0, all - (this.counted.size - this.owed.size));
  }

  private begin(day: number): void {
    this.day = day;
    this.counted.clear();
    this.owed.clear();
    this.elsewhere = 0;
  }
}
