import { type Entry, parseEntry } from '../../gateway/audit/entry.js';
import { readCheckpoint } from '../../gateway/audit/verify/checkpoint.js';
import { verifyConsistency } from '../../gateway/audit/verify/merkle.js';
import { type Read, TileReader } from '../../gateway/audit/verify/tile-reader.js';
import { verifyLog } from '../../gateway/audit/verify/verify.js';
import type { Answered } from './audited-load.js';

/** A checkpoint as somebody got it who asked again and again. */
export interface SeenCheckpoint {
  readonly from: string;
  readonly note: string;
}

export interface Tree {
  readonly read: Read;
  readonly vkey: string;
  /** As they were seen, one after another. */
  readonly seen: readonly SeenCheckpoint[];
}

/** All entries of a log as it is published. */
export async function entriesOf({ read, vkey }: Pick<Tree, 'read' | 'vkey'>): Promise<Entry[]> {
  const note = Buffer.from((await read('checkpoint'))!).toString();
  const { size } = readCheckpoint(note, { vkey });
  const tiles = new TileReader(read, size);
  const entries: Entry[] = [];
  for (let n = 0; entries.length < size; n += 1) {
    const bundle = (await tiles.entries(n)) ?? [];
    if (bundle.length === 0) throw new Error(`the entries from ${entries.length} on are not there`);
    entries.push(...bundle.map((bytes) => parseEntry(Buffer.from(bytes).toString())));
  }
  return entries;
}

/** What is wrong between what clients were answered and what the log says: a sentence each. */
export function problemsOfAnswers(answered: readonly Answered[], entries: readonly Entry[]): string[] {
  const problems: string[] = [];
  const byRequest = new Map<string, Entry[]>();
  for (const entry of entries) {
    if (entry.req !== undefined) byRequest.set(entry.req, [...(byRequest.get(entry.req) ?? []), entry]);
  }
  const places = new Set<string>();
  for (const { w, n } of entries) {
    if (places.has(`${w} ${n}`)) problems.push(`entry ${n} of writer ${w} is there twice`);
    places.add(`${w} ${n}`);
  }
  for (const [request, of] of byRequest) if (of.length > 1) problems.push(`${request} has ${of.length} entries`);
  for (const { id, status, hasData, kind, code } of answered) {
    const entry = byRequest.get(id)?.[0];
    if (status === 503 && code === 'AUDIT_UNAVAILABLE') {
      if (hasData) problems.push(`${id} was answered with data although it could not be recorded`);
      continue;
    }
    if (hasData && kind === 'refused') problems.push(`${id} got data that nobody may read so`);
    if (!entry) problems.push(`${id} was answered (${status}) and has no entry`);
    else if ((entry.kind === 'read') !== hasData) problems.push(`${id} was answered (${status}) and is ${entry.kind}`);
  }
  return problems;
}

/** What is wrong with the tree, and with what was seen of it while it grew. */
export async function problemsOfTree({ read, vkey, seen }: Tree): Promise<string[]> {
  const problems: string[] = [];
  const report = await verifyLog({ read, vkey, kept: seen.map(({ note }) => note) });
  problems.push(...report.findings.map(({ says }) => says));
  const notes = seen.map(({ note, from }) => ({ from, ...readCheckpoint(note, { vkey }) }));
  notes.forEach(({ size, from }, index) => {
    const before = notes[index - 1];
    if (before && before.size > size) problems.push(`${from} showed ${size} entries after ${before.size}`);
  });
  const newest = report.checkpoint;
  if (!newest) return [...problems, 'there is no checkpoint'];
  const tiles = new TileReader(read, newest.size);
  const inOrder = [...notes, { from: 'the end', ...newest }];
  for (const [index, to] of inOrder.entries()) {
    const from = inOrder[index - 1];
    if (!from || from.size === 0) continue;
    const proof = from.size < to.size && to.size <= newest.size ? await tiles.consistencyProof(from.size, to.size) : [];
    const fits = verifyConsistency({ from: from.size, to: to.size, fromRoot: from.root, toRoot: to.root, proof });
    if (!fits) problems.push(`the checkpoint of ${to.size} entries does not continue that of ${from.size}`);
  }
  return problems;
}
