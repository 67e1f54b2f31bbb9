import type { FetchExchange, FetchResult, FetchStep, ResponsePath, SourceRecord } from '../context.js';

/** What a subgraph reports in `extensions.provenance` of its answer: which record stands at which path of that answer. */
interface Reported {
  registry?: unknown;
  records?: unknown;
}

interface ReportedRecord {
  path: ResponsePath;
  record: string;
  version: string;
  recordedAt: string;
}

/**
 * Notes at the client's paths which records a fetch brought. A subgraph that reports none is noted with its name and the
 * time of the fetch. Reports that are not of the form are passed over: they must not cost the answer.
 */
export const recordProvenance: FetchStep = async (exchange, next) => {
  const result = await next(exchange);
  const source = { registry: exchange.subgraph, retrievedAtMs: exchange.context.clock.now(), cache: 'SOURCE' as const };
  exchange.provenance.noteLater(() => noteAll(result, exchange, source));
  return result;
};

type Source = Pick<SourceRecord, 'registry' | 'retrievedAtMs' | 'cache'>;

function noteAll({ data, extensions }: FetchResult, exchange: FetchExchange, source: Source): void {
  const reported = extensions?.provenance as Reported | undefined;
  if (!Array.isArray(reported?.records)) {
    noteUnreported(data, exchange, source);
    return;
  }
  const { registry, retrievedAtMs, cache } = source;
  for (const entry of reported.records as unknown[]) {
    if (!isReportedRecord(entry)) continue;
    const { path, record, version, recordedAt } = entry;
    const noted = { registry, record, version, recordedAt, retrievedAtMs, cache };
    for (const values of exchange.valuesAt(path)) exchange.provenance.note(values, noted);
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

function isReportedRecord(value: unknown): value is ReportedRecord {
  const { path, record, version, recordedAt } = (value ?? {}) as Partial<ReportedRecord>;
  return (
    Array.isArray(path) &&
    path.every((part) => typeof part === 'string' || Number.isInteger(part)) &&
    typeof record === 'string' &&
    typeof version === 'string' &&
    typeof recordedAt === 'string'
  );
}
