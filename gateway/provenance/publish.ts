import type { OperationStep } from '../context.js';

/**
 * Puts into `extensions.provenance`, when the client asked for it with `extensions: { provenance: true }`, one entry a path:
 * `{ path, registry, record, version, recordedAt, retrievedAt, cache, ageSeconds }`.
 */
export const publishProvenance: OperationStep = async (exchange, next) => {
  const result = await next();
  if (!exchange.wantsProvenance) return result;
  const now = exchange.context.clock.now();
  const entries = [...result.provenance.entries()].map(({ path, record: { retrievedAtMs, ...record } }) => ({
    path,
    ...record,
    retrievedAt: new Date(retrievedAtMs).toISOString(),
    ageSeconds: Math.max(0, now - retrievedAtMs) / 1000,
  }));
  return { ...result, extensions: { ...result.extensions, provenance: entries } };
};
