/** Viet Nam has had no other time since 1975 and puts no clock forward. */
const AHEAD_MS = 7 * 3_600_000;
const DAY_MS = 86_400_000;

/** The number of a day in Viet Nam. */
export function dayNumberInVietnam(nowMs: number): number {
  return Math.floor((nowMs + AHEAD_MS) / DAY_MS);
}

/** The day in Viet Nam, `YYYY-MM-DD`. */
export function dayInVietnam(nowMs: number): string {
  return new Date(nowMs + AHEAD_MS).toISOString().slice(0, 10);
}

/** How long the day in Viet Nam lasts from now on, milliseconds. */
export function dayLeftInVietnamMs(nowMs: number): number {
  return DAY_MS - ((nowMs + AHEAD_MS) % DAY_MS);
}
