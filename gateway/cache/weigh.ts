import type { StoredField } from './entry.js';

// What V8 takes on a 64-bit machine without pointer compression, as Node is built; measured by `npm run bench -- --question cache`.
const OBJECT = 56;
const SLOT = 8;
const STRING = 24;
const NUMBER = 16;
/** An entity: its node, its map, and its places in both maps. */
const ENTRY = 400;
/** A field: its object and its place in the map. */
const FIELD = 160;

/** The bytes of memory that a value of JSON takes. */
function bytesOf(value: unknown): number {
  if (typeof value === 'string') return bytesOfText(value);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 0 : NUMBER;
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + SLOT + bytesOf(item), OBJECT);
  let bytes = OBJECT;
  for (const name in value) bytes += SLOT + bytesOf((value as Record<string, unknown>)[name]);
  return bytes;
}

const LATIN1 = /^[\0-\xff]*$/;

/** A text takes a byte a character if all of its characters are of Latin-1, else two. */
export function bytesOfText(text: string): number {
  return STRING + (LATIN1.test(text) ? text.length : 2 * text.length);
}

/** The bytes of an entity's entry without its fields. */
export function bytesOfName(name: string): number {
  return ENTRY + bytesOfText(name);
}

/** The bytes of one remembered field. */
export function bytesOfField(key: string, { value, refs, records }: StoredField): number {
  let bytes = FIELD + bytesOfText(key) + bytesOf(value);
  for (const { path, name, key } of refs) bytes += 2 * OBJECT + path.length * SLOT + bytesOfText(name) + bytesOf(key);
  for (const { path = [], record, version, recordedAt } of records) {
    bytes += 2 * OBJECT + path.length * SLOT + bytesOfText(record) + bytesOfText(version) + bytesOfText(recordedAt);
  }
  return bytes;
}
