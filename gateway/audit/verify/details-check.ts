import { detailHash, type Entry, EntryError, type RecordList, readRecords, type Shape } from '../entry.js';
import type { Findings } from './findings.js';
import type { Read } from './tile-reader.js';

/** So many are remembered as looked at; beyond, some are looked at again. */
const KNOWN_MAX = 50_000;
const ABSENT_MAX = 1000;

/**
 * The details that entries name: whether they are there, have the hash they are named by, and are of as many records as the entry; and
 * whether its records can be read.
 */
export class DetailsCheck {
  /** How many records each is of, by its hash and what it is to be; `undefined`: it isn't known. */
  private readonly known = new Map<string, number | undefined>();
  private readonly absentFrom: { readonly leaf: number; readonly hash: string }[] = [];
  fitting = 0;
  absent = 0;

  constructor(
    private readonly read: Read,
    private readonly found: Findings,
  ) {}

  async check(leaf: number, entry: Entry): Promise<void> {
    const { w: writer, n, shape, fromIn } = entry;
    if (shape === undefined) return;
    const say = (what: string) => this.found.add({ kind: 'details', leaf, writer, n, says: `it ${what}.` });
    const inShape = await this.recordsIn(shape, leaf, countOfShape);
    const inEntry = fromIn === undefined ? countOf(entry, say) : await this.recordsIn(fromIn, leaf, countOf);
    if (inShape !== undefined && inEntry !== undefined && inShape !== inEntry) {
      say(`names ${inEntry} records, and its shape ${inShape}`);
    }
  }

  private async recordsIn(hash: string, leaf: number, count: Count): Promise<number | undefined> {
    const name = `${hash} ${count.name}`;
    if (this.known.has(name)) return this.known.get(name);
    if (this.known.size >= KNOWN_MAX) this.known.clear();
    const bytes = await this.read(`details/${hash}`);
    const records = bytes && this.recordsOf(Buffer.from(bytes).toString(), { hash, leaf, count });
    this.known.set(name, records);
    if (!bytes) {
      this.absent += 1;
      if (this.absentFrom.length < ABSENT_MAX) this.absentFrom.push({ leaf, hash });
    }
    return records;
  }

  private recordsOf(
    body: string,
    { hash, leaf, count }: { hash: string; leaf: number; count: Count },
  ): number | undefined {
    if (detailHash(body) !== hash) {
      this.found.add({
        kind: 'details',
        leaf,
        says: `its details were changed: what stands in details/${hash} has another hash.`,
      });
      return undefined;
    }
    this.fitting += 1;
    const say = (what: string) =>
      this.found.add({ kind: 'details', leaf, says: `what stands in details/${hash} ${what}.` });
    try {
      return count(JSON.parse(body), say);
    } catch {
      this.found.add({ kind: 'details', leaf, says: `its details in details/${hash} are not JSON.` });
      return undefined;
    }
  }

  /** Says which are missing; where there are none at all, the log was handed over without. */
  conclude(): void {
    if (this.fitting === 0) return;
    for (const { leaf, hash } of this.absentFrom) {
      this.found.add({ kind: 'details', leaf, says: `its details are missing: there is no details/${hash}.` });
    }
  }
}

/** How many records something is of; `undefined`, and what is wrong with it, where it cannot be read. */
type Count = (details: Shape & RecordList, say: (what: string) => void) => number | undefined;

function countOfShape({ registries }: Shape, say: (what: string) => void): number | undefined {
  if (Array.isArray(registries)) return registries.length;
  say('is no shape');
  return undefined;
}

function countOf(list: RecordList, say: (what: string) => void): number | undefined {
  try {
    return readRecords(list).length;
  } catch (error) {
    if (!(error instanceof EntryError)) throw error;
    say(error.message);
    return undefined;
  }
}
