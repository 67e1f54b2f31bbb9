import type { CacheTier, FetchExchange, FetchResult, ResponsePath, SourceRecord } from '../context.js';
import { isObject, type JsonObject } from '../json-object.js';
import { reportedRecords } from '../reported-records.js';
import type { Found } from './look-up.js';
import { isFresh, type Partly, type Use } from './put-together.js';
import type { Lack, Remainder } from './remainder.js';
import type { Slot } from './slots.js';

type Source = ReturnType<NonNullable<FetchResult['sources']>>[number];

/**
 * The answer to a request of which everything is remembered; or, with the `failure` of the rest, of as much as is. It belongs to all
 * who ask for it.
 */
export function remembered(found: Found, { subgraph }: FetchExchange, failure?: unknown): FetchResult {
  const sources = () => usedSources(found, subgraph, () => true);
  return {
    data: dataOf(found, new Map(), failure !== undefined),
    isShared: true,
    sources,
    ...(failure === undefined ? {} : { failure }),
  };
}

/** An answer that others hold, too, so that nobody may change it; its extensions are still read only when somebody asks. */
export function shared(result: FetchResult): FetchResult {
  return Object.create(result, { isShared: { value: true, enumerable: true } }) as FetchResult;
}

/** The answer to a remainder with its errors and records where they belong in the whole. */
export function moved(result: FetchResult, { pathsOf }: Remainder): FetchResult {
  const errors = result.errors?.flatMap((error) => pathsOf(error.path ?? []).map((path) => ({ ...error, path })));
  const records = reportedRecords(result)?.flatMap((record) =>
    pathsOf(record.path).map((path) => ({ ...record, path })),
  );
  return {
    data: result.data ?? null,
    ...(errors ? { errors } : {}),
    ...(records ? { extensions: { provenance: { records } } } : {}),
    ...(result.cacheControl ? { cacheControl: result.cacheControl } : {}),
  };
}

/** What is remembered and what was answered to the rest, which is `moved` to its places, as one answer. */
export function together(
  rest: FetchResult,
  { found, answers, exchange }: { found: Found; answers: ReadonlyMap<Slot, unknown>; exchange: FetchExchange },
): FetchResult {
  const { subgraph, context } = exchange;
  const source = { registry: subgraph, retrievedAtMs: context.clock.now(), cache: 'SOURCE' as const };
  return {
    data: dataOf(found, answers),
    ...(rest.errors ? { errors: rest.errors } : {}),
    isShared: true,
    sources: () => [
      // Of somebody whom the registry says it has no record of, nothing is given.
      ...usedSources(found, subgraph, ({ isWhole }, slot) => isWhole || isObject(answers.get(slot))),
      ...ofFields(answeredSources(rest, answers, source), found),
    ],
  };
}

/** The answers to the objects of a request that was sent as it is. */
export function answersTo(slots: Iterable<Slot>, { data }: FetchResult): Map<Slot, unknown> {
  const answers = new Map<Slot, unknown>();
  if (!isObject(data)) return answers;
  const sizes = new Map<string, number>();
  const all = [...slots];
  for (const { part } of all) if (part) sizes.set(part.alias, (sizes.get(part.alias) ?? 0) + 1);
  for (const slot of all) {
    const entities = slot.part ? data[slot.part.alias] : undefined;
    if (!slot.part) answers.set(slot, data);
    else if (Array.isArray(entities) && entities.length === sizes.get(slot.part.alias)) {
      answers.set(slot, entities[Number(slot.at[1])]);
    }
  }
  return answers;
}

/** `isFailed`: there are no answers, so that of an object what is remembered is all there is. */
function dataOf({ slots }: Found, answers: ReadonlyMap<Slot, unknown>, isFailed = false): JsonObject {
  const data: JsonObject = {};
  for (const [slot, { object, isWhole, uses }] of slots) {
    const answer = answers.get(slot);
    if (!slot.part) {
      Object.assign(data, isWhole ? object : pick(answer, slot.shape.fields));
      continue;
    }
    const { alias } = slot.part;
    const list = (data[alias] ??= []) as unknown[];
    if (isWhole) list.push(object);
    else if (isObject(answer)) list.push({ ...object, ...answer });
    else if (isFailed && uses.length > 0) list.push(object);
    // What was not answered is not there.
    else list.push(answer === null ? null : undefined);
  }
  return data;
}

function pick(answer: unknown, fields: readonly { alias: string }[]): JsonObject {
  if (!isObject(answer)) return {};
  return Object.fromEntries(
    fields.flatMap(({ alias }) => (Object.hasOwn(answer, alias) ? [[alias, answer[alias]]] : [])),
  );
}

function usedSources(
  { slots, ...at }: Found,
  registry: string,
  isGiven: (partly: Partly, slot: Slot) => boolean,
): Source[] {
  return [...slots].flatMap(([slot, partly]) => {
    if (!isGiven(partly, slot)) return [];
    const apart = ofSeveralFetches(partly.uses, at);
    // The rest of it is of another fetch, or of none.
    if (!partly.isWhole) apart.add(slot.at);
    return sourcesOf(partly.uses, apart, { registry, ...at });
  });
}

/** `apart`: the objects of which it MUST be said field by field where they are from. */
function sourcesOf(
  uses: readonly Use[],
  apart: ReadonlySet<ResponsePath>,
  { registry, ...at }: { registry: string } & At,
): Source[] {
  return uses.flatMap(({ stored, at: place, alias }): Source[] => {
    const { records, retrievedAtMs } = stored;
    const field = alias === undefined ? place : [...place, alias];
    const source = { registry, retrievedAtMs, cache: tierOf(stored, at) };
    let own: Pick<Source, 'path' | 'as'>[] = [{ path: place }];
    if (place.length === 0) own = givenBy(stored, field);
    else if (apart.has(place) && alias !== undefined) own = [{ path: field, as: 'field' }];
    if (records.length === 0) return own.map((each) => ({ ...each, record: source }));
    return records.flatMap(({ path, ...record }) =>
      (path ? [{ path: [...field, ...path] }] : own).map((each) => ({ ...each, record: { ...source, ...record } })),
    );
  });
}

/** What a field of the root gives by itself: of entities, whose fields are remembered with them, nothing but who they are. */
function givenBy({ value, refs }: Use['stored'], field: ResponsePath): Pick<Source, 'path' | 'as'>[] {
  const isOfEntities = Array.isArray(value) ? value.length === refs.length : value === null;
  if (refs.length === 0 || !isOfEntities) return [{ path: field, as: 'whole' }];
  return refs.flatMap(({ path, key }) =>
    Object.keys(key).map((name) => ({ path: [...field, ...path, name], as: 'field' as const })),
  );
}

type At = Pick<Found, 'nowMs' | 'sinceMs'>;

function tierOf(stored: Use['stored'], at: At): CacheTier {
  return isFresh(stored, at) ? stored.tier : 'STALE';
}

/** The objects of which not all was fetched together. */
function ofSeveralFetches(uses: readonly Use[], at: At): Set<ResponsePath> {
  const first = new Map<ResponsePath, Use['stored']>();
  const several = new Set<ResponsePath>();
  for (const { at: place, stored } of uses) {
    const known = first.get(place);
    if (!known) first.set(place, stored);
    else if (!isOfSameFetch(known, stored, at)) several.add(place);
  }
  return several;
}

function isOfSameFetch(one: Use['stored'], other: Use['stored'], at: At): boolean {
  if (one.retrievedAtMs !== other.retrievedAtMs || tierOf(one, at) !== tierOf(other, at)) return false;
  const own = ({ records }: Use['stored']) => records.find(({ path }) => !path)?.version;
  return own(one) === own(other);
}

/** What was answered of an object of which some is remembered is of the fields that were lacking. */
function ofFields(sources: readonly Source[], { slots, lacks }: Found): readonly Source[] {
  const lacking = new Map<string, Lack['fields']>();
  for (const { slot, fields } of lacks) {
    if (slot.part && slots.get(slot)!.uses.length > 0) lacking.set(slot.at.join('\n'), fields);
  }
  if (lacking.size === 0) return sources;
  return sources.flatMap((source) => {
    const fields = lacking.get(source.path.join('\n'));
    return fields?.map(({ alias }) => ({ ...source, path: [...source.path, alias], as: 'field' as const })) ?? [source];
  });
}

function answeredSources(rest: FetchResult, answers: ReadonlyMap<Slot, unknown>, source: SourceRecord): Source[] {
  const reported = reportedRecords(rest);
  if (reported) return reported.map(({ path, ...record }) => ({ path, record: { ...source, ...record } }));
  return [...answers].flatMap(([{ at, shape, part }, answer]): Source[] => {
    if (!isObject(answer)) return [];
    return part ? [{ path: at, record: source }] : shape.fields.map(({ alias }) => ({ path: [alias], record: source }));
  });
}
