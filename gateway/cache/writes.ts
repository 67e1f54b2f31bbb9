import type { FetchExchange, FetchResult, ResponsePath } from '../context.js';
import { isObject, type JsonObject } from '../json-object.js';
import { PathTree } from '../path-tree.js';
import { type ReportedRecord, reportedRecords } from '../reported-records.js';
import type { AskedField, ObjectShape } from './asked.js';
import type { EntityKeys } from './entity-keys.js';
import { ABSENT, callerOf, isToldApart, type StoredField, type StoredRecord, type Write } from './entry.js';
import { type Lifetime, shortest } from './lifetimes.js';
import type { Lack } from './remainder.js';
import { hashOf } from './s3-fifo.js';
import type { Slot } from './slots.js';
import { type Apart, takeApart } from './take-apart.js';

/** What of a request says what its answer is remembered as. */
export type Writer = Pick<FetchExchange, 'subgraph' | 'variables' | 'forwarded' | 'schema'>;

interface Writing {
  readonly exchange: Writer;
  readonly keys: EntityKeys;
  readonly nowMs: number;
  readonly absentMs: number;
  readonly records: PathTree<ReportedRecord[]>;
  readonly failed: readonly ResponsePath[];
  readonly writes: Map<string, Map<string, StoredField>>;
  readonly caller: string;
  /** What the subgraph's `Cache-Control` allows at most. */
  readonly freshMsMax: number;
  readonly isPrivate: boolean;
}

/**
 * What is to be remembered of an answer: each field that has a lifetime, and each entity within it by itself. Nothing at, above or
 * below an error is; of an answer with an error that does not say where it belongs, nothing at all.
 */
export function writesOf(
  result: FetchResult,
  {
    lacks,
    answers,
    ...setting
  }: Pick<Writing, 'exchange' | 'keys' | 'nowMs' | 'absentMs'> & {
    lacks: readonly Lack[];
    answers: ReadonlyMap<Slot, unknown>;
  },
): Write[] {
  const failed = (result.errors ?? []).map(({ path }) => path ?? []);
  const { freshMsMax = Number.POSITIVE_INFINITY, isPrivate = false } = result.cacheControl ?? {};
  if (freshMsMax <= 0 || failed.some((path) => path.length === 0)) return [];
  const records = treeOf(reportedRecords(result) ?? []);
  const caller = callerOf(setting.exchange);
  const writing = { ...setting, records, failed, writes: new Map(), caller, freshMsMax, isPrivate };
  for (const { slot, fields } of lacks) {
    const { name, at, suffix, part } = slot;
    if (name === undefined) continue;
    const answer = answers.get(slot);
    if (isObject(answer)) writeObject(answer, { name, shape: { ...slot.shape, fields }, at, suffix }, writing);
    else if (answer === null && part && !isFailed(at, writing)) writeAbsent(name, slot.shape, writing);
  }
  return Array.from(writing.writes, ([name, fields]) => ({ name, fields }));
}

function treeOf(records: readonly ReportedRecord[]): PathTree<ReportedRecord[]> {
  const tree = new PathTree<ReportedRecord[]>();
  for (const record of records) (tree.make(record.path).value ??= []).push(record);
  return tree;
}

function isFailed(path: ResponsePath, { failed }: Writing): boolean {
  return failed.some((other) => other.every((part, at) => at >= path.length || part === path[at]));
}

function writeAbsent(name: string, { fields }: ObjectShape, writing: Writing): void {
  const least = shortest(fields.flatMap(({ lifetime }) => (isKept(lifetime, writing) ? [lifetime] : [])));
  if (!least || !Number.isFinite(least.freshMs)) return;
  const freshMs = Math.min(writing.absentMs, least.freshMs);
  fieldsOf(name, writing).set(ABSENT + writing.caller, {
    value: null,
    refs: [],
    records: [],
    ...living(name, { ...least, freshMs }, writing),
  });
}

function writeObject(
  object: JsonObject,
  { name, shape, at, suffix }: { name: string; shape: ObjectShape; at: ResponsePath; suffix: string },
  writing: Writing,
): void {
  const { exchange, keys } = writing;
  for (const field of shape.fields) {
    const { alias, lifetime } = field;
    const value = object[alias];
    const path = [...at, alias];
    if (value === undefined || isFailed(path, writing)) continue;
    const apart = takeApart(value, field, { at: path, subgraph: exchange.subgraph, keys });
    if (!apart) continue;
    // Entities in it are remembered even if the field that led to them is not.
    for (const entity of apart.entities)
      writeObject(entity.object, { ...entity, at: entity.path, suffix: '' }, writing);
    if (!isKept(lifetime, writing) || field.name === '__typename') continue;
    const stored = {
      value: apart.value,
      refs: apart.refs,
      records: [...ownRecords(at, writing), ...recordsBelow(path, { apart, field }, writing)],
      ...living(name, lifetime, writing),
    };
    fieldsOf(name, writing).set(field.keyOf(exchange.variables, suffix + writing.caller), stored);
  }
}

/** Whether something may be remembered: what is private only for a caller who can be told from others. */
function isKept(lifetime: Lifetime | undefined, { isPrivate, exchange }: Writing): lifetime is Lifetime {
  return lifetime !== undefined && (isToldApart(exchange) || !(isPrivate || lifetime.isPrivate));
}

type Living = Pick<StoredField, 'retrievedAtMs' | 'freshUntilMs' | 'revalidateUntilMs' | 'ifErrorUntilMs' | 'tier'>;

/** Entities that were fetched together MUST NOT all be fetched anew together: each lives up to a tenth shorter, always by as much. */
function living(
  name: string,
  { freshMs, whileRevalidateMs, ifErrorMs }: Lifetime,
  { nowMs, freshMsMax }: Writing,
): Living {
  const freshUntilMs = nowMs + Math.min(freshMs, freshMsMax) * (1 - JITTER * shareOf(name));
  return {
    retrievedAtMs: nowMs,
    freshUntilMs,
    revalidateUntilMs: freshUntilMs + whileRevalidateMs,
    ifErrorUntilMs: freshUntilMs + ifErrorMs,
    tier: 'MEMORY',
  };
}

const JITTER = 0.1;

/** A number from 0 to 1 that is the same for the same name. */
function shareOf(name: string): number {
  return (hashOf(name) >>> 0) / 2 ** 32;
}

function fieldsOf(name: string, { writes }: Writing): Map<string, StoredField> {
  let fields = writes.get(name);
  if (!fields) writes.set(name, (fields = new Map()));
  return fields;
}

/** The records of the object itself. */
function ownRecords(at: ResponsePath, { records }: Writing): StoredRecord[] {
  const own = at.length === 0 ? undefined : records.at(at)?.value;
  return own?.map(({ record, version, recordedAt }) => ({ record, version, recordedAt })) ?? [];
}

/** The records below a field. Those of entities in it are theirs, unless nothing but their keys was asked for. */
function recordsBelow(
  path: ResponsePath,
  { apart, field }: { apart: Apart; field: AskedField },
  { records }: Writing,
): StoredRecord[] {
  const below: StoredRecord[] = [];
  const place = records.at(path);
  if (!place) return below;
  const others = new Set(
    apart.refs.flatMap(({ path, key }, index) => {
      const { fields } = apart.entities[index]!.shape;
      const isBare = fields.every(({ name, isLeaf }) => name === '__typename' || (isLeaf && Object.hasOwn(key, name)));
      return isBare || !field.below ? [] : [path.join('\n')];
    }),
  );
  place.forEach(
    (all, path) => {
      for (const { record, version, recordedAt } of all) below.push({ path, record, version, recordedAt });
    },
    others.size === 0 ? undefined : (path) => others.has(path.join('\n')),
  );
  return below;
}
