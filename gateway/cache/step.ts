import type { Clock, Fetch, FetchExchange, FetchResult, FetchStep, LoadedSchema, SubgraphRequest } from '../context.js';
import { GATEWAY_ITSELF } from '../identity.js';
import { moved, remembered, shared, together } from './answer.js';
import { type AskedRequest, readAsked } from './asked.js';
import { type EntityKeys, readEntityKeys } from './entity-keys.js';
import { callerOf, type EntityStore } from './entry.js';
import { Flights } from './flights.js';
import { type Lifetimes, readLifetimes } from './lifetimes.js';
import { type Found, lookUp } from './look-up.js';
import type { LookUps } from './look-ups.js';
import { isFresh, type Mode } from './put-together.js';
import { Refreshes } from './refreshes.js';
import { type Remainder, remainderOf } from './remainder.js';
import { rememberRest, rememberWhole } from './remember.js';
import type { Shadow } from './shadow.js';
import { isWorthwhile, type Slot, slotsOf } from './slots.js';
import type { Trust } from './trust.js';
import type { WholeAnswers } from './whole-answers.js';
import { withKeys } from './with-keys.js';

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
  /** What is asked in its place, and the names of the fields that are asked for besides. */
  readonly request: SubgraphRequest;
  readonly added: ReadonlySet<string>;
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
  const step: FetchStep = async (exchange, next) => {
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
    const { asked, request, added } = facts.readingOf(exchange);
    const slots = asked ? slotsOf(asked, exchange, facts.keys) : [];
    if (!asked || !slots.some(isWorthwhile)) {
      answers?.spoil(exchange);
      return next(exchange);
    }
    const result = await looker.answer({ exchange: { ...exchange, request }, next, asked, slots, keys: facts.keys });
    if (!failsAt(added, result)) return result;
    // What nobody has asked for MUST NOT fail what somebody has.
    facts.leaveAsItIs(exchange);
    return step(exchange, next);
  };
  return step;
}

const NONE: ReadonlySet<string> = new Set();

function failsAt(names: ReadonlySet<string>, { errors }: FetchResult): boolean {
  return names.size > 0 && errors !== undefined && errors.some(({ path }) => names.has(String(path?.at(-1))));
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
        if (lifetimes.isEmpty) return { request, added: NONE, asked: undefined };
        let reading = readings.get(request);
        if (!reading) {
          const whole = withKeys(request, { schema, subgraph, keys });
          reading = { ...whole, asked: readAsked(whole.request, { schema, subgraph, keys, lifetimes }) };
          readings.set(request, reading);
        }
        return reading;
      },
      /** From now on a request is asked as it is. */
      leaveAsItIs({ request, subgraph }: FetchExchange): void {
        const asked = readAsked(request, { schema, subgraph, keys, lifetimes });
        readings.set(request, { request, added: NONE, asked });
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
    const { answers, shadow, lookUps } = this.options;
    const { exchange, next } = looking;
    const looked = this.look(looking, 'revalidating');
    let found = looked instanceof Promise ? await looked : looked;
    // Since the registry is asked anyway, it is asked for what is no longer fresh as well.
    if (found.lacks.length > 0 && found.isStale) found = await this.look(looking, 'fresh', found);
    count(lookUps, exchange.subgraph, found);
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
    try {
      return await this.complete(looking, found);
    } catch (failure) {
      const rest = await this.look(looking, 'failing', found);
      if (isUnknown(rest)) throw failure;
      lookUps.of(exchange.subgraph).stale += [...rest.slots.values()].filter(({ uses }) => uses.length > 0).length;
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
    const { store, absentMs, lookUps } = this.options;
    const { subgraph, variables, forwarded, schema } = exchange;
    const remainder = isUnknown(found) ? undefined : remainderOf(asked, exchange, found.lacks);
    const lacks = remainder ? found.lacks : slots.map((slot) => ({ slot, fields: slot.shape.fields }));
    const writer = { subgraph, variables, forwarded, schema };
    const askedFor = { slots, lacks, writer, keys, absentMs, since: store.moment };
    const rest = asking(exchange, remainder, JSON.stringify(askedFor.since));
    let isHeld = false;
    const flight = await this.flights.share(rest, next, (result, atMs) => {
      isHeld = remainder
        ? rememberRest(result, { ...askedFor, atMs, remainder }, store)
        : rememberWhole(result, { ...askedFor, atMs }, store);
    });
    if (flight.isJoined) lookUps.of(subgraph).shared += lacks.filter(({ slot }) => isWorthwhile(slot)).length;
    // The engine would change what is remembered now.
    if (!remainder) return isHeld || flight.isShared ? shared(flight.result) : flight.result;
    return together(moved(flight.result, remainder), { found, answers: remainder.answersOf(flight.result), exchange });
  }

  /** Fetches what is no longer fresh, for those who ask later. */
  private async refresh(looking: Looking, before: Found): Promise<void> {
    const found = await this.look(looking, 'fresh', before);
    const { exchange, next } = looking;
    const caller = callerOf(exchange);
    const names = found.lacks.map(({ slot: { name, suffix }, fields }) =>
      [name, ...fields.map((field) => field.keyOf(exchange.variables, suffix + caller))].join(),
    );
    await this.refreshes.begin(names.join('\n'), async () => {
      // Whoever brought it about may be gone long before.
      const context = Object.create(exchange.context, {
        signal: { value: NEVER },
        identity: { value: GATEWAY_ITSELF },
      });
      await this.complete({ ...looking, exchange: { ...exchange, context }, next }, found);
    });
  }
}

/** Those who are not told do not hear anything either, and trust nothing for long. */
const NOBODY_TOLD = () => {};

const NEVER = new AbortController().signal;

/** What is asked in the place of a request, and since when nothing has been forgotten. */
function asking(exchange: FetchExchange, remainder: Remainder | undefined, since: string): FetchExchange {
  if (!remainder) return { ...exchange, since };
  const { request, variables, representations } = remainder;
  return { ...exchange, since, request, variables, representations };
}

/** Whether nothing at all is remembered of what is asked for. */
function isUnknown({ slots }: Found): boolean {
  for (const { uses } of slots.values()) if (uses.length > 0) return false;
  return true;
}

/** What cannot be remembered is not counted. */
function count(lookUps: LookUps, subgraph: string, { slots, ...at }: Found): void {
  const counts = lookUps.of(subgraph);
  for (const [slot, { isWhole, missing, uses }] of slots) {
    if (!isWorthwhile(slot)) continue;
    if (!isWhole) counts[missing.length < slot.shape.fields.length ? 'partial' : 'miss'] += 1;
    else if (uses.some(({ stored }) => !isFresh(stored, at))) counts.stale += 1;
    else counts.hit += 1;
  }
}
