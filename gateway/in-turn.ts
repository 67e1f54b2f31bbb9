/** One call after another: what was read before something else MUST NOT serve after it. */
export function inTurn<Given extends unknown[]>(
  work: (...given: Given) => Promise<void>,
): (...given: Given) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve();
  return (...given) => {
    const mine = last.then(() => work(...given));
    last = mine.catch(() => {});
    return mine;
  };
}
