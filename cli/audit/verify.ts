import { parseArgs } from 'node:util';
import { parseCheckpoint } from '../../gateway/audit/verify/checkpoint.js';
import { NoteError, parseNote } from '../../gateway/audit/verify/note.js';
import type { Read } from '../../gateway/audit/verify/tile-reader.js';
import { type Report, verifyLog } from '../../gateway/audit/verify/verify.js';
import { readGiven, readVkey } from './keys-given.js';
import { createLongProgress } from './long-work.js';
import { compareFiles, MANIFEST, readManifest } from './manifest.js';
import type { Source } from './sources.js';
import { counted, moment, shown } from './table.js';
import { openSource } from './witness.js';

const OPTIONS = {
  dir: { type: 'string' },
  url: { type: 'string' },
  key: { type: 'string' },
  since: { type: 'string', multiple: true },
  other: { type: 'string', multiple: true },
  witness: { type: 'string', multiple: true },
  json: { type: 'boolean' },
} as const;

/** What is in an export beside the log: which leaves have their entries in it. */
export interface ExportInfo {
  readonly from: string;
  readonly to: string;
  readonly firstLeaf: number;
  readonly lastLeaf: number;
}

/** Checks a log, or an export of one, from its files and its public key alone. */
export async function verify(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const vkey = await readVkey(values.key);
  const witnesses = await Promise.all((values.witness ?? []).map((each) => readVkey(each, '--witness')));
  const kept = await Promise.all((values.since ?? []).map((file) => readGiven('--since', file)));
  const others = await Promise.all((values.other ?? []).map((file) => readGiven('--other', file)));
  const source = await openSource(values);
  try {
    const { read, range, findings } = await openExport(source, vkey);
    const isRunning = values.url !== undefined;
    // Entries are for auditors; who has no token checks the tree over them.
    const isTreeOnly = source.isForAnybody === true && (await refusesEntries(source));
    const report = await verifyLog({
      read,
      vkey,
      witnesses,
      quorum: witnesses.length,
      kept,
      others,
      ...(range && { range }),
      ...(isRunning && { nowMs: Date.now() }),
      isTreeOnly,
      onProgress: await progressOf(read),
    });
    const isWhole = report.isWhole && findings.length === 0;
    const said = [...findings, ...report.findings.map(({ says }) => says)];
    process.stdout.write(
      values.json
        ? `${JSON.stringify(jsonOf(report, { isWhole, findings }))}\n`
        : described(report, { isWhole, said, range, isTreeOnly }),
    );
    return isWhole ? 0 : 1;
  } finally {
    await source.close();
  }
}

/** A gateway shows entries to auditors only; a copy that somebody serves may show them to everybody. */
async function refusesEntries({ read }: Source): Promise<boolean> {
  return read('tile/entries/000').then(
    () => false,
    () => true,
  );
}

/** Of an export only what its manifest names is looked at, and that must be what the log signed. */
async function openExport(
  source: Source,
  vkey: string,
): Promise<{ read: Read; range?: { from: number; until: number }; findings: readonly string[] }> {
  const { read } = source;
  const [info, note] = [await read('export.json'), await read(MANIFEST)];
  if (!note) return { read, findings: info ? ['The manifest is missing: an export has one, signed by its log.'] : [] };
  let files: Map<string, string>;
  try {
    files = readManifest(Buffer.from(note).toString(), vkey);
  } catch (error) {
    return { read, findings: [`The manifest proves nothing: ${(error as Error).message}.`] };
  }
  const progress = createLongProgress('files');
  const findings = await compareFiles(files, read, progress);
  const named: Read = async (path) => (files.has(path) ? read(path) : undefined);
  const range = rangeOf(files.has('export.json') ? info : undefined);
  if (!range) findings.push('export.json does not say which entries the export has.');
  return { read: named, ...(range && { range }), findings };
}

function rangeOf(info: Uint8Array | undefined): { from: number; until: number } | undefined {
  try {
    const { firstLeaf, lastLeaf } = JSON.parse(Buffer.from(info ?? []).toString()) as ExportInfo;
    const isRange = Number.isSafeInteger(firstLeaf) && Number.isSafeInteger(lastLeaf) && firstLeaf >= 0;
    return isRange && lastLeaf >= firstLeaf - 1 ? { from: firstLeaf, until: lastLeaf + 1 } : undefined;
  } catch {
    return undefined;
  }
}

/** A log that does not say how long it is has no progress; what is wrong with it is the verifier's to say. */
async function progressOf(read: Read): Promise<(leaves: number) => void> {
  const note = await read('checkpoint');
  try {
    const { size } = parseCheckpoint(parseNote(Buffer.from(note ?? []).toString()).text);
    const progress = createLongProgress('entries');
    return (leaves) => size > 0 && progress(Math.min(leaves, size), size);
  } catch (error) {
    if (error instanceof NoteError) return () => {};
    throw error;
  }
}

function jsonOf(report: Report, { isWhole, findings }: { isWhole: boolean; findings: readonly string[] }): object {
  const { checkpoint, ...rest } = report;
  const { origin, size, atMs = null, witnesses } = checkpoint ?? { origin: null, size: null, witnesses: [] };
  const ofFiles = findings.map((says) => ({ kind: 'files', says }));
  return {
    ...rest,
    isWhole,
    findings: [...ofFiles, ...report.findings],
    checkpoint: { origin, size, atMs, witnesses },
  };
}

function described(
  report: Report,
  {
    isWhole,
    said,
    range,
    isTreeOnly,
  }: { isWhole: boolean; said: readonly string[]; range?: { from: number; until: number }; isTreeOnly: boolean },
): string {
  const { checkpoint, entries, writers, openWriters, retired, details, moreFindings } = report;
  const what = checkpoint
    ? `${checkpoint.origin}, ${counted(checkpoint.size, 'entry', 'entries')}${checkpoint.atMs === undefined ? '' : `, signed ${moment(checkpoint.atMs)} (+07:00)`}`
    : 'a log without a checkpoint that can be believed';
  const lines = [`${isWhole ? 'WHOLE' : 'NOT WHOLE'}: ${shown(what)}.`];
  for (const says of said) lines.push(`- ${shown(says)}`);
  if (moreFindings > 0) lines.push(`- and ${moreFindings.toLocaleString('en-US')} more.`);
  for (const { name, atMs } of checkpoint?.witnesses ?? [])
    lines.push(shown(`Cosigned by ${name}, ${moment(atMs)} (+07:00).`));
  if (isTreeOnly) {
    lines.push('Looked at: the hashes and what was signed; entries are for auditors, whose token AUDIT_TOKEN takes.');
    return `${lines.join('\n')}\n`;
  }
  const open = openWriters > 0 ? `, ${openWriters} of which have not ended` : '';
  const isEmpty = range !== undefined && range.until <= range.from;
  const which = isEmpty ? 'no entries' : `the entries of leaves ${range?.from} to ${(range?.until ?? 0) - 1}`;
  const part = range ? `${which} are in this export; ` : '';
  lines.push(
    `Looked at: ${part}${counted(entries, 'entry that fits', 'entries that fit')} the tree, of ${counted(writers, 'writer', 'writers')}${open}.`,
  );
  for (const { from, until } of retired)
    lines.push(`Leaves ${from} to ${until - 1} have been retired: their hashes are here, what they said is not.`);
  const absent = details.absent > 0 ? `, ${details.absent} are not here` : '';
  lines.push(`Details: ${details.fitting} fit what entries name${absent}.`);
  return `${lines.join('\n')}\n`;
}
