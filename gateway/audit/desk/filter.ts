import { GatewayError } from '../../errors.js';
import type { Kind } from '../entry.js';
import { type MarkName, markOf } from '../marks.js';
import type { Find } from '../reader.js';
import { type ReadEntry, readsLog } from './read-entries.js';
import { hashesOf, type SubjectKey } from './subject-keys.js';

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

/** The marks that stand in an entry as the filter has them. */
const PLAIN = ['department', 'system', 'role', 'procedure', 'dossier', 'code', 'operation', 'request'] as const;

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

/** One list for each key; `undefined`: every entry is meant. */
function marksFor(filter: Filter, keys: readonly SubjectKey[]): string[][] | undefined {
  const plain = PLAIN.flatMap((name) => markIf(name, filter[name]));
  plain.push(...markIf('kind', filter.kind?.toLowerCase()));
  plain.push(...markIf('outcome', filter.outcome?.toLowerCase()));
  if (filter.record) plain.push(markOf('record', `${filter.record.registry}/${filter.record.record}`));
  if (filter.readsLog) plain.push(markOf('reads', 'log'));
  const { person, parcel, actor } = filter;
  const isHashed = typeof actor === 'string' && PERSONAL_ID.test(actor);
  if (actor && !isHashed) plain.push(markOf('actor', actor));
  if (!person && !parcel && !isHashed) return plain.length === 0 ? undefined : [plain];
  return keys.map((key) => [
    ...[person, parcel].flatMap((id) => markIf('subject', id && hashesOf(id, [key])[0])),
    ...(isHashed ? markIf('actor', `~${hashesOf(actor, [key])[0]}`) : []),
    ...plain,
  ]);
}

function markIf(name: MarkName, value: string | null | undefined): string[] {
  return value ? [markOf(name, value)] : [];
}

/**
 * Two texts may share a mark, so what was found is looked into. Where details are no longer kept, the mark is all there is to go by.
 */
function matcher(filter: Filter, keys: readonly SubjectKey[]): ReadyFilter['matches'] {
  const persons = filter.person ? new Set(hashesOf(filter.person, keys)) : undefined;
  const parcels = filter.parcel ? new Set(hashesOf(filter.parcel, keys)) : undefined;
  const actors = actorNames(filter.actor, keys);
  const kind = filter.kind?.toLowerCase() as Kind | undefined;
  const outcome = filter.outcome?.toLowerCase();
  return (read) => {
    const { entry, shape, records } = read;
    const { who, why } = entry;
    const subjects = subjectsOf(read);
    return (
      (!persons || subjects.some((hash) => persons.has(hash))) &&
      (!parcels || subjects.some((hash) => parcels.has(hash))) &&
      (!actors || actors.has(who?.sub ?? '')) &&
      (!filter.department || who?.dept === filter.department) &&
      (!filter.system || who?.sys === filter.system) &&
      (!filter.role || who?.role === filter.role) &&
      (!filter.procedure || why?.procedure === filter.procedure) &&
      (!filter.dossier || why?.dossier === filter.dossier) &&
      (!filter.code || entry.code === filter.code) &&
      (!filter.request || entry.req === filter.request) &&
      (!filter.operation || !isAllKept(read) || (shape?.name ?? entry.name) === filter.operation) &&
      (!kind || entry.kind === kind) &&
      (!outcome || !isAllKept(read) || hasOutcome(read, outcome)) &&
      (!filter.record || !records || records.some((each) => isRecord(each, filter.record!))) &&
      (!filter.readsLog || !isAllKept(read) || readsLog(read))
    );
  };
}

const isAllKept = ({ entry, shape }: ReadEntry) => entry.shape === undefined || shape !== undefined;

const isRecord = (one: { registry: string; record: string }, other: { registry: string; record: string }) =>
  one.registry === other.registry && one.record === other.record;

function hasOutcome({ entry, shape }: ReadEntry, wanted: string): boolean {
  if (wanted === 'refused' && entry.kind === 'refused') return true;
  return shape?.fields.some(([, , outcome]) => outcome.split(' ')[0] === wanted) ?? false;
}

function actorNames(actor: string | null | undefined, keys: readonly SubjectKey[]): Set<string> | undefined {
  if (!actor) return undefined;
  return new Set(PERSONAL_ID.test(actor) ? hashesOf(actor, keys).map((hash) => `~${hash}`) : [actor]);
}

/** The keyed hashes of whom an entry is about; of an act its details say it. */
export function subjectsOf({ entry }: Pick<ReadEntry, 'entry'>): readonly string[] {
  const { about = [], act } = entry;
  return typeof act?.subject === 'string' ? [...about.slice(1), ...act.subject.split(' ')] : about.slice(1);
}
