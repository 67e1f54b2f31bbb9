import type { RuleInForce, Who } from '../../gateway/audit/entry.js';
import { dayInVietnam } from '../../gateway/vietnam-day.js';
import { duration } from '../cache/describe.js';
import type { Found } from './found.js';
import { counted, moment, shown, table } from './table.js';

/** Who asked, with on whose behalf and by which system. */
export function whoOf(who: Who | undefined): string {
  if (!who) return 'nobody who said who';
  const parts = [who.obo && `for ${who.obo}`, who.sys && `by ${who.sys}`].filter(Boolean);
  return shown(parts.length > 0 ? `${who.sub} (${who.role}, ${parts.join(', ')})` : `${who.sub} (${who.role})`);
}

/** What became of what was asked: `3 shown, 1 masked`; `refused FORBIDDEN`; what an administrator did. */
export function outcomeOf({ entry, shape }: Pick<Found, 'entry' | 'shape'>): string {
  if (entry.kind === 'refused') return shown(`refused ${entry.code ?? ''}`.trim());
  if (entry.kind === 'act') return shown(entry.act?.what ?? 'an act');
  if (!shape) return 'what was read is no longer kept';
  const counts = new Map<string, number>();
  for (const [, , outcome] of shape.fields) {
    const [word = ''] = outcome.split(' ');
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const parts = ['shown', 'masked', 'refused', 'missing'].flatMap((word) =>
    counts.has(word) ? `${counts.get(word)} ${word}` : [],
  );
  return `${parts.join(', ') || 'nothing'}${entry.count && entry.count > 1 ? ` (${entry.count} times)` : ''}`;
}

/** A line each entry: when, who, which department, what for, what became of it. */
export function describeReads(found: readonly Found[]): string {
  const head = ['entry', 'when (+07:00)', 'who', 'department', 'procedure', 'dossier', 'what became of it'];
  return table([head, ...found.map(cellsOf)]);
}

function cellsOf(found: Found): string[] {
  const { leaf, entry } = found;
  const { who, why, at } = entry;
  const cells = [String(leaf), moment(at), whoOf(who), who?.dept ?? '–', why?.procedure ?? '–', why?.dossier ?? '–'];
  return [...cells.map(shown), outcomeOf(found)];
}

/** One entry whole: who and what for, by which rules, and each field with its records. */
export function describeEntry(found: Found, { isHere = true } = {}): string {
  const { leaf, entry, shape } = found;
  const { at, who, why, kind, count = 1 } = entry;
  const asked = kind === 'read' ? 'read' : outcomeOf(found);
  const purpose = why
    ? `for ${why.procedure}${why.dossier ? `, dossier ${why.dossier}` : ''}`
    : 'for no purpose that was said';
  const times = count > 1 ? `, ${count} times` : '';
  const department = who?.dept ? `, department ${who.dept}` : '';
  const lines = [
    `Entry ${leaf}, ${moment(at)}: ${asked} by ${whoOf(who)}${shown(`${department}, ${purpose}`)}${times}.\n`,
  ];
  for (const rule of shape?.rules ?? []) lines.push(`  ${describeRule(rule, at)}\n`);
  if (entry.shape && !shape) lines.push('  Its details are no longer kept.\n');
  if (shape) lines.push(fieldsOf(found));
  if (isHere) lines.push(`  To prove it: npm run audit -- prove --entry ${leaf}\n`);
  return lines.join('');
}

export function isInForce({ from, until }: Pick<RuleInForce, 'from' | 'until'>, atMs: number): boolean {
  const day = dayInVietnam(atMs);
  return from <= day && day <= (until ?? day);
}

function describeRule(rule: RuleInForce, atMs: number): string {
  const { name, basis, verified, from, until, version } = rule;
  const since = `${from}${until ? ` to ${until}` : ''}`;
  const force = isInForce(rule, atMs) ? `in force (from ${since})` : `NOT IN FORCE on that day (from ${since})`;
  return shown(`rule ${name}, version ${version}: ${basis}; ${force}${verified ? '' : '; basis not verified'}`);
}

function fieldsOf({ entry, shape, records }: Found): string {
  const rows = (shape?.fields ?? []).flatMap(([path, sources, outcome]) => {
    const of = sources.map((index) => records[index]);
    if (of.length === 0) return [[path, outcome, '–', '–', '–', '–', '–']];
    return of.map((each, index) => {
      const cells = each
        ? [each.registry, each.record || '–', each.version || '–', moment(each.retrievedAtMs), cacheOf(each, entry.at)]
        : ['not kept', '–', '–', '–', '–'];
      return [index === 0 ? path : '', index === 0 ? outcome : '', ...cells];
    });
  });
  const head = ['field', 'outcome', 'registry', 'record', 'version', 'retrieved (+07:00)', 'cache'];
  return rows.length === 0 ? '  No field was answered.\n' : table([head, ...rows.map((row) => row.map(shown))]);
}

function cacheOf({ cache, retrievedAtMs }: { cache: string; retrievedAtMs: number }, atMs: number): string {
  if (cache === 'SOURCE') return cache;
  return `${cache}, ${duration(Math.max(0, (atMs - retrievedAtMs) / 1000))}`;
}

/** What a program reads of an entry: everything that people are shown. */
export function jsonOf(found: Found): object {
  const { leaf, entry, shape, records } = found;
  const rules = shape?.rules.map((rule) => ({ ...rule, inForce: isInForce(rule, entry.at) }));
  const fields = shape?.fields.map(([path, sources, outcome]) => ({
    path,
    outcome,
    sources: sources.flatMap((index) => {
      const read = records[index];
      if (!read) return [];
      const { retrievedAtMs, ...record } = read;
      const retrievedAt = new Date(retrievedAtMs).toISOString();
      return { ...record, retrievedAt, ageSeconds: (entry.at - retrievedAtMs) / 1000 };
    }),
  }));
  const { kind, who, why, code, act, req, about } = entry;
  return {
    entry: leaf,
    at: new Date(entry.at).toISOString(),
    kind,
    who,
    why,
    about,
    request: req,
    code,
    act,
    operation: shape?.name ?? entry.name,
    outcome: outcomeOf(found),
    rules,
    fields,
  };
}

export const describeCount = (count: number) => counted(count, 'entry', 'entries');
