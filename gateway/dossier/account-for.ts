import type { FormOutcome } from '../account.js';
import type { SourceRecord } from '../context.js';
import type { DossierCheck } from './checks.js';
import type { DossierField } from './fill.js';
import type { Provenance } from './provenance.js';

/** A field of a form, as it is answered for. */
export function outcomeOfField({ key, value, status, reason, provenance }: DossierField): FormOutcome {
  const outcomes = {
    PREFILLED: 'shown',
    CONFLICT: 'shown CONFLICT',
    MISSING: `missing ${reason}`,
    WITHHELD: `refused ${reason}`,
  } as const;
  return { path: `form ${key}`, value, outcome: outcomes[status], records: provenance.map(recordOf) };
}

/** A check tells something of whom it is about, whatever comes out of it. */
export function outcomeOfCheck({ key, result, reason, provenance }: DossierCheck): FormOutcome {
  const outcome =
    result !== 'UNKNOWN' ? 'shown' : reason === 'NOT_PERMITTED' ? `refused ${reason}` : `missing ${reason}`;
  return { path: `check ${key}`, value: result, outcome, records: provenance.map(recordOf) };
}

function recordOf({ registry, record, version, recordedAt, retrievedAt, cache }: Provenance): SourceRecord {
  return { registry, record, version, recordedAt, retrievedAtMs: Date.parse(retrievedAt), cache };
}
