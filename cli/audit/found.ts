import type { AuditQueryable } from '../../gateway/audit/database.js';
import {
  detailHash,
  type Entry,
  EntryError,
  parseEntry,
  type RecordList,
  type RecordRead,
  recordsOf,
  type Shape,
} from '../../gateway/audit/entry.js';
import type { AuditReader, Find, LoggedEntry } from '../../gateway/audit/reader.js';
import type { TreeStore } from '../../gateway/audit/store/tree-store.js';
import { leafHash } from '../../gateway/audit/verify/merkle.js';
import { TILE_WIDTH } from '../../gateway/audit/verify/tiles.js';
import { UsageError } from '../main.js';

/** An entry with what its details say. */
export interface Found {
  readonly leaf: number;
  readonly line: string;
  readonly entry: Entry;
  /** Absent: it has none, or it is no longer kept. */
  readonly shape?: Shape;
  readonly records: readonly RecordRead[];
}

/** Where entries are read, and the tree that says what they were. */
export interface ReadableLog {
  readonly reader: AuditReader;
  readonly tree: Pick<TreeStore, 'hashes'>;
  readonly database: AuditQueryable;
}

const PAGE = 500;

/**
 * What is found in the log, page by page, so that millions need no memory. A mark is 64 bits, which two texts may share: `isMeant` says
 * of each whether it is of the text meant.
 */
export async function* findAll(
  log: ReadableLog,
  { first = Number.POSITIVE_INFINITY, ...asked }: Omit<Find, 'first'> & { first?: number },
  isMeant: (found: Found) => boolean,
): AsyncGenerator<Found> {
  let left = first;
  let afterLeaf = asked.afterLeaf;
  while (left > 0) {
    const page = await log.reader.find({ ...asked, afterLeaf, first: PAGE });
    for (const found of await readEntries(log, page)) {
      if (!isMeant(found)) continue;
      yield found;
      left -= 1;
      if (left <= 0) return;
    }
    if (page.length < PAGE) return;
    afterLeaf = page.at(-1)!.leaf;
  }
}

/**
 * Reads entries with their details; those of retired months, of which there is nothing to read, are left out. Each is compared with the
 * hash that the tree has of it, so that nobody is shown what was changed in the table since.
 */
export async function readEntries(log: ReadableLog, logged: readonly LoggedEntry[]): Promise<Found[]> {
  const { reader, tree } = log;
  await refuseChanged(tree, logged);
  const entries = logged.flatMap(({ leaf, line }) =>
    line === undefined ? [] : [{ leaf, line, entry: parse(leaf, line) }],
  );
  const hashes = new Set(entries.flatMap(({ entry: { shape, fromIn } }) => [shape ?? [], fromIn ?? []].flat()));
  const details = hashes.size > 0 ? await reader.details([...hashes]) : new Map<string, string>();
  await refuseChangedDetails(log, { entries, missing: [...hashes].filter((hash) => !details.has(hash)) });
  const parsed = new Map<string, unknown>();
  return entries.map(({ leaf, line, entry }) => together({ leaf, line, entry }, details, parsed));
}

/** An entry with details that came with it. */
export function withDetails(leaf: number, line: string, details: ReadonlyMap<string, string>): Found {
  return together({ leaf, line, entry: parse(leaf, line) }, details, new Map());
}

/** `parsed`: details that many entries have in common are parsed once. */
function together(
  { leaf, line, entry }: Pick<Found, 'leaf' | 'line' | 'entry'>,
  details: ReadonlyMap<string, string>,
  parsed: Map<string, unknown>,
): Found {
  const detail = <Detail>(hash: string | undefined): Detail | undefined => {
    const body = hash === undefined ? undefined : details.get(hash);
    if (hash === undefined || body === undefined) return undefined;
    if (!parsed.has(hash) && detailHash(body) !== hash) throw changed(leaf, 'what it says was read');
    if (!parsed.has(hash)) parsed.set(hash, JSON.parse(body));
    return parsed.get(hash) as Detail;
  };
  const shape = detail<Shape>(entry.shape);
  const list = detail<RecordList>(entry.fromIn);
  const records = shape && readable(leaf, () => recordsOf(entry, shape, list));
  return { leaf, line, entry, ...(shape && { shape }), records: records ?? [] };
}

async function refuseChanged(tree: ReadableLog['tree'], logged: readonly LoggedEntry[]): Promise<void> {
  const tiles = new Map<number, { from: number; until: number }>();
  for (const { leaf } of logged) {
    const n = Math.floor(leaf / TILE_WIDTH);
    const { from, until } = tiles.get(n) ?? { from: TILE_WIDTH, until: 0 };
    const place = leaf % TILE_WIDTH;
    tiles.set(n, { from: Math.min(from, place), until: Math.max(until, place + 1) });
  }
  const ranges = [...tiles].map(([n, range]) => ({ level: 0, n, ...range }));
  const hashes = await tree.hashes(ranges);
  const byTile = new Map(ranges.map(({ n, from }, index) => [n, { from, hashes: hashes[index] ?? [] }]));
  for (const { leaf, line } of logged) {
    if (line === undefined) continue;
    const tile = byTile.get(Math.floor(leaf / TILE_WIDTH));
    const hash = tile?.hashes[(leaf % TILE_WIDTH) - tile.from];
    if (!hash?.equals(leafHash(Buffer.from(line)))) throw changed(leaf, 'what stands in the table');
  }
}

/** The reader gives nothing for details that are not what they were; whoever inspects must hear that they are there. */
async function refuseChangedDetails(
  { database }: ReadableLog,
  { entries, missing }: { entries: readonly Pick<Found, 'leaf' | 'entry'>[]; missing: readonly string[] },
): Promise<void> {
  if (missing.length === 0) return;
  const [row] = await database.query<{ hash: string }>('SELECT hash FROM audit.detail WHERE hash = ANY($1::text[])', [
    missing,
  ]);
  const of = row && entries.find(({ entry: { shape, fromIn } }) => shape === row.hash || fromIn === row.hash);
  if (of) throw changed(of.leaf, 'what it says was read');
}

function changed(leaf: number, what: string): UsageError {
  return new UsageError(
    `Entry ${leaf} of the log was CHANGED: ${what} does not fit the hash that was kept of it. npm run audit -- verify says more.`,
    1,
  );
}

function parse(leaf: number, line: string): Entry {
  return readable(leaf, () => parseEntry(line));
}

function readable<Read>(leaf: number, read: () => Read): Read {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
    throw new UsageError(
      `Entry ${leaf} of the log ${error.message}: it was changed, or a newer version wrote it. npm run audit -- verify says more.`,
      1,
    );
  }
}

/** So many hashes fit into an entry, with much room. */
const ABOUT_MAX = 2_000;

/**
 * Whom several entries are about together, for the entries that say so: each list begins with the id of the key that its hashes are made
 * with. One `undefined` when they are about nobody.
 */
export function aboutOf(abouts: Iterable<readonly string[]>): (readonly string[] | undefined)[] {
  const byKey = new Map<string, Set<string>>();
  for (const [key, ...hashes] of abouts) {
    if (key === undefined) continue;
    const known = byKey.get(key) ?? new Set();
    for (const hash of hashes) known.add(hash);
    byKey.set(key, known);
  }
  const lists = [...byKey].flatMap(([key, hashes]) => {
    const all = [...hashes];
    const parts = Math.ceil(all.length / ABOUT_MAX);
    return Array.from({ length: parts }, (_, part) => [key, ...all.slice(part * ABOUT_MAX, (part + 1) * ABOUT_MAX)]);
  });
  return lists.length > 0 ? lists : [undefined];
}
