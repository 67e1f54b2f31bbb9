/**
 * A process that is busy sends late, and reads late what has come: it is we who are slow then. One that is not takes next to no time
 * for some turns of its event loop.
 */
const TURNS_MORE = 3;

/** What comes of some work within so many milliseconds; rejects when nothing has. */
export async function inTime<Result>(work: Promise<Result>, forMs: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const giveUp = () => reject(new Error('it took too long'));
    timer = setTimeout(() => afterTurns(TURNS_MORE, giveUp), forMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function afterTurns(turns: number, act: () => void): void {
  setImmediate(turns > 1 ? () => afterTurns(turns - 1, act) : act);
}
