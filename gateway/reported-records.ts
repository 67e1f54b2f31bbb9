import type { FetchResult, ResponsePath } from './context.js';

/** What a subgraph reports in `extensions.provenance` of its answer: which record stands at which path of that answer. */
export interface ReportedRecord {
  readonly path: ResponsePath;
  readonly record: string;
  readonly version: string;
  readonly recordedAt: string;
}

/** The records that an answer reports; `undefined`: it reports none. What is not of the form is passed over. */
export function reportedRecords({ extensions }: FetchResult): ReportedRecord[] | undefined {
  const reported = extensions?.provenance as { records?: unknown } | undefined;
  return Array.isArray(reported?.records) ? reported.records.filter(isReportedRecord) : undefined;
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
