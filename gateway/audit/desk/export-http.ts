import type { Clock } from '../../context.js';
import { GatewayError } from '../../errors.js';
import type { Answer, Asked, Route } from '../../http.js';
import type { Identity } from '../../identity.js';
import type { AuditReader } from '../reader.js';
import { askedByAddress } from './asked-by-address.js';
import type { RecordAct } from './embargo.js';
import { type Filter, type ReadyFilter, readyFilter } from './filter.js';
import { guardedReader, unreadable } from './guarded.js';
import { requireAuditor } from './may-read.js';
import { EntryReader } from './read-entries.js';
import { entryLine } from './show-entry.js';
import { hashesOf, type SubjectKey, withoutNumbers } from './subject-keys.js';
import type { Words } from './words.js';

export interface ExportOptions {
  /** Absent: this process has no log. */
  readonly reader: AuditReader | undefined;
  readonly subjectKeys: readonly SubjectKey[];
  readonly words: Words;
  readonly clock: Clock;
  /** Records that somebody exports, before they get anything. */
  readonly act: RecordAct;
  identify(asked: Asked): Identity | Promise<Identity>;
  onFault(fault: unknown): void;
}

const FILTERS = [
  ...['person', 'parcel', 'registry', 'record', 'department', 'actor', 'system', 'role', 'procedure', 'dossier'],
  ...['outcome', 'kind', 'code', 'operation', 'request', 'readsLog', 'from', 'until'],
] as const;

/** So many entries are read at once; their details with them. */
const PAGE = 200;
/** What is sent at once, about. */
const CHUNK_CHARACTERS = 65_536;

/**
 * `GET /audit/export?from=…&until=…`, with the filters of `AuditFilter` as further parameters (a record as `registry` and `record`): one
 * entry a line, the oldest first, as `auditEntries` has it, but that its records stand there once and fields name them by their indexes.
 * It comes as fast as it is taken and no faster; an answer that breaks off is not whole. For auditors with the purpose of an inspection,
 * as long as their token holds.
 */
export function exportRoute(
  options: ExportOptions,
): ReadonlyMap<string, { readonly method: string; readonly route: Route }> {
  return new Map([['/audit/export', { method: 'GET', route: exporting(options) }]]);
}

function exporting(options: ExportOptions): Route {
  const { subjectKeys, words, clock, act, identify } = options;
  const entries = options.reader && new EntryReader(guardedReader(options.reader, options.onFault));
  return async (asked): Promise<Answer> => {
    const identity = await identify(asked);
    requireAuditor(identity);
    if (!entries) throw unreadable();
    const filter = filterIn(asked.search);
    const ready = readyFilter(filter, subjectKeys);
    const headers = { 'content-type': 'application/x-ndjson; charset=utf-8', 'cache-control': 'no-store' };
    if (asked.method === 'HEAD') return { status: 200, headers, body: '' };
    await act('log.export', recorded(filter, subjectKeys), { ...identity, requestId: asked.requestId });
    return { status: 200, headers, body: linesOf(entries, ready, { words, clock, identity, signal: asked.signal }) };
  };
}

function filterIn(search: string): Filter {
  const { registry, record, readsLog, ...plain } = askedByAddress(search, FILTERS) as Partial<Record<string, string>>;
  if ((registry === undefined) !== (record === undefined)) {
    throw new GatewayError('BAD_REQUEST', 'A record is named by registry and record together.');
  }
  if (readsLog !== undefined && readsLog !== 'true' && readsLog !== 'false') {
    throw new GatewayError('BAD_REQUEST', 'readsLog is true or false.');
  }
  return {
    ...plain,
    ...(registry !== undefined && record !== undefined ? { record: { registry, record } } : {}),
    readsLog: readsLog === 'true',
  };
}

/** What was asked for, as the log may have it: whom it is about by their hashes. */
function recorded(filter: Filter, keys: readonly SubjectKey[]): Record<string, string | boolean> {
  const { person, parcel, actor, record, ...plain } = filter;
  const subjects = [person, parcel].flatMap((id) => (id ? hashesOf(id, keys) : []));
  const said = Object.entries(plain).filter((each): each is [string, string | true] => Boolean(each[1]));
  const newest = keys[0];
  const inLog = (text: string) => (newest ? withoutNumbers(text, newest) : text);
  return {
    ...Object.fromEntries(said.map(([name, value]) => [name, value === true ? value : inLog(value)])),
    ...(subjects.length > 0 ? { subject: subjects.join(' ') } : {}),
    ...(actor ? { actor: inLog(actor) } : {}),
    ...(record ? { record: inLog(`${record.registry}/${record.record}`) } : {}),
  };
}

async function* linesOf(
  entries: EntryReader,
  { find, matches }: ReadyFilter,
  { words, clock, identity, signal }: { words: Words; clock: Clock; identity: Identity; signal: AbortSignal },
): AsyncGenerator<string, void, undefined> {
  let chunk = '';
  for await (const page of entries.pages({ ...find, order: 'oldest first', first: PAGE }, { signal })) {
    // It breaks off, so that nobody takes it for the whole.
    if (clock.now() > identity.untilMs) {
      throw new GatewayError(
        'UNAUTHENTICATED',
        'The token expired on the way; go on with a new one, from where it broke off.',
      );
    }
    for (const read of page) {
      if (!matches(read)) continue;
      chunk += `${entryLine(read, words)}\n`;
      if (chunk.length < CHUNK_CHARACTERS) continue;
      yield chunk;
      chunk = '';
    }
  }
  if (chunk !== '') yield chunk;
}
