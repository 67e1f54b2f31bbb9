import type { FetchExchange } from '../context.js';
import { callerOf, type EntityStore, type Entry } from './entry.js';
import { NOTHING_OF_IT, type Partly, putTogether, type Use } from './put-together.js';
import type { Lack } from './remainder.js';
import type { Slot } from './slots.js';

/** What of a request is remembered, and what it lacks. */
export interface Found {
  readonly slots: ReadonlyMap<Slot, Partly>;
  readonly uses: readonly Use[];
  readonly lacks: readonly Lack[];
}

/**
 * Looks all objects up at once. Those that turn up within what was found are looked up next, also at once: as many times as entities
 * are nested in each other.
 */
export async function lookUp(
  slots: readonly Slot[],
  { exchange, store, nowMs }: { exchange: FetchExchange; store: EntityStore; nowMs: number },
): Promise<Found> {
  const entries = new Map<string, Entry | undefined>();
  const caller = callerOf(exchange);
  let unread = new Set(slots.flatMap(({ name }) => name ?? []));
  for (;;) {
    const names = [...unread];
    const reading = store.read(names);
    const read = Array.isArray(reading) ? reading : await reading;
    for (const [index, name] of names.entries()) entries.set(name, read[index]);
    unread = new Set();
    const known = {
      entry(name: string) {
        if (entries.has(name)) return entries.get(name);
        unread.add(name);
        return 'unread' as const;
      },
      variables: exchange.variables,
      caller,
      nowMs,
      uses: [] as Use[],
    };
    const partly = (slot: Slot) =>
      slot.name === undefined ? NOTHING_OF_IT : putTogether(entries.get(slot.name), slot, known);
    const found = new Map(slots.map((slot) => [slot, partly(slot)]));
    if (unread.size > 0) continue;
    const lacks = [...found].flatMap(([slot, { isWhole, missing }]): Lack[] =>
      isWhole ? [] : [{ slot, fields: slot.name === undefined ? slot.shape.fields : missing }],
    );
    return { slots: found, uses: known.uses, lacks };
  }
}
