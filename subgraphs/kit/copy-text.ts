import type { CopyValue } from './database.js';

const ESCAPES: Record<string, string> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};
const NAME = /^[a-z_][a-z0-9_]*$/;

/**
 * The blocks of a `COPY … FROM` in text format (https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.2):
 * whole rows, each block at least `blockCharsMin` characters, so that memory stays flat however many rows there are.
 * Throws on a row with another number of values than `columnCount`, naming its position and none of its values.
 */
export async function* copyBlocks(
  rows: AsyncIterable<readonly CopyValue[]>,
  { columnCount, blockCharsMin }: { columnCount: number; blockCharsMin: number },
): AsyncGenerator<string> {
  let block = '';
  let position = 0;
  for await (const row of rows) {
    position += 1;
    if (row.length !== columnCount) {
      throw new RangeError(`row ${position} of the copy has ${row.length} values for ${columnCount} columns`);
    }
    block += `${row.map(copyField).join('\t')}\n`;
    if (block.length >= blockCharsMin) {
      yield block;
      block = '';
    }
  }
  if (block) yield block;
}

function copyField(value: CopyValue): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return value.replace(/[\\\b\f\n\r\t\v]/g, (character) => ESCAPES[character]!);
  return String(value);
}

/** `"land"."parcel" ("id", "area")`. Throws unless every name is plain lower case and the table has its schema. */
export function copyTarget(table: string, columns: readonly string[]): string {
  const names = table.split('.');
  if (names.length !== 2 || columns.length === 0 || ![...names, ...columns].every((name) => NAME.test(name))) {
    throw new RangeError(`copy into ${table}: name the table as schema.table and its columns in plain lower case`);
  }
  const quote = (name: string) => `"${name}"`;
  return `${names.map(quote).join('.')} (${columns.map(quote).join(', ')})`;
}
