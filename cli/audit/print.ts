import { UsageError } from '../main.js';

/**
 * Prints, and resolves when whoever reads has taken it, so that millions of lines wait where they come from and not in memory. Rejects
 * when nobody reads any more, as after `| head`.
 */
export function print(text: string): Promise<void> {
  // Without a listener the same error would end the process with a stack.
  if (process.stdout.listenerCount('error') === 0) process.stdout.on('error', () => {});
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (!error) resolve();
      else reject(new UsageError(`what was found cannot be printed (${(error as NodeJS.ErrnoException).code})`, 1));
    });
  });
}
