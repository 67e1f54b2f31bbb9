import { hash } from 'node:crypto';
import { type Entry, type RecordList, readableRecordsOf, type Shape } from './entry.js';

/** What entries can be looked up by. */
export const MARKS = [
  'kind',
  /** A keyed hash, as entries have it in `about`. */
  'subject',
  /** `registry/record`. */
  'record',
  'actor',
  'role',
  'department',
  'system',
  'procedure',
  'dossier',
  /** The first word of an outcome, `shown`, `masked`, `refused`, `missing`: whether any field of the entry has it. */
  'outcome',
  /** The code of a refused operation. */
  'code',
  /** `graph`: the operation's name. */
  'operation',
  'request',
  /** `log`: it read this log. */
  'reads',
] as const;
export type MarkName = (typeof MARKS)[number];

/** 64 bits of a hash, as SQL has a `bigint`. Two texts may share one, so whoever looks up must look into what was found. */
export function markOf(name: MarkName, value: string): string {
  return BigInt.asIntN(64, BigInt(`0x${hash('sha256', `${name}\n${value}`).slice(0, 16)}`)).toString();
}

/** The marks that most entries share are hashed once: what one process asks for is a few thousand of them. */
const REMEMBERED_MAX = 10_000;
const remembered = new Map<string, string>();

function rememberedMark(name: MarkName, value: string): string {
  const key = `${name}\n${value}`;
  const known = remembered.get(key);
  if (known !== undefined) return known;
  if (remembered.size >= REMEMBERED_MAX) remembered.clear();
  const mark = markOf(name, value);
  remembered.set(key, mark);
  return mark;
}

const LOG_FIELD = /^(auditEntries|auditEntry|auditLog|unusualReading|askedAlthoughHeld|myDataUses)([.:]|$)/;
const LOG_ACT = /^log\./;

/** What reads the log itself: root fields of GraphQL, and by other ways an act whose name begins with `log.`. */
export const LOG_READ = {
  isField: (path: string): boolean => LOG_FIELD.test(path),
  isAct: (what: string | undefined): boolean => what !== undefined && LOG_ACT.test(what),
};

const ofShapes = new WeakMap<Shape, readonly string[]>();

/** The marks that a shape gives each of its entries. Its fields are many and its entries more, so it is gone through once. */
function marksOfShape(shape: Shape): readonly string[] {
  const known = ofShapes.get(shape);
  if (known) return known;
  const marks = new Set<string>();
  if (shape.name) marks.add(rememberedMark('operation', shape.name));
  for (const [path, , outcome] of shape.fields) {
    marks.add(rememberedMark('outcome', outcome.split(' ')[0]!));
    if (LOG_READ.isField(path)) marks.add(rememberedMark('reads', 'log'));
  }
  const list = [...marks];
  ofShapes.set(shape, list);
  return list;
}

/**
 * All marks of an entry. Without its shape (no longer kept) it is found by what it says itself. Who has many entries of one shape
 * hands in the same object.
 */
export function marksOf(entry: Entry, shape?: Shape, details?: RecordList): string[] {
  const marks = new Set<string>(shape && marksOfShape(shape));
  const add = (name: MarkName, value: string | undefined) => {
    if (value) marks.add(rememberedMark(name, value));
  };
  const { kind, who, about = [], why, code, req, act } = entry;
  add('kind', kind);
  add('actor', who?.sub);
  add('role', who?.role);
  add('department', who?.dept);
  add('system', who?.sys);
  add('procedure', why?.procedure);
  add('code', code);
  if (kind === 'refused') add('outcome', 'refused');
  if (LOG_READ.isAct(act?.what)) add('reads', 'log');
  if (!shape?.name) add('operation', entry.name);
  // What is another in each entry is not remembered.
  for (const subject of about.slice(1)) marks.add(markOf('subject', subject));
  // Whom an act is about, as an embargo, its details say.
  const ofAct = typeof act?.subject === 'string' ? act.subject.split(' ') : [];
  for (const subject of ofAct) marks.add(markOf('subject', subject));
  if (why?.dossier) marks.add(markOf('dossier', why.dossier));
  if (req) marks.add(markOf('request', req));
  for (const { registry, record } of (shape && readableRecordsOf(entry, shape, details)) ?? []) {
    if (record) marks.add(markOf('record', `${registry}/${record}`));
  }
  return [...marks];
}
