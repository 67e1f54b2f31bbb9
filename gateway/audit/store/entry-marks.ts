import { LRUCache } from 'lru-cache';
import type { AuditQueryable } from '../database.js';
import { detailHash, type Entry, type RecordList, type Shape } from '../entry.js';
import { marksOf } from '../marks.js';

const SHAPES_MAX = 1_000;

/** Works out what entries are found by. Keeps the shapes that it has seen, since most entries have one of a few. */
export class EntryMarks {
  readonly #shapes = new LRUCache<string, Shape>({ max: SHAPES_MAX });

  /**
   * What is to be worked out of lines that were read from the log: a function a line, so that whoever calls it can let others go first.
   * A line that is no entry has no marks: it goes into the tree all the same, where whoever verifies finds it.
   */
  async prepare(db: AuditQueryable, lines: readonly string[]): Promise<(index: number) => readonly string[]> {
    const entries = lines.map(readEntry);
    // By what the batch refers to, not by the cache, which may forget some of it meanwhile.
    const shapes = new Map<string, Shape | undefined>();
    const wanted = new Set<string>();
    for (const entry of entries) {
      if (entry?.fromIn) wanted.add(entry.fromIn);
      if (!entry?.shape || shapes.has(entry.shape)) continue;
      const shape = this.#shapes.get(entry.shape);
      shapes.set(entry.shape, shape);
      if (!shape) wanted.add(entry.shape);
    }
    const details = await readDetails(db, [...wanted]);
    for (const [hash, shape] of shapes) {
      const body = shape ? undefined : details.get(hash);
      const read = body === undefined ? undefined : readJson<Shape>(body);
      if (!read) continue;
      shapes.set(hash, read);
      this.#shapes.set(hash, read);
    }
    return (index) => {
      const entry = entries[index];
      if (!entry) return [];
      const body = entry.fromIn === undefined ? undefined : details.get(entry.fromIn);
      try {
        return marksOf(
          entry,
          shapes.get(entry.shape ?? ''),
          body === undefined ? undefined : readJson<RecordList>(body),
        );
      } catch {
        return [];
      }
    };
  }
}

/** Details by their hashes; those that are not kept, or are not what they were, are absent. */
export async function readDetails(db: AuditQueryable, hashes: readonly string[]): Promise<Map<string, string>> {
  if (hashes.length === 0) return new Map();
  const rows = await db.query<{ hash: string; body: string }>(
    'SELECT hash, body FROM audit.detail WHERE hash = ANY($1::text[])',
    [hashes],
  );
  return new Map(rows.flatMap(({ hash, body }) => (detailHash(body) === hash ? [[hash, body]] : [])));
}

function readEntry(line: string): Entry | undefined {
  const entry = readJson<Entry>(line);
  return typeof entry === 'object' && entry !== null ? entry : undefined;
}

function readJson<Read>(text: string): Read | undefined {
  try {
    return JSON.parse(text) as Read;
  } catch {
    return undefined;
  }
}
