import { GatewayError } from '../../errors.js';
import type { AuditReader } from '../reader.js';
import type { Embargo } from './embargo.js';

/** That the log is not there, or not now. */
export function unreadable(): GatewayError {
  return new GatewayError(
    'AUDIT_UNAVAILABLE',
    'The audit log cannot be read now; try again. Where the gateway runs with AUDIT=off there is none.',
  );
}

/** What the log's store fails with is told to whoever keeps the gateway running; who asks is told that it cannot be read. */
export function guardedReader(reader: AuditReader, onFault: (fault: unknown) => void): AuditReader {
  const guard = guardWith(onFault);
  return {
    find: (asked) => guard(reader.find(asked)),
    entry: (leaf) => guard(reader.entry(leaf)),
    details: (hashes) => guard(reader.details(hashes)),
    opening: (hash) => guard(reader.opening(hash)),
    checkpoint: () => guard(reader.checkpoint()),
    inclusionProof: (leaf, size) => guard(reader.inclusionProof(leaf, size)),
    consistencyProof: (from, to) => guard(reader.consistencyProof(from, to)),
  };
}

/** Of whom it is not known what is withheld from them nothing is told to them. */
export function guardedEmbargo(embargo: Embargo, onFault: (fault: unknown) => void): Pick<Embargo, 'against'> {
  const guard = guardWith(onFault);
  return { against: (subjects) => guard(embargo.against(subjects)) };
}

function guardWith(onFault: (fault: unknown) => void) {
  return <Read>(reading: Promise<Read>): Promise<Read> =>
    reading.catch((fault) => {
      if (fault instanceof GatewayError) throw fault;
      onFault(fault);
      throw unreadable();
    });
}
