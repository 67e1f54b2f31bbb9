import { createHash } from 'node:crypto';
import type { Entry, Shape } from './entry.js';
import { recordsOf } from './entry.js';

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
  return createHash('sha256').update(`${name}\n${value}`).digest().readBigInt64BE(0).toString();
}

const LOG_FIELD = /^(auditEntries|auditEntry|auditLog|unusualReading|askedAlthoughHeld|myDataUses)(\.|$)/;
const LOG_ACT = /^log\./;

/** What reads the log itself: root fields of GraphQL, and by other ways an act whose name begins with `log.`. */
export const LOG_READ = {
  isField: (path: string): boolean => LOG_FIELD.test(path),
  isAct: (what: string | undefined): boolean => what !== undefined && LOG_ACT.test(what),
};

/** All marks of an entry. Without its shape (no longer kept) it is found by what it says itself. */
export function marksOf(entry: Entry, shape?: Shape, details?: Pick<Entry, 'from' | 'got'>): string[] {
  const marks = new Set<string>();
  const add = (name: MarkName, value: string | undefined) => {
    if (value) marks.add(markOf(name, value));
  };
  const { kind, who, about = [], why, code, req, act } = entry;
  add('kind', kind);
  for (const subject of about.slice(1)) add('subject', subject);
  add('actor', who?.sub);
  add('role', who?.role);
  add('department', who?.dept);
  add('system', who?.sys);
  add('procedure', why?.procedure);
  add('dossier', why?.dossier);
  add('code', code);
  add('request', req);
  add('operation', shape?.name ?? entry.name);
  if (kind === 'refused') add('outcome', 'refused');
  // Whom an act is about, as an embargo, its details say.
  if (typeof act?.subject === 'string') for (const subject of act.subject.split(' ')) add('subject', subject);
  if (LOG_READ.isAct(act?.what)) add('reads', 'log');
  if (shape) {
    for (const [path, , outcome] of shape.fields) {
      add('outcome', outcome.split(' ')[0]);
      if (LOG_READ.isField(path)) add('reads', 'log');
    }
    for (const { registry, record } of recordsOf(entry, shape, details))
      if (record) add('record', `${registry}/${record}`);
  }
  return [...marks];
}
