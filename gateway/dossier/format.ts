import { datesAgree, parsePartialDate } from './compare/dates.js';
import { namesAgree } from './compare/names.js';
import { type PlaceValue, placesAgree } from './compare/places.js';
import { numberInWords, WORDS } from './words.js';

/** How a value of the graph is asked for, shown on a form, and compared with another registry's. */
export interface Format {
  /** The GraphQL types it can show, by name; `leaf` any scalar or enum, `enum` an enum that has words. */
  readonly types: 'leaf' | 'enum' | readonly string[];
  /** The fields to select to show it; empty for a leaf. Single names or `unit { code }`. */
  readonly shown: readonly string[];
  /** The fields to select besides to compare it; those that the type doesn't have are left out. */
  readonly compared?: readonly string[];
  /** The value as the form wants it; null when what was read has nothing to show. */
  show(value: unknown, typeName: string): string | number | boolean | null;
  /** Whether two registries' values, both as read, are no contradiction. */
  agrees(left: unknown, right: unknown): boolean;
  /** For a format of a whole list: shows all its items as one. */
  showAll?(values: readonly unknown[]): string | number;
}

export type FormatName = keyof typeof FORMATS;

const DATE_TYPES = ['PartialDate', 'Date'];
const same = (left: unknown, right: unknown) => left === right;
const agreeingDates = (left: unknown, right: unknown) => datesAgree(String(left), String(right));
const agreeingTexts = (left: unknown, right: unknown) =>
  typeof left === 'string' && typeof right === 'string' ? namesAgree(left, right) : left === right;

export const FORMATS = {
  /** As it is. */
  text: { types: 'leaf', shown: [], show: asIs, agrees: agreeingTexts },
  /** A person's name, upper-cased as forms want it; the letters stay as recorded. */
  name: {
    types: ['String'],
    shown: [],
    show: (value) => String(value).normalize('NFC').toLocaleUpperCase('vi'),
    agrees: agreeingTexts,
  },
  /** `dd/mm/yyyy`, `mm/yyyy` or `yyyy`, as precisely as the record knows. */
  date: { types: DATE_TYPES, shown: [], show: (value) => showDate(String(value)), agrees: agreeingDates },
  year: { types: DATE_TYPES, shown: [], show: (value) => showYear(String(value)), agrees: agreeingDates },
  dateInWords: { types: DATE_TYPES, shown: [], show: (value) => dateInWords(String(value)), agrees: agreeingDates },
  /** The Vietnamese word of an enum value. */
  word: {
    types: 'enum',
    shown: [],
    show: (value, typeName) => WORDS[typeName]?.[String(value)] ?? String(value),
    agrees: same,
  },
  coded: {
    types: ['CodedValue'],
    shown: ['name'],
    compared: ['code'],
    show: (value) => (value as Coded).name ?? null,
    agrees: (left, right) => sameCode(left as Coded, right as Coded),
  },
  /** A place or an address as it is written today. */
  place: {
    types: ['Place', 'Address'],
    shown: ['textToday'],
    compared: ['text', 'line', 'unit { code validFrom }'],
    show: (value) => (value as PlaceValue).textToday ?? null,
    agrees: (left, right) => placesAgree(left as PlaceValue, right as PlaceValue),
  },
  /** Square metres with a decimal comma: `120,5 m²`. */
  area: { types: ['Float'], shown: [], show: (value) => `${String(value).replace('.', ',')} m²`, agrees: same },
  yesNo: { types: ['Boolean'], shown: [], show: (value) => (value === true ? 'Có' : 'Không'), agrees: same },
  share: {
    types: ['Share'],
    shown: ['numerator', 'denominator'],
    show: (value) => `${(value as Fraction).numerator}/${(value as Fraction).denominator}`,
    agrees: (left, right) => sameFraction(left as Fraction, right as Fraction),
  },
  /** The number of the next one of a list: the third marriage of someone with two before. */
  nextNumber: { types: 'leaf', shown: [], show: asIs, agrees: same, showAll: (values) => values.length + 1 },
} as const satisfies Record<string, Format>;

interface Coded {
  code?: string;
  name?: string | null;
}

interface Fraction {
  numerator: number;
  denominator: number;
}

function asIs(value: unknown): string | number | boolean | null {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? value : null;
}

/** A name where the code should be, as some records have it, is a defect of form and contradicts nothing. */
function sameCode(left: Coded, right: Coded): boolean {
  return left.code === right.code || (Boolean(left.name) && agreeingTexts(left.name, right.name));
}

function sameFraction(left: Fraction, right: Fraction): boolean {
  return left.numerator * right.denominator === right.numerator * left.denominator;
}

function showDate(text: string): string {
  return parsePartialDate(text) ? text.split('-').reverse().join('/') : asMalformed(text);
}

function showYear(text: string): string {
  return parsePartialDate(text) ? text.slice(0, 4) : asMalformed(text);
}

/** As the source holds it, and marked: the officer must see it to have it corrected, and it may look like a right one. */
function asMalformed(text: string): string {
  return `${text} (sai định dạng)`;
}

function dateInWords(text: string): string {
  const date = parsePartialDate(text);
  if (!date) return asMalformed(text);
  const parts: string[] = [];
  if (date.day !== undefined) parts.push(`ngày ${numberInWords(date.day)}`);
  if (date.month !== undefined) parts.push(`tháng ${date.month === 4 ? 'tư' : numberInWords(date.month)}`);
  parts.push(`năm ${numberInWords(date.year)}`);
  const words = parts.join(' ');
  return words.charAt(0).toLocaleUpperCase('vi') + words.slice(1);
}
