import type { GraphQLFormattedError } from 'graphql';
import type { ProvenanceLedger, ResponsePath, SourceRecord } from '../context.js';
import type { Reader } from './compile.js';
import type { Access } from './path.js';
import type { Cite } from './provenance.js';

/** Why a path has no value. */
export type Gap = 'NO_RECORD' | 'SOURCE_DOWN' | 'NOT_PERMITTED';

/** What an answer holds at a path. For a `[*]` path `value` is the list, which may be empty. */
export type Reading = { kind: 'value'; value: unknown; records: SourceRecord[] } | { kind: 'gap'; reason: Gap };

/** The answer to a compiled form's operation. */
export interface Answer {
  readonly data: Record<string, unknown>;
  readonly errors: readonly GraphQLFormattedError[];
  readonly ledger: ProvenanceLedger;
  /** The parties' identifiers by role. */
  readonly ids: ReadonlyMap<string, string>;
  readonly nowMs: number;
  /** Today in Vietnam, `YYYY-MM-DD`. */
  readonly day: string;
  readonly cite: Cite;
}

/** A value where the path leads, or the place at which it ended. */
interface Found {
  readonly path: readonly (string | number)[];
  readonly value: unknown;
}

/** The place of a `[*]` whose list the registry answered with nothing in it. */
const EMPTY = Symbol('empty list');

/** Reads one path. A list with an item that could not be read for an error is a gap: half a list would look like all of it. */
export function read(reader: Reader, answer: Answer): Reading {
  const found = walk({ path: [reader.role], value: answer.data[reader.role] }, { steps: reader.steps, answer });
  if (!reader.many) return readingOf(found[0]!, reader, answer);
  const readings = found.filter(({ value }) => value !== EMPTY).map((each) => readingOf(each, reader, answer));
  const hindrance = readings.find((each) => each.kind === 'gap' && each.reason !== 'NO_RECORD');
  if (hindrance) return hindrance;
  const values = readings.filter((each) => each.kind === 'value');
  if (readings.length > 0 && values.length === 0) return { kind: 'gap', reason: 'NO_RECORD' };
  // That there is nothing rests on the record which the list belongs to.
  const records =
    values.length > 0
      ? values.flatMap((each) => each.records)
      : found.flatMap(({ path }) => recordsAt(path, reader.registry, answer));
  return { kind: 'value', value: values.map((each) => each.value), records: distinct(records) };
}

function readingOf({ path, value }: Found, reader: Reader, answer: Answer): Reading {
  if (value === null || value === undefined) return { kind: 'gap', reason: gapAt(path, reader, answer) };
  return { kind: 'value', value, records: recordsAt(path, reader.registry, answer) };
}

/** Everything that the steps lead to from a place: one place, or one an item for a `[*]`; none where that list is empty. */
function walk(from: Found, by: { steps: Reader['steps']; answer: Answer }, depth = 0): Found[] {
  const path = [...from.path];
  let { value } = from;
  for (const { key, access } of depth === 0 ? by.steps : by.steps.slice(depth)) {
    if (value === null || value === undefined) break;
    value = (value as Record<string, unknown>)[key];
    path.push(key);
    depth += 1;
    if (!access) continue;
    if (!Array.isArray(value)) return [{ path, value: null }];
    if (access.kind === 'all') {
      if (value.length === 0) return [{ path, value: EMPTY }];
      return value.flatMap((item, index) => walk({ path: [...path, index], value: item }, by, depth));
    }
    const index = indexIn(value, access, by.answer);
    if (!(index in value)) return [{ path, value: null }];
    value = value[index];
    path.push(index);
  }
  return [{ path, value }];
}

function indexIn(items: readonly unknown[], access: Exclude<Access, { kind: 'all' }>, answer: Answer): number {
  if (access.kind === 'index') return access.index;
  const wanted = access.kind === 'first-with' ? access.equals : answer.ids.get(access.role);
  return items.findIndex((item) => valueAt(item, access.path) === wanted);
}

function valueAt(item: unknown, names: readonly string[]): string {
  let value = item;
  for (const name of names) value = (value as Record<string, unknown> | null | undefined)?.[name];
  return String(value);
}

/**
 * An error explains a gap when it stands at the gap, above it or below it, and is the fault of a registry that the path
 * leads through or of none: who is down half-way hides what another registry holds behind it. An error of an unknown code counts as a source that did not answer: to say "no record" would be false.
 */
function gapAt(path: ResponsePath, reader: Reader, answer: Answer): Gap {
  const reasons = answer.errors
    .filter((error) => concerns(error, path, reader))
    .map((error): Gap => (isRefusal(error) ? 'NOT_PERMITTED' : 'SOURCE_DOWN'));
  return reasons.find((reason) => reason === 'SOURCE_DOWN') ?? reasons[0] ?? 'NO_RECORD';
}

function concerns(error: GraphQLFormattedError, path: ResponsePath, { registry, owners }: Reader): boolean {
  const blamed = error.extensions?.registry;
  if (blamed !== undefined && registry !== null && !owners.has(blamed)) return false;
  const at = error.path ?? [];
  const shared = Math.min(at.length, path.length);
  for (let index = 0; index < shared; index++) if (at[index] !== path[index]) return false;
  return true;
}

function isRefusal({ extensions }: GraphQLFormattedError): boolean {
  return extensions?.code === 'NOT_PERMITTED' || extensions?.reason === 'NOT_PERMITTED';
}

/** A registry that reported nothing still supplied the value. It is named without a record, so that nobody cites it. */
function recordsAt(path: ResponsePath, registry: string | null, answer: Answer): SourceRecord[] {
  if (registry === null) return [];
  const records = distinct(answer.ledger.recordsAt(path, registry));
  return records.length > 0 ? records : [{ registry, retrievedAtMs: answer.nowMs, cache: 'SOURCE' }];
}

export function distinct(records: readonly SourceRecord[]): SourceRecord[] {
  if (records.length < 2) return [...records];
  const byKey = new Map(
    records.map((record) => [JSON.stringify([record.registry, record.record, record.version]), record]),
  );
  return [...byKey.values()];
}
