import type { Entry, StoredField } from './entry.js';

let versions = 0;

/** An entry in this process. It is never changed but replaced, by one of another version. */
export class MemoryEntry extends Map<string, StoredField> implements Entry {
  readonly version = ++versions;
}
