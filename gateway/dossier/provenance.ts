import type { CacheTier, SourceRecord } from '../context.js';

/** `Provenance` of the schema. */
export interface Provenance {
  registry: string;
  record: string;
  version: string;
  recordedAt: string;
  retrievedAt: string;
  cache: CacheTier;
  ageSeconds: number;
}

/** The records as the schema wants them, in order, without those that their registry did not report. */
export type Cite = (records: readonly SourceRecord[]) => Provenance[];

/**
 * Cites the records of one answer, filled at `nowMs`. A source whose registry reported no record, no version or not since when
 * it holds, is left out: provenance is evidence, so there is no entry rather than an invented one. `retrievedAt` is when the
 * gateway read the record from its registry, however long ago a cache did. One record under many fields is written once.
 */
export function createCite(nowMs: number): Cite {
  const written = new Map<SourceRecord, Provenance | null>();
  const toIso = createIsoTimes();
  const cited = (source: SourceRecord): Provenance | null => {
    let provenance = written.get(source);
    if (provenance !== undefined) return provenance;
    const { registry, record, version, recordedAt, retrievedAtMs, cache } = source;
    provenance = null;
    if (record !== undefined && version !== undefined && recordedAt !== undefined) {
      const [retrievedAt, ageMs] = [toIso(retrievedAtMs), Math.max(0, nowMs - retrievedAtMs)];
      provenance = { registry, record, version, recordedAt, retrievedAt, cache, ageSeconds: ageMs / 1000 };
    }
    written.set(source, provenance);
    return provenance;
  };
  return (records) => records.map(cited).filter((each) => each !== null);
}

/** Writes each moment once: all records of one fetch were read at the same one. */
function createIsoTimes(): (atMs: number) => string {
  const written = new Map<number, string>();
  return (atMs) => {
    const known = written.get(atMs) ?? new Date(atMs).toISOString();
    written.set(atMs, known);
    return known;
  };
}
