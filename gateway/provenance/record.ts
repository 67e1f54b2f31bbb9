import type { FetchExchange, FetchResult, FetchStep, ResponsePath, SourceRecord, TakenAs } from '../context.js';
import { reportedRecords } from '../reported-records.js';
import { subjectsAmong } from '../subjects.js';

/**
 * Notes at the client's paths which records a fetch brought. A subgraph that reports none is noted with its name and the
 * time of the fetch. Reports that are not of the form are passed over: they must not cost the answer.
 */
export const recordProvenance: FetchStep = async (exchange, next) => {
  const result = await next(exchange);
  for (const { texts } of exchange.representations) exchange.provenance.noteEntities(texts);
  const source = { registry: exchange.subgraph, retrievedAtMs: exchange.context.clock.now(), cache: 'SOURCE' as const };
  exchange.provenance.noteLater(() => {
    noteAll(result, exchange, source);
    // The keys of those who were come to by way of others are in it, whether or not the client asked for them.
    exchange.provenance.noteEntities([...subjectsAmong(result.data, new Set())].map((id) => JSON.stringify(id)));
  });
  return result;
};

type Source = Pick<SourceRecord, 'registry' | 'retrievedAtMs' | 'cache'>;

function noteAll(result: FetchResult, exchange: FetchExchange, source: Source): void {
  const { provenance, valuesAt } = exchange;
  const note = (path: ResponsePath, record: SourceRecord, as?: TakenAs) => {
    for (const values of valuesAt(path, as)) provenance.note(values, record);
  };
  if (result.sources) {
    for (const { path, record, as } of result.sources()) note(path, record, as);
    return;
  }
  const reported = reportedRecords(result);
  if (!reported) {
    noteUnreported(result.data, exchange, source);
    return;
  }
  const { registry, retrievedAtMs, cache } = source;
  for (const { path, record, version, recordedAt } of reported) {
    note(path, { registry, record, version, recordedAt, retrievedAtMs, cache });
  }
}

function noteUnreported(data: unknown, { provenance, valuesAt, representations }: FetchExchange, source: Source): void {
  if (typeof data !== 'object' || data === null) return;
  const paths = Object.entries(data).flatMap(([name, value]): ResponsePath[] =>
    representations.length > 0 && Array.isArray(value)
      ? value.flatMap((entity, index) => (entity === null ? [] : [[name, index]]))
      : [[name]],
  );
  for (const path of paths) for (const values of valuesAt(path)) provenance.note(values, source);
}
