import type { Shape } from '../entry.js';
import { markOf } from '../marks.js';
import type { EntryReader, ReadEntry } from './read-entries.js';
import type { Words } from './words.js';

export interface AskedField {
  readonly procedure: string;
  readonly key: string;
  readonly label: string | null;
  readonly labelEn: string | null;
  readonly why: string;
  readonly count: number;
  readonly of: number;
}

export interface AskedAlthoughHeld {
  /** How many forms were filled. */
  readonly forms: number;
  /** Whether all of the time was counted. */
  readonly isWhole: boolean;
  readonly fields: readonly AskedField[];
}

export const COUNTED_MAX = 200_000;
const FIELDS_MAX = 500;

/** Then nobody but the citizen could have said it. */
const NOT_HELD = new Set(['NO_RECORD', 'ASK_CITIZEN']);

/**
 * Why a form's field was asked of the citizen although the state holds it; `undefined`: it was not. A registry that did not answer may
 * turn out to have no such record: nobody can know, so it is counted.
 */
export function heldWhy(outcome: string): string | undefined {
  const [what, why = ''] = outcome.split(' ');
  if (what === 'shown') return why === 'CONFLICT' ? why : undefined;
  if (what === 'refused') return why || 'NOT_PERMITTED';
  return what === 'missing' && !NOT_HELD.has(why) ? why || 'SOURCE_DOWN' : undefined;
}

/**
 * Counts by form field. Entries are counted by their shape first, of which there are few, and each shape is looked into once: so memory
 * does not grow with the log.
 */
export async function askedAlthoughHeld(
  entries: EntryReader,
  {
    fromMs,
    untilMs,
    procedure,
    words,
    signal,
    entriesMax = COUNTED_MAX,
  }: {
    fromMs: number;
    untilMs: number;
    procedure?: string | undefined;
    words: Words;
    signal?: AbortSignal;
    entriesMax?: number;
  },
): Promise<AskedAlthoughHeld> {
  const marks = [markOf('kind', 'read'), ...(procedure === undefined ? [] : [markOf('procedure', procedure)])];
  const find = { anyOf: [marks], fromMs, untilMs, order: 'newest first' as const };
  const byShape = new Map<string, number>();
  let left = entriesMax;
  for await (const page of entries.pages(find, { signal, withDetails: false })) {
    for (const { entry } of page.slice(0, left)) countShape(entry, { procedure, byShape });
    left -= page.length;
    if (left <= 0) break;
  }
  const counts = new Counts();
  for (const [key, times] of byShape) {
    const [hash = '', of = ''] = key.split(' ');
    const shape = await entries.shape(hash);
    if (shape) counts.add(shape, of, times);
  }
  return { forms: counts.forms, isWhole: left > 0, fields: counts.fields(words) };
}

function countShape(
  entry: ReadEntry['entry'],
  { procedure, byShape }: { procedure: string | undefined; byShape: Map<string, number> },
): void {
  const of = entry.why?.procedure;
  if (!entry.shape || of === undefined || (procedure !== undefined && of !== procedure)) return;
  const key = `${entry.shape} ${of}`;
  byShape.set(key, (byShape.get(key) ?? 0) + (entry.count ?? 1));
}

class Counts {
  forms = 0;
  readonly #asked = new Map<string, number>();
  readonly #stood = new Map<string, number>();

  add({ fields }: Shape, procedure: string, times: number): void {
    const ofForm = fields.filter(([path]) => path.startsWith(FORM));
    if (ofForm.length === 0) return;
    this.forms += times;
    for (const [path, , outcome] of ofForm) {
      const field = `${procedure} ${path.slice(FORM.length)}`;
      this.#stood.set(field, (this.#stood.get(field) ?? 0) + times);
      const why = heldWhy(outcome);
      if (why === undefined) continue;
      const asked = `${field} ${why}`;
      this.#asked.set(asked, (this.#asked.get(asked) ?? 0) + times);
    }
  }

  fields(words: Words): AskedField[] {
    const all = [...this.#asked].map(([asked, count]): AskedField => {
      const [procedure = '', key = '', why = ''] = asked.split(' ');
      const { text = null, textEn = null } = words.field(FORM + key, procedure) ?? {};
      const of = this.#stood.get(`${procedure} ${key}`) ?? count;
      return { procedure, key, label: text, labelEn: textEn, why, count, of };
    });
    return all.sort((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1)).slice(0, FIELDS_MAX);
  }
}

const FORM = 'form ';
