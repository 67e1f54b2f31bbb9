import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { EntryError } from '../../gateway/audit/entry.js';
import { NoteError } from '../../gateway/audit/verify/note.js';
import { type Proved, verifyProof } from '../../gateway/audit/verify/proof.js';
import { verifyValue } from '../../gateway/audit/verify/value.js';
import { UsageError } from '../main.js';
import { readInput, wrong } from './arguments.js';
import { describeEntry, jsonOf } from './describe.js';
import { withDetails } from './found.js';
import { readVkey } from './keys-given.js';
import { readProofFile, type ValueEvidence } from './proof-file.js';
import { moment, shown } from './table.js';

const OPTIONS = {
  proof: { type: 'string' },
  key: { type: 'string' },
  witness: { type: 'string', multiple: true },
  'json-value': { type: 'string' },
  json: { type: 'boolean' },
} as const;

/** Checks a proof with the public key of the log and nothing else: no network, no database. */
export async function check(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { proof: file, json, 'json-value': given } = values;
  if (!file) throw wrong('--proof FILE is missing');
  const vkey = await readVkey(values.key);
  const witnesses = await Promise.all((values.witness ?? []).map((each) => readVkey(each, '--witness')));
  const { proof, value } = await readProofFile(await readText(file));
  if (given !== undefined && !value) {
    throw new UsageError(`${shown(file)} proves an entry, and no value of it: prove --value writes one that does.`);
  }
  const text = given === '-' ? (await readInput(process.stdin)).trim() : given;
  let proved: Proved;
  let isShown: boolean | undefined;
  try {
    proved = verifyProof(proof, { vkey, witnesses, quorum: witnesses.length });
    isShown = text === undefined || !value ? undefined : isValue(proved, value, text);
  } catch (error) {
    if (!(error instanceof NoteError) && !(error instanceof EntryError)) throw error;
    throw new UsageError(`PROVES NOTHING: ${shown(error.message)}.`, 1);
  }
  const { index, line, checkpoint, details } = proved;
  const found = withDetails(index, line, details);
  if (json) {
    const { origin, size, atMs = null } = checkpoint;
    const of = value && { path: value.path, isShown: isShown ?? null };
    process.stdout.write(
      `${JSON.stringify({ proved: isShown !== false, origin, size, atMs, ...jsonOf(found), value: of })}\n`,
    );
  } else {
    process.stdout.write(`${describeLog(checkpoint)}\n${describeEntry(found, { isHere: false })}`);
    if (value) process.stdout.write(`\n${describeValue(value, isShown)}\n`);
  }
  return isShown === false ? 1 : 0;
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--proof ${file} cannot be read (${error.code})`);
  });
}

/** Whether it is the value: as it was sent, or written with other spaces. Throws a `NoteError` when the evidence is of something else. */
export function isValue(
  { entry, details }: Pick<Proved, 'entry' | 'details'>,
  value: ValueEvidence,
  text: string,
): boolean {
  const shape = entry.shape === undefined ? undefined : details.get(entry.shape);
  if (shape === undefined) throw new NoteError('it does not hold what the entry says was read');
  let last: unknown;
  for (const json of [text, compact(text)]) {
    try {
      if (json !== undefined) verifyValue({ ...value, json }, { entry, shape });
      if (json !== undefined) return true;
    } catch (error) {
      if (!(error instanceof NoteError)) throw error;
      last = error;
    }
  }
  if ((last as Error).message !== 'another value was sent in this field') throw last;
  return false;
}

/** JSON as it is sent, without the spaces that people write; `undefined`: it is none. */
function compact(json: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(json));
  } catch {
    return undefined;
  }
}

function describeLog({ origin, size, atMs, witnesses }: Proved['checkpoint']): string {
  const signed = atMs === undefined ? '' : `, signed ${moment(atMs)} (+07:00)`;
  const seen = witnesses.map(({ name, atMs: at }) => `, cosigned by ${name} ${moment(at)}`);
  return shown(`PROVED: the log ${origin}, of ${size} entries${signed}${seen.join('')}, has this entry:`);
}

function describeValue({ path }: ValueEvidence, isShown: boolean | undefined): string {
  if (isShown === undefined) {
    return `It can be checked which value was sent in ${shown(path)}: --json-value '"…"', or - for standard input.`;
  }
  return isShown
    ? `PROVED: this is the value that was sent in ${shown(path)}.`
    : `NOT PROVED: another value was sent in ${shown(path)}.`;
}
