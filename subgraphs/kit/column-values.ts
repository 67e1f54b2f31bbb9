/**
 * How values cross between JavaScript and PostgreSQL, in text, the same over both drivers. Their own conversions differ
 * (dates as `Date` in the machine's zone, arrays as JSON or not), so neither is used.
 *
 * | column | JavaScript |
 * |---|---|
 * | int2, int4, int8, oid, float4, float8 | number; an int8 that a number cannot hold exactly: string |
 * | numeric | string, as the database writes it |
 * | bool | boolean |
 * | json, jsonb | parsed |
 * | date | `YYYY-MM-DD` |
 * | timestamp | `YYYY-MM-DDTHH:MM:SS.mmm`, no zone |
 * | timestamptz | `YYYY-MM-DDTHH:MM:SS.mmmZ`, in UTC, whatever the session's zone |
 * | bytea | Buffer |
 * | anything else | string, as the database writes it |
 */
export type ParseColumn = (text: string) => unknown;

export const COLUMN_PARSERS: Readonly<Record<number, ParseColumn>> = {
  16: (text) => text === 't',
  17: (text) => Buffer.from(text.slice(2), 'hex'),
  20: parseInt8,
  21: Number,
  23: Number,
  26: Number,
  114: (text) => JSON.parse(text),
  700: Number,
  701: Number,
  1082: (text) => text,
  1114: parseTimestamp,
  1184: parseTimestampWithZone,
  1700: (text) => text,
  3802: (text) => JSON.parse(text),
};

/** The array types of the types above and of the text types, with their elements' types. */
export const ARRAY_ELEMENTS: Readonly<Record<number, number>> = {
  199: 114,
  1000: 16,
  1005: 21,
  1007: 23,
  1009: 25,
  1014: 1042,
  1015: 1043,
  1016: 20,
  1021: 700,
  1022: 701,
  1115: 1114,
  1182: 1082,
  1185: 1184,
  1231: 1700,
  2951: 2950,
  3807: 3802,
};

function parseInt8(text: string): number | string {
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

const TIMESTAMP = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:([+-]\d\d)(?::?(\d\d))?)?$/;

/** Infinity and years beyond four digits or before Christ keep the database's own text. */
function parseTimestamp(text: string): string {
  const match = TIMESTAMP.exec(text);
  return match ? `${match[1]}T${match[2]}.${(match[3] ?? '').padEnd(3, '0').slice(0, 3)}` : text;
}

function parseTimestampWithZone(text: string): string {
  const match = TIMESTAMP.exec(text);
  if (match?.[4] === undefined) return text;
  return new Date(`${parseTimestamp(text)}${match[4]}:${match[5] ?? '00'}`).toISOString();
}

/**
 * The text form of a parameter: arrays become PostgreSQL array literals, other objects JSON, so a JSON array has to be
 * passed as `JSON.stringify(array)`. `undefined` is null.
 */
export function encodeParameter(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return `{${value.map(encodeElement).join(',')}}`;
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

function encodeElement(value: unknown): string {
  if (Array.isArray(value)) return encodeParameter(value) as string;
  const text = encodeParameter(value);
  return text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
