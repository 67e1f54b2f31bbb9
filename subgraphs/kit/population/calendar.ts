/** A day of the Gregorian calendar: whole days since 1970-01-01. No time zone, no clock. */
export type Day = number;

/** How much of a date a record knows. */
export type Precision = 'day' | 'month' | 'year';

/** The day on which Da Nang and Quang Nam became one, with 94 commune-level units (Resolution 1659/NQ-UBTVQH15). */
export const MERGER_DAY: Day = day(2025, 7, 1);
/** From here on every register is kept electronically; before, records were entered from the books later. */
export const ELECTRONIC_SINCE: Day = day(2016, 1, 1);

/** Howard Hinnant's `days_from_civil`. */
export function day(year: number, month: number, dayOfMonth: number): Day {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + dayOfMonth - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146097 + dayOfEra - 719468;
}

function civil(of: Day): [year: number, month: number, dayOfMonth: number] {
  const shifted = of + 719468;
  const era = Math.floor(shifted / 146097);
  const dayOfEra = shifted - era * 146097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthPosition = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * monthPosition + 2) / 5) + 1;
  const month = monthPosition < 10 ? monthPosition + 3 : monthPosition - 9;
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth];
}

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** `YYYY-MM-DD`, or as much of it as `precision` leaves. */
export function iso(of: Day, precision: Precision = 'day'): string {
  const [year, month, dayOfMonth] = civil(of);
  if (precision === 'year') return String(year);
  if (precision === 'month') return `${year}-${two(month)}`;
  return `${year}-${two(month)}-${two(dayOfMonth)}`;
}

/** `YYYY-MM-DD` to a day. For data written by hand. */
export function parseDay(text: string): Day {
  const [year, month, dayOfMonth] = text.split('-').map(Number);
  if (!year || !month || !dayOfMonth) throw new Error(`"${text}" is not a date: write YYYY-MM-DD`);
  return day(year, month, dayOfMonth);
}

export function yearOf(of: Day): number {
  return civil(of)[0];
}

/** The same day some years on; 29 February becomes 1 March. */
export function addYears(of: Day, years: number): Day {
  const [year, month, dayOfMonth] = civil(of);
  return day(year + years, month, dayOfMonth);
}

/** Completed years of age. */
export function ageAt(born: Day, on: Day): number {
  const [bornYear, bornMonth, bornDay] = civil(born);
  const [year, month, dayOfMonth] = civil(on);
  return year - bornYear - (month < bornMonth || (month === bornMonth && dayOfMonth < bornDay) ? 1 : 0);
}

/**
 * A point in time during office hours of that day in Viet Nam, as ISO 8601 in UTC. The minute follows from the day, so that
 * records of one day share it: only what is ordered by version may rely on order within a day.
 */
export function officeTime(of: Day): string {
  const minute = 60 + ((((of * 7919) % 480) + 480) % 480);
  return `${iso(of)}T${two(Math.floor(minute / 60))}:${two(minute % 60)}:00Z`;
}
