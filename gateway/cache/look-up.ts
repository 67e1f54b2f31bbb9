import type { FetchExchange } from '../context.js';
import type { ObjectShape } from './asked.js';
import { callerOf, type EntityStore, type Entry, type Wanted } from './entry.js';
import { isFresh, keysOf, type Mode, NOTHING_OF_IT, type Partly, putTogether, type Use } from './put-together.js';
import type { Lack } from './remainder.js';
import type { Slot } from './slots.js';

/** What of a request is remembered, and what it lacks. */
export interface Found {
  readonly slots: ReadonlyMap<Slot, Partly & { readonly uses: readonly Use[] }>;
  readonly lacks: readonly Lack[];
  /** Whether some of it is no longer fresh. */
  readonly isStale: boolean;
  /** All that was read for it, by name. */
  readonly entries: ReadonlyMap<string, Entry | undefined>;
  readonly nowMs: number;
  readonly sinceMs: number;
}

export interface LookUpOptions {
  readonly exchange: FetchExchange;
  readonly store: EntityStore;
  readonly nowMs: number;
  readonly sinceMs: number;
  readonly mode: Mode;
  /** What was read already. */
  readonly entries?: ReadonlyMap<string, Entry | undefined>;
}

/**
 * Looks all objects up at once. Those that turn up within what was found are looked up next, also at once: as many times as entities
 * are nested in each other. At once, too, if the store answers so.
 */
export function lookUp(slots: readonly Slot[], options: LookUpOptions): Found | Promise<Found> {
  const { exchange, store, nowMs, sinceMs, mode } = options;
  const entries = new Map(options.entries);
  const asking = { variables: exchange.variables, caller: callerOf(exchange) };
  let unread = new Map<string, Look>();
  const want = (name: string, shape: ObjectShape, suffix = '') => {
    const look = unread.get(name);
    if (look) look.also(shape, suffix);
    else unread.set(name, new Look(name, { shape, suffix }, asking));
  };
  for (const { name, shape, suffix } of slots) {
    if (name !== undefined && !entries.has(name)) want(name, shape, suffix);
  }
  const known = {
    ...asking,
    entry(name: string, shape: ObjectShape) {
      if (entries.has(name)) return entries.get(name);
      want(name, shape);
      return 'unread' as const;
    },
    nowMs,
    sinceMs,
    mode,
  };
  const partly = (slot: Slot): Partly & { uses: Use[] } => {
    const uses: Use[] = [];
    if (slot.name === undefined) return { ...NOTHING_OF_IT, uses };
    return { ...putTogether(entries.get(slot.name), slot, { ...known, uses }), uses };
  };
  const readUnread = (): Found | Promise<Found> => {
    const wanted = [...unread.values()];
    const reading = store.read(wanted);
    return Array.isArray(reading) ? goOn(wanted, reading) : reading.then((read) => goOn(wanted, read));
  };
  const goOn = (wanted: readonly Look[], read: readonly (Entry | undefined)[]): Found | Promise<Found> => {
    for (const [index, { name }] of wanted.entries()) entries.set(name, read[index]);
    unread = new Map();
    // Most of what was never asked for is not known at all.
    if (wanted.length > 0 && entries.size === wanted.length && read.every((entry) => !entry)) {
      return nothingOf(slots, { entries, nowMs, sinceMs });
    }
    const found = new Map(slots.map((slot) => [slot, partly(slot)]));
    if (unread.size > 0) return readUnread();
    const lacks: Lack[] = [];
    let isStale = false;
    for (const [slot, { isWhole, missing, uses }] of found) {
      if (!isWhole) lacks.push({ slot, fields: slot.name === undefined ? slot.shape.fields : missing });
      isStale ||= uses.some(({ stored }) => !isFresh(stored, { nowMs, sinceMs }));
    }
    return { slots: found, lacks, isStale, entries, nowMs, sinceMs };
  };
  return unread.size > 0 ? readUnread() : goOn([], []);
}

function nothingOf(slots: readonly Slot[], looked: Pick<Found, 'entries' | 'nowMs' | 'sinceMs'>): Found {
  const all = new Map<Slot, Partly & { uses: Use[] }>();
  const lacks: Lack[] = [];
  for (const slot of slots) {
    const { fields } = slot.shape;
    all.set(slot, { object: {}, isWhole: false, missing: fields, uses: [] });
    lacks.push({ slot, fields });
  }
  return { slots: all, lacks, isStale: false, ...looked };
}

/** What is to be looked for of one entity, for however many who want it. */
class Look implements Wanted {
  private readonly others = new Map<ObjectShape, string>();

  constructor(
    readonly name: string,
    private readonly first: { readonly shape: ObjectShape; readonly suffix: string },
    private readonly asking: Parameters<typeof keysOf>[1],
  ) {}

  also(shape: ObjectShape, suffix: string): void {
    if (shape !== this.first.shape || suffix !== this.first.suffix) this.others.set(shape, suffix);
  }

  keys(): string[] {
    const keys = keysOf(this.first, this.asking);
    if (this.others.size === 0) return keys;
    const all = new Set(keys);
    for (const [shape, suffix] of this.others) for (const key of keysOf({ shape, suffix }, this.asking)) all.add(key);
    return [...all];
  }
}
