import { dayInVietnam } from '../../vietnam-day.js';
import type { Entry } from '../entry.js';
import { markOf } from '../marks.js';
import type { Placed } from './connection.js';
import type { Embargo } from './embargo.js';
import type { EntryReader, ReadEntry } from './read-entries.js';
import { hashesOf, type SubjectKey } from './subject-keys.js';
import type { Called, Words } from './words.js';

export interface CodedWords extends Called {
  readonly code: string | null;
}

/** One time that somebody looked at a citizen's data, as the citizen is told of it: `DataUse` of the schema. */
export interface DataUse {
  readonly at: string;
  readonly summary: string;
  readonly summaryEn: string;
  readonly department: CodedWords | null;
  readonly role: CodedWords;
  readonly procedure: CodedWords | null;
  readonly dossier: string | null;
  readonly data: readonly CodedWords[];
  readonly legalBases: readonly { readonly text: string; readonly verified: boolean }[];
  readonly isLive: boolean;
  readonly count: number;
  /** Not for GraphQL: the system that the data went to. */
  readonly system: string | undefined;
}

/** Whose uses are looked for, and when. */
export interface UsesOf {
  readonly citizen: string;
  readonly fromMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly afterLeaf?: number | undefined;
  /** How many the caller will want first. */
  readonly first: number;
  readonly signal?: AbortSignal | undefined;
}

export interface DataUsesOptions {
  readonly entries: EntryReader;
  readonly subjectKeys: readonly SubjectKey[];
  readonly embargo: Pick<Embargo, 'against'>;
  readonly words: Words;
}

/** The uses of a citizen's data that they may know of, newest first, page by page. */
export async function* dataUses(
  { entries, subjectKeys, embargo, words }: DataUsesOptions,
  { citizen, fromMs, untilMs, afterLeaf, first, signal }: UsesOf,
): AsyncGenerator<Placed<DataUse>[], void, undefined> {
  const hashes = hashesOf(citizen, subjectKeys);
  const own = new Set(hashes);
  const withheld = await embargo.against(hashes);
  const isTold = (read: ReadEntry) =>
    read.entry.about?.slice(1).some((hash) => own.has(hash)) === true && isUse(read) && !withheld.withholds(read.entry);
  const find = {
    anyOf: hashes.map((hash) => [markOf('subject', hash), markOf('kind', 'read')]),
    ...(fromMs === undefined ? {} : { fromMs }),
    ...(untilMs === undefined ? {} : { untilMs }),
    ...(afterLeaf === undefined ? {} : { afterLeaf }),
    order: 'newest first' as const,
    first: Math.min(first + 1, 500),
  };
  for await (const page of entries.pages(find, { signal })) {
    yield page.filter(isTold).map((read) => ({ leaf: read.leaf, node: dataUse(read, words) }));
  }
}

const GIVEN = /^(shown|masked)( |$)/;

/**
 * Whether somebody was given something. What was refused or missing tells nobody anything of the citizen; and their own looking at this
 * list would soon be all that stands in it. Of what is no longer kept in detail they are told what is left.
 */
function isUse({ entry, shape }: ReadEntry): boolean {
  if (entry.kind !== 'read') return false;
  if (!shape) return true;
  const isOwnList = entry.who?.role === 'citizen' && shape.fields.every(([path]) => /^myDataUses([.:]|$)/.test(path));
  return !isOwnList && shape.fields.some(([, , outcome]) => GIVEN.test(outcome));
}

function dataUse(read: ReadEntry, words: Words): DataUse {
  const { entry, shape, records } = read;
  const { who, why } = entry;
  const at = new Date(entry.at).toISOString();
  const department = who?.dept === undefined ? null : coded(who.dept, words.department(who.dept) ?? itself(who.dept));
  const role = who ? coded(who.role, words.role(who.role)) : { code: null, ...UNKNOWN };
  const procedure = why ? coded(why.procedure, words.procedure(why.procedure) ?? itself(why.procedure)) : null;
  const data = kindsOf(read, words);
  const bases = new Map(shape?.rules.map(({ basis, verified }) => [basis, { text: basis, verified }]));
  const parts = { department, role, procedure, dossier: why?.dossier ?? null, data };
  return {
    at,
    ...parts,
    ...summary(entry, parts),
    legalBases: [...bases.values()],
    isLive: records?.every(({ cache }) => cache === 'SOURCE') ?? false,
    count: entry.count ?? 1,
    system: who?.sys,
  };
}

const UNKNOWN: Called = { text: 'không rõ', textEn: 'unknown' };

function coded(code: string, { text, textEn }: Called): CodedWords {
  return { code, text, textEn };
}

/** What nobody has given a name is called by its code. */
function itself(code: string): Called {
  return { text: code, textEn: code };
}

/** The kinds of data that were given, each once, in the order of the answer. */
function kindsOf({ entry, shape }: ReadEntry, words: Words): CodedWords[] {
  const kinds = new Map<string, CodedWords>();
  for (const [path, , outcome] of shape?.fields ?? []) {
    if (!GIVEN.test(outcome)) continue;
    const { text, textEn } = words.field(path, entry.why?.procedure) ?? words.other;
    kinds.set(text, { code: null, text, textEn });
  }
  return [...kinds.values()];
}

function summary(
  { at }: Entry,
  {
    department,
    role,
    procedure,
    dossier,
    data,
  }: Pick<DataUse, 'department' | 'role' | 'procedure' | 'dossier' | 'data'>,
): Pick<DataUse, 'summary' | 'summaryEn'> {
  const [day, time] = momentInVietnam(at);
  const dayOfVietnam = day.split('-').reverse().join('/');
  const who = department ? `${role.text} (${department.text})` : role.text;
  const whoEn = department ? `${role.textEn} (${department.textEn})` : role.textEn;
  const what = data.length === 0 ? 'dữ liệu' : data.map(({ text }) => lower(text)).join(', ');
  const whatEn = data.length === 0 ? 'data' : data.map(({ textEn }) => lower(textEn)).join(', ');
  const purpose = procedure ? ` để giải quyết: ${procedure.text}` : '';
  const purposeEn = procedure ? ` for: ${procedure.textEn}` : '';
  return {
    summary: `Lúc ${time} ngày ${dayOfVietnam}, ${who} đã xem ${what}${purpose}${dossier ? `, hồ sơ ${dossier}` : ''}.`,
    summaryEn: `At ${time} on ${day}, ${whoEn} looked at ${whatEn}${purposeEn}${dossier ? `, dossier ${dossier}` : ''}.`,
  };
}

const lower = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);

/** `2026-11-02` and `10:05`, in Viet Nam. */
function momentInVietnam(ms: number): [day: string, time: string] {
  return [dayInVietnam(ms), new Date(ms + AHEAD_MS).toISOString().slice(11, 16)];
}

const AHEAD_MS = 7 * 3_600_000;
