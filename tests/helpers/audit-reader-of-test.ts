import {
  detailHash,
  type Entry,
  hashOf,
  parseEntry,
  type RecordList,
  type Shape,
  type ShapeField,
  shortHash,
  subjectHash,
  writeRecords,
} from '../../gateway/audit/entry.js';
import { marksOf } from '../../gateway/audit/marks.js';
import type { AuditReader, Find, LoggedEntry } from '../../gateway/audit/reader.js';

/** One entry to be logged; what is left out is what most entries have. */
export interface Logged extends Partial<Omit<Entry, 'about' | 'shape' | 'from' | 'got'>> {
  /** Identifiers, hashed here. */
  readonly about?: readonly string[];
  readonly fields?: readonly ShapeField[];
  readonly records?: readonly {
    readonly registry: string;
    readonly record: string;
    readonly version?: string;
    readonly cache?: string;
    readonly ageMs?: number;
  }[];
  readonly rules?: Shape['rules'];
  /** Whether the records stand in details. */
  readonly isLong?: boolean;
}

export const OLD_KEY = { id: 'k1', key: Buffer.alloc(32, 1) };
export const NEW_KEY = { id: 'k2', key: Buffer.alloc(32, 2) };
/** Newest first. */
export const SUBJECT_KEYS = [NEW_KEY, OLD_KEY];

export const RULE_OF_TEST: Shape['rules'][number] = {
  name: 'OfficersReadWhatTheFormNeeds',
  basis: 'Luật Căn cước 26/2023/QH15, Điều 20 khoản 3',
  verified: false,
  from: '2024-07-01',
  version: 'AAAAAAAAAAAAAAAA',
};

interface Row {
  leaf: number;
  line: string | undefined;
  readonly at: number;
  readonly marks: ReadonlySet<string>;
}

/** A log in memory, written by the format, and read as the real one is. Its rows may be spoilt. */
export class MemoryLog implements AuditReader {
  rows: Row[] = [];
  readonly kept = new Map<string, string>();
  readonly asked: Find[] = [];
  /** Whether the store is away. */
  isDown = false;
  checkpointAtMs = 0;
  key = NEW_KEY;
  readonly #chains = new Map<string, { n: number; p: string }>();

  /** Writes an entry; gives its place. */
  write(logged: Logged): number {
    const { about, fields, records, rules = [RULE_OF_TEST], isLong, ...given } = logged;
    const writer = given.w ?? 'WWWWWWWWWWWWWWWW';
    const chain = this.#chains.get(writer) ?? { n: 0, p: '' };
    const at = given.at ?? Date.parse('2026-11-02T03:00:00Z');
    const lists = listsOf(records, at);
    const shape = fields && this.keep(shapeOf(logged, { rules, fields }));
    const entry = {
      v: 1,
      w: writer,
      n: chain.n + 1,
      p: chain.p,
      at,
      kind: 'read',
      req: `request-${this.rows.length}`,
      who: { sub: 'officer-1', role: 'officer', dept: 'justice', sys: 'one-stop' },
      why: { procedure: '1.000894', dossier: 'H48.2026.000123' },
      ...given,
      ...(about ? { about: [this.key.id, ...about.map((id) => subjectHash(this.key.key, id))] } : {}),
      ...(shape ? { shape } : {}),
      ...(isLong && lists ? { fromIn: this.keep(lists) } : lists),
    } as Entry;
    const line = JSON.stringify(entry);
    this.#chains.set(writer, { n: entry.n, p: shortHash(line) });
    const read = shape === undefined ? undefined : (JSON.parse(this.kept.get(shape)!) as Shape);
    const leaf = (this.rows.at(-1)?.leaf ?? -1) + 1;
    this.rows.push({ leaf, line, at, marks: new Set(marksOf(parseEntry(line), read, lists)) });
    return leaf;
  }

  /** Gives a writer's next number to nobody. */
  skip(writer = 'WWWWWWWWWWWWWWWW'): void {
    const chain = this.#chains.get(writer)!;
    this.#chains.set(writer, { ...chain, n: chain.n + 1 });
  }

  keep(body: object | string): string {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    this.kept.set(detailHash(text), text);
    return detailHash(text);
  }

  async find(asked: Find): Promise<LoggedEntry[]> {
    this.#check();
    this.asked.push(asked);
    const {
      anyOf,
      fromMs = Number.NEGATIVE_INFINITY,
      untilMs = Number.POSITIVE_INFINITY,
      afterLeaf,
      order,
      first,
    } = asked;
    const isNewest = order === 'newest first';
    const rows = isNewest ? [...this.rows].reverse() : this.rows;
    const found = rows.filter(
      ({ leaf, at, marks }) =>
        at >= fromMs &&
        at < untilMs &&
        (afterLeaf === undefined || (isNewest ? leaf < afterLeaf : leaf > afterLeaf)) &&
        (!anyOf || anyOf.some((all) => all.every((mark) => marks.has(mark)))),
    );
    return found.slice(0, first).map(({ leaf, line }) => ({ leaf, line }));
  }

  async entry(wanted: number): Promise<LoggedEntry | undefined> {
    this.#check();
    return this.rows.find(({ leaf }) => leaf === wanted);
  }

  async details(hashes: readonly string[]): Promise<ReadonlyMap<string, string>> {
    this.#check();
    return new Map(hashes.flatMap((hash) => (this.kept.has(hash) ? [[hash, this.kept.get(hash)!]] : [])));
  }

  async checkpoint(): Promise<{ size: number; atMs: number; note: string } | undefined> {
    this.#check();
    const size = (this.rows.at(-1)?.leaf ?? -1) + 1;
    return { size, atMs: this.checkpointAtMs, note: `test/audit\n${size}\n` };
  }

  async opening(): Promise<undefined> {
    return undefined;
  }

  async inclusionProof(): Promise<Buffer[]> {
    throw new Error('the log of a test has no tree');
  }

  async consistencyProof(): Promise<Buffer[]> {
    throw new Error('the log of a test has no tree');
  }

  #check(): void {
    if (this.isDown) throw new Error('connect ECONNREFUSED 10.0.0.7:5432');
  }
}

function shapeOf({ records = [], name }: Logged, by: Pick<Shape, 'rules' | 'fields'>): Shape {
  const registries = records.map(({ registry }) => registry);
  return { v: 1, op: hashOf('an operation'), ...(name === undefined ? {} : { name }), ...by, registries };
}

function listsOf(records: Logged['records'], atMs: number): RecordList | undefined {
  return (
    records &&
    writeRecords(
      records.map(({ record, version = '1', cache = 'SOURCE', ageMs = 0 }) => {
        return { record, version, cache, retrievedAtMs: atMs - ageMs };
      }),
    )
  );
}
