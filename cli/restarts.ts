/** A worker that served for so long was not killed by its own start. */
export const STEADY_MS = 10_000;

const EARLY_DEATHS_MAX = 5;
const BACKOFF_MS = 200;
const BACKOFF_MS_MAX = 30_000;

/**
 * How many milliseconds to wait before a worker that died is replaced; `undefined`: never, since workers die again and again
 * and the next would too. As long as another worker serves steadily there is no giving up: one is worth more than none.
 *
 * @param earlyDeaths how many died in this one's place, one after another, before they had served for `STEADY_MS`
 */
export function restartDelayMs(earlyDeaths: number, anotherIsSteady: boolean): number | undefined {
  if (earlyDeaths >= EARLY_DEATHS_MAX && !anotherIsSteady) return undefined;
  // The first is replaced at once: whatever killed it may well be over.
  return earlyDeaths <= 1 ? 0 : Math.min(BACKOFF_MS * 2 ** (earlyDeaths - 2), BACKOFF_MS_MAX);
}
