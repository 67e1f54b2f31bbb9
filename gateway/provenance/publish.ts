import type { OperationStep, ResponsePath, SourceRecord } from '../context.js';
import { PathTree } from './path-tree.js';

/** A record in `extensions.provenance`; `record`, `version` and `recordedAt` are absent where the registry reports none. */
interface PublishedRecord extends Omit<SourceRecord, 'retrievedAtMs'> {
  retrievedAt: string;
  ageSeconds: number;
}

/** Values of the answer, at and below `path`, and the records that they come from, as indexes of `records`. */
interface PublishedValues {
  path: ResponsePath;
  records: number[];
}

/**
 * Puts `{ records, values }` into `extensions.provenance` when the client asked for it. A record is written once, however many
 * values come from it, and only if the client got one of them.
 */
export const publishProvenance: OperationStep = async (exchange, next) => {
  const result = await next();
  if (!exchange.wantsProvenance) return result;
  const { records, indexOf } = createRecordList(exchange.context.clock.now());
  const values: PublishedValues[] = [];
  const byPath = new PathTree<PublishedValues>();
  for (const { path, record } of result.provenance.given(result)) {
    const index = indexOf(record);
    const place = byPath.make(path);
    if (!place.value) values.push((place.value = { path, records: [index] }));
    else if (!place.value.records.includes(index)) place.value.records.push(index);
  }
  return { ...result, extensions: { ...result.extensions, provenance: { records, values } } };
};

/** The records to be published, each once; `indexOf` adds what is not there yet. */
function createRecordList(nowMs: number): { records: PublishedRecord[]; indexOf(source: SourceRecord): number } {
  const records: PublishedRecord[] = [];
  const sources: SourceRecord[] = [];
  const byName = new Map<string | undefined, number[]>();
  const times = new Map<number, string>();
  const timeOf = (atMs: number): string => {
    const known = times.get(atMs) ?? new Date(atMs).toISOString();
    times.set(atMs, known);
    return known;
  };
  const indexOf = (source: SourceRecord): number => {
    const { registry, record, version, recordedAt, cache, retrievedAtMs } = source;
    let indexes = byName.get(record);
    if (!indexes) byName.set(record, (indexes = []));
    const known = indexes.find((index) => isSame(sources[index]!, source));
    if (known !== undefined) return known;
    const ageSeconds = Math.max(0, nowMs - retrievedAtMs) / 1000;
    const retrievedAt = timeOf(retrievedAtMs);
    records.push({ registry, record, version, recordedAt, cache, retrievedAt, ageSeconds });
    const index = sources.push(source) - 1;
    indexes.push(index);
    return index;
  };
  return { records, indexOf };
}

function isSame(one: SourceRecord, other: SourceRecord): boolean {
  return (
    one === other ||
    (one.registry === other.registry &&
      one.record === other.record &&
      one.version === other.version &&
      one.recordedAt === other.recordedAt &&
      one.retrievedAtMs === other.retrievedAtMs &&
      one.cache === other.cache)
  );
}
