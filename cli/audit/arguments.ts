import type { Readable } from 'node:stream';
import { PURPOSE_PARTS } from '../../gateway/access/purpose.js';
import type { Why } from '../../gateway/audit/entry.js';
import { UsageError } from '../main.js';

/** Options of several commands. */
export const WHY = { why: { type: 'string' }, dossier: { type: 'string' } } as const;
export const RANGE = { from: { type: 'string' }, to: { type: 'string' } } as const;

const AHEAD = '+07:00';
const DAY_MS = 86_400_000;
/** Nothing that is asked of standard input is longer; a wrong file MUST NOT fill the memory. */
const INPUT_BYTES_MAX = 16 * 1024 * 1024;

/** What is wrong with the command line, and where more is to be read. */
export function wrong(message: string): UsageError {
  return new UsageError(`${message}\nnpm run audit -- --help says how.`);
}

/** A personal number, or `-` for one on standard input. What is wrong MUST NOT repeat it. */
export async function readPerson(given: string, input: Readable): Promise<string> {
  const text = given === '-' ? (await readInput(input)).trim() : given;
  if (!/^\d{12}$/.test(text))
    throw wrong('--person takes a personal number of 12 digits, or - for one on standard input');
  return text;
}

export function readParcel(given: string): string {
  if (!/^[a-z\d]{12}$/.test(given)) throw wrong('--parcel takes the 12 characters of a parcel, e.g. w6ugq4zbn2d1');
  return given;
}

/** `REGISTRY/RECORD`, as provenance names a record. */
export function readRecord(given: string): string {
  if (!/^[\w-]+\/.+$/.test(given)) throw wrong('--record takes REGISTRY/RECORD, e.g. land/P-2020-000017');
  return given;
}

/** What a command is for, for those that cannot be without: who reads of others in the log is answered for like any other. */
export function readWhy(given: { why?: string; dossier?: string }): Why {
  // Before a dossier is looked at, which `explain` asks about.
  const why = given.why === undefined ? undefined : readWhyIfGiven(given);
  if (!why) throw wrong('--why WORD is missing: what this is for, e.g. --why inspection');
  return why;
}

export function readWhyIfGiven({ why, dossier }: { why?: string; dossier?: string }): Why | undefined {
  if (why === undefined && dossier === undefined) return undefined;
  if (why === undefined) throw wrong('--dossier goes with --why WORD');
  if (!PURPOSE_PARTS.procedure.test(why)) throw wrong('--why takes a word: letters, digits, "." and "-", 40 at most');
  if (dossier !== undefined && !PURPOSE_PARTS.dossier.test(dossier)) {
    throw wrong('--dossier takes letters, digits, ".", "/" and "-", 64 at most');
  }
  return { procedure: why, ...(dossier !== undefined && { dossier }) };
}

/** From the first day's beginning until before the end of the last, days of Viet Nam; what is not given bounds nothing. */
export function readRange(
  { from, to }: { from?: string | undefined; to?: string | undefined },
  names = { to: '--to' },
): { fromMs?: number; untilMs?: number } {
  const fromMs = from === undefined ? undefined : dayOf('--from', from);
  const untilMs = to === undefined ? undefined : dayOf(names.to, to) + DAY_MS;
  if (fromMs !== undefined && untilMs !== undefined && untilMs <= fromMs) throw wrong('--to is before --from');
  return { ...(fromMs !== undefined && { fromMs }), ...(untilMs !== undefined && { untilMs }) };
}

/** When a day begins in Viet Nam. */
export function dayOf(option: string, text: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00${AHEAD}`) : Number.NaN;
  // A day that a month has not would be one of the next.
  if (Number.isNaN(ms) || new Date(ms + 7 * 3_600_000).toISOString().slice(0, 10) !== text) {
    throw wrong(`${option} takes a day, YYYY-MM-DD`);
  }
  return ms;
}

export function readCount(option: string, text: string, { least = 1, most = 1_000_000_000 } = {}): number {
  const count = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(count >= least && count <= most)) throw wrong(`${option} takes a whole number from ${least} to ${most}`);
  return count;
}

export async function readInput(input: Readable): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of input) {
    parts.push(part as Buffer);
    bytes += (part as Buffer).length;
    if (bytes > INPUT_BYTES_MAX) throw new UsageError(`standard input holds more than ${INPUT_BYTES_MAX} bytes`);
  }
  return Buffer.concat(parts).toString();
}
