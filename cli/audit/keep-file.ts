import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UsageError } from '../main.js';

/**
 * Writes a file so that it is there whole or as it was before, whatever happens, and is on the disk when this resolves. Rejects with
 * the cure.
 */
export async function keepFile(file: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const mine = `${file}.${randomUUID()}`;
  try {
    const handle = await open(mine, 'wx', mode);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(mine, file);
    // A name that is not on the disk is lost with the machine, whatever it names.
    const folder = await open(dirname(file), 'r');
    await folder.sync().finally(() => folder.close());
  } catch (error) {
    await rm(mine, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${file} cannot be written (${code}): name a file in a folder that this user may write.`, 1);
  }
}
