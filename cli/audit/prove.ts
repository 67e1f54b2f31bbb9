import { parseArgs } from 'node:util';
import { fieldKey } from '../../gateway/audit/entry.js';
import { markOf } from '../../gateway/audit/marks.js';
import type { AuditReader } from '../../gateway/audit/reader.js';
import { NoteError } from '../../gateway/audit/verify/note.js';
import { writeProof } from '../../gateway/audit/verify/proof.js';
import { UsageError } from '../main.js';
import { readCount, readInput, readWhyIfGiven, WHY, wrong } from './arguments.js';
import { isValue } from './check.js';
import { type Found, findAll, readEntries } from './found.js';
import { keepFile } from './keep-file.js';
import { type OpenLog, openLog } from './open.js';
import { type ValueEvidence, writeProofFile } from './proof-file.js';
import { shown } from './table.js';

const OPTIONS = {
  ...WHY,
  entry: { type: 'string' },
  out: { type: 'string' },
  value: { type: 'string' },
  'json-value': { type: 'string' },
  json: { type: 'boolean' },
} as const;

const FIELDS_NAMED_MAX = 20;

/** Writes a proof that an entry is in the log, and of a value that it is the one that was shown. */
export async function prove(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const { entry, out, value: path, 'json-value': given, json } = values;
  if (!entry)
    throw wrong('--entry is missing: the number of an entry in the log, WRITER/NUMBER, or the id of a request');
  if ((path === undefined) !== (given === undefined)) throw wrong('--value FIELD and --json-value JSON go together');
  const why = readWhyIfGiven(values);
  const text = given === '-' ? (await readInput(process.stdin)).trim() : given;
  const log = await openLog();
  try {
    const found = await findEntry(log, entry);
    await log.record({
      what: 'log.prove',
      why,
      about: found.entry.about,
      more: { leaf: found.leaf, ...(path !== undefined && { value: path }) },
    });
    const { file, size } = await proofOf(log.reader, found);
    const value = path === undefined ? undefined : await evidenceOf(log.reader, found, { path, text: text! });
    const written = writeProofFile(file, value);
    if (out) await keepFile(out, written, 0o600);
    const said = `${out} proves entry ${found.leaf} of the log of ${size} entries: npm run audit -- check --proof ${out} --key KEY\n`;
    if (json)
      process.stdout.write(`${JSON.stringify({ entry: found.leaf, size, ...(out ? { out } : { proof: written }) })}\n`);
    else process.stdout.write(out ? said : written);
    return 0;
  } finally {
    await log.close();
  }
}

/** By its number in the log or in its writer's, or by the id of its request, which a client sends and others may have sent too. */
async function findEntry(log: OpenLog, entry: string): Promise<Found> {
  const [, writer, n] = /^([\w-]{16})\/(\d{1,15})$/.exec(entry) ?? [];
  if (writer) return findOfWriter(log, writer, Number(n));
  if (/^\d{1,15}$/.test(entry)) {
    const leaf = readCount('--entry', entry, { least: 0, most: Number.MAX_SAFE_INTEGER });
    const logged = await log.reader.entry(leaf);
    if (!logged)
      throw new UsageError(
        `The log has no entry ${leaf}: the newest are there after some seconds in which a gateway runs.`,
        1,
      );
    const [found] = await readEntries(log, [logged]);
    if (!found)
      throw new UsageError(`Entry ${leaf} is of a month that has been retired: its text is no longer here.`, 1);
    return found;
  }
  const asked = { anyOf: [[markOf('request', entry)]], order: 'oldest first', first: 10 } as const;
  const all: Found[] = [];
  for await (const found of findAll(log, asked, (each) => each.entry.req === entry)) all.push(found);
  const [found, ...others] = all;
  if (!found)
    throw new UsageError(
      'No entry of the log is of this request: the newest are there after some seconds in which a gateway runs.',
      1,
    );
  if (others.length === 0) return found;
  const leaves = all.map(({ leaf }) => leaf).join(', ');
  throw new UsageError(`Several entries are of this request, ${leaves}: name one of these numbers.`, 1);
}

/** Entries lie by writer and number, and the tree's places by time. */
async function findOfWriter(log: OpenLog, writer: string, n: number): Promise<Found> {
  const [row] = await log.database.query<{ atMs: number }>(
    `SELECT floor(date_part('epoch', at) * 1000)::bigint AS "atMs" FROM audit.entry WHERE writer = $1 AND n = $2`,
    [writer, n],
  );
  if (row) {
    const asked = { fromMs: row.atMs - 1, untilMs: row.atMs + 2, order: 'oldest first', first: 1 } as const;
    const isMeant = ({ entry }: Found) => entry.w === writer && entry.n === n;
    for await (const found of findAll(log, asked, isMeant)) return found;
  }
  throw new UsageError(
    'The log has no such entry, or not yet: the newest are there after some seconds in which a gateway runs.',
    1,
  );
}

async function proofOf(reader: AuditReader, { leaf, line, entry }: Found): Promise<{ file: string; size: number }> {
  const newest = await reader.checkpoint();
  if (!newest || newest.size <= leaf) {
    throw new UsageError(`No checkpoint has entry ${leaf} yet: a gateway signs one every few seconds.`, 1);
  }
  const { size, note } = newest;
  const named = [entry.shape, entry.fromIn].flatMap((hash) => hash ?? []);
  const details = [...(await reader.details(named)).values()];
  const proof = await reader.inclusionProof(leaf, size);
  return { file: writeProof({ index: leaf, line, details, proof, checkpoint: note }), size };
}

/** What it takes to check the value, for one that is the value: nobody is given a proof of what was not shown. */
async function evidenceOf(
  reader: AuditReader,
  found: Found,
  { path, text }: { path: string; text: string },
): Promise<ValueEvidence> {
  const { entry, shape } = found;
  if (!shape || entry.values === undefined) throw cannot('the entry names no fields, or they are no longer kept');
  if (!shape.fields.some(([name]) => name === path)) {
    const some = shape.fields.slice(0, FIELDS_NAMED_MAX).map(([name]) => name);
    const more = shape.fields.length > some.length ? ', …' : '';
    throw cannot(`the entry has no such field; it has ${some.join(', ')}${more}`);
  }
  const opening = await reader.opening(entry.values);
  if (!opening) throw cannot('what proves its values was erased, or never kept');
  const value = {
    path,
    key: fieldKey(opening.salt, path).toString('base64url'),
    digests: opening.digests.toString('base64url'),
  };
  const details = await reader.details([entry.shape!]);
  try {
    if (isValue({ entry, details }, value, text)) return value;
  } catch (error) {
    if (!(error instanceof NoteError)) throw error;
    throw cannot(error.message);
  }
  throw cannot(`another value was sent in ${path}`);
}

function cannot(why: string): UsageError {
  return new UsageError(`The value cannot be proved: ${shown(why)}.`, 1);
}
