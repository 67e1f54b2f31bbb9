import type { Problem } from './form.js';

export type Json = Record<string, unknown>;

/** Reads one object of a file strictly: what is missing, of another type or unknown is noted, all of it, not the first only. */
export class JsonReader {
  readonly #taken = new Set<string>();

  constructor(
    readonly object: Json,
    readonly place: { file: string; at: string },
    readonly problems: Problem[],
  ) {}

  fail(problem: string): void {
    this.problems.push({ ...this.place, problem });
  }

  text(key: string): string {
    const value = this.#take(key);
    if (typeof value === 'string' && value.trim() !== '') return value;
    this.fail(value === undefined ? `${key} is missing; it must be a text` : `${key} must be a text that is not empty`);
    return '';
  }

  textOrNull(key: string): string | null {
    const value = this.#take(key);
    if (value === undefined || value === null) return null;
    if (typeof value === 'string' && value !== '') return value;
    this.fail(`${key} must be a text or null`);
    return null;
  }

  flag(key: string, otherwise?: boolean): boolean {
    const value = this.#take(key);
    if (typeof value === 'boolean') return value;
    if (value !== undefined || otherwise === undefined) this.fail(`${key} must be true or false`);
    return otherwise ?? false;
  }

  date(key: string): string {
    const text = this.text(key);
    if (text !== '' && !isDate(text)) this.fail(`${key} must be a date such as 2026-01-31`);
    return text;
  }

  dateOrNull(key: string): string | null {
    const text = this.textOrNull(key);
    if (text !== null && !isDate(text)) this.fail(`${key} must be null or a date such as 2026-01-31`);
    return text;
  }

  oneOf<T extends string>(key: string, allowed: readonly T[], otherwise?: T): T {
    const value = this.#take(key);
    if (value === undefined && otherwise !== undefined) return otherwise;
    if (allowed.includes(value as T)) return value as T;
    this.fail(`${key} must be one of ${allowed.join(', ')}`);
    return otherwise ?? allowed[0]!;
  }

  texts(key: string): string[] {
    const value = this.#take(key);
    if (value === undefined) return [];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string' && item !== '')) return value;
    this.fail(`${key} must be a list of texts`);
    return [];
  }

  /** A list of objects, each given its own reader, placed by `name` of its key. */
  objects(key: string, name: (object: Json, index: number) => string): JsonReader[] {
    const value = this.#take(key);
    if (!Array.isArray(value)) {
      this.fail(`${key} must be a list of objects`);
      return [];
    }
    return value.flatMap((item: unknown, index) => {
      if (isObject(item))
        return [new JsonReader(item, { file: this.place.file, at: name(item, index) }, this.problems)];
      this.fail(`${key}[${index}] must be an object`);
      return [];
    });
  }

  keyed(key: string): Json {
    const value = this.#take(key);
    if (value === undefined) return {};
    if (isObject(value)) return value;
    this.fail(`${key} must be an object`);
    return {};
  }

  has(key: string): boolean {
    return this.object[key] !== undefined;
  }

  /** Call last: a key that nothing read is a mistake, not a comment. */
  end(): void {
    for (const key of Object.keys(this.object)) {
      if (!this.#taken.has(key))
        this.fail(`${key} is unknown; the keys here are ${[...this.#taken].sort().join(', ')}`);
    }
  }

  #take(key: string): unknown {
    this.#taken.add(key);
    return this.object[key];
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDate(text: string): boolean {
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)
  );
}
