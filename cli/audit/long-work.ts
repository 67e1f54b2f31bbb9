import { createProgress } from '../progress.js';

/** What is done before somebody begins to wonder needs no progress. */
const PATIENCE_MS = 1_000;

/** How far a piece of work is, on standard error, once it turns out to be long. */
export function createLongProgress(label: string): (done: number, total: number) => void {
  const progress = createProgress(label, process.stderr);
  const beganMs = Date.now();
  let isShown = false;
  return (done, total) => {
    isShown ||= done < total && Date.now() - beganMs > PATIENCE_MS;
    if (isShown) progress(done, total);
  };
}
