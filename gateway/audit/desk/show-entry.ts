import { dayInVietnam } from '../../vietnam-day.js';
import type { Entry, RecordRead, RuleInForce, Shape, ShapeField } from '../entry.js';
import { type ReadEntry, readsLog } from './read-entries.js';
import type { Words } from './words.js';

/** An entry as auditors read it: the type `AuditEntry` of the schema. */
export interface ShownEntry {
  readonly index: number;
  readonly id: string;
  readonly at: string;
  readonly kind: string;
  readonly requestId: string | null;
  readonly trace: string | null;
  readonly who: {
    readonly subject: string;
    readonly role: string;
    readonly department: string | null;
    readonly system: string | null;
    readonly onBehalfOf: string | null;
  } | null;
  readonly subjects: readonly string[];
  readonly purpose: {
    readonly procedure: string;
    readonly name: string | null;
    readonly nameEn: string | null;
    readonly dossier: string | null;
  } | null;
  readonly legalBases: readonly ShownBasis[] | null;
  readonly operation: { readonly hash: string | null; readonly name: string | null } | null;
  readonly fields: readonly ShownField[] | null;
  readonly code: string | null;
  readonly count: number;
  readonly act: Entry['act'] | null;
  readonly readsLog: boolean;
}

interface ShownBasis {
  readonly rule: string;
  readonly text: string;
  readonly verified: boolean;
  readonly from: string;
  readonly until: string | null;
  readonly version: string;
  readonly wasInForce: boolean;
}

interface ShownField {
  readonly path: string;
  readonly label: string | null;
  readonly labelEn: string | null;
  readonly outcome: string;
  readonly why: string | null;
  readonly maskedAs: string | null;
  readonly records: readonly ShownRecord[];
}

interface ShownRecord {
  readonly registry: string;
  readonly record: string | null;
  readonly version: string | null;
  readonly retrievedAt: string;
  readonly cache: string;
  readonly ageSeconds: number;
}

export function showEntry(read: ReadEntry, words: Words): ShownEntry {
  return { ...showHead(read, words), fields: showFields(read, words) };
}

/** All but its fields, which are most of it. */
function showHead(read: ReadEntry, words: Words): Omit<ShownEntry, 'fields'> {
  const { leaf, entry, shape } = read;
  const hasDetails = entry.shape !== undefined;
  const hash = shape?.op ?? entry.op ?? null;
  const name = shape?.name ?? entry.name ?? null;
  return {
    index: leaf,
    id: `${entry.w}/${entry.n}`,
    at: new Date(entry.at).toISOString(),
    kind: entry.kind.toUpperCase(),
    requestId: entry.req ?? null,
    trace: entry.trace ?? null,
    who: showWho(entry),
    subjects: entry.about?.slice(1) ?? [],
    purpose: showPurpose(entry, words),
    legalBases: shape ? shape.rules.map((rule) => showBasis(rule, entry.at)) : hasDetails ? null : [],
    operation: hash === null && name === null ? null : { hash, name },
    code: entry.code ?? null,
    count: entry.count ?? 1,
    act: entry.act ?? null,
    readsLog: readsLog(read),
  };
}

function showWho({ who }: Entry): ShownEntry['who'] {
  if (!who) return null;
  const { sub, role, dept = null, sys = null, obo = null } = who;
  return { subject: sub, role, department: dept, system: sys, onBehalfOf: obo };
}

function showPurpose({ why }: Entry, words: Words): ShownEntry['purpose'] {
  if (!why) return null;
  const { text = null, textEn = null } = words.procedure(why.procedure) ?? {};
  return { procedure: why.procedure, name: text, nameEn: textEn, dossier: why.dossier ?? null };
}

function showBasis({ name, basis, verified, from, until, version }: RuleInForce, atMs: number): ShownBasis {
  const day = dayInVietnam(atMs);
  const wasInForce = from <= day && day <= (until ?? day);
  return { rule: name, text: basis, verified, from, until: until ?? null, version, wasInForce };
}

function showFields({ entry, shape, records }: ReadEntry, words: Words): ShownEntry['fields'] {
  if (!shape) return entry.shape === undefined ? [] : null;
  const shown = records?.map((record) => showRecord(record, entry.at));
  return shape.fields.map(([path, sources, outcome]) => {
    const { text = null, textEn = null } = words.field(path, entry.why?.procedure) ?? {};
    const of = shown ? sources.flatMap((index) => shown[index] ?? []) : [];
    return { path, label: text, labelEn: textEn, ...outcomeOf(outcome), records: of };
  });
}

const fieldsOfShapes = new WeakMap<Shape, string>();

/**
 * The same as one line of JSON, for those who read very many: its records stand there once, and fields name them by their indexes. So
 * the fields are the same text for all entries of a shape.
 */
export function entryLine(read: ReadEntry, words: Words): string {
  const { entry, shape, records } = read;
  const shown = records?.map((record) => showRecord(record, entry.at)) ?? (entry.shape === undefined ? [] : null);
  const head = JSON.stringify({ ...showHead(read, words), records: shown });
  return `${head.slice(0, -1)},"fields":${shape ? fieldsLine(shape) : entry.shape === undefined ? '[]' : 'null'}}`;
}

function fieldsLine(shape: Shape): string {
  let line = fieldsOfShapes.get(shape);
  if (line === undefined) {
    const fields = shape.fields.map(([path, records, outcome]) => ({ path, ...outcomeOf(outcome), records }));
    fieldsOfShapes.set(shape, (line = JSON.stringify(fields)));
  }
  return line;
}

/** The parts of an outcome: what became of the field, and why or how. */
export function outcomeOf(outcome: ShapeField[2]): Pick<ShownField, 'outcome' | 'why' | 'maskedAs'> {
  const [what = '', ...more] = outcome.split(' ');
  const rest = more.length === 0 ? null : more.join(' ');
  const isMasked = what === 'masked';
  return { outcome: what.toUpperCase(), why: isMasked ? null : rest, maskedAs: isMasked ? rest : null };
}

function showRecord({ registry, record, version, retrievedAtMs, cache }: RecordRead, atMs: number): ShownRecord {
  return {
    registry,
    record: record || null,
    version: version || null,
    retrievedAt: new Date(retrievedAtMs).toISOString(),
    cache,
    ageSeconds: Math.max(0, atMs - retrievedAtMs) / 1000,
  };
}
