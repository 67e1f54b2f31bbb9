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
  const list = createRecordList(exchange.context.clock.now());
  const places = new Map<string, string>();
  for (const { values, record } of result.provenance.given(result)) {
    const at = textOfPath(values.path);
    const index = String(list.indexOf(record));
    const known = places.get(at);
    if (known === undefined) places.set(at, index);
    else if (!known.split(',').includes(index)) places.set(at, `${known},${index}`);
  }
  const texts = Array.from(places, ([at, indexes]) => `{"path":[${at}],"records":[${indexes}]}`);
  const provenance = new JsonText(['{"records":[', list.texts.join(), '],"values":[', texts.join(), ']}']);
  return { ...result, data: result.data, extensions: { ...result.extensions, provenance } };
};

/** Names in a path are the client's, which GraphQL lets be of nothing that JSON escapes. */
function textOfPath(path: ResponsePath): string {
  let parts = '';
  for (const [at, part] of path.entries()) {
    if (at > 0) parts += ',';
    parts += typeof part === 'number' ? part : `"${part}"`;
  }
  return parts;
}

/** What is the same in all records that one fetch brought. */
type Source = Pick<SourceRecord, 'registry' | 'cache' | 'retrievedAtMs'>;

/** The records to be published as JSON, each once; `indexOf` adds what is not there yet. */
function createRecordList(nowMs: number): { texts: string[]; indexOf(record: SourceRecord): number } {
  const texts: string[] = [];
  const records: SourceRecord[] = [];
  const byName = new Map<string | undefined, number[]>();
  let source: Source | undefined;
  let [before, after] = ['', ''];
  const textOf = (of: SourceRecord): string => {
    // Records come fetch by fetch.
    if (!source || !isOfSame(source, of)) {
      source = of;
      const { registry, cache, retrievedAtMs } = of;
      const retrievedAt = new Date(retrievedAtMs).toISOString();
      const ageSeconds = Math.max(0, nowMs - retrievedAtMs) / 1000;
      before = `{"registry":${JSON.stringify(registry)},`;
      after = JSON.stringify({ cache, retrievedAt, ageSeconds }).slice(1);
    }
    return (
      before + field('record', of.record) + field('version', of.version) + field('recordedAt', of.recordedAt) + after
    );
  };
  const indexOf = (record: SourceRecord): number => {
    const indexes = byName.get(record.record) ?? [];
    const known = indexes.find((index) => isSame(records[index]!, record));
    if (known !== undefined) return known;
    const index = records.push(record) - 1;
    texts.push(textOf(record));
    byName.set(record.record, [...indexes, index]);
    return index;
  };
  return { texts, indexOf };
}

const PLAIN = /^[\w:. -]*$/;

function field(name: string, value: string | undefined): string {
  if (value === undefined) return '';
  return PLAIN.test(value) ? `"${name}":"${value}",` : `"${name}":${JSON.stringify(value)},`;
}

function isOfSame(one: Source, other: Source): boolean {
  return one.registry === other.registry && one.retrievedAtMs === other.retrievedAtMs && one.cache === other.cache;
}

function isSame(one: SourceRecord, other: SourceRecord): boolean {
  return (
    one === other ||
    (one.record === other.record &&
      one.version === other.version &&
      one.recordedAt === other.recordedAt &&
      isOfSame(one, other))
  );
}
