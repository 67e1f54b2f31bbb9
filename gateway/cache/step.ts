import type {
  CacheStats,
  Clock,
  FetchExchange,
  FetchResult,
  FetchStep,
  LoadedSchema,
  SubgraphRequest,
} from '../context.js';
import { answersTo, moved, remembered, shared, together } from './answer.js';
import { type AskedRequest, readAsked } from './asked.js';
import { type EntityKeys, readEntityKeys } from './entity-keys.js';
import type { EntityStore } from './entry.js';
import { type Lifetimes, readLifetimes } from './lifetimes.js';
import { type Found, lookUp } from './look-up.js';
import { type Lack, remainderOf } from './remainder.js';
import { isWorthwhile, type Slot, slotsOf } from './slots.js';
import { writesOf } from './writes.js';

export interface Cache {
  readonly step: FetchStep;
  readonly lookUps: CacheStats['lookUps'];
}

export interface CacheOptions {
  readonly store: EntityStore;
  readonly clock: Clock;
  /** The lifetime of everything in a supergraph that declares none, milliseconds; 0: there nothing is remembered. */
  readonly undeclaredMs: number;
  /** Whether a subgraph is none that may be answered for: the gateway's own. */
  isLeftOut(exchange: FetchExchange): boolean;
  /** How long it is remembered that a registry has no record of an entity, milliseconds. */
  readonly absentMs: number;
}

type LookUps = { hit: number; partial: number; miss: number };

/** What is worked out of a supergraph once. */
interface Facts {
  readonly keys: EntityKeys;
  readonly lifetimes: Lifetimes;
  /** `undefined` for a request that is beyond the cache. */
  readonly asked: WeakMap<SubgraphRequest, { readonly request: AskedRequest | undefined }>;
}

/**
 * The fetch step that answers what it remembers and asks the registry only for the rest. What is remembered are fields of
 * entities, each for as long as its subgraph's SDL says; so any request is answered whose fields are all there, whichever
 * requests brought them. An error is never remembered, nor what stands beside one.
 */
export function createCache({ store, clock, undeclaredMs, absentMs, isLeftOut }: CacheOptions): Cache {
  const known = new WeakMap<LoadedSchema, Facts>();
  const factsOf = (schema: LoadedSchema): Facts => {
    let facts = known.get(schema);
    if (!facts) {
      const lifetimes = readLifetimes(schema, { undeclaredMs });
      known.set(schema, (facts = { keys: readEntityKeys(schema), lifetimes, asked: new WeakMap() }));
    }
    return facts;
  };
  const askedOf = ({ request, subgraph, schema }: FetchExchange, { asked, keys, lifetimes }: Facts) => {
    let known = asked.get(request);
    if (!known) asked.set(request, (known = { request: readAsked(request, { schema, subgraph, keys, lifetimes }) }));
    return known.request;
  };

  const lookUps = new Map<string, LookUps>();
  const step: FetchStep = async (exchange, next) => {
    if (isLeftOut(exchange)) return next(exchange);
    const facts = factsOf(exchange.schema);
    if (facts.lifetimes.isEmpty) return next(exchange);
    // It may change what any registry says, and whoever reads after it must see that.
    if (exchange.request.kind !== 'query') {
      void store.clear();
      return next(exchange).finally(() => store.clear());
    }
    const { keys } = facts;
    const asked = askedOf(exchange, facts);
    if (!asked) return next(exchange);
    const slots = slotsOf(asked, exchange, keys);
    if (!slots.some(isWorthwhile)) return next(exchange);
    const found = await lookUp(slots, { exchange, store, nowMs: clock.now() });
    count(lookUps, exchange.subgraph, found);
    if (found.lacks.length === 0) return remembered(found, exchange);
    const begun = store.age;
    const remember = (result: FetchResult, lacks: readonly Lack[], answers: ReadonlyMap<Slot, unknown>) => {
      const writes = writesOf(result, { lacks, answers, exchange, keys, absentMs, nowMs: clock.now() });
      if (writes.length > 0 && store.age === begun) void store.write(writes);
    };
    const remainder = isUnknown(found) ? undefined : remainderOf(asked, exchange, found.lacks);
    if (!remainder) {
      const result = await next(exchange);
      const all = slots.map((slot) => ({ slot, fields: slot.shape.fields }));
      remember(result, all, answersTo(slots, result));
      // The engine would change what is remembered now.
      return shared(result);
    }
    const { request, variables, representations } = remainder;
    let result: FetchResult;
    try {
      result = await next({ ...exchange, request, variables, representations });
    } catch (failure) {
      return remembered(found, exchange, failure);
    }
    const answers = remainder.answersOf(result);
    const inPlace = moved(result, remainder);
    remember(inPlace, found.lacks, answers);
    return together(inPlace, { found, answers, exchange });
  };
  return { step, lookUps };
}

/** Whether nothing at all is remembered of what is asked for. */
function isUnknown({ slots }: Found): boolean {
  for (const { uses } of slots.values()) if (uses.length > 0) return false;
  return true;
}

/** What cannot be remembered is not counted. */
function count(lookUps: Map<string, LookUps>, subgraph: string, { slots }: Found): void {
  let counts = lookUps.get(subgraph);
  if (!counts) lookUps.set(subgraph, (counts = { hit: 0, partial: 0, miss: 0 }));
  for (const [slot, { isWhole, missing }] of slots) {
    if (!isWorthwhile(slot)) continue;
    counts[isWhole ? 'hit' : missing.length < slot.shape.fields.length ? 'partial' : 'miss'] += 1;
  }
}
