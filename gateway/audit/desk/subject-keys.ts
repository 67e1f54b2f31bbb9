import { subjectHash } from '../entry.js';

/** What people and parcels are hashed with. Entries say by `id` with which key. */
export interface SubjectKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** The hashes of a person or parcel under every key, old and new: which of them an entry has depends on when it was written. */
export function hashesOf(id: string, keys: readonly SubjectKey[]): string[] {
  return keys.map(({ key }) => subjectHash(key, id));
}

/** A text as entries have it that were written under a key: with keyed hashes in the place of whatever could be a personal number. */
export function withoutNumbers(text: string, { key }: SubjectKey): string {
  return text.replace(/\d{12}/g, (number) => `~${subjectHash(key, number)}`);
}
