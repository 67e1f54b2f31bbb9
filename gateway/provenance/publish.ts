import type { OperationStep, ResponsePath, SourceRecord } from '../context.js';
import { JsonText } from '../json-text.js';

/**
 * Puts `{ records, values }` into `extensions.provenance` when the client asked for it. A record is written once, however many
 * values come from it, and only if the client got one of them: `{ registry, record, version, recordedAt, cache, retrievedAt,
 * ageSeconds }`, of which `record`, `version` and `recordedAt` are absent where the registry reports none. Values, at and below a
 * `path` of the answer, name the records that they come from as indexes of `records`.
 *
 * Both are written as text, for of many objects it is several times the size of the data.
 */
export const publishProvenance: OperationStep = async (exchange, next) => {
  const result = await next();
  if (!exchange.wantsProvenance) return result;
  const { texts, indexOf } = createRecordList(exchange.context.clock.now());
  const values = new Map<string, number[]>();
  for (const { path, record } of result.provenance.given(result)) {
    const at = textOfPath(path);
    const index = indexOf(record);
    const known = values.get(at);
    if (!known) values.set(at, [index]);
    else if (!known.includes(index)) known.push(index);
  }
  const records = `"records":[${texts.join()}]`;
  const places = Array.from(values, ([at, indexes]) => `{"path":${at},"records":[${indexes.join()}]}`);
  const provenance = new JsonText(`{${records},"values":[${places.join()}]}`);
  return { ...result, extensions: { ...result.extensions, provenance } };
};

/** Names in a path are the client's, which GraphQL lets be of nothing that JSON escapes. */
function textOfPath(path: ResponsePath): string {
  let parts = '';
  for (const part of path) parts += `${parts && ','}${typeof part === 'number' ? part : `"${part}"`}`;
  return `[${parts}]`;
}

/** The records to be published as JSON, each once; `indexOf` adds what is not there yet. */
function createRecordList(nowMs: number): { texts: string[]; indexOf(source: SourceRecord): number } {
  const texts: string[] = [];
  const sources: SourceRecord[] = [];
  const byName = new Map<string | undefined, number[]>();
  const times = new Map<number, string>();
  const timeOf = (atMs: number): string => {
    let text = times.get(atMs);
    if (text === undefined) {
      const ageSeconds = Math.max(0, nowMs - atMs) / 1000;
      times.set(atMs, (text = `"retrievedAt":"${new Date(atMs).toISOString()}","ageSeconds":${ageSeconds}`));
    }
    return text;
  };
  const indexOf = (source: SourceRecord): number => {
    const { registry, record, version, recordedAt, cache, retrievedAtMs } = source;
    let indexes = byName.get(record);
    if (!indexes) byName.set(record, (indexes = []));
    const known = indexes.find((index) => isSame(sources[index]!, source));
    if (known !== undefined) return known;
    const told = JSON.stringify({ registry, record, version, recordedAt, cache });
    texts.push(`${told.slice(0, -1)},${timeOf(retrievedAtMs)}}`);
    const index = sources.push(source) - 1;
    indexes.push(index);
    return index;
  };
  return { texts, indexOf };
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
