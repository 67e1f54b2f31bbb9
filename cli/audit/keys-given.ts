import { readFile } from 'node:fs/promises';
import { openVerifier } from '../../gateway/audit/verify/note.js';
import { UsageError } from '../main.js';
import { wrong } from './arguments.js';

const VKEY = /^[^+\s]+\+[\da-f]{8}\+[A-Za-z\d+/=]+$/;

/** The public key of a log, as its `log.pub` has it, or the file that it stands in. */
export async function readVkey(given: string | undefined, option = '--key'): Promise<string> {
  if (!given) throw wrong(`${option} is missing: the public key of the log (npm run audit -- keys), or a file of it`);
  const hint = ': name a key, as npm run audit -- keys prints it, or a file of it';
  const text = VKEY.test(given) ? given : (await readGiven(option, given, hint)).trim();
  try {
    return openVerifier(text).vkey;
  } catch (error) {
    throw new UsageError(`${option}: ${(error as Error).message}`);
  }
}

/** A file that the command line names. */
export async function readGiven(option: string, file: string, hint = ''): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`${option} ${file} cannot be read (${error.code})${hint}`);
  });
}
