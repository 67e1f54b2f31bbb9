import type { OperationStep, ResponsePath, SourceRecord } from '../context.js';

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
  const now = exchange.context.clock.now();
  const records = new Map<string, { index: number; record: PublishedRecord }>();
  const values = new Map<string, PublishedValues>();
  for (const { path, record } of result.provenance.given(result)) {
    const key = keyOf(record);
    let known = records.get(key);
    if (!known) records.set(key, (known = { index: records.size, record: published(record, now) }));
    const at = JSON.stringify(path);
    const entry = values.get(at);
    if (!entry) values.set(at, { path, records: [known.index] });
    else if (!entry.records.includes(known.index)) entry.records.push(known.index);
  }
  const provenance = { records: [...records.values()].map(({ record }) => record), values: [...values.values()] };
  return { ...result, extensions: { ...result.extensions, provenance } };
};

function keyOf({ registry, record, version, recordedAt, retrievedAtMs, cache }: SourceRecord): string {
  return JSON.stringify([registry, record, version, recordedAt, retrievedAtMs, cache]);
}

function published({ retrievedAtMs, ...record }: SourceRecord, nowMs: number): PublishedRecord {
  const ageSeconds = Math.max(0, nowMs - retrievedAtMs) / 1000;
  return { ...record, retrievedAt: new Date(retrievedAtMs).toISOString(), ageSeconds };
}
