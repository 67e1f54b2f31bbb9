import type { Clock, Fetch, FetchExchange, FetchResult, FetchStep, LoadedSchema, SubgraphRequest } from '../context.js';
import { isObject } from '../json-object.js';
import { answersTo, moved, remembered, shared, together } from './answer.js';
import { type AskedRequest, readAsked } from './asked.js';
import { type EntityKeys, readEntityKeys } from './entity-keys.js';
import type { EntityStore } from './entry.js';
import { Flights } from './flights.js';
import { type Lifetimes, readLifetimes } from './lifetimes.js';
import { type Found, lookUp } from './look-up.js';
import type { LookUps } from './look-ups.js';
import type { Mode } from './put-together.js';
import { Refreshes } from './refreshes.js';
import { type Lack, type Remainder, remainderOf } from './remainder.js';
import type { Shadow } from './shadow.js';
import { isWorthwhile, type Slot, slotsOf } from './slots.js';
import { addNames } from './take-apart.js';
import type { Trust } from './trust.js';
import type { WholeAnswers } from './whole-answers.js';
import { withKeys } from './with-keys.js';
import { writesOf } from './writes.js';

export interface CacheOptions {
  readonly store: EntityStore;
  readonly clock: Clock;
  readonly trust: Pick<Trust, 'sinceMs'>;
  readonly lookUps: LookUps;
  /** The lifetime of everything in a supergraph that declares none, milliseconds; 0: there nothing is remembered. */
  readonly undeclaredMs: number;
  /** How long it is remembered that a registry has no record of an entity, milliseconds. */
  readonly absentMs: number;
  /** Whether a subgraph is none that may be answered for: the gateway's own. */
  isLeftOut(exchange: FetchExchange): boolean;
  /** Told what an operation rests on. */
  readonly answers?: WholeAnswers;
  /** Forgets everything, everywhere. */
  forgetEverything?(): Promise<void>;
  /** Compares some of what is remembered with what the registry says now. */
  readonly shadow?: Shadow;
  /** Takes it upon this gateway to fetch something anew, for so long at most; `false`: another one does. */
  lease?(name: string, forMs: number): Promise<boolean>;
}

/** What is worked out of a supergraph once. */
interface Facts {
  readonly keys: EntityKeys;
  readonly lifetimes: Lifetimes;
  readonly readings: WeakMap<SubgraphRequest, Reading>;
}

/** What a request asks, as the cache reads it. */
interface Reading {
  /** What is asked in its place. */
  readonly request: SubgraphRequest;
  /** `undefined`: it is beyond the cache. */
  readonly asked: AskedRequest | undefined;
}

/** One request that is looked up. */
interface Looking {
  readonly exchange: FetchExchange;
  readonly next: Fetch;
  readonly asked: AskedRequest;
  readonly slots: readonly Slot[];
  readonly keys: EntityKeys;
}

/**
 * The fetch step that answers what it remembers and asks the registry only for the rest. What is remembered are fields of
 * entities, each for as long as its subgraph's SDL says; so any request is answered whose fields are all there, whichever
 * requests brought them. An error is never remembered, nor what stands beside one.
 */
export function createCacheStep(options: CacheOptions): FetchStep {
  const { store, isLeftOut, answers } = options;
  const factsOf = createFacts(options.undeclaredMs);
  const looker = new Looker(options);
  return async (exchange, next) => {
    if (isLeftOut(exchange)) {
      const result = await next(exchange);
      if (!result.isConstant) answers?.spoil(exchange);
      return result;
    }
    const facts = factsOf(exchange.schema);
    // It may change what any registry says, and whoever reads after it must see that.
    if (exchange.request.kind !== 'query' && !facts.lifetimes.isEmpty) {
      const forget = options.forgetEverything ?? (async () => store.clear());
      // Before: what is remembered meanwhile MUST NOT stay; after: neither what was read while it was under way.
      void forget().catch(NOBODY_TOLD);
      return next(exchange).finally(() => forget().catch(NOBODY_TOLD));
    }
    const { asked, request } = facts.readingOf(exchange);
    const slots = asked ? slotsOf(asked, exchange, facts.keys) : [];
    if (!asked || !slots.some(isWorthwhile)) {
      answers?.spoil(exchange);
      return next(exchange);
    }
    return looker.answer({ exchange: { ...exchange, request }, next, asked, slots, keys: facts.keys });
  };
}

function createFacts(undeclaredMs: number) {
  const known = new WeakMap<LoadedSchema, Facts>();
  const read = (schema: LoadedSchema): Facts => {
    let facts = known.get(schema);
    if (!facts) {
      const lifetimes = readLifetimes(schema, { undeclaredMs });
      known.set(schema, (facts = { keys: readEntityKeys(schema), lifetimes, readings: new WeakMap() }));
    }
    return facts;
  };
  return (schema: LoadedSchema) => {
    const { keys, lifetimes, readings } = read(schema);
    return {
      keys,
      lifetimes,
      readingOf({ request, subgraph }: FetchExchange): Reading {
        if (lifetimes.isEmpty) return { request, asked: undefined };
        let reading = readings.get(request);
        if (!reading) {
          const whole = withKeys(request, { schema, subgraph, keys });
          reading = { request: whole, asked: readAsked(whole, { schema, subgraph, keys, lifetimes }) };
          readings.set(request, reading);
        }
        return reading;
      },
    };
  };
}

class Looker {
  private readonly flights = new Flights();
  private readonly refreshes: Refreshes;

  constructor(private readonly options: CacheOptions) {
    this.refreshes = new Refreshes(options.lease);
  }

  async answer(looking: Looking): Promise<FetchResult> {
    const { answers, shadow } = this.options;
    const { exchange, next } = looking;
    const looked = this.look(looking, 'revalidating');
    let found = looked instanceof Promise ? await looked : looked;
    count(this.options.lookUps, exchange.subgraph, found);
    if (found.lacks.length === 0) {
      if (found.isStale) {
        answers?.spoil(exchange);
        void this.refresh(looking, found);
      } else answers?.rests(exchange, found);
      const result = remembered(found, exchange);
      shadow?.compare(result, { exchange, next, store: this.options.store });
      return result;
    }
    answers?.spoil(exchange);
    // Since the registry is asked anyway, it is asked for what is no longer fresh as well.
    if (found.isStale) found = await this.look(looking, 'fresh', found);
    try {
      return await this.complete(looking, found);
    } catch (failure) {
      const rest = await this.look(looking, 'failing', found);
      if (isUnknown(rest)) throw failure;
      return remembered(rest, exchange, failure);
    }
  }

  private look({ exchange, slots }: Looking, mode: Mode, before?: Found): Found | Promise<Found> {
    const { store, clock, trust } = this.options;
    const sinceMs = trust.sinceMs(exchange.subgraph);
    return lookUp(slots, { exchange, store, nowMs: clock.now(), sinceMs, mode, entries: before?.entries });
  }

  /** Asks the registry for what is lacking, remembers it, and puts both together. */
  private async complete({ exchange, next, asked, slots, keys }: Looking, found: Found): Promise<FetchResult> {
    const { store, clock, absentMs, lookUps } = this.options;
    const since = store.moment;
    const remainder = isUnknown(found) ? undefined : remainderOf(asked, exchange, found.lacks);
    const { subgraph, variables, forwarded, schema } = exchange;
    // What is worked out later MUST NOT hold on to the client's request.
    const writer = { subgraph, variables, forwarded, schema };
    const lacks = remainder ? found.lacks : slots.map((slot) => ({ slot, fields: slot.shape.fields }));
    /** Whether the answer itself is held on to. */
    const remember = (result: FetchResult): boolean => {
      const nowMs = clock.now();
      const writesIn = (answer: FetchResult) => {
        const answers = remainder ? remainder.answersOf(answer) : answersTo(slots, answer);
        const inPlace = remainder ? moved(answer, remainder) : answer;
        return writesOf(inPlace, { lacks, answers, exchange: writer, keys, absentMs, nowMs });
      };
      const { raw } = result;
      if (raw && store.defer) {
        const answers = remainder ? remainder.answersOf(result) : answersTo(slots, result);
        const names = namesIn(lacks, answers, { subgraph, keys });
        const later = { since, bytes: raw.bytes, writes: () => writesIn(raw.read()) };
        if (names.size > 0 && store.defer([...names], later)) return false;
      }
      const writes = writesIn(result);
      if (writes.length > 0) void store.write(writes, since);
      return writes.length > 0;
    };
    const rest = remainder ? asking(exchange, remainder) : exchange;
    let isHeld = false;
    const land = (result: FetchResult) => void (isHeld = remember(result));
    const flight = await this.flights.share(rest, { since, ask: () => next(rest) }, land);
    if (flight.isJoined) lookUps.of(exchange.subgraph).shared += found.lacks.length;
    // The engine would change what is remembered now.
    if (!remainder) return isHeld || flight.isShared ? shared(flight.result) : flight.result;
    return together(moved(flight.result, remainder), { found, answers: remainder.answersOf(flight.result), exchange });
  }

  /** Fetches what is no longer fresh, for those who ask later. */
  private async refresh(looking: Looking, before: Found): Promise<void> {
    const found = await this.look(looking, 'fresh', before);
    const { exchange, next } = looking;
    const names = found.lacks.map(({ slot, fields }) => `${slot.name} ${fields.map(({ alias }) => alias).join()}`);
    await this.refreshes.begin(names.join('\n'), async () => {
      // Whoever brought it about may be gone long before.
      const context = Object.create(exchange.context, { signal: { value: NEVER } });
      await this.complete({ ...looking, exchange: { ...exchange, context }, next }, found);
    });
  }
}

/** Those who are not told do not hear anything either, and trust nothing for long. */
const NOBODY_TOLD = () => {};

const NEVER = new AbortController().signal;

const asking = (exchange: FetchExchange, { request, variables, representations }: Remainder): FetchExchange => {
  return { ...exchange, request, variables, representations };
};

/** All entities that answers are about. */
function namesIn(
  lacks: readonly Lack[],
  answers: ReadonlyMap<Slot, unknown>,
  { subgraph, keys }: { subgraph: string; keys: EntityKeys },
): Set<string> {
  const names = new Set<string>();
  for (const { slot, fields } of lacks) {
    if (slot.name !== undefined) names.add(slot.name);
    const answer = answers.get(slot);
    if (!isObject(answer)) continue;
    for (const field of fields) {
      if (field.below) addNames(answer[field.alias], field, { names, subgraph, keys });
    }
  }
  return names;
}

/** Whether nothing at all is remembered of what is asked for. */
function isUnknown({ slots }: Found): boolean {
  for (const { uses } of slots.values()) if (uses.length > 0) return false;
  return true;
}

/** What cannot be remembered is not counted. */
function count(lookUps: LookUps, subgraph: string, { slots, nowMs }: Found): void {
  const counts = lookUps.of(subgraph);
  for (const [slot, { isWhole, missing, uses }] of slots) {
    if (!isWorthwhile(slot)) continue;
    if (!isWhole) counts[missing.length < slot.shape.fields.length ? 'partial' : 'miss'] += 1;
    else if (uses.some(({ stored }) => stored.freshUntilMs <= nowMs)) counts.stale += 1;
    else counts.hit += 1;
  }
}
