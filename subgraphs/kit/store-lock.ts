import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

interface Holder {
  pid: number;
  /** Clock ticks from boot to the process's start, where the system tells (Linux): a pid alone is soon used again. */
  startedAt: string | null;
}

/** A takeover lasts milliseconds; a mark this old was left by a process that died in the middle of one. */
const TAKEOVER_MS_MAX = 10_000;

/**
 * Takes the lock at `path` for this process; the function returned gives it back. Throws with the cure when another
 * live process holds it. A lock left by a dead process is taken over. Processes of one machine only: those of two
 * containers do not see each other's pids, so a folder MUST NOT be shared between containers.
 */
export function lockStore(path: string, storeName: string): () => void {
  makeFolder(dirname(path));
  const mine = `${path}.${randomUUID()}`;
  // A lock appears whole or not at all: it is written aside, and `link` fails when the name exists.
  writeFileSync(mine, JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) } satisfies Holder));
  try {
    if (!linked(mine, path)) takeOver(mine, path, storeName);
  } finally {
    unlinkSync(mine);
  }
  return () => unlinkIfThere(path);
}

/** Not `recursive`: under a file system that makes no folders, `/proc`, Node 20 would try for ever. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

/** Two processes may find the same dead holder; only the one that makes the mark may replace its lock. */
function takeOver(mine: string, path: string, storeName: string): void {
  const mark = `${path}.takeover`;
  refuseIfHeld(path, storeName);
  if (ageMs(mark) > TAKEOVER_MS_MAX) unlinkIfThere(mark);
  if (!linked(mine, mark)) throw inUse(storeName, 'another process that is just starting');
  try {
    refuseIfHeld(path, storeName);
    unlinkIfThere(path);
    if (!linked(mine, path)) refuseIfHeld(path, storeName);
  } finally {
    unlinkIfThere(mark);
  }
}

function refuseIfHeld(path: string, storeName: string): void {
  const holder = readHolder(path);
  if (holder !== undefined && isAlive(holder)) throw inUse(storeName, `process ${holder.pid}`);
}

function inUse(storeName: string, by: string): Error {
  return new Error(
    `the embedded store in ${storeName} is in use by ${by}: stop it, choose another DATA_DIR, ` +
      'or set the *_DATABASE_URL variables (LAND_DATABASE_URL, …, AUDIT_DATABASE_URL) to a PostgreSQL URL, which many processes can share',
  );
}

function isAlive({ pid, startedAt }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it lives, and is another user's.
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  const start = startOf(pid);
  return startedAt === null || start === null || start === startedAt;
}

function readHolder(path: string): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof holder !== 'object' || holder === null || !('pid' in holder) || typeof holder.pid !== 'number') return;
    return { pid: holder.pid, startedAt: 'startedAt' in holder ? (holder.startedAt as string | null) : null };
  } catch {
    return undefined;
  }
}

/** The 22nd field of `/proc/PID/stat` (proc(5)); the 2nd is in brackets and may itself hold spaces and brackets. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function ageMs(path: string): number {
  try {
    return Date.now() - statSync(path).mtimeMs;
  } catch {
    return 0;
  }
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
