import { GatewayError } from '../../errors.js';
import type { Kind } from '../entry.js';
import { type MarkName, markOf } from '../marks.js';
import type { Find } from '../reader.js';
import { type ReadEntry, readsLog } from './read-entries.js';
import { hashesOf, type SubjectKey, withoutNumbers } from './subject-keys.js';

/** What is looked for; all that is given must hold. */
export interface Filter {
  readonly person?: string | null;
  readonly parcel?: string | null;
  readonly record?: { readonly registry: string; readonly record: string } | null;
  readonly department?: string | null;
  readonly actor?: string | null;
  readonly system?: string | null;
  readonly role?: string | null;
  readonly procedure?: string | null;
  readonly dossier?: string | null;
  readonly outcome?: string | null;
  readonly kind?: string | null;
  readonly code?: string | null;
  readonly operation?: string | null;
  readonly request?: string | null;
  readonly readsLog?: boolean | null;
  readonly from?: string | null;
  readonly until?: string | null;
}

/** A filter, ready: how the log finds candidates, and whether one of them is meant. */
export interface ReadyFilter {
  readonly find: Pick<Find, 'anyOf' | 'fromMs' | 'untilMs'>;
  matches(entry: ReadEntry): boolean;
}

export const PERSONAL_ID = /^\d{12}$/;

/** What stands in an entry as the filter has it, but for personal numbers. */
const TEXTS = ['actor', 'department', 'system', 'role', 'procedure', 'dossier', 'operation'] as const;

/** Throws a `GatewayError` for a filter that says nothing sensible. */
export function readyFilter(filter: Filter, keys: readonly SubjectKey[]): ReadyFilter {
  if (filter.person && !PERSONAL_ID.test(filter.person)) {
    throw new GatewayError('BAD_USER_INPUT', 'A personal identification number has 12 digits.');
  }
  const fromMs = momentOf(filter.from, 'from');
  const untilMs = momentOf(filter.until, 'until');
  const anyOf = marksFor(filter, keys);
  return {
    find: {
      ...(anyOf ? { anyOf } : {}),
      ...(fromMs === undefined ? {} : { fromMs }),
      ...(untilMs === undefined ? {} : { untilMs }),
    },
    matches: matcher(filter, keys),
  };
}

/** Milliseconds since 1970; `undefined`: nothing is said. */
export function momentOf(text: string | null | undefined, name: string): number | undefined {
  if (text === undefined || text === null) return undefined;
  const ms = ISO.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new GatewayError('BAD_USER_INPUT', `${name} is no point in time; write it as 2026-11-02T03:00:00.000Z.`);
}

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** One list for each key, or one for all where nothing hangs on them; `undefined`: every entry is meant. */
function marksFor(filter: Filter, keys: readonly SubjectKey[]): string[][] | undefined {
  const lists = keys.map((key) => {
    const { person, parcel, record, kind, outcome } = filter;
    return [
      ...[person, parcel].flatMap((id) => markIf('subject', id && hashesOf(id, [key])[0])),
      ...TEXTS.flatMap((name) => markIf(name, filter[name] && withoutNumbers(filter[name], key))),
      ...markIf('code', filter.code),
      ...markIf('request', filter.request),
      ...markIf('kind', kind?.toLowerCase()),
      ...markIf('outcome', outcome?.toLowerCase()),
      ...(record ? [markOf('record', `${record.registry}/${record.record}`)] : []),
      ...(filter.readsLog ? [markOf('reads', 'log')] : []),
    ];
  });
  const different = [...new Map(lists.map((list) => [list.join(), list])).values()];
  return different.every((list) => list.length === 0) ? undefined : different;
}

function markIf(name: MarkName, value: string | null | undefined): string[] {
  return value ? [markOf(name, value)] : [];
}

/**
 * Two texts may share a mark, so what was found is looked into. Where details are no longer kept, the mark is all there is to go by.
 */
function matcher(filter: Filter, keys: readonly SubjectKey[]): ReadyFilter['matches'] {
  const [persons, parcels] = [filter.person, filter.parcel].map((id) => (id ? hashesOf(id, keys) : undefined));
  const texts = new Map(
    TEXTS.flatMap((name) => {
      const wanted = filter[name];
      return wanted ? [[name, new Set(keys.map((key) => withoutNumbers(wanted, key)))] as const] : [];
    }),
  );
  const kind = filter.kind?.toLowerCase() as Kind | undefined;
  const outcome = filter.outcome?.toLowerCase();
  return (read) => {
    const subjects = subjectsOf(read);
    return (
      (!persons || subjects.some((hash) => persons.includes(hash))) &&
      (!parcels || subjects.some((hash) => parcels.includes(hash))) &&
      [...texts].every(([name, wanted]) => hasText(read, name, wanted)) &&
      (!filter.code || read.entry.code === filter.code) &&
      (!filter.request || read.entry.req === filter.request) &&
      (!kind || read.entry.kind === kind) &&
      (!outcome || !isAllKept(read) || hasOutcome(read, outcome)) &&
      (!filter.record || !read.records || read.records.some((each) => isRecord(each, filter.record!))) &&
      (!filter.readsLog || !isAllKept(read) || readsLog(read))
    );
  };
}

function hasText(read: ReadEntry, name: (typeof TEXTS)[number], wanted: ReadonlySet<string>): boolean {
  const { who, why, name: operation } = read.entry;
  if (name === 'operation') return !isAllKept(read) || wanted.has(read.shape?.name ?? operation ?? '');
  const said = {
    ...{ actor: who?.sub, department: who?.dept, system: who?.sys, role: who?.role },
    ...{ procedure: why?.procedure, dossier: why?.dossier },
  };
  return wanted.has(said[name] ?? '');
}

const isAllKept = ({ entry, shape }: ReadEntry) => entry.shape === undefined || shape !== undefined;

const isRecord = (one: { registry: string; record: string }, other: { registry: string; record: string }) =>
  one.registry === other.registry && one.record === other.record;

function hasOutcome({ entry, shape }: ReadEntry, wanted: string): boolean {
  if (wanted === 'refused' && entry.kind === 'refused') return true;
  return shape?.fields.some(([, , outcome]) => outcome.split(' ')[0] === wanted) ?? false;
}

/** The keyed hashes of whom an entry is about; of an act its details say it. */
export function subjectsOf({ entry }: Pick<ReadEntry, 'entry'>): readonly string[] {
  const { about = [], act } = entry;
  return typeof act?.subject === 'string' ? [...about.slice(1), ...act.subject.split(' ')] : about.slice(1);
}
