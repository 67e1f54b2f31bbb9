import type { AuditStats } from '../stats.js';
import type { Figure } from './cache-metrics.js';

/** Whether it is recorded who reads what, and how fresh the proof of it is. */
export const AUDIT_FIGURES: readonly Figure<AuditStats>[] = [
  {
    kind: 'counter',
    name: 'audit_entries_total',
    help: 'Entries of the audit log that this process has written',
    labels: [],
    of: ({ entries }) => [[{}, entries]],
  },
  {
    kind: 'counter',
    name: 'audit_batches_total',
    help: 'Times that entries were made durable, several at once',
    labels: [],
    of: ({ batches }) => [[{}, batches]],
  },
  {
    kind: 'gauge',
    name: 'audit_journal_bytes',
    help: 'What this process keeps in its journal, because the store of the audit log is away',
    labels: [],
    of: ({ journalBytes }) => [[{}, journalBytes]],
  },
  {
    kind: 'gauge',
    name: 'audit_refusing',
    help: '1 while nothing can keep an entry, so that nothing personal is read',
    labels: [],
    of: ({ keeps }) => [[{}, keeps === 'nothing' ? 1 : 0]],
  },
  {
    kind: 'gauge',
    name: 'audit_checkpoint_age_seconds',
    help: 'How old the newest checkpoint is that this process knows of',
    labels: [],
    of: ({ checkpointAgeMs }) => (checkpointAgeMs === undefined ? [] : [[{}, checkpointAgeMs / 1000]]),
  },
];
