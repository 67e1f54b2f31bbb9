import { createHash } from 'node:crypto';
import type { LoadedSchema } from '../context.js';

const PERCENT = /^percent\((\d{1,3}(?:\.\d{1,8})?)\)$/;

/** The labels of progressive `@override` in a supergraph. */
export function readOverrideLabels({ supergraph }: LoadedSchema): string[] {
  const labels = new Set<string>();
  for (const application of supergraph.schema.directive('join__field')?.applications() ?? []) {
    const { overrideLabel } = application.arguments();
    if (typeof overrideLabel === 'string') labels.add(overrideLabel);
  }
  return [...labels].sort();
}

/**
 * The labels that hold for one request. `percent(n)` holds for n of a hundred requests, chosen by the request's id, so that all
 * operations of one request agree. A label of another form is for a client to decide and holds for none.
 */
export function activeOverrides(labels: readonly string[], requestId: string): string[] {
  return labels.filter((label) => {
    const percent = PERCENT.exec(label)?.[1];
    if (percent === undefined) return false;
    const hash = createHash('sha256').update(`${label}\n${requestId}`).digest();
    return (hash.readUInt32BE(0) / 2 ** 32) * 100 < Number(percent);
  });
}
