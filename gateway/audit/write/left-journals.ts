import { createReadStream } from 'node:fs';
import { readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Log } from '../../context.js';
import { describeFault } from '../../faults.js';
import { type Batch, joined, type Store, TOLD_BYTES_MAX } from './batch.js';
import { readBatch } from './journal.js';

const NAME = /^journal-(\d+)-[\w-]{16}\.jsonl$/;

/** What a writer's journal is called; the process that it belongs to can be seen by it. */
export function journalName(writer: string, pid: number): string {
  return `journal-${pid}-${writer}.jsonl`;
}

/**
 * Tells the store what processes that have died had kept in their journals. A journal of one that lives is its own to remove; telling
 * it twice does no harm. What cannot be told now stays for the next start.
 */
export async function tellLeftJournals(
  dir: string,
  { store, log, pid }: { store: Store; log: Log; pid: number },
): Promise<void> {
  const names = await readdir(dir).catch(() => []);
  for (const name of names) {
    const of = Number(NAME.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(of)) continue;
    const path = join(dir, name);
    try {
      const told = await tell(path, store);
      // In a container every first process has the same number.
      if (of === pid || !isAlive(of)) await unlink(path);
      log.info({ entries: told }, 'the audit log was told what a process before had kept in its journal');
    } catch (error) {
      log.error(
        { fault: describeFault(error) },
        'a journal of the audit log could not be told to its store; it is kept',
      );
    }
  }
}

async function tell(path: string, store: Store): Promise<number> {
  let told = 0;
  let [few, bytes]: [Batch[], number] = [[], 0];
  const tellFew = async () => {
    for (const batch of joined(few)) {
      await store(batch);
      told += batch.entries.length;
    }
    [few, bytes] = [[], 0];
  };
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    const batch = readBatch(line);
    if (!batch) break;
    // One by one they would hold up the start of a gateway for minutes.
    if (bytes + line.length > TOLD_BYTES_MAX) await tellFew();
    few.push(batch);
    bytes += line.length;
  }
  await tellFew();
  return told;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It lives, and is another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
