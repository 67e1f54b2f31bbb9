import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Keeps the last checkpoint that was seen, outside the database. */
export interface CheckpointMemory {
  /** The note; `undefined`: none was ever kept. */
  read(): Promise<string | undefined>;
  write(note: string): Promise<void>;
}

/** Keeps it in a file, which is at any moment either the old or the new. */
export class CheckpointFile implements CheckpointMemory {
  #last: Promise<unknown> = Promise.resolve();

  constructor(readonly path: string) {}

  read(): Promise<string | undefined> {
    return readFileIfThere(this.path).then((bytes) => bytes?.toString());
  }

  /** In the order of the calls. */
  write(note: string): Promise<void> {
    const written = this.#last.then(() => writeFileWhole(this.path, note));
    this.#last = written.catch(() => {});
    return written;
  }
}

/** Writes a file aside, to the disk, and then puts it in its place, with the folder it stands in. */
export async function writeFileWhole(path: string, data: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  // Others may be writing the same file.
  const unfinished = `${path}.unfinished-${randomUUID()}`;
  try {
    await writeFile(unfinished, data, { flush: true });
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  const folder = await open(dirname(path));
  await folder.sync().finally(() => folder.close());
}

export async function readFileIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
