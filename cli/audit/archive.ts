import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UsageError } from '../main.js';
import { paddingOf, TAR_END, tarHeader } from './tar.js';

/** Where an export is written to: it is there under its name when it is whole, and not before. */
export interface Archive {
  put(path: string, bytes: Uint8Array): Promise<void>;
  finish(): Promise<void>;
  /** Leaves nothing behind of what is not finished. */
  close(): Promise<void>;
}

/** A folder, or a file when the name ends with `.tar`. Rejects with the cure when there is something of this name already. */
export async function createArchive(out: string, atMs: number): Promise<Archive> {
  const unfinished = `${out}.unfinished`;
  const isTaken = existsSync(out) && !(await isEmptyFolder(out));
  if (isTaken) throw new UsageError(`--out ${out} is there already: name another, or remove it.`);
  try {
    await rm(unfinished, { recursive: true, force: true });
    return out.endsWith('.tar') ? await tar(out, unfinished, atMs) : await folder(out, unfinished);
  } catch (error) {
    throw cannot(out, error);
  }
}

async function isEmptyFolder(path: string): Promise<boolean> {
  return readdir(path).then(
    (names) => names.length === 0,
    () => false,
  );
}

async function folder(out: string, unfinished: string): Promise<Archive> {
  const made = new Set<string>();
  // Not `recursive`: under a file system that makes no folders, `/proc`, Node 20 would try for ever.
  await mkdir(unfinished, { mode: 0o700 });
  return {
    async put(path, bytes) {
      const file = join(unfinished, path);
      const within = dirname(file);
      try {
        if (!made.has(within)) await mkdir(within, { recursive: true });
        made.add(within);
        await writeFile(file, bytes);
      } catch (error) {
        throw cannot(out, error);
      }
    },
    finish: () => rename(unfinished, out).catch((error) => Promise.reject(cannot(out, error))),
    close: () => rm(unfinished, { recursive: true, force: true }),
  };
}

async function tar(out: string, unfinished: string, atMs: number): Promise<Archive> {
  // A .tar that is being written may hold what nobody else should see, as the finished one does.
  const file: FileHandle = await open(unfinished, 'wx', 0o600);
  const write = async (...parts: Uint8Array[]) => {
    // Without a position: what a write has not taken is written by the next.
    await file.appendFile(Buffer.concat(parts)).catch((error) => Promise.reject(cannot(out, error)));
  };
  let isOpen = true;
  return {
    put: (path, bytes) => write(tarHeader(path, bytes.length, atMs), bytes, paddingOf(bytes.length)),
    async finish() {
      await write(TAR_END);
      await file.sync();
      await file.close();
      isOpen = false;
      await rename(unfinished, out).catch((error) => Promise.reject(cannot(out, error)));
    },
    async close() {
      if (isOpen) await file.close();
      await rm(unfinished, { force: true });
    },
  };
}

function cannot(out: string, error: unknown): UsageError {
  if (error instanceof UsageError) return error;
  const { code } = error as NodeJS.ErrnoException;
  return new UsageError(
    `--out ${out} cannot be written (${code}): name a place with room that this user may write.`,
    1,
  );
}
