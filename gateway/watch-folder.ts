import { type FSWatcher, watch } from 'node:fs';

/** Editors and deployments write a file in several steps; what counts is what stands there when they are done. */
const SETTLE_MS = 100;
/** Some file systems (network mounts, bind mounts of a single file) tell no one of a change. */
const POLL_MS = 5_000;

/**
 * Calls `onChange` whenever a file in a folder may have changed, one call at a time. Returns how to stop.
 *
 * Whoever waits for one file watches its folder, too: a file that is replaced by renaming another over it is a new file, and one
 * that is reached through a link (as Kubernetes mounts a ConfigMap) changes when another name in the folder does.
 */
export function watchFolder(
  folder: string,
  callbacks: { onChange(): Promise<void>; onError(error: unknown): void },
): () => void {
  let busy = false;
  let again = false;
  let settle: NodeJS.Timeout | undefined;

  const read = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    try {
      await callbacks.onChange();
    } catch (error) {
      callbacks.onError(error);
    } finally {
      busy = false;
    }
    if (again) {
      again = false;
      await read();
    }
  };

  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(folder, () => {
      clearTimeout(settle);
      settle = setTimeout(read, SETTLE_MS);
    });
    watcher.on('error', callbacks.onError);
  } catch (error) {
    callbacks.onError(error);
  }
  const poll = setInterval(read, POLL_MS);
  poll.unref();
  return () => {
    watcher?.close();
    clearInterval(poll);
    clearTimeout(settle);
  };
}
