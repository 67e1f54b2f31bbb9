import type { Change, Changes } from '../context.js';
import { FetchError } from '../errors.js';
import { isObject } from '../json-object.js';

/** Reads `{ position, isGap, changes: [{ type, key, changedAt } | { all: true, changedAt }] }`. Throws a `FetchError` when it is not. */
export function readChanges({ bytes, status, name }: { bytes: Buffer; status: number; name: string }): Changes {
  if (status !== 200) {
    // What is asked is wrong, and will be the next time.
    const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 429;
    throw new FetchError(isRefused ? 'refused' : 'overload', `tells no changes: HTTP ${status}`, { subgraph: name });
  }
  let told: unknown;
  try {
    told = JSON.parse(bytes.toString());
  } catch {
    told = undefined;
  }
  const { position, isGap, changes } = isObject(told) ? told : {};
  if (
    typeof position !== 'string' ||
    typeof isGap !== 'boolean' ||
    !Array.isArray(changes) ||
    !changes.every(isChange)
  ) {
    throw new FetchError('nonsense', 'tells changes in a form that is not known', { subgraph: name });
  }
  return { position, isGap, changes };
}

/** Whether something says what changed. */
export function isChange(value: unknown): value is Change {
  return isObject(value) && (value.all === true || (typeof value.type === 'string' && isObject(value.key)));
}
