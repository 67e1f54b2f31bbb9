import type { FetchResult } from '../context.js';
import { isObject } from '../json-object.js';
import { answersTo, moved } from './answer.js';
import type { EntityKeys } from './entity-keys.js';
import type { EntityStore } from './entry.js';
import type { Lack, Remainder } from './remainder.js';
import type { Slot } from './slots.js';
import { addNames } from './take-apart.js';
import { type Writer, writesOf } from './writes.js';

/** What was asked of a registry, as far as its answer is to be remembered. MUST NOT hold on to the client's request. */
export interface AskedFor {
  readonly slots: readonly Slot[];
  readonly lacks: readonly Lack[];
  readonly writer: Writer;
  readonly keys: EntityKeys;
  readonly absentMs: number;
  /** When it was asked, as the store and as the clock tell it: what it says could have changed since. */
  readonly since: unknown;
  readonly atMs: number;
}

/** Remembers the answer to a request that was sent as it was. Whether the answer itself is held on to. */
export function rememberWhole(result: FetchResult, asked: AskedFor, store: EntityStore): boolean {
  if (!isWorthRemembering(result)) return false;
  const { raw } = result;
  if (raw && store.defer) {
    const names = namesIn(asked, answersTo(asked.slots, result));
    const writes = () => {
      const again = raw.read();
      return writesIn(again, asked, answersTo(asked.slots, again));
    };
    if (names.size > 0 && store.defer([...names], { since: asked.since, bytes: raw.bytes, writes })) return false;
  }
  return write(writesIn(result, asked, answersTo(asked.slots, result)), asked, store);
}

/** Remembers the answer to what was lacking. */
export function rememberRest(
  result: FetchResult,
  { remainder, ...asked }: AskedFor & { readonly remainder: Remainder },
  store: EntityStore,
): boolean {
  if (!isWorthRemembering(result)) return false;
  return write(writesIn(moved(result, remainder), asked, remainder.answersOf(result)), asked, store);
}

/** Nothing is, of an answer with an error that does not say where it belongs, nor of one that may not be kept. */
function isWorthRemembering({ errors, cacheControl, data }: FetchResult): boolean {
  if (!data || (cacheControl?.freshMsMax ?? 1) <= 0) return false;
  return errors?.every(({ path }) => path !== undefined && path.length > 0) ?? true;
}

function writesIn(result: FetchResult, { lacks, writer, keys, absentMs, atMs }: AskedFor, answers: Map<Slot, unknown>) {
  return writesOf(result, { lacks, answers, exchange: writer, keys, absentMs, nowMs: atMs });
}

function write(writes: ReturnType<typeof writesOf>, { since }: AskedFor, store: EntityStore): boolean {
  if (writes.length > 0) void store.write(writes, since);
  return writes.length > 0;
}

/** All entities that answers are about. */
function namesIn({ lacks, writer, keys }: AskedFor, answers: ReadonlyMap<Slot, unknown>): Set<string> {
  const names = new Set<string>();
  for (const { slot, fields } of lacks) {
    if (slot.name !== undefined) names.add(slot.name);
    const answer = answers.get(slot);
    if (!isObject(answer)) continue;
    for (const field of fields) {
      if (field.below) addNames(answer[field.alias], field, { names, subgraph: writer.subgraph, keys });
    }
  }
  return names;
}
