/** A date as precisely as its source knows it. */
export interface PartialDate {
  readonly year: number;
  readonly month?: number;
  readonly day?: number;
}

const PARTIAL_DATE = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/;

/** Reads `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; null for anything else, such as the 30th of February. */
export function parsePartialDate(text: string): PartialDate | null {
  const match = PARTIAL_DATE.exec(text);
  if (!match) return null;
  const [year, month, day] = match.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  if (month === undefined) return { year: year! };
  if (month < 1 || month > 12) return null;
  if (day === undefined) return { year: year!, month };
  return day >= 1 && day <= daysIn(year!, month) ? { year: year!, month, day } : null;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/**
 * Two dates agree when they are equal as far as both are known: 1958 agrees with 1958-03-01, 1958-04 does not. A malformed
 * date is a defect of its record: it agrees with nothing but itself, so that an officer sees it beside the other registry's.
 */
export function datesAgree(left: string, right: string): boolean {
  if (left === right) return true;
  const a = parsePartialDate(left);
  const b = parsePartialDate(right);
  if (!a || !b) return false;
  return a.year === b.year && bothEqual(a.month, b.month) && bothEqual(a.day, b.day);
}

function bothEqual(left: number | undefined, right: number | undefined): boolean {
  return left === undefined || right === undefined || left === right;
}
